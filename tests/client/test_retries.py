"""When a request is sent again, and after how long."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.client.retries import RetryPolicy, may_be_sent_again
from workbench.domain.errors import Failure, Maker, RequestFailed


def failure(
    status: int | None = None, kind: Failure = Failure.SERVER, retry_after_s: float | None = None
) -> RequestFailed:
    return RequestFailed("x", failure=kind, maker=Maker.GATEWAY, status=status, retry_after_s=retry_after_s)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 524, 529])
def test_a_passing_status_is_sent_again(status: int) -> None:
    assert may_be_sent_again(failure(status))


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 405, 413, 422, 424])
def test_a_lasting_status_is_not(status: int) -> None:
    assert not may_be_sent_again(failure(status))


@pytest.mark.parametrize(
    "kind", [Failure.OUT_OF_NEURONS, Failure.SPEND_LIMIT, Failure.PAYMENT, Failure.BLOCKED]
)
def test_a_429_that_will_not_pass_soon_is_not(kind: Failure) -> None:
    assert not may_be_sent_again(failure(429, kind))


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        (Failure.DNS, True),
        (Failure.CONNECT, True),
        (Failure.CUT, True),
        (Failure.TIMEOUT, False),
        (Failure.TLS, False),
        (Failure.NOT_CONFIGURED, False),
        (Failure.PROTOCOL, False),
    ],
)
def test_without_a_reply_it_depends_on_whether_work_may_have_begun(kind: Failure, again: bool) -> None:
    assert may_be_sent_again(failure(None, kind)) is again


def test_an_error_told_under_200_counts_by_its_kind() -> None:
    assert may_be_sent_again(failure(200, Failure.NO_CAPACITY))
    assert not may_be_sent_again(failure(200, Failure.BAD_REQUEST))


def test_the_last_attempt_is_the_last() -> None:
    policy = RetryPolicy(attempts=2)
    assert policy.wait_s(failure(500), 1) is not None
    assert policy.wait_s(failure(500), 2) is None


def test_what_the_maker_asks_for_is_waited_up_to_a_limit() -> None:
    policy = RetryPolicy(longest_asked_s=20)
    assert policy.wait_s(failure(429, retry_after_s=20), 1) == 20
    assert policy.wait_s(failure(429, retry_after_s=0), 1) == 0
    assert policy.wait_s(failure(429, retry_after_s=21), 1) is None


@given(st.integers(), st.integers(1, 9))
def test_waits_double_up_to_a_limit_less_what_the_dice_take(seed: int, attempt: int) -> None:
    wait = RetryPolicy(attempts=10, dice=random.Random(seed)).wait_s(failure(500), attempt)
    longest = min(8.0, 0.5 * 2 ** (attempt - 1))
    assert wait is not None
    assert longest / 2 <= wait <= longest
