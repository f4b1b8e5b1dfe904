"""The messages one below the other: where each stands, which are near the viewport, and what holds the view in place."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.making import Scene
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.support.theme import GROUPS

TOP = GROUPS


@dataclass(frozen=True, slots=True)
class Hold:
    """A place in a text that shall not move on the screen: a message, a part, a leaf, and pixels below its top."""

    entry: Entry
    part: int
    leaf: int
    below: float


class Column:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.entries: list[Entry] = []
        self._index: dict[str, int] = {}
        self._tops: list[float] = []
        self._stale_from = 0
        self._unread: set[Entry] = set()
        self._built: set[Entry] = set()

    # -- messages

    def set(self, messages: Iterable[TranscriptMessage]) -> None:
        self.entries = [Entry(self.scene, message) for message in messages]
        self._built.clear()
        self._unread.clear()
        self._reindex()

    def append(self, message: TranscriptMessage) -> Entry:
        entry = Entry(self.scene, message)
        self._index[message.id] = len(self.entries)
        self._stale_from = min(self._stale_from, len(self.entries))
        self.entries.append(entry)
        return entry

    def remove(self, message_id: str) -> None:
        index = self._index.get(message_id)
        if index is not None:
            gone = self.entries.pop(index)
            self._built.discard(gone)
            self._unread.discard(gone)
            self._reindex()

    def _reindex(self) -> None:
        self._index = {entry.message.id: number for number, entry in enumerate(self.entries)}
        self._stale_from = 0

    def index(self, message_id: str) -> int:
        """-1 for a message that is not here."""
        return self._index.get(message_id, -1)

    def entry(self, message_id: str) -> Entry | None:
        index = self.index(message_id)
        return self.entries[index] if index >= 0 else None

    # -- places

    def touched(self, entry: Entry) -> None:
        """The entry's height may have changed."""
        self._stale_from = min(self._stale_from, self.index(entry.message.id))
        if entry.dirty:
            self._unread.add(entry)

    def _settle(self) -> None:
        first = self._stale_from
        if first < len(self.entries) or len(self._tops) != len(self.entries) + 1:
            first = min(first, max(len(self._tops) - 1, 0))
            start = self._tops[first] if first < len(self._tops) else float(TOP)
            del self._tops[first:]
            self._tops.extend(accumulate((e.height for e in self.entries[first:]), initial=start))
            self._stale_from = len(self.entries)

    @property
    def height(self) -> float:
        self._settle()
        return self._tops[-1] + 4 if self.entries else 0.0

    def top(self, index: int) -> float:
        self._settle()
        return self._tops[index]

    def range_between(self, top: float, bottom: float) -> range:
        self._settle()
        if not self.entries:
            return range(0)
        first = max(bisect_right(self._tops, top, hi=len(self.entries)) - 1, 0)
        return range(first, max(bisect_right(self._tops, bottom, hi=len(self.entries)), first))

    def at(self, y: float) -> int:
        """The message nearest to a height; -1 when there is none."""
        self._settle()
        if not self.entries:
            return -1
        return min(max(bisect_right(self._tops, y) - 1, 0), len(self.entries) - 1)

    # -- layout

    def set_width(self, width: float) -> None:
        if width != self.scene.width:
            self.scene.width = width
            for entry in self.entries:
                entry.set_width()
            self._stale_from = 0

    def forget_look(self) -> None:
        for entry in self.entries:
            entry.forget_look()
        self._built.clear()
        self._stale_from = 0

    def read(self, top: float, bottom: float, deadline: float) -> tuple[bool, bool]:
        """Read what came for messages that are streaming or near; (something changed, something is left)."""
        changed = False
        near = self.range_between(top, bottom)
        for entry in list(self._unread):
            index = self.index(entry.message.id)
            if index < 0 or not entry.dirty:
                self._unread.discard(entry)
            elif entry.built and (entry.message.streaming or index in near) and entry.read(deadline):
                changed = True
                self.touched(entry)
        return changed, any(entry.dirty and entry.built for entry in self._unread)

    def ensure(self, top: float, bottom: float, deadline: float) -> bool:
        """Build and lay out what lies between two heights; True when heights changed, so that places have moved."""
        changed = False
        for index in self.range_between(top, bottom):
            entry, at = self.entries[index], self.top(index)
            before = entry.height
            if not entry.built:
                entry.build()
                self._built.add(entry)
                entry.read(deadline)
                if entry.dirty:
                    self._unread.add(entry)
            entry.ensure(top - at, bottom - at)
            if entry.height != before:
                self._stale_from = min(self._stale_from, index)
                changed = True
        return changed

    def release(self, top: float, bottom: float) -> None:
        """Let go of what lies outside two heights."""
        near = self.range_between(top, bottom)
        for entry in list(self._built):
            index = self.index(entry.message.id)
            if index in near:
                at = self.top(index)
                entry.evict(top - at, bottom - at)
            else:
                entry.release()
                self._built.discard(entry)

    def colour(self, top: float, bottom: float, deadline: float) -> bool:
        """Colour visible code until deadline; True when some is left."""
        more = True
        while more and time.perf_counter() < deadline:
            more = False
            for index in self.range_between(top, bottom):
                at = self.top(index)
                more |= self.entries[index].colour(top - at, bottom - at)
        return more

    @property
    def live_boxes(self) -> int:
        return sum(entry.live_boxes for entry in self._built)

    # -- holding still

    def hold(self, y: float) -> Hold | None:
        """What stands at a height now, to find it again when heights above it have changed."""
        index = self.at(y)
        if index < 0:
            return None
        entry, inside = self.entries[index], y - self.top(index)
        if not entry.built:
            return Hold(entry, -1, -1, inside)
        number = entry.part_at(inside)
        part_top = entry.part_top(number)
        flow = entry.part(number).flow
        if flow is not None and flow.cells:
            above = part_top + entry.part(number).flow_at.y()
            leaf = flow.index_at(inside - above)
            return Hold(entry, number, leaf, inside - above - flow.top(leaf))
        return Hold(entry, number, -1, inside - part_top)

    def place(self, hold: Hold) -> float | None:
        """The height where a hold stands now; None when its message is gone."""
        index = self.index(hold.entry.message.id)
        if index < 0 or self.entries[index] is not hold.entry:
            return None
        top, entry = self.top(index), hold.entry
        if hold.part < 0 or not entry.built:
            return top + min(hold.below, entry.height)
        at = entry.part_top(hold.part)
        part = entry.part(hold.part) if entry.has_part(hold.part) else None
        flow = part.flow if part is not None else None
        if part is not None and flow is not None and 0 <= hold.leaf < len(flow.cells):
            return top + at + part.flow_at.y() + flow.top(hold.leaf) + hold.below
        return top + at + hold.below
