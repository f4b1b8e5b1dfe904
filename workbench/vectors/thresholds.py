"""Where to draw the line between similar and dissimilar, and where the same line lies for another model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.vectors.arrays import Doubles, Flags, Numbers, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """edges: (b + 1,). similar, dissimilar: (b,) how many pairs."""

    edges: Doubles
    similar: Rows
    dissimilar: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What every cut that makes a difference would do; (c,) each, from the strictest cut to the laxest."""

    cuts: Doubles
    precision: Doubles
    recall: Doubles
    f1: Doubles


@dataclass(frozen=True, slots=True)
class Cut:
    """Pairs with at least this score (at most, for distances) count as similar."""

    score: float
    precision: float
    recall: float
    f1: float


def histogram(scores: Numbers, similar: Flags, bins: int = 40) -> Histogram:
    """(m,) scores of pairs and what they are; NaN are left out. Both kinds in the same bins."""
    scores, similar = _known(scores, similar)
    if len(scores) == 0:
        empty = np.zeros(bins, np.int64)
        return Histogram(np.linspace(0.0, 1.0, bins + 1), empty, empty)
    edges = np.histogram_bin_edges(scores, bins)
    counts = [np.histogram(scores[chosen], edges)[0].astype(np.int64) for chosen in (similar, ~similar)]
    return Histogram(edges, counts[0], counts[1])


def curve(scores: Numbers, similar: Flags, *, higher_is_closer: bool = True) -> Curve:
    """Cuts lie half-way between neighbouring scores. Raises InvalidInput where no pair, or every pair, is similar."""
    scores, similar = _known(scores, similar)
    if not similar.any() or similar.all():
        missing = "dissimilar" if similar.any() else "similar"
        raise InvalidInput(
            f"There are no {missing} pairs.", fix="A threshold needs labelled pairs of both kinds."
        )
    order = np.argsort(-scores if higher_is_closer else scores, kind="stable")
    scores, similar = scores[order], similar[order]
    last = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    right = np.cumsum(similar)[last].astype(np.float64)
    taken = last + 1.0
    precision, recall = right / taken, right / float(similar.sum())
    f1 = 2 * right / (taken + float(similar.sum()))
    here = scores[last]
    below = np.append(scores[last[:-1] + 1], here[-1])
    return Curve((here + below) / 2, precision, recall, f1)


def best_cut(found: Curve) -> Cut:
    """With the highest F1; of equal ones the strictest."""
    return _cut(found, int(np.argmax(found.f1)))


def cut_at(scores: Numbers, similar: Flags, score: float, *, higher_is_closer: bool = True) -> Cut:
    """What a given cut does. Precision is 1 where nothing passes it."""
    scores, similar = _known(scores, similar)
    passed = scores >= score if higher_is_closer else scores <= score
    right, taken, there = (int(np.count_nonzero(part)) for part in (passed & similar, passed, similar))
    return Cut(
        score,
        right / taken if taken else 1.0,
        right / there if there else 0.0,
        2 * right / (taken + there) if taken + there else 0.0,
    )


def equivalent(score: float, here: Numbers, there: Numbers) -> float:
    """The score that the same part of the pairs stays below there: "0.80 here is 0.62 there".

    here, there: (m,) scores of the same pairs, or at least of pairs drawn alike. Outside of what was seen: the least or the most.
    """
    known, other = np.sort(here[~np.isnan(here)]), np.sort(there[~np.isnan(there)])
    if len(known) == 0 or len(other) == 0:
        return float("nan")
    levels = (np.arange(len(known)) + 0.5) / len(known)
    values, first = np.unique(known.astype(np.float64), return_index=True)
    last = np.append(first[1:], len(known)) - 1
    share = float(np.interp(score, values, (levels[first] + levels[last]) / 2))
    return float(np.interp(share, (np.arange(len(other)) + 0.5) / len(other), other.astype(np.float64)))


def drawn_pairs(members: Rows, many: int, *, seed: int = 0) -> tuple[Rows, Rows]:
    """many pairs of different rows of members, drawn by lot, for what scores mean without labels."""
    if len(members) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    dice = np.random.default_rng(seed)
    left = dice.integers(0, len(members), many)
    right = (left + dice.integers(1, len(members), many)) % len(members)
    return members[left], members[right]


def _cut(found: Curve, place: int) -> Cut:
    return Cut(*(float(values[place]) for values in (found.cuts, found.precision, found.recall, found.f1)))


def _known(scores: Numbers, similar: Flags) -> tuple[Doubles, Flags]:
    known = ~np.isnan(scores)
    return scores[known].astype(np.float64), similar[known]
