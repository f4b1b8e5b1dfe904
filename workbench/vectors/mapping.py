"""A map in two dimensions on which neighbours stay neighbours.

Rows find their places by the forces of PaCMAP (Wang, Huang, Rudin, Shaposhnik: JMLR 22, 2021): each is drawn to its nearest, a
while to some that are only rather near, which keeps the large order, and pushed away from rows drawn by lot. Then they settle by
those of UMAP (McInnes, Healy, Melville 2018), and are pushed away from what lies around them as well, so that clouds keep their
inner order and a size that can be seen. The rows lie in an order drawn by lot: pushing is a sum of shifted arrays, without look-ups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.vectors.arrays import Floats
from workbench.vectors.components import components
from workbench.vectors.graph import EXACT_UP_TO, Places, graph
from workbench.vectors.matrix import Vectors, pieces
from workbench.vectors.watch import QUIET, Watch

NEIGHBOURS = 12
_PLACING, _SETTLING = 200, 250
_SHAPE_DIMENSIONS = 32
_RATHER_NEAR, _OF = 5, 6
_PUSHES = 10
_PUSHES_PER_PULL = 2.5
_WALKERS, _STEPS, _AROUND = 3, 20, 3.0
_SOFT = 0.05
_BLOCK = 1 << 15
"""Rows of which the forces are reckoned at once: what that takes stays in the cache, and others get their turn."""
_SMALL = 5

Complex = NDArray[np.complex64]
"""x and y of a point in one number, looked up at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """coordinates: (n, 2), around the middle; NaN for a row that cannot be compared. exact: its graph of neighbours is."""

    coordinates: Floats
    exact: bool


def mapped(
    vectors: Vectors,
    *,
    neighbours: int = NEIGHBOURS,
    seed: int = 0,
    exact_up_to: int = EXACT_UP_TO,
    watch: Watch = QUIET,
) -> Map:
    """The same seed makes the same map on the same machine. Raises Stopped."""
    shape = components(vectors, _SHAPE_DIMENSIONS, seed=seed, watch=watch.share(0, 0.02)).placed(vectors)
    flat = np.zeros((len(vectors), 2), np.float32)
    flat[:, : shape.shape[1]] = shape[:, :2]
    many = int(np.count_nonzero(vectors.valid))
    if many < _SMALL:
        flat[~vectors.valid] = np.nan
        return Map(flat, True)
    found = graph(vectors, neighbours, seed=seed, exact_up_to=exact_up_to, watch=watch.share(0.02, 0.5))
    dice = np.random.default_rng(seed)
    rather = _rather_near(shape[found.members], dice)
    layout = _Layout(flat[found.members], found.near, rather, dice)
    layout.run(watch.share(0.5, 1.0))
    flat[:] = np.nan
    flat[found.members] = layout.coordinates()
    return Map(flat, found.exact)


def _rather_near(shape: Floats, dice: np.random.Generator) -> Places:
    """(m, 5) of six rows drawn by lot the second nearest, five times."""
    many = len(shape)
    made = np.empty((many, _RATHER_NEAR), np.int32)
    for part in pieces(many, shape.shape[1] * _OF, numbers=1 << 20):
        for column in range(_RATHER_NEAR):
            drawn = dice.integers(0, many, (part.stop - part.start, _OF), dtype=np.int32)
            apart = shape[drawn] - shape[part, None]
            far = np.einsum("ijk,ijk->ij", apart, apart)
            second = np.argpartition(far, 1, axis=1)[:, 1]
            made[part, column] = np.take_along_axis(drawn, second[:, None], 1)[:, 0]
    return made


class _Layout:
    def __init__(self, start: Floats, near: Places, rather: Places, dice: np.random.Generator) -> None:
        many = len(start)
        self._dice = dice
        self._drawn = dice.permutation(many)
        place = np.empty(many, np.int32)
        place[self._drawn] = np.arange(many, dtype=np.int32)
        self._near = place[near[self._drawn]]
        self._rather = place[rather[self._drawn]]
        spread = float(np.abs(start).max()) or 1.0
        scaled = start[self._drawn] * (0.5 / spread) + dice.normal(0, 1e-3, (many, 2)).astype(np.float32)
        self._at: Complex = np.ascontiguousarray(scaled, np.float32).view(np.complex64)[:, 0]
        self._speed = np.zeros(many, np.complex64)
        self._walkers = np.tile(np.arange(many, dtype=np.int32), (_WALKERS, 1))
        self._force_size = np.zeros((many, 2), np.float32)

    def coordinates(self) -> Floats:
        """(m, 2) in the order of the members."""
        made = np.empty((len(self._at), 2), np.float32)
        made[self._drawn] = self._at.view(np.float32).reshape(-1, 2)
        middle: Floats = made - made.mean(axis=0)
        return middle

    def run(self, watch: Watch) -> None:
        turns = _PLACING + _SETTLING
        for turn in range(turns):
            if turn < _PLACING:
                left = max(0.0, 1 - 2 * turn / _PLACING)
                force, rate = self._placing(1000 * left + 3 * (1 - left)), 1.0
            else:
                force, rate = self._settling(turn), max(0.02, (turns - turn) / _SETTLING)
            self._step(force, turn + 1, rate)
            watch.at((turn + 1) / turns)

    def _placing(self, rather: float) -> Complex:
        """(m,) the slope of PaCMAP's loss: forces that reach far, of which the large order comes."""
        force = np.zeros(len(self._at), np.complex64)
        self._push(force, lambda squared: np.float32(-4) / np.square(squared + np.float32(2)))
        self._pull(force, self._near, lambda squared: np.float32(50) / np.square(squared + np.float32(11)))
        weight = np.float32(rather * 20_000)
        self._pull(force, self._rather, lambda squared: weight / np.square(squared + np.float32(10_001)))
        return force

    def _settling(self, turn: int) -> Complex:
        """(m,) as UMAP has it: pushes grow without end where points meet, so that no cloud falls in on itself."""
        force = np.zeros(len(self._at), np.complex64)
        weight = 2 * _PUSHES_PER_PULL * self._near.shape[1] / _PUSHES
        self._push(force, lambda squared: _repulsion(squared, weight))
        self._pull(force, self._near, lambda squared: np.float32(2) / (squared + np.float32(1)))
        self._push_around(force, turn)
        return force

    def _push_around(self, force: Complex, turn: int) -> None:
        """Away from whoever a walk from neighbour to neighbour comes by: rows drawn out of all are too rarely of one's own cloud."""
        many, near = self._near.shape
        for place, walker in enumerate(self._walkers):
            if (turn + place * _STEPS // _WALKERS) % _STEPS == 0:
                walker[:] = np.arange(many)
            walker[:] = self._near[walker, self._dice.integers(0, near, many)]
            apart = self._at - np.take(self._at, walker)
            apart *= _repulsion(_squared(apart), _AROUND)
            force += apart
            force.real -= np.bincount(walker, apart.real, many)
            force.imag -= np.bincount(walker, apart.imag, many)

    def _pull(self, force: Complex, towards: Places, strength: Callable[[Floats], Floats]) -> None:
        """Whoever is drawn draws as well."""
        many = len(self._at)
        block = max(_BLOCK, many // 8)
        for start in range(0, many, block):
            there = towards[start : start + block]
            apart = self._at[start : start + block, None] - np.take(self._at, there)
            apart *= strength(_squared(apart))
            force[start : start + block] += apart.sum(axis=1)
            flat, back = there.ravel(), apart.ravel()
            force.real -= np.bincount(flat, back.real, many)
            force.imag -= np.bincount(flat, back.imag, many)

    def _push(self, force: Complex, strength: Callable[[Floats], Floats]) -> None:
        for shift in self._dice.integers(1, len(self._at), _PUSHES):
            apart = self._at - np.roll(self._at, shift)
            apart *= strength(_squared(apart))
            force += apart
            force -= np.roll(apart, -shift)

    def _step(self, force: Complex, turn: int, rate: float) -> None:
        """Adam."""
        self._speed *= np.float32(0.9)
        self._speed += np.float32(0.1) * force
        parts = force.view(np.float32).reshape(-1, 2)
        self._force_size *= np.float32(0.999)
        self._force_size += np.float32(0.001) * parts * parts
        size = np.sqrt(self._force_size)
        size += np.float32(1e-7)
        size *= np.float32((1 - 0.9**turn) / (1 - 0.999**turn) ** 0.5)
        moved = self._speed.view(np.float32).reshape(-1, 2) / size
        moved *= np.float32(rate)
        at = self._at.view(np.float32).reshape(-1, 2)
        at -= moved


def _repulsion(squared: Floats, weight: float) -> Floats:
    strength: Floats = (squared + np.float32(_SOFT)) * (squared + np.float32(1))
    np.divide(np.float32(-weight), strength, out=strength)
    return strength


def _squared(apart: Complex) -> Floats:
    squared: Floats = np.square(apart.real)
    squared += np.square(apart.imag)
    return squared
