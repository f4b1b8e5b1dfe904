"""Words worth a second look, as they are marked beside the text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Slot

from workbench.domain.speech.doubts import Doubt, DoubtKind, doubts
from workbench.domain.speech.transcripts import Transcript
from workbench.ui.support import figures
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

translate = QCoreApplication.translate
Silences = Sequence[tuple[float, float]]
WAIT_MS = 400


@dataclass(frozen=True, slots=True)
class Mark:
    """first, last: its words in the segment, last not included. text: what is doubtful about them, a sentence.

    underlined: the words are marked, too, and not only the segment they are in.
    """

    segment_id: str
    first: int
    last: int
    text: str
    underlined: bool = True


def marks_of(found: Sequence[Doubt]) -> tuple[Mark, ...]:
    """Words that a model is not sure of have none: they are shaded."""
    return tuple(_mark(doubt) for doubt in found if doubt.kind is not DoubtKind.UNSURE)


def _mark(doubt: Doubt) -> Mark:
    pace = doubt.kind in (DoubtKind.FAST, DoubtKind.SLOW)
    return Mark(doubt.segment_id, doubt.words.start, doubt.words.stop, _text(doubt), not pace)


def _text(doubt: Doubt) -> str:
    if doubt.kind is DoubtKind.FAST:
        said = translate(
            "Transcript", "{0} words a second: faster than anybody speaks here. Words may be made up."
        )
        return said.format(QLocale().toString(float(doubt.value), "f", 1))
    if doubt.kind is DoubtKind.SLOW:
        said = translate("Transcript", "{0} words a second: slower than elsewhere. Words may be missing.")
        return said.format(QLocale().toString(float(doubt.value), "f", 1))
    if doubt.kind is DoubtKind.REPEATED:
        said = translate(
            "Transcript", "The same words {0} times over. The model may have been caught in a loop."
        )
        return said.format(figures.count(round(doubt.value)))
    return translate("Transcript", "There are words here where the recording is silent.")


class Checker(QObject):
    """Looks through a transcript when nobody has changed it for a moment. Off the main thread: an hour takes a while."""

    def __init__(self, found: Callable[[Sequence[Mark]], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found = found
        self._transcript = Transcript()
        self._silences: Silences = ()
        self.tasks = TaskScope(self)
        self._timer = once(self, WAIT_MS, self._start)

    def check(self, transcript: Transcript, silences: Silences) -> None:
        self._transcript, self._silences = transcript, silences
        self._timer.start()

    async def aclose(self) -> None:
        self._timer.stop()
        await self.tasks.aclose()

    @Slot()
    def _start(self) -> None:
        self.tasks.start("doubts", self._check())

    async def _check(self) -> None:
        transcript = self._transcript
        found = await asyncio.to_thread(doubts, transcript, self._silences)
        if transcript is self._transcript:
            self._found(marks_of(found))
