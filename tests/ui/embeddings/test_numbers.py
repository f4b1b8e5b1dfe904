"""How scores are written."""

from __future__ import annotations

import math

import pytest

from workbench.ui.embeddings.numbers import number


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0.12349, 3, "0.123"),
        (-0.5, 2, "\u22120.50"),
        (-0.0004, 2, "0.00"),
        (None, 2, "–"),
        (math.nan, 2, "–"),
        (-math.inf, 1, "\u2212inf"),
    ],
)
def test_a_number_has_a_real_minus_and_none_at_zero(value: float | None, decimals: int, written: str) -> None:
    assert number(value, decimals) == written
