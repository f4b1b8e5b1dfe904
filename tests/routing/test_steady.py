"""The share that a limit turns away is what a limit turns away when requests come at random."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.routing.steady import turned_away


@pytest.mark.parametrize(
    ("arrivals", "limit"), [(5, 3), (5, 20), (40, 40), (0.5, 1), (800, 790), (3000, 2950), (1500, 1600)]
)
def test_it_is_what_windows_of_random_arrivals_come_to(arrivals: float, limit: int) -> None:
    dice = random.Random(4)
    windows = max(30, int(200_000 / arrivals))
    came = turned = 0
    for _ in range(windows):
        at, count = dice.expovariate(arrivals), 0
        while at < 1:
            count += 1
            at += dice.expovariate(arrivals)
        came += count
        turned += max(0, count - limit)
    assert turned_away(arrivals, limit) == pytest.approx(turned / came, abs=0.01)


@given(st.floats(0.001, 1e6), st.floats(0, 1e6))
def test_it_is_a_share_and_no_less_than_what_is_too_much_on_average(arrivals: float, limit: float) -> None:
    found = turned_away(arrivals, limit)
    assert 0 <= found <= 1
    assert found >= 1 - limit / arrivals - 1e-4
    assert turned_away(arrivals, limit + 1) <= found + 1e-9


@pytest.mark.parametrize("limit", [1850, 1950, 2000, 2050, 2150])
def test_what_is_summed_and_what_is_taken_for_normal_meet(limit: int) -> None:
    assert turned_away(2000.0, limit) == pytest.approx(turned_away(2000.1, limit), abs=2e-4)


def test_nothing_that_comes_is_turned_away_by_no_limit() -> None:
    assert turned_away(100, float("inf")) == 0
    assert turned_away(0, 5) == 0
    assert turned_away(0, 0) == 1
