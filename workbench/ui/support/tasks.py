"""The one way to start async work in the window."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio  # imported when the first task starts: it costs half of what the first paint may take


class TaskScope(QObject):
    """Coroutines that live no longer than the object that started them.

    A failure is emitted as `failed`; with nobody connected it goes to the loop's exception handler, never nowhere.
    """

    failed = Signal(object)  # Exception
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        tasks = self._tasks
        self.destroyed.connect(lambda: [task.cancel() for task in list(tasks.values())])

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def running(self, name: str) -> bool:
        return name in self._tasks

    def start(self, name: str, coro: Coroutine[Any, Any, None]) -> None:
        """Run coro as the only task called name; an older one is cancelled first. Needs the running loop."""
        import asyncio

        was_busy = self.busy
        self._retire(name)
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._tasks[name] = task
        task.add_done_callback(self._ended)
        if not was_busy:
            self.busy_changed.emit(True)

    def cancel(self, name: str) -> None:
        """Stop the task called name, if there is one; its `finally` runs before the loop's next turn is over."""
        was_busy = self.busy
        self._retire(name)
        if was_busy and not self.busy:
            self.busy_changed.emit(False)

    async def aclose(self) -> None:
        """Cancel everything and wait until it has ended, clean-up included."""
        import asyncio

        for name in list(self._tasks):
            self.cancel(name)
        while self._ending:
            await asyncio.wait(set(self._ending))

    async def finish(self) -> None:
        """Wait until what runs has ended by itself. Failures arrive as ever."""
        import asyncio

        while self._tasks or self._ending:
            await asyncio.wait({*self._tasks.values(), *self._ending})
            await asyncio.sleep(0)

    def _retire(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            self._ending.add(task)
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        failure = None if task.cancelled() else task.exception()
        name = task.get_name()
        if self._tasks.get(name) is task:
            del self._tasks[name]
            if not self._tasks:
                self.busy_changed.emit(False)
        if failure is not None:
            self._report(task, failure)

    def _report(self, task: asyncio.Task[None], failure: BaseException) -> None:
        from PySide6.QtCore import QMetaMethod

        if self.isSignalConnected(QMetaMethod.fromSignal(self.failed)):
            self.failed.emit(failure)
        else:
            task.get_loop().call_exception_handler(
                {"message": f"{task.get_name()} failed", "exception": failure, "task": task}
            )
