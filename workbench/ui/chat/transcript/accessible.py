"""What a screen reader gets of the transcript: a list of the visible messages, each with its actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent, QAccessibleInterface

from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.parts import Spot
from workbench.ui.chat.transcript.selection import plain_text
from workbench.ui.support.accessible import ItemList, Piece

if TYPE_CHECKING:
    from workbench.ui.chat.transcript.view import TranscriptView


def announce(view: TranscriptView, entry: Entry) -> None:
    """Say that an answer has ended, if a screen reader listens."""
    if QAccessible.isActive():
        said = view.words.said(entry.message.label, entry.message.note or view.words.ended())
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(view, said))


def focused(view: TranscriptView, entry: Entry, spot: str = "") -> None:
    """The focus moved to a message, or to a spot in it."""
    if not QAccessible.isActive():
        return
    interface = QAccessible.queryAccessibleInterface(view)
    if isinstance(interface, TranscriptInterface):
        message = interface.of(entry)
        target = message.spot(spot) or message
        QAccessible.updateAccessibility(QAccessibleEvent(target, QAccessible.Event.Focus))


class SpotInterface(Piece):
    """An action, a figure or a button of a message."""

    view: TranscriptView

    def __init__(self, message: MessageInterface, name: str) -> None:
        super().__init__(message.view)
        self._message = message
        self.name = name

    def _spot(self) -> Spot | None:
        spots = self.view.spots_of(self._message.entry)
        return next((spot for spot in spots if spot.id == self.name), None)

    def parent(self) -> Any:
        return self._message

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Button

    def rect(self) -> QRect:
        spot = self._spot()
        return self.on_screen(spot.rect.toAlignedRect()) if spot is not None else QRect()

    def text(self, kind: QAccessible.Text) -> str:
        spot = self._spot()
        return spot.label if spot is not None and kind == QAccessible.Text.Name else ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        keys = self.view.keys
        state.focused = keys.entry is self._message.entry and keys.spot == self.name
        return state


class MessageInterface(Piece):
    view: TranscriptView

    def __init__(self, parent: TranscriptInterface, entry: Entry) -> None:
        super().__init__(parent.view)
        self._parent = parent
        self.entry = entry
        self._spots: dict[str, SpotInterface] = {}

    def _children(self) -> list[SpotInterface]:
        names = [spot.id for spot in self.view.spots_of(self.entry)]
        return [self._spots.setdefault(name, SpotInterface(self, name)) for name in names]

    def spot(self, name: str) -> SpotInterface | None:
        return next((child for child in self._children() if child.name == name), None)

    def parent(self) -> Any:
        return self._parent

    def childCount(self) -> int:
        return len(self._children())

    def child(self, index: int) -> Any:
        children = self._children()
        return children[index] if 0 <= index < len(children) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        children: list[QAccessibleInterface] = list(self._children())
        return children.index(child) if child in children else -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        return self.on_screen(self.view.entry_rect(self.entry))

    def text(self, kind: QAccessible.Text) -> str:
        message, words = self.entry.message, self.view.words
        state = words.streaming() if message.streaming else message.note
        if kind == QAccessible.Text.Name:
            trouble = message.trouble
            said = [
                words.said(message.label, state),
                plain_text(self.entry),
                *((trouble.what, trouble.why, trouble.fix) if trouble is not None else ()),
            ]
            return "\n".join(part for part in said if part)
        if kind == QAccessible.Text.Description:
            return " · ".join(metric.text for metric in message.metrics)
        return ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = True
        state.readOnly = True
        state.multiLine = True
        state.busy = self.entry.message.streaming
        state.focused = self.view.keys.entry is self.entry and not self.view.keys.spot
        return state


class TranscriptInterface(ItemList[Entry, MessageInterface]):
    view: TranscriptView

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(
            view, view.visible_entries, self._entry_at, lambda entry: MessageInterface(self, entry)
        )

    def _entry_at(self, point: QPoint) -> Entry | None:
        return self.view.entry_at(QPointF(point))
