"""What goes on behind the tabs is among the running work, and can be stopped there."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from tests.waiting import until
from workbench.ui.long_work import LongWork, Shown
from workbench.ui.support.work import RunningWork

Run = Callable[[Coroutine[Any, Any, None]], None]


class Service:
    def __init__(self) -> None:
        self.open: dict[str, float | None] = {}
        self.stopped: list[str] = []

    def look(self) -> list[Shown]:
        return [Shown(id, f"Work {id}", part, partial(self._stop, id)) for id, part in self.open.items()]

    async def _stop(self, id: str) -> None:
        self.stopped.append(id)
        del self.open[id]


def test_it_is_shown_while_it_is_open(run_qt: Run) -> None:
    async def story() -> None:
        service, running = Service(), RunningWork()
        work = LongWork(running, service.look)
        service.open["a"] = None
        work.changed()
        await until(lambda: running.items)
        assert [(one.title, one.progress) for one in running.items] == [("Work a", None)]
        service.open = {"a": 0.5, "b": 0.0}
        work.changed()
        await until(lambda: len(running.items) == 2)
        assert [one.progress for one in running.items] == [0.5, 0.0]
        service.open = {"b": 0.1}
        work.changed()
        await until(lambda: len(running.items) == 1)
        assert running.items[0].title == "Work b"
        await work.aclose()
        work.deleteLater()
        assert running.items == ()

    run_qt(story())


def test_it_is_stopped_from_there(run_qt: Run) -> None:
    async def story() -> None:
        service, running = Service(), RunningWork()
        work = LongWork(running, service.look)
        service.open = {"a": 0.5, "b": 0.0}
        work.changed()
        await until(lambda: len(running.items) == 2)
        running.items[1].cancel()
        await until(lambda: service.stopped)
        assert service.stopped == ["b"]
        work.changed()
        await until(lambda: len(running.items) == 1)
        running.items[0].cancel()
        service.open.clear()
        await work.aclose()
        work.deleteLater()

    run_qt(story())
