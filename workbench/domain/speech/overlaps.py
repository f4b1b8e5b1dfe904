"""What two hearings of the same few seconds have in common, though neither their words nor their times are quite the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from workbench.domain.speech.pieces import Piece

_SCALE, _MOST_SCALE = 0.5, 3.0
"""Seconds that the times of one word may vary; the latter where models only guess them."""
_OUTSIDE_S, _FARTHEST_S, _AGREEING_S = 0.5, 2.5, 0.25
_EDGE_S = 0.3
"""Seconds that the times of a word vary of which one side has heard a rest only."""
_ENOUGH, _LEAST_WEIGHT = 4, 0.5
_ALIKE = 0.6
_NOTHING_SHARED = -0.6


class Column(NamedTuple):
    """What each side has there; None where it has nothing. same: both have the same word."""

    left: Piece | None
    right: Piece | None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Overlap:
    """low, high: seconds, where what both have heard begins and ends. late: how much later the right side's times are."""

    columns: tuple[Column, ...]
    low: float
    high: float
    late: float


def overlap_of(left: Sequence[Piece], right: Sequence[Piece], low: float, high: float) -> Overlap:
    """left, right: words in and around the overlap. Words that the other side cannot have heard are paired with nothing."""
    late, scale = _offset(
        [piece for piece in left if piece.end >= low - _OUTSIDE_S],
        [piece for piece in right if piece.start <= high + _OUTSIDE_S],
        low,
        high,
    )
    likeness = _Likeness(low, high, late, scale)
    return Overlap(_columns(left, right, likeness), low, high, late)


def _offset(left: Sequence[Piece], right: Sequence[Piece], low: float, high: float) -> tuple[float, float]:
    """By how much the times of the right side are late, and how far from that they vary.

    Every pair of like words votes, with less weight where a word comes often. Most votes for about the same time win,
    but the farther from no difference, the more of them that takes.
    """
    here, there = _by_key(left), _by_key(right)
    votes = [
        (_middle(after) - _middle(before), 1 / (len(here[key]) * len(there[key])))
        for key in here.keys() & there.keys()
        for before in here[key]
        for after in there[key]
        if abs(_middle(after) - _middle(before)) <= _FARTHEST_S and _both_heard(before, after, low, high)
    ]
    weights = {late: sum(w for other, w in votes if abs(other - late) < _AGREEING_S) for late, _ in votes}
    weight, about = max(
        ((w / (1 + 2 * late * late), late) for late, w in weights.items()), default=(0.0, 0.0)
    )
    if weight < _LEAST_WEIGHT:
        return 0.0, _SCALE
    agreeing = [late for late, _ in votes if abs(late - about) < _AGREEING_S]
    late = median(agreeing) if len(agreeing) >= _ENOUGH else about
    once = [abs(other - late) for other, weight in votes if weight == 1]
    varying = 3 * median(once) if len(once) >= _ENOUGH else 0.0
    return late, min(_MOST_SCALE, max(_SCALE, varying))


def _by_key(pieces: Sequence[Piece]) -> dict[str, list[Piece]]:
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.key, []).append(piece)
    return found


def _both_heard(left: Piece, right: Piece, low: float, high: float, late: float = 0.0) -> bool:
    """Whether the two can be one word. The rest of one that is mostly beyond the other's part begins, or ends, when it does."""
    if _middle(right) - late > high and abs(right.start - late - left.start) > _EDGE_S:
        return False
    return _middle(left) >= low or abs(right.end - late - left.end) <= _EDGE_S


@dataclass(frozen=True, slots=True)
class _Likeness:
    low: float
    high: float
    late: float
    scale: float

    def score(self, left: Piece, right: Piece) -> float:
        """Above 0 where the two may be the same sound."""
        start, end = right.start - self.late, right.end - self.late
        if left.end < self.low - _OUTSIDE_S or start > self.high + _OUTSIDE_S:
            return 0.0
        if not _both_heard(left, right, self.low, self.high, self.late):
            return 0.0
        apart = abs(_middle(left) - (start + end) / 2)
        if apart > 2 * self.scale + _SCALE:
            return 0.0
        alike = _alike(left.key, right.key)
        if alike == 0:
            return max(0.0, _NOTHING_SHARED + 1 - (apart / self.scale) ** 2)
        apart = min(apart, abs(left.start - start), abs(left.end - end))
        return max(0.0, 2 * alike + 1 - (apart / self.scale) ** 2)


def _alike(left: str, right: str) -> float:
    """1: the same. Otherwise how much of the longer one both begin or end with; 0 where that is little."""
    if left == right:
        return 1.0
    least, most = sorted((len(left), len(right)))
    if least < 2:
        return 0.0
    first = 0
    while first < least and left[first] == right[first]:
        first += 1
    last = 0
    while last < least - first and left[-1 - last] == right[-1 - last]:
        last += 1
    share = (first + last) / most
    if first == least or last == least:
        share = max(share, _ALIKE)
    return share * 0.7 if share >= _ALIKE else 0.0


def half(part: Piece, whole: Piece, *, last: bool) -> bool:
    """What is left of a longer word where a part begins, or ends, within it. last: its last half."""
    key, longer = part.key, whole.key
    return len(key) < len(longer) and (longer.endswith(key) if last else longer.startswith(key))


def _columns(left: Sequence[Piece], right: Sequence[Piece], likeness: _Likeness) -> tuple[Column, ...]:
    """The pairs that score best together, in the order of both sides, and all others alone, in the order of time."""
    wide = len(right) + 1
    best = [[0.0] * wide for _ in range(len(left) + 1)]
    scores = [[likeness.score(one, other) for other in right] for one in left]
    for i, row in enumerate(scores, 1):
        above, here = best[i - 1], best[i]
        for j, score in enumerate(row, 1):
            here[j] = max(above[j], here[j - 1], above[j - 1] + score if score else 0.0)
    columns: list[Column] = []
    i, j = len(left), len(right)
    while i and j:
        score = scores[i - 1][j - 1]
        if score and best[i][j] == best[i - 1][j - 1] + score:
            i, j = i - 1, j - 1
            columns.append(Column(left[i], right[j], left[i].key == right[j].key))
            continue
        up, back = best[i - 1][j], best[i][j - 1]
        if up == back:
            drop_left = _middle(left[i - 1]) > _middle(right[j - 1]) - likeness.late
        else:
            drop_left = up > back
        if drop_left:
            i -= 1
            columns.append(Column(left[i], None))
        else:
            j -= 1
            columns.append(Column(None, right[j]))
    columns += [Column(piece, None) for piece in reversed(left[:i])]
    columns += [Column(None, piece) for piece in reversed(right[:j])]
    return tuple(reversed(columns))


def _middle(piece: Piece) -> float:
    return (piece.start + piece.end) / 2
