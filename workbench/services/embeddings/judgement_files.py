"""Judgements out of files: TREC qrels, and CSV, TSV, JSONL or JSON with a judgement or a query in each row."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from workbench.domain.embeddings.judgements import LabelledPair, Query
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.tables import Table
from workbench.services.embeddings.texts import read_table

_QREL = re.compile(r"\s*(\S+)\s+(?:0|Q0)\s+(\S+)\s+(-?\d+(?:\.\d+)?)\s*", re.IGNORECASE)
_PARTED = re.compile(r"[;,|\s]+")
_TABLES = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
_QUERY_IDS = ("query_id", "query-id", "qid", "topic", "_id", "id")
_QUERY_TEXTS = ("query", "query_text", "question", "text")
_ROW_IDS = (
    "doc_id", "docid", "doc-id", "corpus-id", "corpus_id", "document_id", "row", "row_id", "relevant", "relevant_ids",
    "answer", "answers", "docs",
)  # fmt: skip
_GRADES = ("grade", "relevance", "score", "rel", "label")
_LEFTS = ("left", "left_id", "id1", "a", "sentence1", "text1", "one", "first", "anchor", "question1")
_RIGHTS = ("right", "right_id", "id2", "b", "sentence2", "text2", "other", "second", "positive", "question2")
_SIMILAR = ("similar", "label", "is_duplicate", "same", "match", "paraphrase", "duplicate", "score")
_YES = frozenset(("1", "1.0", "true", "yes", "similar", "same", "duplicate", "y", "t", "+"))
_NO = frozenset(("0", "0.0", "-1", "false", "no", "dissimilar", "different", "other", "n", "f", "-"))


@dataclass(frozen=True, slots=True)
class QueriesRead:
    """unknown: ids of rows in the files that the set has not. bare: ids of queries that are neither rows nor have a text here.

    left_out: queries of a file of words that no judgement names, though others do: benchmarks list those of all of their parts.
    """

    queries: tuple[Query, ...]
    unknown: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class PairsRead:
    """pairs: each once, the last judgement of it. unknown: rows of the file, counted from 1, whose two sides are not both in the set;
    unclear: that do not say what they are; alone: whose two sides are the same row; again: that judge a pair that an earlier one did.
    """

    pairs: tuple[LabelledPair, ...]
    unknown: tuple[int, ...] = ()
    unclear: tuple[int, ...] = ()
    alone: tuple[int, ...] = ()
    again: tuple[int, ...] = ()


async def read_queries(
    paths: Sequence[Path], rows: Sequence[TextRow], known: Iterable[Query] = ()
) -> QueriesRead:
    """Of all files together, in any order. known: queries there are; a file of judgements may name them by their ids.

    Raises InvalidInput.
    """
    parts: list[str | Table] = []
    for path in paths:
        qrels = await asyncio.to_thread(_qrels, path)
        parts.append(await read_table(path) if qrels is None else qrels)
    return await asyncio.to_thread(queries_in, parts, rows, tuple(known))


async def read_pairs(path: Path, rows: Sequence[TextRow]) -> PairsRead:
    """The sides are ids of rows, or their texts. Raises InvalidInput."""
    return await asyncio.to_thread(pairs_in, await read_table(path), rows)


def qrels_of(text: str, rows: Sequence[TextRow], known: Sequence[Query] = ()) -> QueriesRead:
    """TREC's: `query 0 row grade` on each line. A query is a row of that id, or one of `known`."""
    return queries_in([text], rows, known)


def queries_of(table: Table, rows: Sequence[TextRow], known: Sequence[Query] = ()) -> QueriesRead:
    """A judgement, or a query with all of its judgements, in each row. Raises InvalidInput."""
    return queries_in([table], rows, known)


def queries_in(
    parts: Sequence[str | Table], rows: Sequence[TextRow], known: Sequence[Query] = ()
) -> QueriesRead:
    """Texts are qrels. Those with judgements come first, so that files of words give them theirs. Raises InvalidInput."""
    found = _Queries(rows, known)
    for part in sorted(parts, key=_words_only):
        if isinstance(part, str):
            found.add_qrels(part)
        else:
            found.add_table(part)
    return found.read()


def pairs_in(table: Table, rows: Sequence[TextRow]) -> PairsRead:
    place = _Places(table)
    left, right, similar = place.of(_LEFTS), place.of(_RIGHTS), place.of(_SIMILAR)
    if len(table.columns) == 3 and None in (left, right, similar):
        left, right, similar = 0, 1, 2
    if left is None or right is None or similar is None:
        raise InvalidInput(
            "This file has no pairs.",
            field="file",
            why=f"Its columns are {', '.join(f'“{name}”' for name in table.columns)}.",
            fix="Name two columns “left” and “right”, with ids of rows or their texts, and one “similar” with 1 or 0.",
        )
    ids = {row.id for row in rows}
    by_text: dict[str, str] = {}
    for row in rows:
        by_text.setdefault(row.text.strip(), row.id)
    found: dict[frozenset[str], LabelledPair] = {}
    unknown, unclear, alone, again = [], [], [], []
    for number, cells in enumerate(table.rows, start=1):
        one, other = (
            side if side in ids else by_text.get(side, "")
            for side in (cells[left].strip(), cells[right].strip())
        )
        same = _yes(cells[similar])
        if not one or not other:
            unknown.append(number)
        elif one == other:
            alone.append(number)
        elif same is None:
            unclear.append(number)
        else:
            pair = LabelledPair(one, other, same)
            if pair.rows in found:
                again.append(number)
            found[pair.rows] = pair
    return PairsRead(tuple(found.values()), tuple(unknown), tuple(unclear), tuple(alone), tuple(again))


def _qrels(path: Path) -> str | None:
    """The file, if each of its lines is one of qrels."""
    if path.suffix.lower() in _TABLES:
        return None
    try:
        text = path.read_bytes().decode(errors="replace")
    except OSError:
        return None  # read_table says what is wrong with it
    lines = [line for line in text.splitlines() if line.strip()]
    return text if lines and all(map(_QREL.fullmatch, lines)) else None


class _Places:
    def __init__(self, table: Table) -> None:
        self._places = {
            name.strip().lower(): place for place, name in reversed(list(enumerate(table.columns)))
        }

    def of(self, names: Sequence[str]) -> int | None:
        """The column with the first of these names that there is."""
        return next((self._places[name] for name in names if name in self._places), None)


def _words_only(part: str | Table) -> bool:
    return not isinstance(part, str) and _Places(part).of(_ROW_IDS) is None


class _Queries:
    def __init__(self, rows: Sequence[TextRow], known: Sequence[Query]) -> None:
        self._ids = {row.id for row in rows}
        self._known = {query.id: query for query in known}
        self._found: dict[str, Query] = {}
        self._grades: dict[str, dict[str, float]] = {}
        self._unknown: dict[str, None] = {}
        self._left_out: set[str] = set()

    def add_qrels(self, text: str) -> None:
        for match in map(_QREL.fullmatch, text.splitlines()):
            if match is not None:
                self._add(match[1], "", {match[2]: float(match[3])})

    def add_table(self, table: Table) -> None:
        """Raises InvalidInput."""
        place = _Places(table)
        id, asks = place.of(_QUERY_IDS), place.of(_QUERY_TEXTS)
        answers, grade = place.of(_ROW_IDS), place.of(_GRADES)
        if id is None and asks is None:
            raise InvalidInput(
                "This file has no queries.",
                field="file",
                why=f"Its columns are {', '.join(f'“{name}”' for name in table.columns)}.",
                fix="Name a column “query” or “query_id”, one “doc_id” with ids of rows, and one “grade” if there are grades.",
            )
        only_named = answers is None and id is not None and self._any_bare()
        for cells in table.rows:
            query = cells[asks].strip() if asks is not None else ""
            named = cells[id].strip() if id is not None else ""
            if only_named and named not in self._found and named not in self._known:
                self._left_out.add(named)
            elif query or named:
                given: Mapping[str, float] = {}
                if answers is not None:
                    given = self._given(cells[answers], cells[grade] if grade is not None else "")
                self._add(named or query, query, given)

    def read(self) -> QueriesRead:
        queries = tuple(
            replace(query, grades=tuple(self._grades[id].items())) for id, query in self._found.items()
        )
        bare = tuple(query.id for query in queries if _bare(query))
        return QueriesRead(queries, tuple(self._unknown), bare, len(self._left_out))

    def _add(self, id: str, text: str, grades: Mapping[str, float]) -> None:
        query = self._found.get(id) or self._known.get(id) or Query(id)
        if id not in self._found:
            self._grades[id] = dict(query.grades)
        if _bare(query):
            query = replace(query, text=text, row=id if id in self._ids and not text else "")
        self._found[id] = query
        for row, grade in grades.items():
            if row in self._ids:
                self._grades[id][row] = max(grade, 0.0)
            else:
                self._unknown[row] = None

    def _any_bare(self) -> bool:
        return any(map(_bare, (*self._found.values(), *self._known.values())))

    def _given(self, cell: str, grade: str) -> Mapping[str, float]:
        """Of a cell with an id, with several in a JSON list or parted by a sign, or with a JSON object of ids and grades."""
        cell, one = cell.strip(), _number(grade)
        value: Any = None
        if cell[:1] in ("[", "{") and cell not in self._ids:
            try:
                value = msgspec.json.decode(cell)
            except msgspec.DecodeError:
                value = None
        match value:
            case dict():
                return {str(row): _number(str(each)) for row, each in value.items()}
            case list():
                return {str(row): one for row in value}
        parts = [part for part in _PARTED.split(cell) if part]
        if cell not in self._ids and len(parts) > 1 and self._ids.issuperset(parts):
            return dict.fromkeys(parts, one)
        return {cell: one} if cell else {}


def _bare(query: Query) -> bool:
    return not query.text and not query.row


def _number(text: str) -> float:
    """1 for what is no number: it was named, so it is relevant."""
    try:
        number = float(text)
    except ValueError:
        return 1.0
    return number if math.isfinite(number) else 1.0


def _yes(cell: str) -> bool | None:
    word = cell.strip().lower()
    return True if word in _YES else False if word in _NO else None
