"""How far two models see the same texts alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """overlap: the part of its neighbours that both models name. biased: rank-biased overlap, which weighs the nearest most."""

    row: int
    overlap: float
    biased: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """k: neighbours of each row, fewer than asked where there are not so many rows. rows: that both models have and that were asked,
    of `of`. overlap, biased: means, 0 to 1; cka: linear CKA, 0 to 1; NaN where there is nothing to compare.

    spread: how many rows have 0, 1, … k neighbours in common. changed: rows whose neighbourhood differs most, those first.
    """

    k: int
    rows: int
    of: int
    overlap: float
    biased: float
    cka: float
    spread: tuple[int, ...]
    changed: tuple[ChangedRow, ...]
