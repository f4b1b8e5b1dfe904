"""Windows of requests and of dollars, with a clock that is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.elements import LimitType, Rate, Technique
from workbench.gateway.pipeline.limits import Ledger, RouteLimits
from workbench.routing.attempts import LimitKey

A, B = ("a",), ("b",)
FIXED, SLIDING = Technique.FIXED, Technique.SLIDING
NOON = 1_800_000_000.0  # a whole ten minutes by the clock


def test_a_fixed_window_lets_so_many_through_and_opens_again_with_the_clock() -> None:
    ledger = Ledger()
    taken = [ledger.take(A, 2, 600, FIXED, NOON + at).allowed for at in (1, 300, 599, 600, 601, 602)]
    assert taken == [True, True, False, True, True, False]


def test_a_fixed_window_tells_when_the_clock_opens_the_next() -> None:
    ledger = Ledger()
    ledger.take(A, 1, 600, FIXED, NOON + 100)
    standing = ledger.take(A, 1, 600, FIXED, NOON + 590)
    assert (standing.allowed, standing.used, standing.limit, standing.resets_in_s) == (False, 1, 1, 10)


def test_a_sliding_window_forgets_each_request_after_its_time() -> None:
    ledger = Ledger()
    taken = [ledger.take(A, 2, 60, SLIDING, NOON + at).allowed for at in (0, 50, 59, 60, 61, 109, 110)]
    assert taken == [True, True, False, True, False, False, True]


def test_a_sliding_window_tells_when_the_oldest_leaves() -> None:
    ledger = Ledger()
    ledger.take(A, 1, 60, SLIDING, NOON + 10)
    assert ledger.take(A, 1, 60, SLIDING, NOON + 30).resets_in_s == pytest.approx(40)


def test_a_refused_request_takes_nothing() -> None:
    ledger = Ledger()
    for at in range(100):
        ledger.take(A, 1, 60, SLIDING, NOON + at / 10)
    assert ledger.take(A, 1, 60, SLIDING, NOON + 60).allowed


def test_each_key_has_its_own_bucket() -> None:
    ledger = Ledger()
    assert ledger.take(A, 1, 60, FIXED, NOON).allowed
    assert ledger.take(B, 1, 60, FIXED, NOON).allowed
    assert not ledger.take(A, 1, 60, FIXED, NOON).allowed


def test_a_budget_is_open_until_it_is_used_and_may_overshoot_once() -> None:
    ledger = Ledger()
    assert ledger.look(A, 1.0, 60, FIXED, NOON).allowed
    ledger.book(A, 0.7, 60, FIXED, NOON)
    assert ledger.look(A, 1.0, 60, FIXED, NOON).allowed
    ledger.book(A, 0.7, 60, FIXED, NOON + 1)
    standing = ledger.look(A, 1.0, 60, FIXED, NOON + 2)
    assert not standing.allowed
    assert standing.used == pytest.approx(1.4)
    assert standing.resets_in_s == 58
    assert ledger.look(A, 1.0, 60, FIXED, NOON + 60).allowed


def test_a_budget_of_nothing_is_always_used_up() -> None:
    assert not Ledger().look(A, 0, 60, FIXED, NOON).allowed


def test_memory_holds_what_is_in_use_only() -> None:
    ledger = Ledger()
    for second in range(20_000):
        ledger.take(("user", str(second)), 5, 60, FIXED, NOON + second)
    assert len(ledger) < 2_500


def test_a_sliding_bucket_stays_small_whatever_comes() -> None:
    ledger = Ledger()
    for number in range(50_000):
        ledger.take(A, 1_000_000, 60, SLIDING, NOON + number / 100)
    bucket = next(iter(ledger._buckets.values()))
    assert len(bucket._parts) <= 258  # type: ignore[attr-defined]


@given(
    st.sampled_from(list(Technique)),
    st.integers(1, 5),
    st.integers(1, 100),
    st.lists(st.floats(0, 30), max_size=60),
)
def test_no_window_ever_lets_more_through_than_its_limit(
    technique: Technique, limit: int, window_s: int, gaps: list[float]
) -> None:
    ledger, now, let_through = Ledger(), NOON, []
    for gap in gaps:
        now += gap
        standing = ledger.take(A, limit, window_s, technique, now)
        if standing.allowed:
            let_through.append(now)
        else:
            assert 0 <= standing.resets_in_s <= window_s
        since = now - now % window_s if technique is FIXED else now - window_s * (1 - 1 / 256)
        assert len([at for at in let_through if at >= since]) <= limit


@pytest.mark.parametrize("technique", list(Technique))
def test_what_was_used_is_still_used_after_a_restart(technique: Technique) -> None:
    ledger = Ledger()
    ledger.take(A, 2, 600, technique, NOON + 1)
    ledger.book(B, 0.75, 86400, technique, NOON + 2)
    ledger.take(A, 2, 10, technique, NOON + 3)
    assert ledger.changed
    kept = ledger.snapshot(NOON + 3)
    assert not ledger.changed
    again = Ledger()
    again.restore(kept, NOON + 4)
    assert len(again) == 2, "a window of ten seconds is not worth it"
    assert [again.take(A, 2, 600, technique, NOON + at).allowed for at in (5, 6)] == [True, False]
    assert again.look(B, 0.75, 86400, technique, NOON + 7) == ledger.look(B, 0.75, 86400, technique, NOON + 7)
    later = Ledger()
    later.restore(kept, NOON + 700)
    assert later.take(A, 1, 600, technique, NOON + 700).allowed


def rate(kind: LimitType, limit: float) -> Rate:
    return Rate(id="r", limit_type=kind, key="metadata.user", limit=limit, window_s=60)


def test_a_routes_count_takes_and_its_budget_looks() -> None:
    limits = RouteLimits(Ledger(), "default", lambda: NOON)
    counted, budget = rate(LimitType.COUNT, 1), rate(LimitType.COST, 0.5)
    key = LimitKey("cheap", "r", "ann")
    assert limits.take(key, counted).allowed
    assert not limits.take(key, counted).allowed
    other = LimitKey("cheap", "b", "ann")
    assert [limits.take(other, budget).allowed for _ in range(3)] == [True, True, True]
    limits.book(other, budget, 0.5)
    assert not limits.take(other, budget).allowed
    assert limits.take(LimitKey("cheap", "b", "bob"), budget).allowed


def test_the_same_route_of_two_gateways_has_two_buckets() -> None:
    ledger = Ledger()
    key, counted = LimitKey("cheap", "r", "ann"), rate(LimitType.COUNT, 1)
    assert RouteLimits(ledger, "one", lambda: NOON).take(key, counted).allowed
    assert RouteLimits(ledger, "two", lambda: NOON).take(key, counted).allowed
