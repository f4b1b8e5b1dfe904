from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Run
from workbench.services.background import Background, to_the_end


def test_a_task_runs_once_under_its_name_and_ends_with_its_owner(run_async: Run) -> None:
    ran: list[str] = []

    async def work(name: str) -> None:
        ran.append(name)
        try:
            await asyncio.sleep(3600)
        finally:
            ran.append(f"{name} ended")

    async def scenario() -> None:
        background = Background()
        background.start("a", work("first"))
        background.start("a", work("second"))
        await asyncio.sleep(0)
        assert background.runs("a")
        await background.aclose()
        assert not background.runs("a")

    run_async(scenario())
    assert ran == ["first", "first ended"]


def test_a_failure_is_logged(run_async: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async def broken() -> None:
            raise ZeroDivisionError("oops")

        background = Background()
        background.start("broken", broken())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    run_async(scenario())
    assert "broken" in caplog.text
    assert "oops" in caplog.text


def test_a_last_write_ends_before_the_cancellation_goes_on(run_async: Run) -> None:
    steps: list[str] = []

    async def write() -> str:
        await asyncio.sleep(0.01)
        steps.append("written")
        return "kept"

    async def scenario() -> None:
        async def closing() -> None:
            try:
                await to_the_end(write())
            finally:
                steps.append("cancelled")

        task = asyncio.get_running_loop().create_task(closing())
        for _ in range(3):
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await to_the_end(write()) == "kept"

    run_async(scenario())
    assert steps == ["written", "cancelled", "written"]


def test_a_last_write_that_fails_says_so(run_async: Run) -> None:
    async def write() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        run_async(to_the_end(write()))
