"""Judgements out of files: TREC qrels, and CSV, TSV, JSONL or JSON with a judgement or a query in each row."""

from __future__ import annotations

import asyncio
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
    """unknown: ids of rows in the file that the set has not. bare: ids of queries that are neither rows nor have a text here."""

    queries: tuple[Query, ...]
    unknown: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairsRead:
    """unknown: rows of the file, counted from 1, whose two sides are not both in the set; unclear: that do not say what they are."""

    pairs: tuple[LabelledPair, ...]
    unknown: tuple[int, ...] = ()
    unclear: tuple[int, ...] = ()


async def read_queries(path: Path, rows: Sequence[TextRow], known: Iterable[Query] = ()) -> QueriesRead:
    """known: queries there are; a file of judgements may name them by their ids. Raises InvalidInput."""
    qrels = await asyncio.to_thread(_qrels, path)
    if qrels is not None:
        return qrels_of(qrels, rows, tuple(known))
    return await asyncio.to_thread(queries_of, await read_table(path), rows, tuple(known))


async def read_pairs(path: Path, rows: Sequence[TextRow]) -> PairsRead:
    """The sides are ids of rows, or their texts. Raises InvalidInput."""
    return await asyncio.to_thread(pairs_in, await read_table(path), rows)


def qrels_of(text: str, rows: Sequence[TextRow], known: Sequence[Query] = ()) -> QueriesRead:
    """TREC's: `query 0 row grade` on each line. A query is a row of that id, or one of `known`."""
    found = _Queries(rows, known)
    for match in map(_QREL.fullmatch, text.splitlines()):
        if match is not None:
            found.add(match[1], "", {match[2]: float(match[3])})
    return found.read()


def queries_of(table: Table, rows: Sequence[TextRow], known: Sequence[Query] = ()) -> QueriesRead:
    """A judgement, or a query with all of its judgements, in each row. Raises InvalidInput."""
    found = _Queries(rows, known)
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
    for cells in table.rows:
        query = cells[asks].strip() if asks is not None else ""
        named = cells[id].strip() if id is not None else ""
        given = (
            _grades(cells[answers], cells[grade] if grade is not None else "") if answers is not None else {}
        )
        if query or named:
            found.add(named or query, query, given)
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
    found, unknown, unclear = [], [], []
    for number, cells in enumerate(table.rows, start=1):
        one, other = (
            side if side in ids else by_text.get(side, "")
            for side in (cells[left].strip(), cells[right].strip())
        )
        same = _yes(cells[similar])
        if not one or not other or one == other:
            unknown.append(number)
        elif same is None:
            unclear.append(number)
        else:
            found.append(LabelledPair(one, other, same))
    return PairsRead(tuple(found), tuple(unknown), tuple(unclear))


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


class _Queries:
    def __init__(self, rows: Sequence[TextRow], known: Sequence[Query]) -> None:
        self._ids = {row.id for row in rows}
        self._known = {query.id: query for query in known}
        self._found: dict[str, Query] = {}
        self._unknown: dict[str, None] = {}

    def add(self, id: str, text: str, grades: Mapping[str, float]) -> None:
        query = self._found.get(id) or self._known.get(id) or Query(id)
        if not query.text and not query.row:
            query = replace(query, text=text, row=id if id in self._ids and not text else "")
        for row, grade in grades.items():
            if row in self._ids:
                query = query.graded(row, max(grade, 0.0))
            else:
                self._unknown[row] = None
        self._found[id] = query

    def read(self) -> QueriesRead:
        bare = tuple(query.id for query in self._found.values() if not query.text and not query.row)
        return QueriesRead(tuple(self._found.values()), tuple(self._unknown), bare)


def _grades(cell: str, grade: str) -> dict[str, float]:
    """Of a cell with an id, with several in a JSON list, or with a JSON object of ids and grades."""
    cell = cell.strip()
    one = _number(grade)
    value: Any = None
    if cell[:1] in "[{" and cell:
        try:
            value = msgspec.json.decode(cell)
        except msgspec.DecodeError:
            value = None
    match value:
        case dict():
            return {str(row): _number(str(each)) for row, each in value.items()}
        case list():
            return {str(row): one for row in value}
        case _:
            return {cell: one} if cell else {}


def _number(text: str) -> float:
    """1 for what is no number: it was named, so it is relevant."""
    try:
        return float(text)
    except ValueError:
        return 1.0


def _yes(cell: str) -> bool | None:
    word = cell.strip().lower()
    return True if word in _YES else False if word in _NO else None
