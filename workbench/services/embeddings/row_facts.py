"""What can be told of the rows of a set without any model, and which of them are shown in which order."""

from __future__ import annotations

import heapq
import re
import time
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.domain.embeddings.texts import TextRow
from workbench.domain.models import estimated_tokens

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

_T = TypeVar("_T")
_DIGITS = re.compile(r"([0-9]+)")
_TOGETHER = 512
"""Rows between two looks at whether to go on, when the window's thread gets its turn, too."""
_COMPARED = 200
"""Characters of a text that decide where it is."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """tokens: of each row, estimated. same_as: of each row the first one with the same text, -1 where there is none before it or
    nothing in it. empty: rows without a text. labels, languages: how many rows have each, the most frequent first. groups: how many.
    """

    tokens: array[int]
    same_as: array[int]
    empty: tuple[int, ...]
    duplicates: tuple[int, ...]
    labels: Mapping[str, int]
    languages: Mapping[str, int]
    groups: int


class SortBy(StrEnum):
    """NUMBER: as the set has them."""

    NUMBER = "number"
    ID = "id"
    TEXT = "text"
    LABEL = "label"
    LANGUAGE = "language"
    GROUP = "group"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True)
class Order:
    by: SortBy = SortBy.NUMBER
    descending: bool = False


def row_facts(rows: Sequence[TextRow], watch: Watch) -> RowFacts:
    tokens, same_as = array("l"), array("l")
    first: dict[str, int] = {}
    empty, duplicates = [], []
    labels: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    groups: set[str] = set()
    for number, row in _watched(rows, watch):
        tokens.append(estimated_tokens(row.text))
        at = first.setdefault(row.text, number) if row.text else number
        same_as.append(at if at != number else -1)
        if at != number:
            duplicates.append(number)
        elif not row.text.strip():
            empty.append(number)
        if row.label:
            labels[row.label] += 1
        if row.language:
            languages[row.language] += 1
        if row.group:
            groups.add(row.group)
    return RowFacts(
        tokens,
        same_as,
        tuple(empty),
        tuple(duplicates),
        dict(labels.most_common()),
        dict(languages.most_common()),
        len(groups),
    )


def arranged(
    rows: Sequence[TextRow],
    facts: RowFacts | None,
    words: str,
    among: Collection[int] | None,
    order: Order,
    watch: Watch,
) -> array[int]:
    """The rows that have all of these words in their text, id, label or group, in their order. among: only these; None for all.

    Without facts, tokens are no order.
    """
    wanted = words.casefold().split()
    found = array("l")
    for number, row in _watched(rows, watch):
        if (among is None or number in among) and (not wanted or _has(row, wanted)):
            found.append(number)
    key = _key(rows, facts, order.by)
    if key is None:
        return found[::-1] if order.descending else found
    return array("l", _sorted(found, key, order.descending, watch))


def cut_by(tokens: Sequence[int], most: int, watch: Watch) -> tuple[int, ...]:
    """The rows that are longer than so many tokens."""
    return tuple(number for number, count in _watched(tokens, watch) if count > most)


def without_vector(vectors: Vectors, watch: Watch) -> frozenset[int]:
    """The rows that cannot be compared."""
    watch.at(0.0)
    return frozenset((~vectors.valid).nonzero()[0].tolist())


def _watched(rows: Sequence[_T], watch: Watch) -> Iterator[tuple[int, _T]]:
    for number, row in enumerate(rows):
        if number % _TOGETHER == 0:
            _rest(watch, number / len(rows))
        yield number, row


def _rest(watch: Watch, part: float) -> None:
    watch.at(part)
    time.sleep(0)


def _has(row: TextRow, wanted: Sequence[str]) -> bool:
    told = f"{row.text}\n{row.id}\n{row.label}\n{row.group}".casefold()
    return all(word in told for word in wanted)


def _key(rows: Sequence[TextRow], facts: RowFacts | None, by: SortBy) -> Callable[[int], Any] | None:
    match by:
        case SortBy.ID:
            return lambda row: _natural(rows[row].id)
        case SortBy.TEXT:
            return lambda row: rows[row].text[:_COMPARED].casefold()
        case SortBy.LABEL:
            return lambda row: (not rows[row].label, rows[row].label.casefold())
        case SortBy.LANGUAGE:
            return lambda row: (not rows[row].language, rows[row].language)
        case SortBy.GROUP:
            return lambda row: (not rows[row].group, _natural(rows[row].group))
        case SortBy.TOKENS if facts is not None:
            return facts.tokens.__getitem__
    return None


def _natural(text: str) -> tuple[Any, ...]:
    """Numbers in it by their size: 9 before 10."""
    parts = _DIGITS.split(text.casefold())
    return tuple((len(part.lstrip("0")), part) if place % 2 else part for place, part in enumerate(parts))


def _sorted(rows: Sequence[int], key: Callable[[int], Any], descending: bool, watch: Watch) -> Iterator[int]:
    """In pieces that are merged then: `sorted` holds every other thread up until it is done."""
    pieces = []
    for start in range(0, len(rows), _TOGETHER):
        _rest(watch, start / len(rows))
        pieces.append(
            sorted(((key(row), row) for row in rows[start : start + _TOGETHER]), reverse=descending)
        )
    for place, (_, row) in enumerate(heapq.merge(*pieces, reverse=descending)):
        if place % _TOGETHER == 0:
            _rest(watch, place / len(rows))
        yield row
