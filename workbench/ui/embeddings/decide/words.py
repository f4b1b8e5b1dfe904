"""Figures of this page as they are written."""

from __future__ import annotations

import math

from workbench.domain.embeddings.retrieval import Interval
from workbench.ui.embeddings.numbers import NONE as NONE
from workbench.ui.embeddings.numbers import number as number


def score(value: float) -> str:
    """Of a pair: as many decimals as tell one from the next."""
    return number(value, 3 if abs(value) < 10 else 1)


def tick(value: float, decimals: int) -> str:
    """Beside an axis, where so many decimals tell one from the next."""
    return number(value, decimals)


def interval(found: Interval) -> str:
    """0.71 (0.64–0.78); below 0 −0.03 (−0.22 … 0.15), for a dash would be read as a minus."""
    if math.isnan(found.mean):
        return NONE
    if found.count < 2:
        return number(found.mean, 2)  # one value says nothing of how far others would be off
    between = "–" if found.low >= 0 else " … "
    return f"{number(found.mean, 2)} ({number(found.low, 2)}{between}{number(found.high, 2)})"
