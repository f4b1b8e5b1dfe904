"""services.data.desk.YourData for tests of the window: keeps what it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from workbench.domain.errors import WorkbenchError
from workbench.services.data.desk import Kind, Place
from workbench.services.data.incoming import Incoming
from workbench.services.data.manifest import Manifest
from workbench.storage.takeover import Plan

MANIFEST = Manifest(
    "ai-workbench-data",
    1,
    "0.1.0",
    "2026-01-31T12:00:00Z",
    {"workbench.db": 1},
    {"conversations": 12, "pictures": 340, "recordings": 3, "recordings_elsewhere": 2, "messages": 99},
    (),
    ("recordings/gone.wav",),
)


class FakeData:
    """failure: raised by the next call that may fail. waiting: set while export or look_at waits for it."""

    portable: bool = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log_file = folder / "logs" / "workbench.log"
        self.planned: Plan | None = None
        self.failure: WorkbenchError | None = None
        self.waiting: asyncio.Event | None = None
        self.calls: list[object] = []

    def file_name(self) -> str:
        return "ai-workbench-data-2026-01-31.zip"

    def backup_of(self, plan: Plan) -> Path:
        return self.folder / "backups" / plan.backup

    def folders(self) -> dict[Kind, Path]:
        return {kind: self.folder / kind for kind in Kind}

    async def places(self) -> tuple[Place, ...]:
        sizes = {Kind.DATA: 1_234_567_890, Kind.SETTINGS: 2_048, Kind.LOGS: 51_000, Kind.BACKUPS: 7_800_000}
        return tuple(Place(kind, self.folder / kind, size) for kind, size in sizes.items())

    async def export(self, path: Path, progress: Callable[[float], object]) -> Manifest:
        await self._work("export", path, progress)
        return MANIFEST

    async def look_at(self, path: Path, progress: Callable[[float], object]) -> Incoming:
        await self._work("look_at", path, progress)
        return Incoming(MANIFEST, self.folder / "stage")

    async def accept(self, found: Incoming) -> Plan:
        return self._plan(Plan(found.stage.name, "2026-01-31 12.00.00 before import"))

    async def drop(self, found: Incoming) -> None:
        self.calls.append("drop")

    async def reset(self, *, keys_too: bool) -> Plan:
        plan = Plan("", "2026-01-31 12.00.00 before reset")
        return self._plan(replace(plan, forget=("gateway/access-token",)) if keys_too else plan)

    async def call_off(self) -> None:
        self._fail()
        self.calls.append("call off")
        self.planned = None

    def _plan(self, plan: Plan) -> Plan:
        self._fail()
        self.planned = plan
        return plan

    async def _work(self, name: str, path: Path, progress: Callable[[float], object]) -> None:
        self.calls.append((name, path))
        progress(0.4)
        if self.waiting is not None:
            await self.waiting.wait()
        self._fail()

    def _fail(self) -> None:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
