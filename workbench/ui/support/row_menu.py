"""The menu of the rows of a view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu

from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import Theme


class RowMenu(QMenu):
    """What can be done about rows of the view. It deletes itself when it is closed."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(self, icon: str, text: str, run: Callable[[], object], keys: str = "") -> QAction:
        """keys: shown beside it; the view has them too."""
        action = QAction(text, self)
        set_icon(action, self._theme, icon)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(run)
        self.addAction(action)
        return action


def open_on_rows(view: QAbstractItemView, make: Callable[[], QMenu]) -> None:
    """Where a row of the view is asked for its menu, it is made and opened there."""

    def ask(at: QPoint) -> None:
        if view.indexAt(at).isValid():
            make().popup(view.viewport().mapToGlobal(at))

    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    view.customContextMenuRequested.connect(ask)
