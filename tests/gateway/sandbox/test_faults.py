"""The grammar of orders, and which order wins."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.sandbox import faults
from workbench.gateway.sandbox.faults import (
    KEYS,
    NO_FAULTS,
    BadFaults,
    Faults,
    ModelFaults,
    parse,
    taken_from,
)


def test_every_kind_of_entry_is_read() -> None:
    assert parse(
        "latency=800ms, pace=50/s status=429,retry-after=3 error-rate=.3 hang maker=gateway"
    ) == Faults(latency=0.8, pace=50.0, status=429, retry_after=3, error_rate=0.3, hang=True, maker="gateway")
    assert parse("latency=1.5s pace=max message=out_of_luck hang=false") == Faults(
        latency=1.5, pace=math.inf, message="out of luck"
    )
    assert parse("") == NO_FAULTS


@pytest.mark.parametrize(
    "text", ["latency=fast", "pace=0", "status=200", "error-rate=2", "hang=5", "maker=me", "huh"]
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(BadFaults, match=text.partition("=")[0]):
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


def test_among_rules_that_fit_the_longest_glob_wins() -> None:
    rules = ModelFaults()
    rules.set({"*": "pace=1", "@cf/meta/*": {"pace": "2/s", "hang": True}})
    assert rules.of("@cf/meta/x") == Faults(pace=2.0, hang=True)
    assert rules.of("openai/x").pace == 1.0
    with pytest.raises(BadFaults):
        rules.set({"*": 5})
    assert rules.of("openai/x").pace == 1.0, "a bad set changes nothing"
    rules.set({"openai/*": "hang", "*": "pace=1"})
    assert rules.of("gpt-4o", "openai/gpt-4o").hang
    rules.set({})
    assert rules.of("openai/x") == NO_FAULTS
