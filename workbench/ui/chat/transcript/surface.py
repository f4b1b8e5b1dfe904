"""The scrolled surface under the transcript: what is laid out, where it stands, and how the view is held in place."""

from __future__ import annotations

import time

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from workbench.ui.chat.transcript.column import Column, Hold
from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.making import Scene
from workbench.ui.chat.transcript.parts import Spot
from workbench.ui.chat.transcript.selection import Place
from workbench.ui.support.markdown.inline import Run
from workbench.ui.support.theme import GROUPS, PADDING

AHEAD = 240
"""Pixels above and below the viewport that are laid out in advance."""
KEPT = 3
"""Viewports around the visible one whose boxes are kept."""
LIVE_BOXES = 400
STICKS_WITHIN = 8
"""Pixels from the end that still count as the end."""


class Surface(QAbstractScrollArea):
    """A column of messages of which only what is near the viewport is laid out."""

    def __init__(self, scene: Scene, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.column = Column(scene)
        self._sticky = True
        self._moving = False
        self._anchor: Hold | None = None
        self._released_at = 0

    def laid_out(self) -> None:
        """Called when the range or the place of the view may have changed."""

    # -- layout

    @property
    def offset_y(self) -> int:
        return self.verticalScrollBar().value()

    @property
    def left(self) -> float:
        """Where the column begins: it is never wider than can be read, and stands in the middle."""
        return float(round((self.viewport().width() - self.column.scene.width) / 2))

    @property
    def sticky(self) -> bool:
        """At the end, and staying there."""
        return self._sticky

    def _set_width(self) -> None:
        look = self.column.scene.look
        room = self.viewport().width() - 2 * GROUPS
        self.column.set_width(float(max(min(room, round(look.measure)), 160)))

    def relayout(self, deadline: float | None = None) -> None:
        """Lay out the viewport and its surroundings; what the user looks at stays where it is."""
        self._set_width()
        deadline = deadline if deadline is not None else time.perf_counter() + 0.008
        height = self.viewport().height()
        value = float(self.offset_y)
        hold = None if self._sticky else self._anchor or self.column.hold(value)
        for _ in range(8):
            bottom = max(0.0, self.column.height - height)
            place = self.column.place(hold) if hold is not None else None
            value = bottom if self._sticky else min(max(place if place is not None else value, 0.0), bottom)
            if not self.column.ensure(value - AHEAD, value + height + AHEAD, deadline):
                break
        self._set_range(value)

    def _set_range(self, value: float) -> None:
        height = self.viewport().height()
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setPageStep(max(height, 1))
        bar.setSingleStep(self.column.scene.look.body_line)
        bar.setRange(0, max(0, round(self.column.height) - height))
        bar.setValue(round(value))
        self._moving = False
        if not self._sticky:
            self._anchor = self.column.hold(float(bar.value()))
        self.laid_out()

    def _keep_few(self) -> None:
        """Let go of boxes far away, once there are many or the user has moved far."""
        height = self.viewport().height()
        far = abs(self.offset_y - self._released_at) > KEPT * height
        if far or self.column.live_boxes > LIVE_BOXES:
            self._released_at = self.offset_y
            self.column.release(self.offset_y - KEPT * height, self.offset_y + (KEPT + 1) * height)

    def _visible(self) -> range:
        return self.column.range_between(self.offset_y, self.offset_y + self.viewport().height())

    def _scroll_to(self, value: float) -> None:
        self._moving = True
        self.verticalScrollBar().setValue(round(value))
        self._moving = False

    def scroll_by(self, delta: float) -> None:
        self.verticalScrollBar().setValue(round(self.offset_y + delta))

    def show_place(self, place: Place) -> None:
        """Scroll as little as needed to see a place in a text."""
        rect = self.place_rect(place)
        if rect is None:
            return
        margin, height = 2 * PADDING, self.viewport().height()
        if rect.top() < margin:
            self.scroll_by(rect.top() - margin)
        elif rect.bottom() > height - margin:
            self.scroll_by(rect.bottom() - height + margin)

    # -- places

    def entry_top(self, index: int) -> float:
        """Where an entry begins, in the viewport."""
        return self.column.top(index) - self.offset_y

    def place_at(self, point: QPointF) -> Place | None:
        """The place in a text nearest to a point of the viewport."""
        index = self.column.at(point.y() + self.offset_y)
        if index < 0:
            return None
        entry = self.column.entries[index]
        entry.build()
        inside = QPointF(point.x() - self.left, point.y() - self.entry_top(index))
        best: Place | None = None
        for number, flow, corner in entry.texts():
            if not flow.cells:
                continue
            if best is None or inside.y() >= corner.y():
                at = flow.position_at(inside.x() - corner.x(), inside.y() - corner.y())
                best = Place(index, number, *at)
        return best

    def place_rect(self, place: Place) -> QRectF | None:
        """The caret at a place, in the viewport."""
        if place.entry >= len(self.column.entries):
            return None
        entry = self.column.entries[place.entry]
        top = self.entry_top(place.entry)
        for number, flow, corner in entry.texts():
            if number == place.text and flow.cells:
                leaf = min(place.leaf, len(flow.cells) - 1)
                box = flow.box(leaf)
                rect = box.place_of(min(place.offset, box.length))
                x = self.left + corner.x() + flow.left(leaf)
                return rect.translated(x, top + corner.y() + flow.top(leaf))
        return None

    def run_at(self, point: QPointF) -> Run | None:
        """The link under a point of the viewport."""
        index = self.column.at(point.y() + self.offset_y)
        if index < 0 or not self.column.entries[index].built:
            return None
        top = self.entry_top(index)
        for _, flow, corner in self.column.entries[index].texts():
            x, y = point.x() - self.left - corner.x(), point.y() - top - corner.y()
            if flow.cells and 0 <= y <= flow.height:
                leaf = flow.index_at(y)
                return flow.box(leaf).run_at(x - flow.left(leaf), y - flow.top(leaf))
        return None

    def spots_of(self, entry: Entry) -> list[Spot]:
        """The spots of a message that are in or near the viewport, placed in the viewport."""
        index = self.column.index(entry.message.id)
        if index < 0 or not entry.built:
            return []
        top = self.entry_top(index)
        found = entry.spots(-top - AHEAD, self.viewport().height() - top + AHEAD)
        return [spot.moved(self.left, top) for spot in found]

    def entry_at(self, point: QPointF) -> Entry | None:
        index = self.column.at(point.y() + self.offset_y)
        return self.column.entries[index] if index >= 0 else None

    def visible_entries(self) -> list[Entry]:
        return [self.column.entries[index] for index in self._visible()]

    def entry_rect(self, entry: Entry) -> QRect:
        """A message's rectangle in the viewport."""
        top = self.entry_top(self.column.index(entry.message.id))
        return entry.rect(top, self.left).toAlignedRect()
