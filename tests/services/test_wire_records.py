from __future__ import annotations

from contextlib import suppress

from tests.conftest import Run
from tests.services.fakes import FULL
from workbench.domain.errors import StorageFailed
from workbench.domain.exchange import Exchange
from workbench.services.wire_records import WireRecords


class FakeStore:
    """stored: the ids of the records, and what they belong to. full: every write fails."""

    def __init__(self) -> None:
        self.stored: dict[str, str] = {}
        self.full = False

    async def put(self, exchange: Exchange, message_id: str = "") -> None:
        if self.full:
            raise FULL
        self.stored[exchange.id] = message_id

    async def get(self, exchange_id: str) -> Exchange | None:
        return record(exchange_id) if exchange_id in self.stored else None


def record(id: str, method: str = "POST") -> Exchange:
    return Exchange(id, 1.0, method)


def test_a_record_can_be_looked_at_while_its_call_runs_and_after_it(run_async: Run) -> None:
    async def told() -> None:
        store = FakeStore()
        records, one = WireRecords(store), record("e")
        async with records.call(one, "part"):
            assert await records.get("e") is one
            assert store.stored == {}
        assert store.stored == {"e": "part"}
        assert await records.get("e") == one

    run_async(told())


def test_a_record_may_be_wanted_of_a_call_that_fails_alone(run_async: Run) -> None:
    async def told() -> None:
        store = FakeStore()
        records = WireRecords(store)
        async with records.call(record("well"), "part", only_failed=True):
            pass
        with suppress(ZeroDivisionError):
            async with records.call(record("failed"), "part", only_failed=True):
                raise ZeroDivisionError
        assert store.stored == {"failed": "part"}
        assert await records.get("well") is None

    run_async(told())


def test_how_long_a_call_took_is_told_by_its_record_or_else_by_the_clock(run_async: Run) -> None:
    async def told() -> None:
        records = WireRecords(FakeStore(), iter((1.0, 3.5, 7.0, 8.0)).__next__)
        ended = record("e")
        async with records.call(record("open"), "part") as by_clock:
            pass
        async with records.call(ended, "part") as by_record:
            ended.ended_ms = 40.0
        assert (by_clock.took_ms, by_record.took_ms) == (2500.0, 40.0)

    run_async(told())


def test_a_call_that_was_not_sent_leaves_no_record(run_async: Run) -> None:
    store = FakeStore()
    run_async(WireRecords(store).keep(record("e", method=""), "part"))
    assert store.stored == {}


def test_what_a_full_disk_does_not_take_is_stored_with_a_later_one(run_async: Run) -> None:
    async def told() -> None:
        store = FakeStore()
        records, first = WireRecords(store), record("1")
        store.full = True
        await records.keep(first, "a")
        assert await records.get("1") is first
        store.full = False
        await records.keep(record("2"), "b")
        assert store.stored == {"1": "a", "2": "b"}

    run_async(told())


def test_memory_is_bounded_when_the_disk_stays_full(run_async: Run) -> None:
    async def told() -> list[Exchange | StorageFailed | None]:
        store = FakeStore()
        records = WireRecords(store)
        store.full = True
        for number in range(60):
            await records.keep(record(f"{number}"), "a")
        return [await records.get("0"), await records.get("59")]

    lost, kept = run_async(told())
    assert lost is None
    assert kept is not None
