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


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e3), st.integers(2, 20))
def test_no_two_round_values_are_written_alike(least: float, length: float, most: int) -> None:
    ticks = Scale(least, least + length).ticks(most)
    decimals = Scale.decimals(ticks)
    written = [f"{tick:.{decimals}f}" for tick in ticks]
    assert len(set(written)) == len(ticks)
    assert [float(text) for text in written] == pytest.approx(ticks, abs=length / most / 100)


@pytest.mark.parametrize(
    ("ticks", "decimals"),
    [([0, 0.25, 0.5], 2), ([0.0, 0.5, 1.0], 1), ([-0.0122, -0.012], 4), ([20, 40], 0), ([3], 0), ([], 0)],
)
def test_decimals_by_hand(ticks: list[float], decimals: int) -> None:
    assert Scale.decimals(ticks) == decimals


def test_what_is_nearly_equal_looks_so() -> None:
    free = Scale.around([0.50, 0.51], span=0.1)
    assert (free.least, free.most) == pytest.approx((0.455, 0.555))
    high = Scale.around([0.99, 1.0], most=1.0, span=0.1)
    assert (high.least, high.most) == pytest.approx((0.9, 1.0))
    assert Scale.around([0.0, 0.01], least=0.0, span=0.1).most == pytest.approx(0.1)
    assert Scale.around([0, 10], span=0.1) == Scale.around([0, 10])
