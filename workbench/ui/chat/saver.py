"""Writing down what the user types, soon but not at every key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

SAVE_WITHIN_MS = 600

Write = Callable[[], Awaitable[object]]


class Saver(QObject):
    """Keeps the newest write of each key and does it within SAVE_WITHIN_MS, or at once on flush.

    A write that fails is kept and tried again with the next one if that may help; its error reaches the TaskScope's
    `failed`, or the caller of flush.
    """

    def __init__(self, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._pending: dict[str, Write] = {}
        self._timer = once(self, SAVE_WITHIN_MS, self.soon)

    def later(self, key: str, write: Write) -> None:
        """The timer is not started over by further typing, so nothing waits longer than the interval."""
        self._pending[key] = write
        if not self._timer.isActive():
            self._timer.start()

    def forget(self, key: str) -> None:
        self._pending.pop(key, None)

    def soon(self) -> None:
        """Start writing now, without waiting for it."""
        self._timer.stop()
        if self._pending:
            self._tasks.start("save", self.flush())

    async def flush(self) -> None:
        """Write all that is pending, then raise what the first failing write raised."""
        self._timer.stop()
        failure: WorkbenchError | None = None
        for key, write in tuple(self._pending.items()):
            try:
                await write()
            except WorkbenchError as error:
                failure = failure or error
                if error.retryable:
                    continue
            if self._pending.get(key) is write:
                del self._pending[key]
        if failure is not None:
            raise failure
