"""The grammar of orders, and which order wins."""

from __future__ import annotations

import math
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.sandbox import faults
from workbench.gateway.sandbox.faults import (
    KEYS,
    NO_FAULTS,
    BadFaults,
    Faults,
    Latency,
    Spread,
    parse,
    taken_from,
)


def test_every_kind_of_entry_is_read() -> None:
    assert parse(
        "latency=800ms, pace=50/s status=429,retry-after=3 error-rate=.3 hang maker=gateway"
    ) == Faults(
        latency=Latency(0.8), pace=50.0, status=429, retry_after=3, error_rate=0.3, hang=True, maker="gateway"
    )
    assert parse("latency=1.5s pace=max message=out_of_luck hang=false") == Faults(
        latency=Latency(1.5), pace=math.inf, message="out of luck"
    )
    assert parse("") == NO_FAULTS


@pytest.mark.parametrize(
    "text",
    [
        "latency=normal(1s)",
        "latency=uniform(2s,1s)",
        "latency=normal(1s,fast)",
        "element.m1:status=200",
        "latency=fast",
        "pace=0",
        "status=200",
        "error-rate=2",
        "hang=5",
        "maker=me",
        "huh",
    ],
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(BadFaults, match=re.escape(text.rpartition(":")[2].partition("=")[0])):
        parse(text)


@given(st.text())
def test_any_text_is_orders_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except BadFaults:
        return
    assert isinstance(found, Faults)


def test_the_documentation_names_every_key() -> None:
    for key in KEYS:
        assert f"    {key}" in (faults.__doc__ or ""), key


def test_an_earlier_place_wins_key_by_key() -> None:
    assert parse("status=500").over(parse("status=429 pace=5")) == parse("status=500 pace=5")
    assert parse("none pace=9").over(parse("status=429")).status is None


def test_a_directive_is_a_line_of_its_own_and_leaves_the_prompt() -> None:
    prompt = "One\n[sandbox status=429 retry-after=3]\nTwo"
    assert taken_from(prompt) == ("One\nTwo", "status=429 retry-after=3")
    inline = "What does [sandbox hang] mean?"
    assert taken_from(inline) == (inline, "")


def test_a_latency_may_be_drawn() -> None:
    assert parse("latency=normal(800ms, 0.2s)").latency == Latency(0.8, 0.2, Spread.NORMAL)
    uniform = parse("pace=5,latency=uniform(100,2s) hang")
    assert uniform == Faults(latency=Latency(0.1, 2.0, Spread.UNIFORM), pace=5.0, hang=True)


@given(st.integers(), st.floats(0, 5), st.floats(0, 5))
def test_a_drawn_latency_is_a_time(seed: int, first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert low <= Latency(low, high, Spread.UNIFORM).drawn(Random(seed)) <= high
    assert Latency(first, second, Spread.NORMAL).drawn(Random(seed)) >= 0
    assert Latency(first).drawn(Random(seed)) == first


def test_drawn_latencies_lie_around_their_mean() -> None:
    dice = Random(1)
    drawn = [Latency(1.0, 0.1, Spread.NORMAL).drawn(dice) for _ in range(1000)]
    assert 0.98 < sum(drawn) / 1000 < 1.02
    assert len(set(drawn)) > 900


def test_an_entry_may_be_for_one_element_of_a_route() -> None:
    text = "pace=5 element.m1:status=500, element.support/m2:latency=normal(1s,1s) element.m1:pace=9"
    assert parse(text) == Faults(pace=5.0)
    assert parse(text, "support/m1") == Faults(pace=9.0, status=500)
    assert parse(text, "support/m2") == Faults(pace=5.0, latency=Latency(1.0, 1.0, Spread.NORMAL))
    assert parse(text, "billing/m2") == Faults(pace=5.0)
