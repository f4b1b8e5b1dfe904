"""Pairs that are known to be similar or not, each column's scores of them, and the line that somebody draws."""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from workbench.domain.embeddings.cuts import Cut, PairScores, all_scores, equivalent
from workbench.domain.embeddings.judgements import DrawnLine, LabelledPair
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.judgement_files import PairsRead, read_pairs
from workbench.services.embeddings.study import Column, Study
from workbench.services.embeddings.thresholds import (
    Pairs,
    PairSource,
    pair_scores,
    pair_to_judge,
    pairs_of,
    sources,
)
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.part import PartModel
from workbench.ui.embeddings.model import EmbeddingsModel


@dataclass(frozen=True, slots=True)
class Line:
    """Where the same line lies for a column: it lets through the same part of the pairs. cut: what it does there."""

    column: Column
    title: str
    scores: PairScores
    cut: Cut


class ThresholdModel(PartModel):
    """pairs: that are asked, None while they are not drawn yet. score: of the line, in the terms of `here`.

    read: what the file that was read last brought; reading_trouble: why it could not be read.
    """

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(shared, desk, known, parent)
        self._source: PairSource | None = None
        self._here = ""
        self._offered: tuple[int, int] | None = None
        self.score = math.nan
        self.pairs: Pairs | None = None
        self._scores: dict[str, PairScores] = {}
        self._sorted: dict[str, array[float]] = {}
        self.read: PairsRead | None = None
        self.reading_trouble: Trouble | None = None

    # looking

    @property
    def sources(self) -> tuple[PairSource, ...]:
        return sources(self.known.facts, self.known.judgements.pairs)

    @property
    def source(self) -> PairSource:
        """As it was chosen, or as the line was drawn, while there is such; else the best known."""
        there = self.sources
        drawn = self.known.judgements.line
        wanted = self._source or (drawn.source if drawn is not None else None)
        return next((each for each in there if each == wanted), there[0])

    @property
    def here(self) -> Column | None:
        """The column whose line is drawn."""
        columns = [column for column in self.columns if column.key in self._scores]
        return next((each for each in columns if each.key == self._here), columns[0] if columns else None)

    @property
    def scores(self) -> PairScores | None:
        """Of the column whose line is drawn."""
        return self._scores[self.here.key] if self.here is not None else None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Of all columns, as they are ordered."""
        here = self.here
        if here is None or math.isnan(self.score):
            return ()
        found = []
        for column in self.columns:
            scores = self._scores.get(column.key)
            if scores is None:
                continue
            there = self.score
            if column.key != here.key:
                there = equivalent(self.score, self._sorted[here.key], self._sorted[column.key])
            found.append(Line(column, self.shared.title_of(column), scores, scores.at(there)))
        return tuple(found)

    @property
    def two(self) -> tuple[int, int] | None:
        """The two rows that are selected, which can be told to be similar or not."""
        rows = self.shared.selected
        return (rows[0], rows[1]) if len(rows) == 2 else None

    # changing

    def choose_source(self, source: PairSource) -> None:
        if source is not self.source:
            self._source = source
            self.refresh()

    def look_from(self, key: str) -> None:
        """Draw the line for this column; it stays where it is in terms of the pairs."""
        line = next((each for each in self.lines if each.column.key == key), None)
        if line is not None:
            drawn = self._drawn is not None
            self._here, self.score = key, line.cut.score
            if drawn:
                self._keep_line()
            self.changed.emit()

    def draw_line(self, score: float) -> None:
        if score != self.score and self.here is not None:
            self._here, self.score = self.here.key, score
            self._keep_line()
            self.changed.emit()

    @Slot()
    def to_best(self) -> None:
        """Draw the line where F1 is highest."""
        if self.scores is not None and self.scores.best is not None:
            self.score = self.scores.best.score
            self.known.draw(None)
            self.changed.emit()

    def judge(self, similar: bool) -> None:
        """The two rows that are selected."""
        if self.two is not None:
            offered = self.two == self._offered
            self._source = PairSource.JUDGED
            self.known.pair(*self.two, similar)
            if offered:
                self.offer()

    @Slot()
    def offer(self) -> None:
        """Select two rows that are worth judging; after these the next ones."""
        self.tasks.start("offer", self._offer())

    def forget(self, pair: LabelledPair) -> None:
        self.known.tell(self.known.judgements.without_pair(pair), undoable=True)

    def forget_all(self) -> None:
        self.known.tell(replace(self.known.judgements, pairs=()), undoable=True)

    @property
    def undoable(self) -> bool:
        """The pairs can be had back as they were."""
        before = self.known.before
        return before is not None and before.pairs != self.known.judgements.pairs

    def read_files(self, paths: Sequence[Path]) -> None:
        self.tasks.start("file", self._read(paths))

    # reckoning

    def clear(self) -> None:
        self.pairs, self.score, self._source, self._here = None, math.nan, None, ""
        self._offered = None
        self._scores.clear()
        self._sorted.clear()
        self.read, self.reading_trouble = None, None

    def asked(self) -> Hashable:
        told = self.known.judgements.pairs if self.source is PairSource.JUDGED else ()
        return (super().asked(), self.source, told, self.known.loaded)

    async def work(self, study: Study) -> None:
        if not self.known.loaded and self.known.trouble is None:
            return  # it comes again when it is known which pairs there are
        source, judged = self.source, self.known.judgements.pairs
        pairs = await asyncio.to_thread(pairs_of, source, study.texts.rows, judged)
        found: dict[str, PairScores] = {}
        columns = self.columns
        for number, column in enumerate(columns):

            def tell(part: float, number: int = number) -> None:
                self.tell((number + part) / len(columns))

            vectors = await study.vectors(column.key)
            found[column.key] = await pair_scores(column.key, vectors, pairs, self.shared.measure, tell)
        ordered = await asyncio.to_thread(_sorted, list(found.values()))
        self.pairs, self._scores, self._sorted = pairs, found, ordered
        self._settle()

    @property
    def _drawn(self) -> DrawnLine | None:
        """The line that is kept, where it was drawn through such scores as there are now."""
        line = self.known.judgements.line
        if line is None or (line.source, line.measure) != (self.source, self.shared.measure):
            return None
        scores = self._scores.get(line.column)
        return line if scores is not None and scores.least <= line.score <= scores.most else None

    def _keep_line(self) -> None:
        self.known.draw(DrawnLine(self.score, self._here, self.source, self.shared.measure))

    def _settle(self) -> None:
        """The line stays where somebody drew it, as long as that is within the scores; else it goes where F1 is highest."""
        drawn = self._drawn
        if drawn is not None:
            self._here, self.score = drawn.column, drawn.score
            return
        scores = self.scores
        if scores is None or not self._sorted[scores.key]:
            self.score = math.nan
        else:
            middle = self._sorted[scores.key][len(self._sorted[scores.key]) // 2]
            self.score = middle if scores.best is None else scores.best.score

    async def _offer(self) -> None:
        study, here, scores = self.shared.study, self.here, self.scores
        if study is None or here is None or scores is None:
            return
        judged = self.known.judgements.pairs
        score = self.score if scores.best is not None else None
        try:
            vectors = await study.vectors(here.key)
            self._offered = await pair_to_judge(
                vectors, study.texts.rows, judged, score, self.shared.measure, seed=len(judged)
            )
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        if self._offered is not None and study is self.shared.study:
            self.shared.select(self._offered)
        self.changed.emit()

    async def _read(self, paths: Sequence[Path]) -> None:
        """What the last file brought is told; one that cannot be read ends it."""
        self.read, self.reading_trouble = None, None
        try:
            for path in paths:
                self.read = await read_pairs(path, self.shared.rows)
                if self.read.pairs:
                    self._source = PairSource.JUDGED
                    before = None
                    while before is not self.known.judgements:  # somebody may tell something meanwhile
                        before = self.known.judgements
                        told = await asyncio.to_thread(before.with_pairs, self.read.pairs)
                    self.known.tell(told, undoable=True)
        except WorkbenchError as error:
            self.reading_trouble = Trouble.of(error)
        self.changed.emit()


def _sorted(scores: Sequence[PairScores]) -> dict[str, array[float]]:
    return {each.key: all_scores(each) for each in scores}
