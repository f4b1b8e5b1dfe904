"""The view with its keyboard: keys go to the table of keys, Tab goes from element to element and on out of the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from workbench.ui.routes.canvas.hands import HandsView

if TYPE_CHECKING:
    from workbench.ui.routes.canvas.keys import Keys


class TableView(HandsView):
    """Signals: next_wanted (1 or -1: Tab asks for the next element)."""

    next_wanted = Signal(int)
    keys: Keys | None = None
    _leaving = False

    def event(self, event: QEvent) -> bool:
        asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and self.keys is not None and self.keys.wants(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.space = True
                self._show_cursor()
            event.accept()
        elif self.keys is not None and self.keys.press(event):
            self.touched = True
            event.accept()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space = False
            self._show_cursor()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._leaving:
            return super().focusNextPrevChild(forward)
        self.next_wanted.emit(1 if forward else -1)
        return True

    def leave(self, forward: bool) -> None:
        """Let Tab go on to what is beside the canvas."""
        self._leaving = True
        self.focusNextPrevChild(forward)
        self._leaving = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.announce_selection()
