"""What the metrics mean, written out in the plainest way, to compare with; and vectors to try them on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.domain.embeddings.measures import Measure
from workbench.vectors.arrays import Doubles
from workbench.vectors.matrix import Vectors, vectors_of


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def score(one: Sequence[float], other: Sequence[float], measure: Measure) -> float:
    if measure is Measure.DOT:
        return dot(one, other)
    if measure is Measure.EUCLID:
        return math.sqrt(math.fsum((a - b) ** 2 for a, b in zip(one, other, strict=True)))
    return dot(one, other) / math.sqrt(dot(one, one) * dot(other, other))


def scores(left: Vectors, right: Vectors, measure: Measure) -> Doubles:
    return np.array([[score(a, b, measure) for b in right.values.tolist()] for a in left.values.tolist()])


def drawn(rows: int, dimensions: int, seed: int = 0) -> Vectors:
    return vectors_of(np.random.default_rng(seed).standard_normal((rows, dimensions)))


def groups(
    rows: int, dimensions: int, many: int, seed: int = 0, spread: float = 0.5
) -> tuple[Vectors, list[int]]:
    """Clouds around `many` middles, and whose each row is."""
    dice = np.random.default_rng(seed)
    middles = dice.standard_normal((many, dimensions))
    of = [row % many for row in range(rows)]
    return vectors_of(middles[of] + spread * dice.standard_normal((rows, dimensions))), of


def curled(rows: int, dimensions: int, seed: int = 0) -> Vectors:
    """A closed curve that turns through many dimensions: no plane shows who is near whom."""
    dice = np.random.default_rng(seed)
    along = dice.random(rows) * 2 * np.pi
    waves = np.arange(1, dimensions // 2 + 1)
    return vectors_of(np.hstack([np.cos(along[:, None] * waves), np.sin(along[:, None] * waves)]))


def woven(rows: int, dimensions: int, many: int, inner: int = 8, seed: int = 0) -> Vectors:
    """Clouds that each spread in a few directions of their own, as texts about the same thing do, and a little in all."""
    dice = np.random.default_rng(seed)
    middles = dice.standard_normal((many, dimensions))
    directions = 0.5 * dice.standard_normal((many, inner, dimensions))
    values = np.concatenate(
        [
            middle + dice.standard_normal((rows // many, inner)) @ own
            for middle, own in zip(middles, directions, strict=True)
        ]
    )
    return vectors_of(values + 0.1 * dice.standard_normal(values.shape))


def close(found: Any, expected: Any, tolerance: float = 1e-5) -> None:
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
