from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QObject

from tests.conftest import Run
from workbench.ui.support.tasks import TaskScope


async def forever(log: list[str]) -> None:
    try:
        await asyncio.sleep(3600)
    finally:
        log.append("cleaned up")


async def failing() -> None:
    raise ValueError("no")


def test_a_newer_task_of_the_same_name_replaces_the_older(run_qt: Run) -> None:
    async def scenario() -> None:
        log: list[str] = []
        scope = TaskScope()
        scope.start("reply", forever(log))
        await asyncio.sleep(0)
        scope.start("reply", forever(log))
        await asyncio.sleep(0)
        assert log == ["cleaned up"]
        assert scope.busy
        await scope.aclose()

    run_qt(scenario())


def test_a_failure_arrives_as_a_signal(run_qt: Run) -> None:
    async def scenario() -> list[object]:
        scope, seen = TaskScope(), list[object]()
        scope.failed.connect(seen.append)
        scope.start("broken", failing())
        await asyncio.sleep(0.01)
        return seen

    (failure,) = run_qt(scenario())
    assert isinstance(failure, ValueError)


def test_a_failure_nobody_listens_to_reaches_the_loops_handler(run_qt: Run) -> None:
    async def scenario() -> list[object]:
        seen: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context["exception"]))
        scope = TaskScope()
        scope.start("broken", failing())
        await asyncio.sleep(0.01)
        return seen

    (failure,) = run_qt(scenario())
    assert isinstance(failure, ValueError)


def test_busy_is_announced_at_the_first_start_and_the_last_end_only(run_qt: Run) -> None:
    async def scenario() -> list[bool]:
        scope, seen = TaskScope(), list[bool]()
        scope.busy_changed.connect(seen.append)
        scope.start("one", asyncio.sleep(0))
        scope.start("two", asyncio.sleep(0.01))
        await asyncio.sleep(0.03)
        scope.start("three", forever([]))
        await asyncio.sleep(0)
        scope.cancel("three")
        await scope.aclose()
        return seen

    assert run_qt(scenario()) == [True, False, True, False]


def test_cancelling_is_no_failure(run_qt: Run) -> None:
    async def scenario() -> list[object]:
        scope, seen = TaskScope(), list[object]()
        scope.failed.connect(seen.append)
        scope.start("reply", forever([]))
        await asyncio.sleep(0)
        await scope.aclose()
        return seen

    assert run_qt(scenario()) == []


def test_closing_waits_for_the_clean_up(run_qt: Run) -> None:
    async def slow(log: list[str]) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.01)
            log.append("cleaned up")

    async def scenario() -> None:
        log: list[str] = []
        scope = TaskScope()
        scope.start("reply", slow(log))
        await asyncio.sleep(0)
        await scope.aclose()
        assert log == ["cleaned up"]

    run_qt(scenario())


def test_tasks_die_with_the_owner(run_qt: Run) -> None:
    async def scenario() -> None:
        log: list[str] = []
        owner = QObject()
        TaskScope(owner).start("reply", forever(log))
        await asyncio.sleep(0)
        owner.deleteLater()
        await asyncio.sleep(0.02)
        assert log == ["cleaned up"]

    run_qt(scenario())


def test_a_task_left_running_fails_the_test(run_qt: Run) -> None:
    scope = TaskScope()

    async def scenario() -> None:
        scope.start("forgotten", forever([]))

    with pytest.raises(AssertionError, match="forgotten"):
        run_qt(scenario())


def test_the_running_loop_is_known_in_a_slot(run_qt: Run) -> None:
    from PySide6.QtCore import QTimer

    async def scenario() -> None:
        scope, done = TaskScope(), asyncio.Event()

        async def finish() -> None:
            done.set()

        QTimer.singleShot(0, lambda: scope.start("from a slot", finish()))
        await asyncio.wait_for(done.wait(), 5)
        await scope.aclose()

    run_qt(scenario())
