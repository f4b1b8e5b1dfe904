"""How like texts are, as a model sees it: all with all, one pair, and who is nearest."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from workbench.domain.embeddings.measures import Measure


@dataclass(frozen=True, slots=True)
class Matrix:
    """rows: of the set, n of them. cells: n × n, row after row, NaN where one cannot be compared. least, most: of what is beside the
    diagonal, NaN where there is nothing.

    clustered: places among rows, so that like ones stand together.
    """

    rows: tuple[int, ...]
    measure: Measure
    cells: array[float] = field(repr=False)
    least: float
    most: float
    clustered: tuple[int, ...] = field(repr=False)

    def at(self, left: int, right: int) -> float:
        """left, right: places among rows."""
        return self.cells[left * len(self.rows) + right]


@dataclass(frozen=True, slots=True)
class Neighbour:
    row: int
    score: float


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The closest first. usd: what asking for the query's vector cost, None for nothing or unknown."""

    key: str
    found: tuple[Neighbour, ...]
    usd: float | None = None

    def rank(self, row: int) -> int | None:
        """From 1; None if it is not among them."""
        return next((place for place, each in enumerate(self.found, start=1) if each.row == row), None)
