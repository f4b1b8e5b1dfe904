"""The keys of a transcript's text, beyond those every text has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor

from workbench.ui.speech.transcript.model import FAR_SHIFT_S, SHIFT_S
from workbench.ui.speech.transcript.timeline import squeezed

if TYPE_CHECKING:
    from workbench.ui.speech.transcript.edit import TranscriptEdit

Key, Mod = Qt.Key, Qt.KeyboardModifier
_ENTER = (Key.Key_Return, Key.Key_Enter)


class Keys(QObject):
    """Signals: find_wanted, replace_wanted, leave_wanted (Esc), rerun_wanted; hit_wanted and mark_wanted (1 for the next, -1 for the one before)."""

    find_wanted = Signal()
    replace_wanted = Signal()
    leave_wanted = Signal()
    rerun_wanted = Signal()
    hit_wanted = Signal(int)
    mark_wanted = Signal(int)

    def __init__(self, edit: TranscriptEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    def own(self, event: QKeyEvent) -> bool:
        """A key that the text acts on itself, before any shortcut of the window."""
        return self._action(event) is not None

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key; False leaves it to the text."""
        action = self._action(event)
        if action is None:
            return self._is_enter(event)
        action()
        return True

    def _is_enter(self, event: QKeyEvent) -> bool:
        """One that would leave a segment without words does nothing."""
        return event.key() in _ENTER and not event.modifiers() & Mod.ControlModifier

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        edit, key = self._edit, event.key()
        mods = event.modifiers() & ~Mod.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Undo):
            return edit.model.undo
        if event.matches(QKeySequence.StandardKey.Redo) or (mods, key) == (Mod.ControlModifier, Key.Key_Y):
            return edit.model.redo
        if event.matches(QKeySequence.StandardKey.Find):
            return self.find_wanted.emit
        simple: dict[tuple[Qt.KeyboardModifier, int], Callable[[], object]] = {
            (Mod.ControlModifier, Key.Key_H): self.replace_wanted.emit,
            (Mod.NoModifier, Key.Key_F3): partial(self.hit_wanted.emit, 1),
            (Mod.ShiftModifier, Key.Key_F3): partial(self.hit_wanted.emit, -1),
            (Mod.NoModifier, Key.Key_F8): partial(self.mark_wanted.emit, 1),
            (Mod.ShiftModifier, Key.Key_F8): partial(self.mark_wanted.emit, -1),
            (Mod.NoModifier, Key.Key_F2): self._speaker,
            (Mod.ControlModifier | Mod.ShiftModifier, Key.Key_R): self.rerun_wanted.emit,
            (Mod.NoModifier, Key.Key_Escape): self.leave_wanted.emit,
            (Mod.AltModifier, Key.Key_Left): partial(self.shift, -SHIFT_S),
            (Mod.AltModifier, Key.Key_Right): partial(self.shift, SHIFT_S),
            (Mod.AltModifier | Mod.ShiftModifier, Key.Key_Left): partial(self.shift, -FAR_SHIFT_S),
            (Mod.AltModifier | Mod.ShiftModifier, Key.Key_Right): partial(self.shift, FAR_SHIFT_S),
        }
        if (found := simple.get((mods, key))) is not None:
            return found
        if key in _ENTER:
            return self._enter(mods)
        return self._at_an_edge(key)

    def _enter(self, mods: Qt.KeyboardModifier) -> Callable[[], object] | None:
        if mods == Mod.AltModifier:
            return self.seek
        if mods == Mod.AltModifier | Mod.ShiftModifier:
            return self.play
        if mods & Mod.ControlModifier:
            return None
        return self.split if self.can_split() else None

    def _at_an_edge(self, key: int) -> Callable[[], object] | None:
        """Backspace at the beginning of a segment, Delete at its end."""
        cursor = self._edit.textCursor()
        if cursor.hasSelection() or self._edit.isReadOnly():
            return None
        block = cursor.block()
        if key == Key.Key_Backspace and cursor.atBlockStart():
            return partial(self._merge, block.blockNumber() - 1)
        if key == Key.Key_Delete and cursor.atBlockEnd() and block.next().isValid():
            return partial(self._merge, block.blockNumber())
        return None

    def can_split(self) -> bool:
        """There are words on both sides of the caret."""
        cursor = self._edit.textCursor()
        if cursor.hasSelection() or self._edit.isReadOnly():
            return False
        block = cursor.block()
        before = QTextCursor(block)
        before.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
        first = before.selectedText()
        return bool(squeezed(first)) and squeezed(first) != squeezed(block.text())

    def split(self) -> None:
        self._edit.textCursor().insertBlock()

    def can_merge_next(self) -> bool:
        cursor = self._edit.textCursor()
        return not cursor.hasSelection() and not self._edit.isReadOnly() and cursor.block().next().isValid()

    def merge_next(self) -> None:
        self._merge(self._edit.textCursor().blockNumber())

    def _merge(self, number: int) -> None:
        """A segment with the next, the caret between what they said."""
        page = self._edit.page
        first, second = (page.block_numbered(number + step) for step in (0, 1))
        if not first.isValid() or not second.isValid():
            return
        if page.segment_of(first) is None or page.segment_of(second) is None:
            self._leave_empty(number, first.text() == "")
            return
        back = second.length() - 1
        self._edit.model.merge(page.id_of(first))
        block = page.block_numbered(number)
        cursor = self._edit.textCursor()
        cursor.setPosition(block.position() + max(0, block.length() - 1 - back))
        self._edit.setTextCursor(cursor)

    def _leave_empty(self, number: int, first: bool) -> None:
        """One of the two has no words any more: the caret goes to the other, and it is gone."""
        cursor = self._edit.textCursor()
        block = self._edit.page.block_numbered(number + 1 if first else number)
        cursor.setPosition(block.position() + (0 if first else block.length() - 1))
        self._edit.setTextCursor(cursor)

    def _speaker(self) -> None:
        ids = self._edit.chosen_ids()
        if ids:
            self._edit.speaker_wanted.emit(ids)

    def shift(self, seconds: float) -> None:
        """The times of the segments that are chosen."""
        ids = self._edit.chosen_ids()
        if ids:
            self._edit.model.shift(ids, seconds)

    def seek(self) -> None:
        found = self._edit.caret_word()
        if found is not None:
            self._edit.model.seek(found[0].words[found[1]].start)

    def play(self) -> None:
        segment = self._edit.caret_segment()
        if segment is not None:
            self._edit.model.play(segment.start, segment.end)
