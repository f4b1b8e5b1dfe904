"""Two sequences of words laid side by side with as few edits, or as much in common, as there can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt
from typing import NamedTuple


class Pair(NamedTuple):
    """left, right: places in the two sequences; None where one of them has nothing there. same: both say the same."""

    left: int | None
    right: int | None
    same: bool


def aligned(left: Sequence[str], right: Sequence[str], *, replacing: bool = True) -> tuple[Pair, ...]:
    """Every place of both, in order. Compares exactly: give it `writing.normal` forms to overlook case and marks.

    replacing: to put a word in place of another is one edit, as error rates count; else it is two, and as many words as can be are the same.
    """
    head = 0
    most = min(len(left), len(right))
    while head < most and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < most - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    after_left, after_right = len(left) - tail, len(right) - tail
    pairs = [Pair(place, place, True) for place in range(head)]
    pairs += _middle(left[head:after_left], right[head:after_right], replacing, head)
    pairs += [Pair(after_left + place, after_right + place, True) for place in range(tail)]
    return tuple(pairs)


def _middle(left: Sequence[str], right: Sequence[str], replacing: bool, shift: int) -> list[Pair]:
    """Back from the end, along the rows of the table."""
    pairs = []
    column, row = len(left), len(right)
    rows = _Rows(left, right, replacing) if column and row else None
    while rows and column and row:
        drops, _ = rows[row - 1]
        if drops >> (column - 1) & 1:
            column -= 1
            pairs.append(Pair(shift + column, None, False))
            continue
        row -= 1
        if row and rows[row - 1][1] >> (column - 1) & 1:
            pairs.append(Pair(None, shift + row, False))
            continue
        column -= 1
        pairs.append(Pair(shift + column, shift + row, left[column] == right[row]))
    pairs += [Pair(shift + place, None, False) for place in reversed(range(column))]
    pairs += [Pair(None, shift + place, False) for place in reversed(range(row))]
    pairs.reverse()
    return pairs


_Row = tuple[int, int]
"""Bit by bit, for each word on the left: whether it is best left out here, and whether the next one on the right is best added."""


class _Rows:
    """The table that tells how best to go on, a row in two long numbers (Myers 1999, Hyyrö 2003 and 2004).

    Some rows are kept and the rest worked out again from them, which bounds the memory for hours of speech.
    """

    def __init__(self, left: Sequence[str], right: Sequence[str], replacing: bool) -> None:
        self._right = right
        self._all = (1 << len(left)) - 1
        self._where: dict[str, int] = {}
        for place, word in enumerate(left):
            self._where[word] = self._where.get(word, 0) | 1 << place
        self._after = self._after_replacing if replacing else self._after_keeping
        self._step = max(64, isqrt(len(right)))
        self._kept: list[_Row] = []
        row = (self._all, 0)
        for place, after in enumerate(self._after(row, 0, len(right))):
            if place % self._step == 0:
                self._kept.append(row)
            row = after
        self._first = -1
        self._block: list[_Row] = []

    def __getitem__(self, place: int) -> _Row:
        first = place - place % self._step
        if first != self._first:
            until = min(first + self._step, len(self._right))
            self._first, self._block = first, list(self._after(self._kept[first // self._step], first, until))
        return self._block[place - first]

    def _after_replacing(self, row: _Row, start: int, end: int) -> Iterator[_Row]:
        """Where the distance grows from one column to the next, and where it shrinks."""
        full, where = self._all, self._where
        grows, shrinks = row
        for place in range(start, end):
            same = where.get(self._right[place], 0)
            diagonal = ((((same & grows) + grows) ^ grows) | same | shrinks) & full
            up = shrinks | (full ^ (diagonal | grows))
            down = diagonal & grows
            up = (up << 1 | 1) & full
            down = down << 1 & full
            grows = down | (full ^ (diagonal | up))
            shrinks = up & diagonal
            yield grows, shrinks

    def _after_keeping(self, row: _Row, start: int, end: int) -> Iterator[_Row]:
        """Where there is no more in common from one column to the next, and where there is."""
        full, where = self._all, self._where
        level, _ = row
        for place in range(start, end):
            common = level & where.get(self._right[place], 0)
            level = ((level + common) | (level - common)) & full
            yield level, full ^ level
