"""A recording that is listened to: what is selected, where it stands, what is played next."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.speech.cutting import silences
from workbench.domain.speech.transcripts import Word
from workbench.services.speech.loudness import Measured, measured
from workbench.services.speech.samples import Samples
from workbench.services.speech.sound import FASTEST, SLOWEST, Player
from workbench.ui.support.tasks import TaskScope

SPEEDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
STEP_S, NUDGE_S, FRAME_S = 1.0, 0.1, 0.02
"""How far the keys move: arrows, arrows with Alt, and “,” and “.”."""
_SHORTEST_S = 0.02
_BEFORE_S = 0.08
"""What is left of a silence before somebody speaks again."""


class Span(NamedTuple):
    """Seconds of the recording."""

    start: float
    end: float


class Playing(Player, Protocol):
    """ui.support.audio.player.QtPlayer."""

    position_changed: Any
    playing_changed: Any
    speed_changed: Any
    trouble_changed: Any
    failed: Any

    @property
    def speed(self) -> float: ...
    def loop_over(self, span: tuple[float, float] | None) -> None: ...
    def close(self) -> None: ...


class PlayerModel(QObject):
    """Signals: recording_changed (another one, or its waveform is there), selection_changed, marks_changed, looping_changed,
    position_changed (seconds), playing_changed, speed_changed, trouble_changed (why nothing can be heard), failed (WorkbenchError).
    """

    recording_changed = Signal()
    selection_changed = Signal()
    marks_changed = Signal()
    looping_changed = Signal(bool)
    position_changed = Signal(float)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    trouble_changed = Signal(str)
    failed = Signal(object)  # WorkbenchError

    def __init__(self, player: Playing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.name = ""
        self.seconds = 0.0
        self.measured: Measured | None = None
        self.silences: Sequence[tuple[float, float]] = ()
        self.seams: Sequence[float] = ()
        self.words: Sequence[Word] = ()
        self.selection: Span | None = None
        self.looping = False
        self.waiting: float | None = None
        player.position_changed.connect(self.position_changed)
        player.playing_changed.connect(self.playing_changed)
        player.speed_changed.connect(self.speed_changed)
        player.trouble_changed.connect(self.trouble_changed)
        player.failed.connect(self.failed)

    @property
    def position(self) -> float:
        return self._player.position

    @property
    def playing(self) -> bool:
        return self._player.playing

    @property
    def speed(self) -> float:
        return self._player.speed

    @property
    def trouble(self) -> str:
        return self._player.trouble

    @property
    def is_open(self) -> bool:
        return self.seconds > 0

    def wait_for(self, name: str, part: float) -> None:
        """The recording called name is being decoded, so much of it (0–1) is."""
        if self.is_open:
            self.close()
        self.name, self.waiting = name, part
        self.recording_changed.emit()

    def open(self, path: Path, samples: Samples, name: str = "") -> None:
        """path: what is played. samples: what of it is shown."""
        self._forget()
        self.name, self.seconds = name or path.name, samples.seconds
        self._player.open(path, samples.seconds)
        self.recording_changed.emit()
        self._tasks.start("measure", self._measure(samples))

    def close(self) -> None:
        """Show nothing."""
        self._forget()
        self._player.open(None)
        self.recording_changed.emit()

    async def aclose(self) -> None:
        self._player.close()
        await self._tasks.aclose()

    def set_marks(self, seams: Sequence[float] = (), words: Sequence[Word] = ()) -> None:
        """Where parts were put together, and what was said; both in the order of time."""
        if (seams, words) != (self.seams, self.words):
            self.seams, self.words = seams, words
            self.marks_changed.emit()

    # listening

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """The selection if there is one, on from where it stands if that is in it; else on to the end.

        Nothing where there is `trouble`: that is shown beside the waveform.
        """
        if self.trouble:
            return
        selection = self.selection
        if selection is None:
            if self.looping:
                self._player.play(loop=True)
            else:
                self._player.play()
            return
        inside = selection.start <= self.position < selection.end - _SHORTEST_S
        if self.looping:
            self._player.play(selection.start, selection.end, loop=True)
        else:
            self._player.play(self.position if inside else selection.start, selection.end)

    def play_span(self, start: float, end: float) -> None:
        """A word, a line; the selection stays as it is. Where nothing can be heard it only goes there."""
        if self.trouble:
            self.seek(start)
        else:
            self._player.play(start, end)

    def pause(self) -> None:
        self._player.pause()

    def seek(self, at: float) -> None:
        self._player.seek(max(0.0, min(self.seconds, at)))

    def move(self, by: float) -> None:
        self.seek(self.position + by)

    def next_speech(self) -> None:
        """Behind the next silence."""
        here = self.position + _BEFORE_S + _SHORTEST_S
        place = bisect_right(self.silences, here, key=_end)
        self.seek(self.silences[place][1] - _BEFORE_S if place < len(self.silences) else self.seconds)

    def previous_speech(self) -> None:
        """Behind the silence before; a moment after one counts as at it."""
        here = self.position + _BEFORE_S - 4 * _SHORTEST_S
        place = bisect_left(self.silences, here, key=_end) - 1
        self.seek(self.silences[place][1] - _BEFORE_S if place >= 0 else 0.0)

    def set_speed(self, speed: float) -> None:
        self._player.set_speed(max(SLOWEST, min(FASTEST, speed)))

    def change_speed(self, *, faster: bool) -> None:
        """To the next one of SPEEDS."""
        if faster:
            self.set_speed(next((one for one in SPEEDS if one > self.speed), FASTEST))
        else:
            self.set_speed(next((one for one in reversed(SPEEDS) if one < self.speed), SLOWEST))

    def set_looping(self, looping: bool) -> None:
        if looping != self.looping:
            self.looping = looping
            self._loop_anew()
            self.looping_changed.emit(looping)

    # selecting

    def select(self, start: float, end: float) -> None:
        """In whichever order; too short a stretch selects nothing."""
        first, last = sorted((max(0.0, min(self.seconds, start)), max(0.0, min(self.seconds, end))))
        self._select(Span(first, last) if last - first >= _SHORTEST_S else None)

    def select_nothing(self) -> None:
        self._select(None)

    def select_all(self) -> None:
        self.select(0.0, self.seconds)

    def select_speech(self, at: float) -> None:
        """What is said around a moment, from silence to silence."""
        place = bisect_right(self.silences, at, key=_end)
        start = self.silences[place - 1][1] if place else 0.0
        end = self.silences[place][0] if place < len(self.silences) else self.seconds
        if start <= at <= end:
            self.select(max(0.0, start - _BEFORE_S), min(self.seconds, end + _BEFORE_S))

    def stretch(self, by: float) -> None:
        """Move the end that the player stands at: selecting with the keys."""
        at, selection = self.position, self.selection
        anchor = at
        if selection is not None and at in selection:
            anchor = selection.start if at == selection.end else selection.end
        target = max(0.0, min(self.seconds, at + by))
        self._player.seek(target)
        self.select(anchor, target)

    def _select(self, selection: Span | None) -> None:
        if selection != self.selection:
            self.selection = selection
            self._loop_anew()
            self.selection_changed.emit()

    def _loop_anew(self) -> None:
        if self.playing:
            whole = Span(0.0, self.seconds)
            self._player.loop_over((self.selection or whole) if self.looping else None)

    def _forget(self) -> None:
        self._tasks.cancel("measure")
        self.name, self.seconds, self.waiting = "", 0.0, None
        self.measured, self.silences, self.seams, self.words = None, (), (), ()
        if self.selection is not None:
            self.selection = None
            self.selection_changed.emit()

    async def _measure(self, samples: Samples) -> None:
        try:
            found = await measured(samples)
            quiet = await asyncio.to_thread(silences, found.loudness)
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.measured, self.silences = found, quiet
        self.recording_changed.emit()


def _end(silence: tuple[float, float]) -> float:
    return silence[1]
