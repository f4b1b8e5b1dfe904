"""The keyboard: scrolling, selecting, and a focus that moves over messages and what they offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSlider

from workbench.ui.chat.transcript import accessible
from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.selection import Chosen, Place
from workbench.ui.support.theme import PADDING

if TYPE_CHECKING:
    from workbench.ui.chat.transcript.view import TranscriptView

Key = Qt.Key
Mod = Qt.KeyboardModifier
_SCROLLS = {
    Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
}
_BY_TAB = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Keys:
    """entry: the message with the focus. spot: the id of the spot in it, or empty. ring: the keyboard was used to get here."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.entry: Entry | None = None
        self.spot = ""
        self.ring = False

    def forget(self) -> None:
        self.entry, self.spot, self.ring = None, "", False

    def mouse_used(self, entry: Entry | None) -> None:
        """A click takes the focus along, without the ring."""
        self.entry, self.spot, self.ring = entry, "", False

    def focus_on(self, entry: Entry) -> None:
        self.entry, self.spot, self.ring = entry, "", True
        accessible.focused(self._view, entry)

    def focus_in(self, reason: Qt.FocusReason) -> None:
        if reason in _BY_TAB:
            self.ring = True
            visible = self._view.visible_entries()
            if visible and (self.entry is None or self.entry not in visible):
                self.focus_on(visible[-1])

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key; False leaves it to others."""
        view = self._view
        key, shift = event.key(), bool(event.modifiers() & Mod.ShiftModifier)
        control = bool(event.modifiers() & Mod.ControlModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            view.commands.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            view.commands.select_all()
        elif key == Key.Key_Escape:
            return self._escape()
        elif control and key in (Key.Key_Up, Key.Key_Down):
            self._step_message(key == Key.Key_Down)
        elif shift and self._extend(key, control):
            pass
        elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self.spot:
            return self._activate()
        elif key in (Key.Key_Menu,) and self.entry is not None:
            point = view.entry_rect(self.entry).center()
            view.commands.menu(view.viewport().mapToGlobal(point), QPointF(point))
        else:
            return self._scroll(key, shift, control)
        return True

    def _escape(self) -> bool:
        if self._view.chosen is None or self._view.chosen.empty:
            return False
        self._view.select(None)
        return True

    def _scroll(self, key: int, shift: bool, control: bool) -> bool:
        bar = self._view.verticalScrollBar()
        if key == Key.Key_End:
            self._view.to_latest()
        elif key == Key.Key_Space:
            step = QAbstractSlider.SliderAction
            bar.triggerAction(step.SliderPageStepSub if shift else step.SliderPageStepAdd)
        elif key in (Key.Key_Up, Key.Key_Down) and not control:
            self._view.scroll_by((3 if key == Key.Key_Down else -3) * bar.singleStep())
        elif (action := _SCROLLS.get(Key(key))) is not None:
            bar.triggerAction(action)
        else:
            return False
        return True

    # -- messages and their spots

    def _step_message(self, forward: bool) -> None:
        view = self._view
        entries = view.column.entries
        if not entries:
            return
        if self.entry is None:
            visible = view.visible_entries()
            target = visible[-1] if visible else entries[-1]
        else:
            index = view.column.index(self.entry.message.id) + (1 if forward else -1)
            target = entries[min(max(index, 0), len(entries) - 1)]
        self.focus_on(target)
        self._bring(target)
        view.viewport().update()

    def _bring(self, entry: Entry) -> None:
        """Scroll until the message is seen: its top, if it is taller than the view."""
        view = self._view
        for _ in range(3):
            rect, height = view.entry_rect(entry), view.viewport().height()
            if rect.top() < PADDING or rect.height() > height - 2 * PADDING:
                delta = rect.top() - PADDING
            else:
                delta = max(rect.bottom() - height + PADDING, 0)
            if abs(delta) < 2:
                return
            view.scroll_by(delta)

    def step_spot(self, forward: bool) -> bool:
        """Move the focus to the next spot of the message; False when there is none left, so that it leaves the view."""
        if self.entry is None:
            return False
        names = [spot.id for spot in self._view.spots_of(self.entry)]
        at = names.index(self.spot) if self.spot in names else (-1 if forward else len(names))
        at += 1 if forward else -1
        self.ring = True
        if not forward and at < 0 and self.spot:
            self.spot = ""
        elif 0 <= at < len(names) and (forward or self.spot):
            self.spot = names[at]
        else:
            self.spot = ""
            return False
        accessible.focused(self._view, self.entry, self.spot)
        self._view.viewport().update()
        return True

    def _activate(self) -> bool:
        if self.entry is None:
            return False
        for spot in self._view.spots_of(self.entry):
            if spot.id == self.spot:
                self._view.commands.run(self.entry, spot)
                return True
        return False

    # -- selecting

    def _extend(self, key: int, by_word: bool) -> bool:
        """Shift and an arrow: move the end of the selection."""
        view = self._view
        if key not in (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End):
            return False
        chosen = view.chosen or self._first()
        if chosen is None:
            return False
        cursor = chosen.cursor
        flow = view.column.entries[cursor.entry].flow(cursor.text)
        if flow is None or not flow.cells:
            return False
        leaf = min(cursor.leaf, len(flow.cells) - 1)
        cursor = Place(cursor.entry, cursor.text, leaf, min(cursor.offset, flow.box(leaf).length))
        if key in (Key.Key_Left, Key.Key_Right):
            moved = self._beside(cursor, (key == Key.Key_Right) != flow.box(leaf).rtl, by_word)
        else:
            moved = self._line_off(cursor, key)
        view.select(Chosen(chosen.anchor, moved))
        view.show_place(moved)
        return True

    def _first(self) -> Chosen | None:
        """An empty selection at the start of the message with the focus."""
        entry = self.entry or next(iter(self._view.visible_entries()), None)
        if entry is None:
            return None
        number = next((number for number, flow, _ in entry.texts() if flow.cells), None)
        if number is None:
            return None
        place = Place(self._view.column.index(entry.message.id), number, 0, 0)
        return Chosen(place, place)

    def _beside(self, at: Place, forward: bool, by_word: bool) -> Place:
        """One character or word on, over the borders of blocks."""
        flow = self._view.column.entries[at.entry].flow(at.text)
        assert flow is not None
        box = flow.box(at.leaf)
        if forward and at.offset >= box.length:
            return Place(at.entry, at.text, at.leaf + 1, 0) if at.leaf + 1 < len(flow.cells) else at
        if not forward and at.offset <= 0:
            if at.leaf == 0:
                return at
            return Place(at.entry, at.text, at.leaf - 1, flow.box(at.leaf - 1).length)
        if by_word:
            start, end = box.word_at(at.offset if forward else at.offset - 1)
            return Place(at.entry, at.text, at.leaf, end if forward else start)
        return Place(at.entry, at.text, at.leaf, at.offset + (1 if forward else -1))

    def _line_off(self, at: Place, key: int) -> Place:
        view = self._view
        rect = view.place_rect(at)
        if rect is None:
            return at
        y = rect.center().y()
        if key in (Key.Key_Up, Key.Key_Down):
            return self._line_beside(at, rect, 1 if key == Key.Key_Down else -1)
        edge = 0.0 if key == Key.Key_Home else float(view.viewport().width())
        return view.place_at(QPointF(edge, y)) or at

    def _line_beside(self, at: Place, rect: QRectF, way: int) -> Place:
        """The place in the next line of text that way, over the room between blocks."""
        view, step, found = self._view, self._view.column.scene.look.body_line, at
        for lines in (1.0, 1.6, 2.4, 3.5):
            there = view.place_at(QPointF(rect.x(), rect.center().y() + way * step * lines))
            if there is None or there == at:
                continue
            found, place = there, view.place_rect(there)
            if place is not None and abs(place.center().y() - rect.center().y()) > step / 2:
                # Between two blocks the nearest place is the end of one; what is wanted is below or above.
                return view.place_at(QPointF(rect.x(), place.center().y())) or there
        return found
