"""How well a model keeps the labels of a set apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelSeparation:
    """silhouette: NaN where none of its rows was asked. rows: with this label and a vector."""

    label: str
    rows: int
    silhouette: float


@dataclass(frozen=True, slots=True)
class Separation:
    """silhouette: -1 to 1, 0 where labels lie through each other; None where there are not two labels. asked: rows it is the mean of.

    labels: the worst kept apart first.
    """

    silhouette: float | None
    asked: int
    labels: tuple[LabelSeparation, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelCost:
    """per_million: US dollars for a million tokens by the price list; spent: for the vectors there are. None where it is not known.

    charged: the provider told `spent`, else it was worked out. bytes_per_row: of a vector as it is stored.
    """

    per_million: float | None
    spent: float | None
    charged: bool
    bytes_per_row: int
