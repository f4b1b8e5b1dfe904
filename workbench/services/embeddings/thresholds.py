"""Where each model's line between similar and dissimilar lies, by pairs of which it is known."""

from __future__ import annotations

import random
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, combinations
from typing import TYPE_CHECKING

from workbench.domain.embeddings.cuts import Cut, PairScores
from workbench.domain.embeddings.judgements import LabelledPair
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.services.embeddings.set_facts import SetFacts

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

MOST_PAIRS = 10_000
"""Of each kind, where they are not told one by one."""
BINS = 40
_NEAREST = 8
"""Pairs that one to be judged is drawn of."""


class PairSource(StrEnum):
    """JUDGED: told one by one. LABELS, GROUPS: two rows of the same one are similar. ANY: drawn by lot, nobody knows what they are."""

    JUDGED = "judged"
    LABELS = "labels"
    GROUPS = "groups"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of the set. similar: of each pair, None for unknown. all: there are no more of them than these; else they were drawn."""

    left: array[int] = field(repr=False)
    right: array[int] = field(repr=False)
    similar: tuple[bool | None, ...] = field(repr=False)
    all: bool = True

    def __len__(self) -> int:
        return len(self.similar)

    def count(self, kind: bool | None) -> int:
        return self.similar.count(kind)


def sources(facts: SetFacts, judged: Sequence[LabelledPair]) -> tuple[PairSource, ...]:
    """Those that the set has pairs of, the best known first."""
    there = {
        PairSource.JUDGED: bool(judged),
        PairSource.LABELS: facts.by_label,
        PairSource.GROUPS: facts.by_group,
        PairSource.ANY: True,
    }
    return tuple(source for source, known in there.items() if known)


def pairs_of(
    source: PairSource, rows: Sequence[TextRow], judged: Sequence[LabelledPair] = (), *, seed: int = 0
) -> Pairs:
    """As many dissimilar ones as similar ones where they are drawn. Takes a while for many rows: use a thread."""
    match source:
        case PairSource.JUDGED:
            return _judged(rows, judged)
        case PairSource.ANY:
            return _any(rows, random.Random(seed))
        case _:
            keys = [row.label if source is PairSource.LABELS else row.group for row in rows]
            return _by_key(keys, rows, random.Random(seed))


async def pair_scores(
    key: str, vectors: Vectors, pairs: Pairs, measure: Measure, progress: Progress | None = None
) -> PairScores:
    return await reckoned(lambda watch: _scores(key, vectors, pairs, measure, watch), progress)


async def pair_to_judge(
    vectors: Vectors,
    rows: Sequence[TextRow],
    judged: Sequence[LabelledPair],
    score: float | None,
    measure: Measure,
    *,
    seed: int = 0,
) -> tuple[int, int] | None:
    """Two rows of which nobody has told whether they are similar, drawn by lot among those whose score is nearest: there it tells most.
    score: None for one by lot, too, as long as not both kinds are known. None where there is no such pair.
    """
    return await reckoned(lambda watch: _pair_to_judge(vectors, rows, judged, score, measure, seed))


def _pair_to_judge(
    vectors: Vectors,
    rows: Sequence[TextRow],
    judged: Sequence[LabelledPair],
    score: float | None,
    measure: Measure,
    seed: int,
) -> tuple[int, int] | None:
    import numpy as np

    from workbench.vectors.similarity import pairs_of as scores_of

    dice = random.Random(seed)
    told = {pair.rows for pair in judged}
    pairs = _any(rows, dice)
    left = np.frombuffer(pairs.left, dtype=np.dtype("q"))
    right = np.frombuffer(pairs.right, dtype=np.dtype("q"))
    scores = scores_of(vectors, left, right, measure)
    fresh = [
        place
        for place in np.flatnonzero(~np.isnan(scores)).tolist()
        if frozenset((rows[left[place]].id, rows[right[place]].id)) not in told
    ]
    if not fresh:
        return None
    near = dice.uniform(float(scores[fresh].min()), float(scores[fresh].max())) if score is None else score
    closest = np.argsort(np.abs(scores[fresh] - near), kind="stable")[:_NEAREST]
    place = fresh[dice.choice(closest.tolist())]
    return int(left[place]), int(right[place])


def _scores(key: str, vectors: Vectors, pairs: Pairs, measure: Measure, watch: Watch) -> PairScores:
    import numpy as np

    from workbench.vectors.similarity import pairs_of as scores_of
    from workbench.vectors.thresholds import best_cut, curve

    left = np.frombuffer(pairs.left, dtype=np.dtype("q"))
    right = np.frombuffer(pairs.right, dtype=np.dtype("q"))
    scores = scores_of(vectors, left, right, measure).astype(np.float64)
    watch.at(0.6)
    kinds = np.array([-1 if each is None else int(each) for each in pairs.similar], np.int8)
    known = ~np.isnan(scores)
    similar, dissimilar, unlabelled = (
        array("d", np.sort(scores[known & (kinds == kind)]).tolist()) for kind in (1, 0, -1)
    )
    best = None
    if similar and dissimilar:
        told = kinds >= 0
        cut = best_cut(curve(scores[told], kinds[told] == 1, higher_is_closer=measure.higher_is_closer))
        best = Cut(cut.score, cut.precision, cut.recall, cut.f1)
    edges = np.histogram_bin_edges(scores[known], BINS) if known.any() else np.linspace(0.0, 1.0, BINS + 1)
    counts = tuple(
        tuple(np.histogram(np.frombuffer(part), edges)[0].tolist()) if part else (0,) * BINS
        for part in (similar, dissimilar, unlabelled)
    )
    return PairScores(
        key,
        measure.higher_is_closer,
        similar,
        dissimilar,
        unlabelled,
        int(np.count_nonzero(~known)),
        tuple(edges.tolist()),
        counts,
        best,
    )


def _judged(rows: Sequence[TextRow], judged: Sequence[LabelledPair]) -> Pairs:
    place = {row.id: number for number, row in enumerate(rows)}
    known = [pair for pair in judged if pair.left in place and pair.right in place]
    return Pairs(
        array("q", [place[pair.left] for pair in known]),
        array("q", [place[pair.right] for pair in known]),
        tuple(pair.similar for pair in known),
    )


def _any(rows: Sequence[TextRow], dice: random.Random) -> Pairs:
    members = [number for number, row in enumerate(rows) if row.text.strip()]
    whole = len(members) * (len(members) - 1) // 2
    if whole <= MOST_PAIRS:
        found = list(combinations(members, 2))
    else:
        drawn: set[tuple[int, int]] = set()
        while len(drawn) < MOST_PAIRS:
            one, other = dice.sample(range(len(members)), 2)
            drawn.add((members[min(one, other)], members[max(one, other)]))
        found = sorted(drawn)
    return _pairs(found, [None] * len(found), whole <= MOST_PAIRS)


def _by_key(keys: Sequence[str], rows: Sequence[TextRow], dice: random.Random) -> Pairs:
    by_key: dict[str, list[int]] = {}
    for number, (key, row) in enumerate(zip(keys, rows, strict=True)):
        if key and row.text.strip():
            by_key.setdefault(key, []).append(number)
    similar, all_similar = _within(by_key, dice)
    wanted = max(min(len(similar), MOST_PAIRS), 1)
    dissimilar, all_dissimilar = _across(by_key, wanted, dice)
    return _pairs(
        [*similar, *dissimilar],
        [True] * len(similar) + [False] * len(dissimilar),
        all_similar and all_dissimilar,
    )


def _within(by_key: Mapping[str, list[int]], dice: random.Random) -> tuple[list[tuple[int, int]], bool]:
    """Each pair of one key is as likely as any other."""
    groups = [members for members in by_key.values() if len(members) > 1]
    sizes = [len(members) * (len(members) - 1) // 2 for members in groups]
    if sum(sizes) <= MOST_PAIRS:
        return [pair for members in groups for pair in combinations(members, 2)], True
    ends = list(accumulate(sizes))
    drawn: set[tuple[int, int]] = set()
    while len(drawn) < MOST_PAIRS:
        members = groups[bisect_right(ends, dice.randrange(ends[-1]))]
        one, other = dice.sample(members, 2)
        drawn.add((min(one, other), max(one, other)))
    return sorted(drawn), False


def _across(
    by_key: Mapping[str, list[int]], wanted: int, dice: random.Random
) -> tuple[list[tuple[int, int]], bool]:
    members = [(number, key) for key, rows in by_key.items() for number in rows]
    inside = sum(len(rows) * (len(rows) - 1) // 2 for rows in by_key.values())
    there = len(members) * (len(members) - 1) // 2 - inside
    if there <= wanted:
        pairs = combinations(members, 2)
        return [(one, other) for (one, here), (other, key) in pairs if here != key], True
    drawn: set[tuple[int, int]] = set()
    misses = 0
    while len(drawn) < wanted and misses < 50 * wanted:
        (one, here), (other, key) = dice.sample(members, 2)
        if here == key or (min(one, other), max(one, other)) in drawn:
            misses += 1
            continue
        drawn.add((min(one, other), max(one, other)))
    return sorted(drawn), False


def _pairs(found: Sequence[tuple[int, int]], kinds: Sequence[bool | None], whole: bool) -> Pairs:
    left = array("q", [one for one, _ in found])
    right = array("q", [other for _, other in found])
    return Pairs(left, right, tuple(kinds), whole)
