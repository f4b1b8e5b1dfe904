"""The user's data as the settings page has it: places and sizes, export, import, reset."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import fields
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.settings import Settings, info_of
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.work import RunningWork, Work

if TYPE_CHECKING:
    from workbench.services.data.desk import Place, Plan
    from workbench.services.data.incoming import Incoming
    from workbench.services.data.manifest import Manifest


class Data(Protocol):
    """services.data.desk.YourData."""

    @property
    def portable(self) -> bool: ...
    @property
    def log_file(self) -> Path: ...
    @property
    def planned(self) -> Plan | None: ...
    def file_name(self) -> str: ...
    def backup_of(self, plan: Plan) -> Path: ...
    async def places(self) -> Sequence[Place]: ...
    async def export(self, path: Path, progress: Callable[[float], object]) -> Manifest: ...
    async def look_at(self, path: Path, progress: Callable[[float], object]) -> Incoming: ...
    async def accept(self, found: Incoming) -> Plan: ...
    async def drop(self, found: Incoming) -> None: ...
    async def reset(self, *, keys_too: bool) -> Plan: ...
    async def call_off(self) -> None: ...


class Job(Enum):
    """What is done with the data, one thing at a time."""

    EXPORT = auto()
    IMPORT = auto()
    RESET = auto()


class DataModel(QObject):
    """places: None until `look` has brought them. running: the job, with its share done; problem: of the job that failed last.

    written: the file of the last export, and what is in it. found: a file that was checked and may be accepted.
    planned: what is done at the next start. Signals: changed, progressed (0–1), settings_reset, failed (Exception).
    """

    changed = Signal()
    progressed = Signal(float)
    settings_reset = Signal()
    failed = Signal(object)

    def __init__(
        self,
        data: Data,
        settings: SettingsModel,
        running: RunningWork,
        restart: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._data = data
        self._settings = settings
        self._work = running
        self._restart = restart
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._before: dict[str, object] = {}
        self.places: Sequence[Place] | None = None
        self.running: Job | None = None
        self.problem: tuple[Job, WorkbenchError] | None = None
        self.written: tuple[Path, Manifest] | None = None
        self.found: Incoming | None = None
        self.planned: Plan | None = data.planned

    @property
    def portable(self) -> bool:
        return self._data.portable

    @property
    def log_file(self) -> Path:
        return self._data.log_file

    @property
    def file_name(self) -> str:
        """What an export is called unless the user wants another name."""
        return self._data.file_name()

    @property
    def backup(self) -> Path:
        """Where what is there now will lie after what is planned."""
        assert self.planned is not None
        return self._data.backup_of(self.planned)

    @Slot()
    def look(self) -> None:
        """See how large everything is."""
        self._tasks.start("places", self._look())

    def ask(self, question: Coroutine[Any, Any, None]) -> None:
        """Run what asks the user something first; one at a time."""
        self._tasks.start("question", question)

    def export(self, path: Path, title: str) -> None:
        """title: how the header calls it."""
        self._begin(Job.EXPORT, partial(self._export, path, title))

    def look_into(self, path: Path, title: str) -> None:
        """Check a file to import; `found` then."""
        self._begin(Job.IMPORT, partial(self._look_into, path, title))

    @Slot()
    def accept(self) -> None:
        """Have what was found take the place of all data at the next start."""
        if self.found is not None:
            self._begin(Job.IMPORT, partial(self._accept, self.found))

    @Slot()
    def leave(self) -> None:
        """What was found is not wanted."""
        if self.found is not None:
            self._begin(Job.IMPORT, partial(self._leave, self.found))

    def reset(self, *, keys_too: bool) -> None:
        """Have everything moved aside at the next start."""
        self._begin(Job.RESET, partial(self._reset, keys_too))

    @Slot()
    def call_off(self) -> None:
        """Do nothing at the next start."""
        assert self.planned is not None
        self._begin(Job.RESET if self.planned.reset else Job.IMPORT, self._call_off)

    @Slot()
    def restart(self) -> None:
        self._restart()

    @Slot()
    def cancel(self) -> None:
        self._tasks.cancel("job")

    @Slot()
    def reset_settings(self) -> None:
        """Every setting of the page back to its default; `restore_settings` takes it back."""
        shown = [field.name for field in fields(Settings) if info_of(field.name).shown]
        self._before = {
            name: getattr(self._settings.value, name) for name in shown if not self._settings.is_default(name)
        }
        for name in self._before:
            self._settings.reset(name)
        self.settings_reset.emit()

    @Slot()
    def restore_settings(self) -> None:
        before, self._before = self._before, {}
        for name, value in before.items():
            self._settings.set(name, value)

    async def aclose(self) -> None:
        await self._tasks.aclose()
        if self.found is not None:
            await self._data.drop(self.found)

    def _begin(self, job: Job, work: Callable[[], Awaitable[None]]) -> None:
        self.running, self.problem = job, None
        self.changed.emit()
        self._tasks.start("job", self._guarded(job, work))

    async def _guarded(self, job: Job, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except WorkbenchError as error:
            self.problem = (job, error)
        finally:
            self.running = None
            self.changed.emit()

    async def _look(self) -> None:
        self.places = await self._data.places()
        self.changed.emit()

    async def _export(self, path: Path, title: str) -> None:
        self.written = None
        work = self._work.add(title, self.cancel)
        try:
            self.written = path, await self._data.export(path, self._told(work))
        finally:
            work.done()

    async def _look_into(self, path: Path, title: str) -> None:
        work = self._work.add(title, self.cancel)
        try:
            if self.found is not None:
                await self._data.drop(self.found)
                self.found = None
            self.found = await self._data.look_at(path, self._told(work))
        finally:
            work.done()

    async def _accept(self, found: Incoming) -> None:
        self.planned = await self._data.accept(found)
        self.found = None

    async def _leave(self, found: Incoming) -> None:
        self.found = None
        await self._data.drop(found)

    async def _reset(self, keys_too: bool) -> None:
        self.planned = await self._data.reset(keys_too=keys_too)

    async def _call_off(self) -> None:
        await self._data.call_off()
        self.planned = None

    def _told(self, work: Work) -> Callable[[float], None]:
        def told(share: float) -> None:
            work.set_progress(share)
            self.progressed.emit(share)

        return told
