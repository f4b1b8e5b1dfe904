"""One message of the transcript: its parts one below the other, made only when it comes near the viewport."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from workbench.domain.chat import Role
from workbench.ui.chat.transcript.flow import Flow, Position, estimated_lines
from workbench.ui.chat.transcript.foot import FootPart
from workbench.ui.chat.transcript.making import REASONING, TEXT, TOOLS, Now, Scene, flow_of, parts_of
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.chat.transcript.parts import (
    ACTION,
    Brush,
    LinePart,
    Part,
    ReasoningPart,
    Spot,
)

BELOW, BELOW_QUESTION = 16, 4
"""Room under a message; an answer stands closer to its question."""


class Entry:
    """height: exact while the entry is built, an estimate before, the last one after it was let go."""

    __slots__ = (
        "_added",
        "_added_reasoning",
        "_delay",
        "_flows",
        "_parts",
        "_scene",
        "_thinking_since",
        "_thought",
        "_tops",
        "_waiting_since",
        "dirty",
        "height",
        "message",
        "shown",
        "unfolded",
    )

    def __init__(self, scene: Scene, message: TranscriptMessage) -> None:
        self._scene = scene
        self.message = message
        self.unfolded = False  # reasoning
        self.shown = False  # although superseded
        self.dirty = False
        """Something came that was not read yet."""
        self._parts: list[Part] = []
        self._tops: list[float] = []
        self._flows: dict[int, Flow] = {}
        self._added: list[str] = []
        self._added_reasoning: list[str] = []
        self._thinking_since: float | None = None
        self._thought: float | None = message.reasoning_s
        self._waiting_since = scene.clock() if message.streaming else 0.0
        self._delay = ("", 0.0)
        """What failed, and when the next attempt starts."""
        self.height = self._estimate()

    # -- content

    @property
    def text(self) -> str:
        """All of the message's markdown that has come."""
        if self._added:
            self.message = replace(self.message, text=self.message.text + "".join(self._added))
            self._added.clear()
        return self.message.text

    @property
    def reasoning(self) -> str:
        """All of the reasoning that has come."""
        if self._added_reasoning:
            whole = self.message.reasoning + "".join(self._added_reasoning)
            self.message = replace(self.message, reasoning=whole)
            self._added_reasoning.clear()
        return self.message.reasoning

    def extend(self, text: str, reasoning: str) -> None:
        """More has come. Nothing is read before the next frame."""
        now = self._scene.clock()
        if reasoning:
            if self._thinking_since is None:
                self._thinking_since = now
            self._added_reasoning.append(reasoning)
            if REASONING in self._flows:
                self._flows[REASONING].feed(reasoning)
            elif self._parts:
                self._rebuild()
        if text:
            if self._thought is None and self._thinking_since is not None:
                self._thought = now - self._thinking_since
            awaited = not self.message.text and not self._added
            self._added.append(text)
            if TEXT in self._flows:
                self._flows[TEXT].feed(text)
            if awaited and self._parts:
                self._rebuild()
        self.dirty = True

    def change(self, message: TranscriptMessage) -> None:
        """Take a newer state of the message; texts that only grew are not read again."""
        text, reasoning = self.text, self.reasoning
        if message.streaming:  # it was made before the last deltas came
            if text.startswith(message.text):
                message = replace(message, text=text)
            if reasoning.startswith(message.reasoning):
                message = replace(message, reasoning=reasoning)
        self._thought = message.reasoning_s if message.reasoning_s is not None else self._thought
        if self._thought is None and self._thinking_since is not None and not message.streaming:
            self._thought = self._scene.clock() - self._thinking_since
        for number, before, after in (
            (TEXT, text, message.text),
            (REASONING, reasoning, message.reasoning),
        ):
            flow = self._flows.get(number)
            if flow is not None and after.startswith(before):
                if len(after) > len(before):
                    flow.feed(after[len(before) :])
                if not message.streaming:
                    flow.finish()
            else:
                self._flows.pop(number, None)
        if message.tool_calls != self.message.tool_calls:
            self._flows.pop(TOOLS, None)
        if message.streaming and not self.message.streaming:
            self._waiting_since = self._scene.clock()
        self.message = message
        self.dirty = True
        if self._parts:
            self._rebuild()
        else:
            self.height = self._estimate()

    def fold(self) -> None:
        """Unfold the reasoning, or fold it."""
        self.unfolded = not self.unfolded
        for part in self._parts:
            if isinstance(part, ReasoningPart):
                part.unfolded = self.unfolded
        self.dirty = True
        self.settle()

    def toggle(self) -> None:
        """Show a superseded answer, or fold it to its line."""
        self.shown = not self.shown
        self._rebuild()

    def _estimate(self) -> float:
        look, message = self._scene.look, self.message
        if message.superseded and not self.shown:
            return look.px(ACTION) + BELOW
        per_line = self._scene.width / look.average_char
        height = estimated_lines(message.text, per_line) * look.body_line * 1.15
        height += look.px(ACTION) + BELOW + (look.body_line if message.role is not Role.USER else 24)
        if message.trouble is not None:
            height += 110
        return height

    @property
    def _below(self) -> int:
        return BELOW_QUESTION if self.message.role is Role.USER else BELOW

    # -- parts

    @property
    def built(self) -> bool:
        return bool(self._parts)

    @property
    def live_boxes(self) -> int:
        return sum(flow.live_boxes for flow in self._flows.values())

    def build(self) -> None:
        """Make the parts, if they are not there."""
        if not self._parts:
            self._rebuild()

    def release(self) -> None:
        """Let go of everything but the height. While more comes, the texts are kept: they would be read anew each time."""
        self._parts, self._tops = [], []
        if not self.message.streaming:
            self._flows.clear()
        else:
            for flow in self._flows.values():
                flow.evict(-1, -1)

    def forget_look(self) -> None:
        """The theme or the direction of the window changed: nothing that was laid out holds."""
        self._parts, self._tops = [], []
        self._flows.clear()
        self.height = self._estimate()

    def _rebuild(self) -> None:
        self._parts = list(self._made())
        for part in self._parts:
            part.set_width(self._scene.width)
        self.settle()

    def set_width(self) -> None:
        """Take over the scene's width."""
        if self._parts:
            for part in self._parts:
                part.set_width(self._scene.width)
            self.settle()
        else:
            self.height = self._estimate()

    def _made(self) -> Iterator[Part]:
        # What is only noted so far becomes part of the message that is shown.
        self.message = replace(self.message, text=self.text, reasoning=self.reasoning)
        return parts_of(
            self.message,
            self._scene,
            self._flow,
            Now(self._reasoning_title(), self._waiting(), self.unfolded, self.shown),
        )

    def _flow(self, number: int) -> Flow:
        flow = self._flows.get(number)
        if flow is None:
            flow = self._flows[number] = flow_of(self.message, self._scene, number)
            if not self.message.streaming:
                flow.finish()
        return flow

    def _reasoning_title(self) -> str:
        thinking = self.message.streaming and not self.message.text and not self._added
        seconds = self._thought
        if thinking and self._thinking_since is not None:
            seconds = self._scene.clock() - self._thinking_since
        return self._scene.words.reasoning(seconds, thinking)

    def tick(self) -> bool:
        """Bring the words that count seconds up to date; True while they go on counting."""
        if not self.message.streaming or self.message.text or self._added:
            return False
        for part in self._parts:
            if isinstance(part, ReasoningPart):
                part.title = self._reasoning_title()
            elif isinstance(part, LinePart):
                part.text = self._waiting()
        return True

    def delay(self, what: str, wait_s: float) -> None:
        """An attempt failed; the next one starts in wait_s seconds."""
        self._delay = (what, self._scene.clock() + wait_s)
        self._waiting_since = self._scene.clock() + wait_s
        self.tick()

    def _waiting(self) -> str:
        now = self._scene.clock()
        what, until = self._delay
        if now < until:
            return self._scene.words.delayed(what, math.ceil(until - now))
        return self._scene.words.waiting(int(now - self._waiting_since))

    # -- layout

    def settle(self) -> None:
        """Stack the parts again after one of them changed its height."""
        y = 0.0
        self._tops = []
        for part in self._parts:
            part.settle()
            y += part.above
            self._tops.append(y)
            y += part.height
        self.height = y + self._below

    def read(self, deadline: float) -> bool:
        """Read what has come for the texts that show; True when something changed. `dirty` tells whether some is left."""
        changed, left = False, False
        for part in self._parts:
            if part.flow is not None and (self.unfolded or not isinstance(part, ReasoningPart)):
                changed |= part.flow.read(deadline)
                left |= bool(part.flow.unread)
            elif isinstance(part, ReasoningPart):
                part.title = self._reasoning_title()
        self.dirty = left
        if changed:
            self.settle()
        return changed

    def ensure(self, top: float, bottom: float) -> bool:
        """Lay out what lies between two heights; True when a height turned out another than thought."""
        self.build()
        changed = False
        for part, at in zip(self._parts, self._tops, strict=True):
            flow = self._showing(part)
            if flow is not None and at <= bottom and at + part.height >= top:
                above = at + part.flow_at.y()
                changed |= flow.ensure(top - above, bottom - above)
        if changed:
            self.settle()
        return changed

    def evict(self, top: float, bottom: float) -> None:
        for part, at in zip(self._parts, self._tops, strict=True):
            if part.flow is not None:
                above = at + part.flow_at.y()
                part.flow.evict(top - above, bottom - above)

    def colour(self, top: float, bottom: float) -> bool:
        more = False
        for part, at in zip(self._parts, self._tops, strict=True):
            flow = self._showing(part)
            if flow is not None:
                above = at + part.flow_at.y()
                more |= flow.colour(top - above, bottom - above)
        return more

    def _showing(self, part: Part) -> Flow | None:
        if isinstance(part, ReasoningPart) and not self.unfolded:
            return None
        return part.flow

    # -- painting and places

    def paint(
        self, brush: Brush, x: float, y: float, chosen: Callable[[int], tuple[Position, Position] | None]
    ) -> None:
        for number, part in enumerate(self._parts):
            top = y + self._tops[number]
            if top <= brush.clip.bottom() and top + part.height >= brush.clip.top():
                text = self.number_of(part)
                part.paint(brush, x, top, chosen(text) if text is not None else None)

    def number_of(self, part: Part) -> int | None:
        return next((number for number, flow in self._flows.items() if flow is part.flow), None)

    def flow(self, number: int) -> Flow | None:
        """A text of this message, if it shows."""
        return next((f for n, f, _ in self.texts() if n == number), None)

    def texts(self) -> Iterator[tuple[int, Flow, QPointF]]:
        """The texts that show, in order, with the place of their top left corner in the entry."""
        for part, at in zip(self._parts, self._tops, strict=True):
            flow = self._showing(part)
            number = self.number_of(part)
            if flow is not None and number is not None:
                yield number, flow, QPointF(part.text_left, at + part.flow_at.y())

    def spots(self, top: float, bottom: float) -> list[Spot]:
        """The spots between two heights, placed in the entry."""
        found = []
        for number, (part, at) in enumerate(zip(self._parts, self._tops, strict=True)):
            if at <= bottom and at + part.height >= top:
                for spot in part.spots(top - at, bottom - at):
                    name = f"{number}.{spot.id}" if spot.id.startswith("code:") else spot.id
                    moved = spot.moved(0, at)
                    found.append(Spot(name, moved.rect, moved.label, moved.tip, moved.text, moved.icon))
        return found

    def part(self, number: int) -> Part:
        return self._parts[number]

    def foot(self) -> FootPart | None:
        return next((part for part in self._parts if isinstance(part, FootPart)), None)

    def has_part(self, number: int) -> bool:
        return 0 <= number < len(self._parts)

    def part_at(self, y: float) -> int:
        """The number of the part at a height; the nearest one outside."""
        number = 0
        for index, top in enumerate(self._tops):
            if top <= y:
                number = index
        return number

    def part_top(self, number: int) -> float:
        return self._tops[min(number, len(self._tops) - 1)] if self._tops else 0.0

    def rect(self, y: float, x: float) -> QRectF:
        return QRectF(x, y, self._scene.width, self.height - self._below)
