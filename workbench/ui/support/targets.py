"""The targets as the window shows them: which there are, which is current, how each is doing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.targets import Reach, Target, TargetStatus
from workbench.ui.support.tasks import TaskScope


class TargetSource(Protocol):
    """What this needs of services.TargetService."""

    @property
    def targets(self) -> Sequence[Target]: ...
    @property
    def current(self) -> Target: ...
    async def load(self) -> None: ...
    async def select(self, target_id: str) -> None: ...
    async def status(self, target_id: str) -> TargetStatus: ...


class TargetsModel(QObject):
    """Signals: changed (the list), current_changed (Target), status_changed (id, TargetStatus), failed (Exception)."""

    changed = Signal()
    current_changed = Signal(object)  # Target
    status_changed = Signal(str, object)  # target id, TargetStatus
    failed = Signal(object)  # Exception

    def __init__(self, source: TargetSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._statuses: dict[str, TargetStatus] = {}
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._current_id = ""

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(self._source.targets)

    @property
    def current(self) -> Target:
        return self._source.current

    def status(self, target_id: str = "") -> TargetStatus:
        """The last known status; "" means that of the current target."""
        return self._statuses.get(target_id or self._source.current.id, TargetStatus())

    def select(self, target_id: str) -> None:
        """Send requests to this target from now on."""
        self._tasks.start("select", self._select(target_id))

    def reload(self) -> None:
        """The list may have changed in the service: tell everybody, and look at the current one again."""
        self.changed.emit()
        self._announce_current()
        self.refresh()

    def refresh(self, target_id: str = "") -> None:
        """Look how a target is doing; "" means the current one."""
        target_id = target_id or self._source.current.id
        self._tasks.start(f"status/{target_id}", self._check(target_id))

    @Slot()
    def refresh_current(self) -> None:
        self.refresh()

    def refresh_all(self) -> None:
        for target in self.targets:
            self.refresh(target.id)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _select(self, target_id: str) -> None:
        await self._source.select(target_id)
        self._announce_current()
        self.refresh()

    def _announce_current(self) -> None:
        current = self._source.current
        self._current_id = current.id
        self.current_changed.emit(current)

    async def _check(self, target_id: str) -> None:
        if self.status(target_id).reach is Reach.UNKNOWN:
            self._set(target_id, TargetStatus(Reach.CHECKING))
        self._set(target_id, await self._source.status(target_id))

    def _set(self, target_id: str, status: TargetStatus) -> None:
        if self._statuses.get(target_id) != status:
            self._statuses[target_id] = status
            self.status_changed.emit(target_id, status)
