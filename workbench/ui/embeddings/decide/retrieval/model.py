"""Queries and the rows that should be found by them, what each column answers, and what that is worth."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject

from workbench.domain.embeddings.judgements import Judgements, Query
from workbench.domain.embeddings.retrieval import Retrieval
from workbench.domain.errors import WorkbenchError
from workbench.domain.ids import new_id
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.judgement_files import QueriesRead, read_queries
from workbench.services.embeddings.retrieval import (
    Outlook,
    Ranking,
    judged,
    outlook,
    query_vectors,
    ranking,
)
from workbench.services.embeddings.study import Study
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.decide.part import PartModel, stamp
from workbench.ui.embeddings.model import EmbeddingsModel

KS = (1, 3, 5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that a column answers with, or that was judged. places: where it stands in each, from 1, None where it is not among the k."""

    row: int
    grade: float | None
    places: tuple[int | None, ...]


class RetrievalModel(PartModel):
    """results: one for each column. waiting: what asking would take, while the user has not agreed to it. current: a query's id.

    read: what the files that were read last brought; reading_trouble: why they could not be read.
    """

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(shared, desk, known, parent)
        self.k = 10
        self.current = ""
        self.results: tuple[Retrieval, ...] = ()
        self.waiting: Outlook | None = None
        self._agreed: set[str] = set()
        self._ranked: dict[str, tuple[Hashable, Ranking]] = {}
        """By the column's key, with what it was asked: to judge a row asks nothing anew."""
        self._known: tuple[Judgements, tuple[Query, ...], int] | None = None
        self.read: QueriesRead | None = None
        self.reading_trouble: Trouble | None = None

    # looking

    @property
    def queries(self) -> tuple[Query, ...]:
        return self.known.judgements.queries

    @property
    def usable(self) -> tuple[Query, ...]:
        """Those with a text, or whose row is in the set."""
        return self._sorted_out()[1]

    @property
    def judged_count(self) -> int:
        """Of the usable ones those that something is relevant to."""
        return self._sorted_out()[2]

    @property
    def query(self) -> Query | None:
        """The current one."""
        return self.known.judgements.query(self.current) or next(iter(self.queries), None)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Of the current query: the best places first; rows that were judged and not found at the end."""
        query = self.query
        if query is None:
            return ()
        ids, places = self.shared.rows, self.known.facts.places
        answers = [result.answers.get(query.id) for result in self.results]
        ranks: dict[int, list[int | None]] = {}
        for number, answer in enumerate(answers):
            for place, row in enumerate(answer.rows if answer is not None else (), start=1):
                ranks.setdefault(row, [None] * len(answers))[number] = place
        for id, _ in query.grades:
            if id in places and id != query.row:
                ranks.setdefault(places[id], [None] * len(answers))
        found = [Candidate(row, query.grade(ids[row].id), tuple(each)) for row, each in ranks.items()]
        last = self.k + 1
        return tuple(
            sorted(found, key=lambda each: (min(place or last for place in (*each.places, last)), each.row))
        )

    def words_of(self, query: Query) -> str:
        """The text that asks; its id where there is none."""
        if query.text:
            return query.text
        place = self.known.facts.places.get(query.row)
        return self.shared.rows[place].text if place is not None else query.id

    # changing

    def set_k(self, k: int) -> None:
        self.k = k
        self.refresh()

    def show_query(self, query_id: str) -> None:
        if query_id != self.current:
            self.current = query_id
            self.changed.emit()

    def add_text(self, text: str) -> None:
        """A query that was typed. To add it is to agree to ask for it."""
        text = " ".join(text.split())
        if text:
            known = next((query for query in self.queries if query.text == text), None)
            self._agreed.add(text)
            self._add(known or Query(new_id(), text))

    def add_row(self) -> None:
        """The current row as a query; the other selected ones are relevant to it."""
        if self.shared.selected:
            *others, asks = self.shared.selected
            rows = self.shared.rows
            grades = tuple((rows[row].id, 1.0) for row in others)
            self._add(Query(rows[asks].id, row=rows[asks].id, grades=grades))

    def remove(self, query_id: str) -> None:
        self.known.tell(self.known.judgements.without_query(query_id), undoable=True)

    def remove_all(self) -> None:
        self.known.tell(replace(self.known.judgements, queries=()), undoable=True)

    @property
    def undoable(self) -> bool:
        """The queries can be had back as they were."""
        before = self.known.before
        return before is not None and before.queries != self.queries

    def grade(self, row: int, grade: float | None) -> None:
        """How relevant a row is to the current query; None for not judged."""
        query = self.query
        if query is not None:
            told = query.graded(self.shared.rows[row].id, grade)
            self.current = query.id
            self.known.tell(self.known.judgements.with_query(told))

    def grade_selected(self) -> None:
        """The rows that are selected are relevant to the current query."""
        query = self.query
        if query is not None:
            for row in self.shared.selected:
                query = query.graded(self.shared.rows[row].id, 1.0)
            self.current = query.id
            self.known.tell(self.known.judgements.with_query(query))

    def ask(self) -> None:
        """Agree to what `waiting` says."""
        self._agreed.update(query.text for query in self.queries)
        self.reckon()

    def read_files(self, paths: Sequence[Path]) -> None:
        """Judgements and words of queries may come in files of their own."""
        self.tasks.start("file", self._read(paths))

    # reckoning

    def clear(self) -> None:
        self.results, self.waiting, self.current = (), None, ""
        self._agreed.clear()
        self._ranked.clear()
        self.read, self.reading_trouble = None, None

    def asked(self) -> Hashable:
        return (super().asked(), self.k, self.queries, self.known.loaded)

    async def work(self, study: Study) -> None:
        queries = self.usable
        self.waiting = None
        if not queries:
            self.results = ()
            return
        calls, columns, places = self.desk.calls, self.columns, self.known.facts.places
        if any(query.text and query.text not in self._agreed for query in queries):
            expected = await outlook(calls, columns, queries)
            if expected.texts:
                self.waiting = expected
                return
        rankings: list[Ranking] = []
        asks = tuple((query.id, query.text, query.row) for query in queries)
        for number, column in enumerate(columns):

            def tell(part: float, number: int = number) -> None:
                self.tell((number + part) / len(columns))

            wanted = (stamp(column), self.k, self.shared.measure, asks)
            known = self._ranked.get(column.key)
            if known is not None and known[0] == wanted:
                rankings.append(known[1])
                continue
            try:
                asked = await query_vectors(calls, column, queries)
            except WorkbenchError as error:
                # the other models can be compared all the same
                trouble = Trouble.of(error)
                self.trouble = replace(trouble, what=f"{self.shared.title_of(column)}: {trouble.what}")
                continue
            vectors = await study.vectors(column.key)
            made = await ranking(column, vectors, queries, asked, places, self.k, self.shared.measure, tell)
            self._ranked[column.key] = (wanted, made)
            rankings.append(made)
        self.results = await judged(rankings, queries, places)

    def _sorted_out(self) -> tuple[Judgements, tuple[Query, ...], int]:
        """Once for each change, for there may be thousands."""
        known, ids = self.known.judgements, self.known.facts.places
        if self._known is None or self._known[0] is not known:
            usable = tuple(query for query in known.queries if query.text or query.row in ids)
            self._known = (known, usable, sum(1 for query in usable if query.answers))
        return self._known

    def _add(self, query: Query) -> None:
        self.current = query.id
        self.known.tell(self.known.judgements.with_queries([query]))
        self.changed.emit()

    async def _read(self, paths: Sequence[Path]) -> None:
        self.read, self.reading_trouble = None, None
        try:
            self.read = await read_queries(paths, self.shared.rows, self.queries)
        except WorkbenchError as error:
            self.reading_trouble = Trouble.of(error)
        else:
            before = None
            while before is not self.known.judgements:  # somebody may tell something meanwhile
                before = self.known.judgements
                told = await asyncio.to_thread(before.with_queries, self.read.queries)
            self.known.tell(told, undoable=True)
        self.changed.emit()
