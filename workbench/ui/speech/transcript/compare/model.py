"""Several takes of one recording, their differences and scores, and the text they are measured against."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.models import short_name
from workbench.domain.speech import srt, vtt
from workbench.domain.speech.documents import transcript_in
from workbench.domain.speech.takes import Take
from workbench.services.speech.comparison import Comparison, Difference, Row, compared
from workbench.ui.support.moments import moment
from workbench.ui.support.tasks import TaskScope

MOST_BYTES = 20_000_000
Compare = Callable[[Sequence[Take], str, int], Comparison]


class CompareModel(QObject):
    """Signals: changed (another comparison, or one is being worked out), row_changed (another row is said), reference_changed,
    problem_changed; and to whoever plays and keeps: seek_wanted (seconds), reference_wanted (what is really said, to be kept).
    """

    changed = Signal()
    row_changed = Signal()
    reference_changed = Signal()
    problem_changed = Signal()
    seek_wanted = Signal(float)
    reference_wanted = Signal(str)

    def __init__(self, compare: Compare = compared, parent: QObject | None = None) -> None:
        """compare: takes its time, and is run off the main thread. Connect `tasks.failed`."""
        super().__init__(parent)
        self._compare = compare
        self.takes: tuple[Take, ...] = ()
        self.reference = ""
        self.base = 0
        self.comparison: Comparison | None = None
        self.row = -1
        self.position = 0.0
        self.problem: WorkbenchError | None = None
        self.tasks = TaskScope(self)
        self._starts: list[float] = []

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.comparison.rows if self.comparison is not None else ()

    @property
    def by_reference(self) -> bool:
        return self.comparison is not None and self.comparison.by_reference

    @property
    def comparing(self) -> bool:
        """It is being worked out, and nothing is there to be shown meanwhile."""
        return self.comparison is None and len(self.takes) > 1

    @property
    def titles(self) -> tuple[str, ...]:
        """Of the takes: their models, and when they were made where a model has several."""
        names = [short_name(take.model) for take in self.takes]
        often = Counter(names)
        return tuple(
            f"{name} · {moment(take.created_at)}" if often[name] > 1 else name
            for name, take in zip(names, self.takes, strict=True)
        )

    def show(self, takes: Sequence[Take], reference: str = "") -> None:
        """Compare these. Fewer than two are nothing to compare."""
        before, self.takes = self.takes, tuple(takes)
        same = [take.id for take in takes] == [take.id for take in before]
        if (
            same
            and reference == self.reference
            and [_heard(one) for one in takes] == [_heard(one) for one in before]
        ):
            return
        self.base = self.base if same else 0
        if not same or len(self.takes) < 2:
            self._set(None)
        self._set_reference(reference)
        self._start()

    def measure_by(self, base: int) -> None:
        """Tell the differences from this take, where there is no reference."""
        if base != self.base and 0 <= base < len(self.takes):
            self.base = base
            self._start()

    def measure(self, text: str) -> None:
        """Measure against this; "" for nothing."""
        self._say(None)
        self._set_reference(text.strip())
        self.reference_wanted.emit(self.reference)
        self._start()

    def load(self, path: str) -> None:
        """Measure against what a file says: plain text, SRT, WebVTT, or a transcript as JSON."""
        self.tasks.start("reference", self._load(Path(path)))

    def set_position(self, seconds: float) -> None:
        """Playback is here."""
        self.position = seconds
        row = bisect_right(self._starts, seconds) - 1
        if row != self.row:
            self.row = row
            self.row_changed.emit()

    def differs(self, number: int) -> bool:
        return any(
            word.difference is not Difference.NONE for cell in self.rows[number].cells for word in cell
        )

    async def aclose(self) -> None:
        await self.tasks.aclose()

    def _start(self) -> None:
        if len(self.takes) > 1:
            self.tasks.start("compare", self._work())

    async def _work(self) -> None:
        self._set(await asyncio.to_thread(self._compare, self.takes, self.reference, self.base))

    def _set(self, comparison: Comparison | None) -> None:
        self.comparison = comparison
        self._starts = [row.start for row in self.rows]
        self.row = bisect_right(self._starts, self.position) - 1
        self.changed.emit()

    def _set_reference(self, text: str) -> None:
        if text != self.reference:
            self.reference = text
            self.reference_changed.emit()

    async def _load(self, path: Path) -> None:
        try:
            text = await asyncio.to_thread(reference_in, path)
        except WorkbenchError as error:
            self._say(error)
        else:
            self.measure(text)

    def _say(self, problem: WorkbenchError | None) -> None:
        if problem is not self.problem:
            self.problem = problem
            self.problem_changed.emit()


def _heard(take: Take) -> tuple[object, ...]:
    """What of it is compared: not what somebody makes of its text meanwhile."""
    return take.heard, take.cost, take.took_ms


def reference_in(path: Path) -> str:
    """The words a file says. Raises InvalidInput where it has none."""
    fix = "Choose a text file in UTF-8, SRT, WebVTT or JSON."
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InvalidInput(
                f"{path.name} is not a text to measure against.", why="It is larger than 20 MB.", fix=fix
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path.name} could not be read.", why=str(error.strerror or error)) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not a text file.", fix=fix) from error
    said = _said(path.suffix.lower(), text)
    if not said.strip():
        raise InvalidInput(f"There are no words in {path.name}.", fix="Choose another file.")
    return said


def _said(kind: str, text: str) -> str:
    if kind == ".json":
        return transcript_in(text).text
    if kind in (".srt", ".vtt"):
        captions = srt.read(text) if kind == ".srt" else vtt.read(text)
        return "\n".join(caption.text for caption in captions)
    return text
