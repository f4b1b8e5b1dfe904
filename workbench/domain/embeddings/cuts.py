"""Where the line lies between similar and dissimilar, and where the same line lies for another model."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cut:
    """Pairs with at least this score (at most, for distances) count as similar. precision, recall, f1: 0 to 1, NaN where nobody has
    told which pairs are similar.
    """

    score: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class PairScores:
    """Of one column: scores of pairs of each kind, the lowest first. best: the cut with the highest F1; None without pairs of both kinds.

    unlabelled: of pairs of which nobody has told; then there are no others. missing: pairs without a score.
    edges, counts: of the histogram, `counts` for similar, dissimilar and unlabelled ones.
    """

    key: str
    higher_is_closer: bool
    similar: array[float] = field(repr=False)
    dissimilar: array[float] = field(repr=False)
    unlabelled: array[float] = field(repr=False)
    missing: int
    edges: tuple[float, ...] = field(repr=False)
    counts: tuple[tuple[int, ...], ...] = field(repr=False)
    best: Cut | None

    @property
    def least(self) -> float:
        return self.edges[0]

    @property
    def most(self) -> float:
        return self.edges[-1]

    @property
    def f1_of_all(self) -> float:
        """F1 where every pair passes; NaN without pairs of both kinds."""
        return self.at(self.least if self.higher_is_closer else self.most).f1

    def at(self, score: float) -> Cut:
        """What a cut there does. Precision is 1 where nothing passes it."""
        if not self.similar or not self.dissimilar:
            return Cut(score, math.nan, math.nan, math.nan)
        right, wrong = self._passing(self.similar, score), self._passing(self.dissimilar, score)
        return Cut(
            score,
            right / (right + wrong) if right + wrong else 1.0,
            right / len(self.similar),
            2 * right / (right + wrong + len(self.similar)),
        )

    def passing(self, score: float) -> float:
        """The part of all pairs that a cut there lets through; NaN without any."""
        kinds = (self.similar, self.dissimilar, self.unlabelled)
        many = sum(map(len, kinds))
        return sum(self._passing(scores, score) for scores in kinds) / many if many else math.nan

    def _passing(self, scores: Sequence[float], score: float) -> int:
        if self.higher_is_closer:
            return len(scores) - bisect_left(scores, score)
        return bisect_right(scores, score)


def all_scores(scores: PairScores) -> array[float]:
    """The lowest first."""
    return array("d", sorted((*scores.similar, *scores.dissimilar, *scores.unlabelled)))


def equivalent(score: float, here: Sequence[float], there: Sequence[float]) -> float:
    """The score that the same part of the pairs stays below there: “0.80 here is 0.62 there”.

    here, there: of the same pairs, the lowest first. Outside of what was seen: the least or the most. NaN without any.
    """
    if not here or not there:
        return math.nan
    place = _level(score, here) * len(there) - 0.5
    low = min(max(math.floor(place), 0), len(there) - 1)
    high = min(low + 1, len(there) - 1)
    part = min(max(place - low, 0.0), 1.0)
    return there[low] + (there[high] - there[low]) * part


def _level(score: float, scores: Sequence[float]) -> float:
    """The part of the scores below; half of equal ones count."""
    low, high = bisect_left(scores, score), bisect_right(scores, score)
    if low < high:
        return (low + high) / 2 / len(scores)
    if low == 0 or low == len(scores):
        edge = scores[0] if low == 0 else scores[-1]
        return _level(edge, scores)
    below, above = scores[low - 1], scores[low]
    part = (score - below) / (above - below)
    return _level(below, scores) + part * (_level(above, scores) - _level(below, scores))
