"""Two models side by side: whether they see the same rows as neighbours, and which rows they see most differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domain.embeddings.agreement import Agreement, ChangedRow
from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.reckoning import Progress, reckoned

if TYPE_CHECKING:
    from workbench.vectors.arrays import Doubles, Rows
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

MOST_ASKED = 5000
"""Rows whose neighbours are looked for; of more, so many are drawn by lot, among all."""
MOST_CHANGED = 200


async def agreement(
    one: Vectors,
    other: Vectors,
    k: int,
    measure: Measure,
    progress: Progress | None = None,
    *,
    seed: int = 0,
) -> Agreement:
    """Of the rows that both have. Raises InvalidInput where these are fewer than three."""
    return await reckoned(lambda watch: _agreement(one, other, k, measure, seed, watch), progress)


def _agreement(one: Vectors, other: Vectors, k: int, measure: Measure, seed: int, watch: Watch) -> Agreement:
    import numpy as np

    from workbench.vectors.agreement import linear_cka, most_changed, overlap, rank_biased_overlap

    both = np.flatnonzero(one.valid & other.valid)
    if len(both) < 3:
        raise InvalidInput(
            "There is too little to compare.",
            why=f"{len(both)} rows have a vector of both models; it takes three.",
            fix="Let both models embed the set, or choose others.",
        )
    if len(both) < len(one):
        one, other = one.take(both), other.take(both)
    asked = np.arange(len(both))
    if len(asked) > MOST_ASKED:
        asked = np.sort(np.random.default_rng(seed).choice(asked, MOST_ASKED, replace=False))
    k = min(k, len(both) - 1)
    left = _beside(one, asked, k, measure, watch.share(0.0, 0.4))
    right = _beside(other, asked, k, measure, watch.share(0.4, 0.8))
    shared, biased = overlap(left, right), rank_biased_overlap(left, right)
    cka = linear_cka(one, other, watch=watch.share(0.8, 1.0))
    changed = tuple(
        ChangedRow(int(both[asked[place]]), float(shared[place]), float(biased[place]))
        for place in most_changed(_ordered(shared, biased), MOST_CHANGED)
    )
    spread = np.bincount(np.rint(shared * k).astype(np.int64), minlength=k + 1)
    return Agreement(
        k, len(asked), len(both), float(shared.mean()), float(biased.mean()), cka, tuple(spread.tolist()), changed
    )  # fmt: skip


def _ordered(shared: Doubles, biased: Doubles) -> Doubles:
    """By what they share; where that is the same, by rank."""
    return shared + biased * 1e-6


def _beside(vectors: Vectors, asked: Rows, k: int, measure: Measure, watch: Watch) -> Rows:
    """(n, k) the nearest of each that is asked, itself left out."""
    from workbench.vectors.nearest import nearest, neighbours

    if len(asked) == len(vectors):
        return neighbours(vectors, k, measure, watch=watch).rows
    return without(nearest(vectors.take(asked), vectors, k + 1, measure, watch=watch).rows, asked)


def without(found: Rows, own: Rows) -> Rows:
    """(n, k) of (n, k + 1): the row of own left out, or the last where it is not among them."""
    import numpy as np

    itself = found == own[:, None]
    place = np.where(itself.any(axis=1), itself.argmax(axis=1), found.shape[1] - 1)
    kept = np.arange(found.shape[1])[None, :] != place[:, None]
    rest: Rows = found[kept].reshape(len(found), found.shape[1] - 1)
    return rest
