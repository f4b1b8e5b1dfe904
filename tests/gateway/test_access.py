"""Who may come in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from workbench.domain.secret import Secret
from workbench.gateway.access import TOKEN_HEADERS, Access, Gone, Hosts, Receive, TooLarge, read_body

ACCESS = Access(Secret("the-token"))


@pytest.mark.parametrize("header", TOKEN_HEADERS)
@pytest.mark.parametrize("value", ["Bearer the-token", "bearer  the-token ", "the-token"])
def test_the_token_opens_wherever_an_sdk_puts_it(header: str, value: str) -> None:
    assert ACCESS.admits({header: value})


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer the-toke", "Bearer the-token2", "Bearer ключ"])
def test_anything_else_does_not_open(value: str) -> None:
    assert not ACCESS.admits({"authorization": value})
    assert not ACCESS.admits({"x-unrelated": "the-token"})


def test_one_right_header_is_enough_beside_a_provider_key() -> None:
    assert ACCESS.admits({"authorization": "Bearer sk-mine", "cf-aig-authorization": "Bearer the-token"})


@pytest.mark.parametrize("host", ["127.0.0.1:8787", "localhost:8787", "LOCALHOST:8787", "[::1]:8787"])
def test_our_own_names_are_served(host: str) -> None:
    assert Hosts("127.0.0.1", 8787).admits(host)


@pytest.mark.parametrize(
    "host", ["", "localhost", "127.0.0.1:8788", "evil.example:8787", "127.0.0.1.evil.example:8787", "[::1]"]
)
def test_a_name_that_was_pointed_at_us_is_not(host: str) -> None:
    assert not Hosts("127.0.0.1", 8787).admits(host)


@pytest.mark.parametrize("host", ["192.168.1.5:8787", "[fe80::1]:8787", "127.0.0.1:8787", "localhost:8787"])
def test_beyond_loopback_any_address_is_ours(host: str) -> None:
    assert Hosts("0.0.0.0", 8787).admits(host)


@pytest.mark.parametrize(
    "host", ["evil.example:8787", "192.168.1.5", "192.168.1.5:80", "1.2.3.4.evil.example:8787"]
)
def test_beyond_loopback_a_foreign_name_is_not(host: str) -> None:
    assert not Hosts("0.0.0.0", 8787).admits(host)


def receiving(pieces: Iterable[bytes], *, leaves: bool = False) -> Receive:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]
    messages.append({"type": "http.disconnect"} if leaves else {"type": "http.request", "body": b""})
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return receive


@given(st.lists(st.binary(max_size=8)), st.integers(0, 40))
def test_a_chunked_body_is_whole_or_too_large(pieces: list[bytes], limit: int) -> None:
    import asyncio

    whole = b"".join(pieces)
    if len(whole) > limit:
        with pytest.raises(TooLarge):
            asyncio.run(read_body(receiving(pieces), None, limit))
    else:
        assert asyncio.run(read_body(receiving(pieces), None, limit)) == whole


def test_a_declared_length_over_the_limit_is_refused_unread(run_async: Run) -> None:
    def never() -> Any:
        raise AssertionError("the body was read")

    with pytest.raises(TooLarge):
        run_async(read_body(never, "11", 10))


def test_a_client_that_leaves_in_its_own_upload_is_gone(run_async: Run) -> None:
    with pytest.raises(Gone):
        run_async(read_body(receiving([b"half"], leaves=True), None))
