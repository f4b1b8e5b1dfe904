"""The drawer under the canvas: one panel at a time behind a line of tabs, each made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from workbench.ui.routes.panel import Panel
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.icons import icon
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.theme import GRID, INSIDE, Theme, follow


class PanelSpec(NamedTuple):
    """title: translated. build: makes the panel for the drawer's document."""

    id: str
    title: str
    icon: str
    build: Callable[[], Panel]


class Drawer(QFrame):
    """Signals: toggled (it was opened or closed); opened (id of the panel that came to the front)."""

    toggled = Signal(bool)
    opened = Signal(str)

    def __init__(self, theme: Theme, specs: Sequence[PanelSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._specs = tuple(specs)
        self._panels: dict[str, Panel] = {}
        self._badges: dict[str, tuple[str, str]] = {}
        self._open = False
        self.tabs = QTabBar(self)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setIconSize(QSize(14, 14))
        self.tabs.setAccessibleName(self.tr("Panels"))
        for number, spec in enumerate(self._specs, 1):
            self.tabs.addTab(spec.title)
            keys = QKeySequence(f"Alt+{number}")
            self.tabs.setTabToolTip(number - 1, f"{spec.title} ({spelled(keys)})")
            QShortcut(keys, self, partial(self.open_panel, spec.id))
        self.toggle = IconButton(theme, "chevron-up", self.tr("Open the drawer"), self)
        self.toggle.clicked.connect(self._toggle)
        self._stack = QStackedWidget(self)
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        row = QHBoxLayout()
        row.setContentsMargins(INSIDE, 0, INSIDE, 0)
        row.setSpacing(GRID)
        row.addWidget(self.tabs, 1)
        row.addWidget(self.toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self._stack.hide()
        self.tabs.tabBarClicked.connect(self._clicked)
        self.tabs.currentChanged.connect(self._chosen)
        follow(self, theme, self._dress)

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def panel(self) -> Panel | None:
        """The one in front, None while the drawer is closed."""
        shown = self._stack.currentWidget()
        return shown if self._open and isinstance(shown, Panel) else None

    @property
    def closed_height(self) -> int:
        return self.tabs.sizeHint().height() + 1

    def built(self, id: str) -> Panel:
        """The panel of this id, made now if it was not before."""
        if id not in self._panels:
            spec = next(spec for spec in self._specs if spec.id == id)
            panel = spec.build()
            self._panels[id] = panel
            self._stack.addWidget(panel)
        return self._panels[id]

    @Slot(str)
    def open_panel(self, id: str) -> None:
        """Bring it to the front, and the keyboard with it."""
        self.tabs.setCurrentIndex(self._place(id))
        self._show(id)
        self.built(id).focus_first()

    def close_drawer(self) -> None:
        if not self._open:
            return
        if (panel := self.panel) is not None:
            panel.left()
        self._open = False
        self._stack.hide()
        self._say_toggle()
        self.toggled.emit(False)

    def set_badge(self, id: str, words: str, role: str = "muted") -> None:
        """A few words behind a panel's title ("3", "2/4"); "" for none. role: colours its icon."""
        self._badges[id] = (words, role)
        spec = self._specs[self._place(id)]
        self.tabs.setTabText(self._place(id), f"{spec.title} {words}".rstrip())
        self._dress()

    async def aclose(self) -> None:
        for panel in self._panels.values():
            await panel.aclose()

    def _place(self, id: str) -> int:
        return next(place for place, spec in enumerate(self._specs) if spec.id == id)

    def _show(self, id: str) -> None:
        panel = self.built(id)
        before = self.panel
        if before is panel:
            return
        if before is not None:
            before.left()
        self._stack.setCurrentWidget(panel)
        if not self._open:
            self._open = True
            self._stack.show()
            self._say_toggle()
            self.toggled.emit(True)
        panel.opened()
        self.opened.emit(id)

    @Slot()
    def _toggle(self) -> None:
        if self._open:
            self.close_drawer()
        else:
            self.open_panel(self._specs[self.tabs.currentIndex()].id)

    @Slot(int)
    def _clicked(self, place: int) -> None:
        """A click on the tab in front closes the drawer; on one while it is closed opens it."""
        if place < 0:
            return
        if self._open and place == self.tabs.currentIndex():
            self.close_drawer()
        elif not self._open and place == self.tabs.currentIndex():
            self._show(self._specs[place].id)

    @Slot(int)
    def _chosen(self, place: int) -> None:
        self._show(self._specs[place].id)

    def _say_toggle(self) -> None:
        words = self.tr("Close the drawer") if self._open else self.tr("Open the drawer")
        self.toggle.set_icon("chevron-down" if self._open else "chevron-up")
        self.toggle.set_text(words)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"Drawer {{ background: {tokens.surface}; border: none; border-top: 1px solid {tokens.line}; }}"
        )
        for place, spec in enumerate(self._specs):
            role = self._badges.get(spec.id, ("", "muted"))[1]
            self.tabs.setTabIcon(place, icon(self._theme, spec.icon, role, 14))
