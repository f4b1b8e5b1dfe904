from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.support.charts.scale import Scale

VALUES = st.lists(st.floats(-1e6, 1e6), max_size=6)


@given(VALUES, st.integers(2, 12))
def test_round_values_lie_on_the_axis_and_are_not_too_many(values: list[float], most: int) -> None:
    scale = Scale.around(values)
    ticks = scale.ticks(most)
    assert len(ticks) <= most + 1
    assert all(-1e-6 <= scale.place(tick) <= 1 + 1e-6 for tick in ticks)
    assert all(0 <= scale.place(value) <= 1 for value in values)


@given(st.lists(st.floats(1e-6, 1e9), max_size=6), st.sampled_from([2.0, 10.0]), st.integers(2, 12))
def test_the_same_on_a_logarithmic_axis(values: list[float], base: float, most: int) -> None:
    scale = Scale.around(values, base=base)
    assert len(scale.ticks(most)) <= most + 1
    for value in values:
        assert scale.value(scale.place(value)) == pytest.approx(value, rel=1e-6)


def test_ticks_by_hand() -> None:
    assert Scale(0, 1).ticks(5) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert Scale(-0.5, 0.55).ticks(4) == pytest.approx([-0.5, 0, 0.5])
    assert Scale(20, 3000, base=2).ticks(10) == [32, 64, 128, 256, 512, 1024, 2048]
    assert Scale(2, 8, base=10).ticks(5) == [2, 5]


def test_what_cannot_be_placed_is_left_out_of_the_axis() -> None:
    scale = Scale.around([math.nan, 1.0, 3.0], least=0.0)
    assert scale.least == 0.0
    assert scale.most == pytest.approx(3.16)
