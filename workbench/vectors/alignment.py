"""Two maps of the same rows laid over one another: turned, mirrored, scaled and moved, but not bent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.vectors.arrays import Doubles, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """turn: (d, d) orthogonal. disparity: 0 where the maps are the same in shape, 1 where they have nothing in common."""

    turn: Doubles
    scale: float
    shift: Doubles
    disparity: float

    def laid(self, coordinates: Floats) -> Floats:
        """(n, d)"""
        return np.asarray(self.scale * (coordinates @ self.turn) + self.shift, np.float32)


def alignment(moved: Floats, onto: Floats) -> Alignment:
    """How moved (n, d) comes to lie best on onto (n, d), by the rows that both have (Procrustes)."""
    if moved.shape != onto.shape:
        raise InvalidInput("Only maps of the same rows can be aligned.")
    both = np.isfinite(moved).all(axis=1) & np.isfinite(onto).all(axis=1)
    dimensions = moved.shape[1]
    if not both.any():
        return Alignment(np.eye(dimensions), 1.0, np.zeros(dimensions), 1.0)
    one, other = moved[both].astype(np.float64), onto[both].astype(np.float64)
    middle, onto_middle = one.mean(axis=0), other.mean(axis=0)
    one -= middle
    other -= onto_middle
    left, strength, right = np.linalg.svd(one.T @ other)
    turn = left @ right
    size, onto_size = float((one**2).sum()), float((other**2).sum())
    scale = float(strength.sum()) / size if size > 0 and onto_size > 0 else 1.0
    alike = float(strength.sum()) ** 2 / (size * onto_size) if size > 0 and onto_size > 0 else 0.0
    return Alignment(turn, scale, onto_middle - scale * (middle @ turn), max(0.0, 1.0 - alike))
