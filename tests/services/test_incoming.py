from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from tests.conftest import Run
from tests.services.fakes import FULL
from tests.waiting import until
from workbench.domain.chat import Delta, ReasoningDelta, Retrying, TextDelta
from workbench.domain.errors import StorageFailed
from workbench.services.incoming import Incoming, Keeper


class Parts:
    """Fails the first `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.text = ""
        self.reasoning = ""
        self.writes = 0

    async def append_text(self, message_id: str, text: str, reasoning: str = "") -> None:
        self.writes += 1
        if self.failures:
            self.failures -= 1
            raise FULL
        self.text += text
        self.reasoning += reasoning


async def keep(parts: Parts, *pieces: tuple[str, str]) -> None:
    keeper = Keeper(parts, "m", flush_s=0.001)
    wanted = "".join(text for text, _ in pieces)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keeper.run())
        for text, reasoning in pieces:
            keeper.take(text, reasoning)
            await asyncio.sleep(0.004)
        await until(lambda: len(parts.text) >= len(wanted))
        task.cancel()


def test_what_came_is_stored_in_order(run_async: Run) -> None:
    parts = Parts()
    run_async(keep(parts, ("a", "1"), ("b", "2"), ("c", "3")))
    assert (parts.text, parts.reasoning) == ("abc", "123")


def test_what_could_not_be_stored_is_stored_later_in_its_place(run_async: Run) -> None:
    parts = Parts(failures=2)
    run_async(keep(parts, ("a", "1"), ("b", "2"), ("c", "3")))
    assert (parts.text, parts.reasoning) == ("abc", "123")


def test_nothing_is_written_when_nothing_came(run_async: Run) -> None:
    parts = Parts()

    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(Keeper(parts, "m", flush_s=0).run())
            await asyncio.sleep(0.005)
            task.cancel()

    run_async(scenario())
    assert parts.writes == 0


def test_a_long_answer_is_handed_out_in_few_pieces(run_async: Run) -> None:
    async def deltas() -> AsyncGenerator[Delta, None]:
        for _ in range(10):
            for number in range(100):
                yield TextDelta(str(number % 10))
            yield ReasoningDelta("!")
            await asyncio.sleep(0)

    async def scenario() -> tuple[int, str, str]:
        incoming = Incoming(deltas())
        async with aclosing(incoming.batches()) as batches:
            pieces = [batch async for batch in batches if not isinstance(batch, Retrying)]
        return len(pieces), "".join(text for text, _ in pieces), incoming.reply.text

    count, shown, kept = run_async(scenario())
    assert count <= 11
    assert shown == kept == "0123456789" * 100


def test_a_storage_failure_of_a_layer_below_ends_the_answer_with_it(run_async: Run) -> None:
    async def deltas() -> AsyncGenerator[Delta, None]:
        yield TextDelta("x")
        raise StorageFailed("Gone.")

    async def scenario() -> str:
        incoming = Incoming(deltas())
        async with aclosing(incoming.batches()) as batches:
            async for _ in batches:
                pass
        return incoming.error.what if incoming.error else ""

    assert run_async(scenario()) == "Gone."
