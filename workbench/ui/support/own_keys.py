"""Keys that mean something else within a part of the window than in the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget


class OwnKeys(QObject):
    """While the keyboard is in the widget, these go before the window's shortcuts; a QShortcut of the same keys would make both dead.

    keys: one key with its modifiers each, as QKeySequence writes it. Shift that it takes to type a sign does not count.
    """

    def __init__(self, widget: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(widget)
        # Its stub does not know that a sequence has items.
        self._runs = {QKeySequence(text)[0].toCombined(): run for text, run in keys.items()}  # type: ignore[index]
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or (run := self._run_of(event)) is None:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() is QEvent.Type.KeyPress:
            run()
        return True

    def _run_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        combination = event.keyCombination()
        modifiers = combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = combination.key()
        is_sign = key.value < 0x80 and not chr(key.value).isalnum()
        if is_sign:
            modifiers &= ~Qt.KeyboardModifier.ShiftModifier
        return self._runs.get(modifiers.value | key.value)
