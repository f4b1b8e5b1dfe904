"""Writing in place: a note's text, a frame's title, an element's id, in a field that lies over it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from workbench.ui.support.theme import Theme, follow


class InPlace(QObject):
    """One field at a time over the canvas. Enter or going elsewhere keeps what was written, Escape does not; in a text of
    several lines Enter begins a new one, and Ctrl+Enter keeps it. Signals: closed.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._theme = theme
        self._keep: Callable[[str], object] | None = None
        self.line = QLineEdit(parent)
        self.lines = QPlainTextEdit(parent)
        self.lines.setProperty("kind", "field")
        self.lines.setTabChangesFocus(True)
        for field in (self.line, self.lines):
            field.installEventFilter(self)
            field.hide()
        follow(self, theme, self._dress)

    @property
    def open(self) -> bool:
        return self._keep is not None

    def write_line(
        self, box: QRect, text: str, name: str, font: QFont, keep: Callable[[str], object]
    ) -> None:
        """A field over a box of the parent. name: for who cannot see where it is."""
        self.close()
        self.line.setText(text)
        self.line.setAccessibleName(name)
        self.line.setFont(font)
        self.line.setGeometry(box)
        self.line.selectAll()
        self._show(self.line, keep)

    def write_lines(
        self, box: QRect, text: str, name: str, font: QFont, keep: Callable[[str], object]
    ) -> None:
        self.close()
        self.lines.setPlainText(text)
        self.lines.setAccessibleName(name)
        self.lines.setPlaceholderText(self.tr("{0}. Ctrl+Enter keeps it, Esc does not.").format(name))
        self.lines.setFont(font)
        self.lines.setGeometry(box)
        self.lines.selectAll()
        self._show(self.lines, keep)

    def close(self, *, keep: bool = True) -> None:
        """End it, and keep what was written or not."""
        kept, self._keep = self._keep, None
        if kept is None:
            return
        single = self.line.isVisible()
        text = self.line.text() if single else self.lines.toPlainText()
        self.closed.emit()  # while it has the keyboard: hidden, it would have passed it to what comes next in the window
        self.line.hide()
        self.lines.hide()
        if keep:
            kept(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close(keep=False)
                return True
            done = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if done and (watched is self.line or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
                self.close()
                return True
        return False

    def _show(self, field: QWidget, keep: Callable[[str], object]) -> None:
        self._keep = keep
        field.show()
        field.raise_()
        field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _dress(self) -> None:
        for field in (self.line, self.lines):
            field.setFont(self._theme.font())
