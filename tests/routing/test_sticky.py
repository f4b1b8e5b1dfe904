"""The same value always stands at the same place, and values spread evenly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.routing.facts import MISSING
from workbench.routing.sticky import buckets_of, position, text_of


def test_a_place_is_known_for_good() -> None:
    # Changing this moves everybody who is in a split: a new version of the hash needs a reason.
    assert position("support", "p", "user-1") == pytest.approx(0.7011152545591022)


@given(st.text(), st.text(), st.text())
def test_a_place_is_between_0_and_1_and_stays(route: str, element: str, value: str) -> None:
    assert 0 <= position(route, element, value) < 1
    assert position(route, element, value) == position(route, element, value)


def test_places_spread_evenly() -> None:
    tenths = [0] * 10
    for number in range(20_000):
        tenths[int(position("r", "p", f"user-{number}") * 10)] += 1
    assert all(abs(count - 2000) < 250 for count in tenths)  # about six standard deviations


def test_two_splits_place_a_value_independently() -> None:
    both = sum(position("r", "a", str(n)) < 0.5 and position("r", "b", str(n)) < 0.5 for n in range(10_000))
    assert abs(both - 2500) < 260


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("42", "42"),
        (42, "42"),
        (42.0, "42"),
        (1.5, "1.5"),
        (True, "true"),
        (None, ""),
        (MISSING, ""),
        ([1], ""),
        ({}, ""),
        ("", ""),
    ],
)
def test_a_value_that_names_somebody_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_a_bucket_holds_no_credential_and_nothing_long() -> None:
    assert buckets_of("metadata.user_id")("anna") == "anna"
    assert "secret" not in buckets_of("headers.Authorization")("secret")
    assert buckets_of("headers.authorization")("a") != buckets_of("headers.authorization")("b")
    assert len(buckets_of("body.prompt")("x" * 10_000)) < 40
