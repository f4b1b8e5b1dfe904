"""What somebody knows of a set of texts: which rows answer a query, and which two say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

Grades = tuple[tuple[str, float], ...]
"""Ids of rows and how relevant they are: above 0 is relevant, 0 was looked at and is not."""


@dataclass(frozen=True, slots=True)
class Query:
    """id: unique within its set. row: the id of the row that asks, "" for a text that was typed; text: "" for a row."""

    id: str
    text: str = ""
    row: str = ""
    grades: Grades = ()

    @property
    def relevant(self) -> Mapping[str, float]:
        """A row that asks is no answer to itself."""
        return {row: grade for row, grade in self.grades if grade > 0 and row != self.row}

    @property
    def answers(self) -> int:
        """How many rows are relevant."""
        return sum(1 for row, grade in self.grades if grade > 0 and row != self.row)

    def grade(self, row: str) -> float | None:
        """None for a row that nobody has judged."""
        return dict(self.grades).get(row)

    def graded(self, row: str, grade: float | None) -> Query:
        """None takes a judgement back."""
        grades = dict(self.grades)
        grades.pop(row, None)
        if grade is not None:
            grades[row] = grade
        return replace(self, grades=tuple(grades.items()))


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """left, right: ids of rows."""

    left: str
    right: str
    similar: bool

    @property
    def rows(self) -> frozenset[str]:
        """The same for both orders of a pair."""
        return frozenset((self.left, self.right))


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A threshold that somebody chose. column: the key of the column whose score it is; source, measure: of the pairs and the scores it
    was drawn through.
    """

    score: float
    column: str
    source: str
    measure: str


@dataclass(frozen=True, slots=True)
class Judgements:
    """Of one set of texts. line: None where nobody has drawn one."""

    queries: tuple[Query, ...] = ()
    pairs: tuple[LabelledPair, ...] = ()
    line: DrawnLine | None = None

    def query(self, query_id: str) -> Query | None:
        return next((query for query in self.queries if query.id == query_id), None)

    def with_queries(self, queries: Iterable[Query]) -> Judgements:
        """Of a query that is there already the judgements are added, and the newer ones count."""
        found = {query.id: query for query in self.queries}
        for query in queries:
            known = found.get(query.id)
            if known is not None:
                grades = tuple({**dict(known.grades), **dict(query.grades)}.items())
                asks = query if query.text or query.row else known
                query = replace(asks, grades=grades)
            found[query.id] = query
        return replace(self, queries=tuple(found.values()))

    def with_query(self, query: Query) -> Judgements:
        """In place of the one with its id."""
        return replace(self, queries=tuple(query if each.id == query.id else each for each in self.queries))

    def without_query(self, query_id: str) -> Judgements:
        return replace(self, queries=tuple(query for query in self.queries if query.id != query_id))

    def with_pairs(self, pairs: Iterable[LabelledPair]) -> Judgements:
        """Of a pair that is there already the newer judgement counts. A row is no pair with itself."""
        found = {pair.rows: pair for pair in self.pairs}
        for pair in pairs:
            if len(pair.rows) == 2:
                found[pair.rows] = pair
        return replace(self, pairs=tuple(found.values()))

    def without_pair(self, pair: LabelledPair) -> Judgements:
        return replace(self, pairs=tuple(each for each in self.pairs if each.rows != pair.rows))
