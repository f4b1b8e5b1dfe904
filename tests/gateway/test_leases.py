"""A gateway that a window started goes when the last window has."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Run
from tests.gateway.wire import Wire
from workbench.gateway import leases
from workbench.gateway.leases import Leases


def test_a_lease_speaks_at_once_and_release_waits_for_it(own: Wire) -> None:
    with own.open("GET", "/workbench/lease") as reply:
        assert reply.getheader("content-type") == "text/event-stream"
        assert reply.readline().startswith(b":")
        assert own.ask("POST", "/workbench/release").json == {"exits": False, "leases": 1}
        assert own.ask("GET", "/workbench/status").json["leases"] == 1


def test_release_without_a_lease_ends_it_at_once(own: Wire) -> None:
    assert own.ask("POST", "/workbench/release").json == {"exits": True, "leases": 0}
    # `running` asserts that the thread ends


class Exits:
    def __init__(self) -> None:
        self.event = asyncio.Event()

    def __call__(self) -> None:
        self.event.set()


async def last_drop(*, leased: bool) -> bool:
    closing, exits = asyncio.Event(), Exits()
    held = Leases(closing, exits, leased=leased)
    held.start()
    one, two = held.hold(), held.hold()
    assert await anext(one) == await anext(two) == b": lease\n\n"
    await one.aclose()
    await asyncio.sleep(0.05)
    assert not exits.event.is_set(), "there is a lease left"
    await two.aclose()
    try:
        async with asyncio.timeout(0.2):
            await exits.event.wait()
    except TimeoutError:
        return False
    return True


def test_the_last_lease_to_drop_ends_a_leased_gateway(
    run_async: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "HEIR_S", 0.01)
    assert run_async(last_drop(leased=True))


def test_one_that_was_started_by_hand_stays(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "HEIR_S", 0.01)
    assert not run_async(last_drop(leased=False))


def test_a_leased_gateway_that_nobody_takes_ends_too(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "GRACE_S", 0.01)

    async def untaken() -> None:
        exits = Exits()
        Leases(asyncio.Event(), exits, leased=True).start()
        async with asyncio.timeout(2):
            await exits.event.wait()

    run_async(untaken())


def test_a_new_lease_within_the_grace_keeps_it(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "GRACE_S", 0.05)

    async def taken_over() -> bool:
        exits = Exits()
        held = Leases(asyncio.Event(), exits, leased=True)
        held.start()
        lease = held.hold()
        await anext(lease)
        await asyncio.sleep(0.1)
        kept = not exits.event.is_set()
        held_open = held.held == 1
        await lease.aclose()
        return kept and held_open

    assert run_async(taken_over())
