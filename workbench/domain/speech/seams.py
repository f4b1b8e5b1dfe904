"""Where one hearing of an overlap is left for the other, and what is kept of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from workbench.domain.speech.overlaps import Column, Overlap, half
from workbench.domain.speech.pieces import Piece, together
from workbench.domain.speech.timing import begun_after
from workbench.domain.speech.transcripts import Word
from workbench.domain.speech.writing import ends_sentence

_EDGE_S = 0.3
"""What is heard so close to where its part begins or ends may be half a word."""
_NEAR_S = 0.02
_PAUSE_S = 1.0
_FOR_A_RUN, _FOR_A_BREAK = 0.15, 0.3
"""How much farther from the middle, as a share of the overlap, a seam may be to lie in a run of the same words, or between segments."""


class Said(NamedTuple):
    """A word of a segment, by the segment's id."""

    word: Word
    segment: str
    speaker: str


class _Kept(NamedTuple):
    """right: which side heard it. alone: it is the other side that is believed there, but it has heard nothing, or half of it."""

    right: bool
    alone: bool
    piece: Piece


class Seam:
    """Before it the left side is believed, from it on the right side. left, right: the words the overlap's pieces come from."""

    def __init__(self, overlap: Overlap, left: Sequence[Said], right: Sequence[Said]) -> None:
        self._overlap = overlap
        self._columns = overlap.columns
        self._sides = (left, right)
        self._middle = (overlap.low + overlap.high) / 2
        same = [place for place, column in enumerate(self._columns) if column.same]
        candidates = {near for place in same for near in (place, place + 1)} or range(len(self._columns) + 1)
        self._at = min(candidates, key=self._cost)
        self.seconds = self._moment()
        self.goes_on = self._going_on()

    def kept(self) -> list[Said]:
        """Words of both sides in their order. A segment that goes on over the seam has the left side's id."""
        made: list[Said] = []
        for (right, alone), group in groupby(self._chosen(), key=lambda kept: (kept.right, kept.alone)):
            said = list(self._said(right, [kept.piece for kept in group]))
            if alone and made:
                said = [each._replace(segment=made[-1].segment, speaker=made[-1].speaker) for each in said]
            words = begun_after([each.word for each in said], made[-1].word.end if made else 0.0)
            made += [
                Said(word, self.goes_on.get(each.segment, each.segment), each.speaker)
                for word, each in zip(words, said, strict=True)
            ]
        return made

    def _going_on(self) -> dict[str, str]:
        """The right side's segment that is the rest of one of the left side's, if it was cut in two, by its id."""
        before, after = self._columns[: self._at], self._columns[self._at :]
        last = next((c.left for c in reversed(before) if c.left), None)
        first = next((c.right for c in after if c.right), None)
        if last is None or first is None:
            return {}
        ending, beginning = self._sides[0][last.of], self._sides[1][first.of]
        dropped = [self._sides[0][c.left.of].segment for c in after if c.left]
        left_cut = ending.segment in dropped or (not dropped and last.end > self._overlap.high - _EDGE_S)
        dropped = [self._sides[1][c.right.of].segment for c in before if c.right]
        right_cut = beginning.segment in dropped or (
            not dropped and first.start < self._overlap.low + _EDGE_S
        )
        whole = (
            ending.speaker == beginning.speaker
            and not ends_sentence(last.text)
            and first.start - self._overlap.late - last.end < _PAUSE_S
        )
        return {beginning.segment: ending.segment} if whole and (left_cut or right_cut) else {}

    def _chosen(self) -> Iterator[_Kept]:
        for place, (left, right, _) in enumerate(self._columns):
            from_right = place >= self._at
            believed, other = (right, left) if from_right else (left, right)
            if believed is None:
                if other is not None and not self._drowned(other, not from_right):
                    yield _Kept(not from_right, True, other)
            elif (
                other is not None
                and self._at_edge(believed, from_right)
                and half(believed, other, last=from_right)
            ):
                yield _Kept(not from_right, True, other)
            else:
                yield _Kept(from_right, False, believed)

    def _at_edge(self, piece: Piece, right: bool) -> bool:
        if right:
            return piece.start < self._overlap.low + _EDGE_S
        return piece.end > self._overlap.high - _EDGE_S

    def _drowned(self, piece: Piece, right: bool) -> bool:
        """The other side has heard something else at that time, so that this is the same sound misheard, or half a word."""
        late = self._overlap.late if right else -self._overlap.late
        start, end = piece.start - late, piece.end - late
        outermost = piece.of == (0 if right else len(self._sides[0]) - 1)
        at_edge = self._at_edge(piece, right)
        near = _EDGE_S if at_edge else _NEAR_S
        covered = 0.0
        for column in self._columns:
            other = column.left if right else column.right
            if other is None:
                continue
            low, high = other.start - near, other.end + near
            if end - start < 2 * near and low <= (start + end) / 2 <= high:
                return True
            if outermost and low - _PAUSE_S <= start <= high + _PAUSE_S and half(piece, other, last=right):
                return True
            covered += max(0.0, min(end, high) - max(start, low))
        return covered >= (end - start) / 2 > 0

    def _said(self, right: bool, pieces: Sequence[Piece]) -> Iterator[Said]:
        side = self._sides[right]
        for of, group in groupby(pieces, key=lambda piece: piece.of):
            (word,) = together(group)
            yield side[of]._replace(word=word)

    def _cost(self, at: int) -> float:
        cost = abs(self._time_at(at) - self._middle) / max(0.001, self._overlap.high - self._overlap.low)
        around = self._columns[max(0, at - 1) : at + 1]
        if len(around) == 2 and all(column.same for column in around):
            cost -= _FOR_A_RUN
        return cost - _FOR_A_BREAK if self._breaks(at) else cost

    def _breaks(self, at: int) -> bool:
        """On both sides a segment ends there."""
        for right, side in enumerate(self._sides):
            pieces = [column.right if right else column.left for column in self._columns]
            before = next((piece for piece in reversed(pieces[:at]) if piece), None)
            after = next((piece for piece in pieces[at:] if piece), None)
            if before is None or after is None or side[before.of].segment == side[after.of].segment:
                return False
        return True

    def _moment(self) -> float:
        """As near to the middle as can be without cutting a word of either column."""
        earliest, latest = self._overlap.low, self._overlap.high
        if self._at:
            earliest = min(latest, max(earliest, self._times(self._columns[self._at - 1])[1]))
        if self._at < len(self._columns):
            latest = max(earliest, min(latest, self._times(self._columns[self._at])[0]))
        return min(latest, max(earliest, self._middle))

    def _time_at(self, at: int) -> float:
        """Between two columns, in the left side's time."""
        before = sum(self._times(self._columns[at - 1])) / 2 if at else self._overlap.low
        after = sum(self._times(self._columns[at])) / 2 if at < len(self._columns) else self._overlap.high
        return (before + after) / 2

    def _times(self, column: Column) -> tuple[float, float]:
        if column.left is not None:
            return column.left.start, column.left.end
        assert column.right is not None
        return column.right.start - self._overlap.late, column.right.end - self._overlap.late
