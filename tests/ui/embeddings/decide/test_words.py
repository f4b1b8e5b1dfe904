from __future__ import annotations

import math

import pytest

from workbench.domain.embeddings.retrieval import Interval
from workbench.ui.embeddings.decide import words


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Interval(0.71, 0.64, 0.78, 20), "0.71 (0.64–0.78)"),
        (Interval(-0.03, -0.22, 0.15, 20), "\u22120.03 (\u22120.22 … 0.15)"),
        (Interval(0.71, 0.71, 0.71, 1), "0.71"),
        (Interval(math.nan, math.nan, math.nan, 0), "–"),
    ],
)
def test_an_interval_is_told_where_there_is_one(found: Interval, text: str) -> None:
    assert words.interval(found) == text


def test_a_figure_has_a_true_minus_and_none_has_a_dash() -> None:
    assert [words.number(-0.5, 1), words.number(None), words.score(-12.34)] == [
        "\u22120.5",
        "–",
        "\u221212.3",
    ]
