"""All that a report tells, reckoned as the pages of the tab reckon it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Protocol, TypeVar

from workbench.domain.embeddings.agreement import Agreement
from workbench.domain.embeddings.compression import Compression
from workbench.domain.embeddings.cuts import PairScores
from workbench.domain.embeddings.judgements import Judgements, Query
from workbench.domain.embeddings.languages import LanguageAccuracy
from workbench.domain.embeddings.likeness import Matrix
from workbench.domain.embeddings.maps import ColourBy, Colouring, MapKind
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.retrieval import Retrieval
from workbench.domain.embeddings.separation import ModelCost, Separation
from workbench.domain.embeddings.texts import TextSet
from workbench.domain.errors import WorkbenchError
from workbench.services.embeddings import likeness, thresholds
from workbench.services.embeddings.agreement import agreement
from workbench.services.embeddings.colouring import by_clusters, by_names
from workbench.services.embeddings.compression import compression
from workbench.services.embeddings.embedding import Embedding, sandbox_engine
from workbench.services.embeddings.languages import language_accuracy, translations
from workbench.services.embeddings.maps import Maps, PointMap
from workbench.services.embeddings.reckoning import Progress
from workbench.services.embeddings.retrieval import Ranking, judged, outlook, query_vectors, ranking
from workbench.services.embeddings.separation import Models, cost_of, separation
from workbench.services.embeddings.set_facts import SetFacts, set_facts
from workbench.services.embeddings.study import Column, Study
from workbench.services.embeddings.thresholds import PairSource

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors

K = 10
"""Neighbours that are asked for; translations are looked for among the first one."""
MATRIX_ROWS = 300
"""More are no longer told apart in a picture; of more, so many are drawn evenly."""
_SIMULATED = "simulated"
_STEPS = 7
"""Of work, for each column."""
T = TypeVar("T")


class Sets(Protocol):
    """storage.text_sets.TextSetStore."""

    async def judgements(self, set_id: str) -> Judgements: ...


@dataclass(slots=True)
class ColumnFindings:
    """Of one column; None for what there is nothing to reckon from. engine: who stood in for its model in the sandbox, "" for itself."""

    column: Column
    title: str
    cost: ModelCost
    missing: int
    engine: str = ""
    separation: Separation | None = None
    matrix: Matrix | None = field(default=None, repr=False)
    map: PointMap | None = field(default=None, repr=False)
    scores: PairScores | None = field(default=None, repr=False)
    retrieval: Retrieval | None = None
    languages: LanguageAccuracy | None = None
    compression: Compression | None = None

    @property
    def simulated(self) -> bool:
        """The sandbox made the vectors up."""
        return self.engine == _SIMULATED


@dataclass(slots=True)
class Findings:
    """agreements: of every two columns, by their places. colouring: of the rows, by label, else by the clusters of the first column.

    pairs: where those come from that the thresholds were found with. left_out: what could not be reckoned, and why, in sentences.
    """

    texts: TextSet
    facts: SetFacts
    measure: Measure
    columns: list[ColumnFindings]
    colouring: Colouring
    pairs: PairSource = PairSource.ANY
    agreements: dict[tuple[int, int], Agreement] = field(default_factory=dict)
    queries: int = 0
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sources:
    """What the findings are made from besides the vectors."""

    models: Models
    maps: Maps
    calls: Embedding
    sets: Sets


async def findings(
    study: Study,
    columns: Sequence[tuple[str, Column]],
    sources: Sources,
    measure: Measure,
    kind: MapKind = MapKind.COMPONENTS,
    progress: Progress | None = None,
) -> Findings:
    """columns: at least one, with their titles. No model is asked for anything: queries whose vectors are not known are left out.

    Raises StorageFailed, InvalidInput where vectors cannot be read.
    """
    work = _Work(study, columns, sources, measure, kind, progress)
    await work.prepare()
    await work.each_column()
    await work.retrieval()
    await work.agreements()
    return work.found


class _Work:
    def __init__(
        self,
        study: Study,
        columns: Sequence[tuple[str, Column]],
        sources: Sources,
        measure: Measure,
        kind: MapKind,
        progress: Progress | None,
    ) -> None:
        self._study = study
        self._titled = columns
        self._sources = sources
        self._measure = measure
        self._kind = kind
        self._progress = progress or (lambda part: None)
        many = len(columns)
        self._steps = many * _STEPS + many * (many - 1) // 2 + 2
        self._done = 0
        self._judgements = Judgements()

    async def prepare(self) -> None:
        """What is known of the rows, and how they are coloured."""
        study, sources = self._study, self._sources
        rows = study.texts.rows
        facts = await asyncio.to_thread(set_facts, rows)
        self._judgements = await sources.sets.judgements(study.texts.id)
        if facts.labels > 1:
            labels = await asyncio.to_thread(lambda: [row.label for row in rows])
            colouring = await by_names(ColourBy.LABEL, labels)
        else:
            texts = await asyncio.to_thread(lambda: [row.text for row in rows])
            colouring = await by_clusters(await self._vectors(0), texts, None, progress=self._tell)
        found = [
            ColumnFindings(
                column,
                title,
                cost_of(sources.models, column),
                max(facts.texts - column.done, 0),
                sandbox_engine(column.model.origin) if column.model is not None else "",
            )
            for title, column in self._titled
        ]
        self.found = Findings(study.texts, facts, self._measure, found, colouring)
        self._step()

    async def each_column(self) -> None:
        rows, found, measure = self._study.texts.rows, self.found, self._measure
        source = thresholds.sources(found.facts, self._judgements.pairs)[0]
        found.pairs = source
        pairs = await asyncio.to_thread(thresholds.pairs_of, source, rows, self._judgements.pairs)
        same = await asyncio.to_thread(translations, rows)
        labels = [row.label for row in rows] if found.facts.labels > 1 else []
        for number, each in enumerate(found.columns):
            vectors = await self._vectors(number)
            key, title = each.column.key, each.title
            if labels:
                each.separation = await self._tried(title, separation(vectors, labels, self._tell))
            self._step()
            shown = await asyncio.to_thread(_shown, vectors)
            each.matrix = await self._tried(title, likeness.matrix(vectors, shown, measure, self._tell))
            self._step()
            each.map = await self._tried(title, self._map(vectors))
            self._step()
            each.scores = await thresholds.pair_scores(key, vectors, pairs, measure, self._tell)
            self._step()
            if same:
                each.languages = await self._tried(
                    title, language_accuracy(key, vectors, same, 1, measure, self._tell)
                )
            self._step()
            each.compression = await self._tried(title, compression(key, vectors, K, self._tell))
            self._step()

    async def retrieval(self) -> None:
        found, places = self.found, self.found.facts.places
        queries = [query for query in self._judgements.queries if query.text or query.row in places]
        columns = [each.column for each in found.columns]
        known, asked = await self._known(columns, [query for query in queries if query.relevant])
        if len(known) < sum(1 for query in queries if query.relevant):
            found.left_out.append(
                "Queries that were typed and whose vectors are not known are left out: open Decide, Retrieval to have them embedded."
            )
        found.queries = len(known)
        rankings: list[Ranking] = []
        for number, each in enumerate(found.columns):
            if known:
                vectors = await self._vectors(number)
                mine = asked.get(each.column.key, {})
                made = await ranking(each.column, vectors, known, mine, places, K, self._measure, self._tell)
                rankings.append(made)
            self._step()
        if rankings:
            for each, result in zip(found.columns, await judged(rankings, known, places), strict=True):
                each.retrieval = result
        self._step()

    async def agreements(self) -> None:
        for one, other in combinations(range(len(self.found.columns)), 2):
            left, right = await self._vectors(one), await self._vectors(other)
            title = f"{self.found.columns[one].title}, {self.found.columns[other].title}"
            made = await self._tried(title, agreement(left, right, K, self._measure, self._tell))
            if made is not None:
                self.found.agreements[one, other] = made
            self._step()

    async def _known(
        self, columns: Sequence[Column], queries: Sequence[Query]
    ) -> tuple[list[Query], dict[str, dict[str, bytes]]]:
        """Queries for which nobody has to be asked, and the vectors of the typed ones for each column."""
        calls = self._sources.calls
        rows = [query for query in queries if query.row]
        typed = [query for query in queries if not query.row]
        if not typed:
            return rows, {}
        try:
            if (await outlook(calls, columns, typed)).texts:
                return rows, {}
            asked = {each.key: dict(await query_vectors(calls, each, typed)) for each in columns}
        except WorkbenchError:
            return rows, {}
        return list(queries), asked

    async def _map(self, vectors: Vectors) -> PointMap:
        maps = self._sources.maps
        return await maps.judged(await maps.laid_out(vectors, self._kind, progress=self._tell), vectors)

    def _vectors(self, number: int) -> Awaitable[Vectors]:
        return self._study.vectors(self._titled[number][1].key)

    async def _tried(self, title: str, work: Awaitable[T]) -> T | None:
        """What cannot be reckoned is left out, which is told."""
        try:
            return await work
        except WorkbenchError as error:
            self.found.left_out.append(" ".join(f"{title}: {error.what} {error.why}".split()))
            return None

    def _step(self) -> None:
        self._done += 1
        self._tell(0.0)

    def _tell(self, part: float) -> None:
        self._progress(min((self._done + part) / self._steps, 1.0))


def _shown(vectors: Vectors) -> list[int]:
    """Rows of the matrix."""
    import numpy as np

    rows = np.flatnonzero(vectors.valid)
    return [int(rows[place]) for place in likeness.sample(range(len(rows)), MATRIX_ROWS)]


def ordered(found: Matrix, colouring: Colouring) -> list[int]:
    """Places of a matrix: group by group, within a group the like ones together."""
    rank = {place: number for number, place in enumerate(found.clustered)}
    if colouring.by is not ColourBy.LABEL:
        return list(found.clustered)
    return sorted(range(len(found.rows)), key=lambda at: (colouring.shades[found.rows[at]], rank[at]))
