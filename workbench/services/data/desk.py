"""The user's data as a whole: where it is and how large, handed out, taken in, reset."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from workbench.services.data import export, incoming, keys
from workbench.services.data.incoming import Incoming
from workbench.services.data.manifest import Manifest
from workbench.services.data.stopping import Progress, in_thread
from workbench.storage import takeover
from workbench.storage.paths import Paths
from workbench.storage.takeover import Plan as Plan


class Kind(StrEnum):
    """What lies in a place."""

    DATA = "data"
    SETTINGS = "settings"
    LOGS = "logs"
    BACKUPS = "backups"


@dataclass(frozen=True, slots=True)
class Place:
    """size: bytes of what is in it; of the data without the backups, which lie within it."""

    kind: Kind
    path: Path
    size: int


class YourData:
    """Import and reset are planned here, and done at the next start, before anything is opened (storage.takeover)."""

    def __init__(self, paths: Paths, clock: Callable[[], float] = time.time) -> None:
        self._paths = paths
        self._clock = clock

    @property
    def portable(self) -> bool:
        """All of it is in a folder that can be taken along (`--portable`)."""
        return self._paths.portable

    @property
    def log_file(self) -> Path:
        return self._paths.log_file

    @property
    def planned(self) -> Plan | None:
        """What will be done at the next start."""
        return takeover.planned(self._paths)

    def file_name(self) -> str:
        return export.file_name(self._clock)

    def folders(self) -> dict[Kind, Path]:
        """What there is; how large is not looked at."""
        return _folders(self._paths)

    async def places(self) -> tuple[Place, ...]:
        return await asyncio.to_thread(_places, self._paths)

    async def export(self, path: Path, progress: Progress) -> Manifest:
        """Write all of it, without tokens and keys, to one zip file: whole, over what is there, or not at all. progress: from 0 to 1.

        Raises StorageFailed.
        """
        return await in_thread(lambda gauge: export.export(self._paths, path, gauge, self._clock), progress)

    async def look_at(self, path: Path, progress: Progress) -> Incoming:
        """Check a file of all data and unpack it beside the data; `accept` or `drop` it then. Raises InvalidInput, StorageFailed."""
        plan = self.planned
        await asyncio.to_thread(incoming.sweep, self._paths, plan.stage if plan else "")
        return await in_thread(lambda gauge: incoming.take_in(self._paths, path, gauge), progress)

    async def accept(self, found: Incoming) -> Plan:
        """Have it take the place of all data at the next start. Raises StorageFailed."""
        plan = await asyncio.to_thread(incoming.plan_of, self._paths, found)
        await asyncio.to_thread(takeover.schedule, self._paths, plan)
        return plan

    async def drop(self, found: Incoming) -> None:
        await asyncio.to_thread(incoming.drop, found)

    async def reset(self, *, keys_too: bool) -> Plan:
        """Have all data moved aside at the next start. keys_too: remove our entries from the keychain then. Raises StorageFailed."""
        names = await asyncio.to_thread(keys.all_of, self._paths.data) if keys_too else ()
        plan = Plan("", takeover.backup_name("reset", self._clock), names)
        await asyncio.to_thread(takeover.schedule, self._paths, plan)
        return plan

    async def call_off(self) -> None:
        """Do nothing at the next start. Raises StorageFailed."""
        await asyncio.to_thread(takeover.call_off, self._paths)

    async def carry_out(self, wait_s: float) -> Path:
        """Do what is planned now, where nothing of the data is open; where the data lies that was there. wait_s: for who has it open.

        Raises StorageFailed, and has changed nothing then: it is called off.
        """
        done = await asyncio.to_thread(takeover.take_over, self._paths, wait_s)
        assert done is not None, "something is planned"
        if done.problem is not None:
            await self.call_off()
            raise done.problem
        return done.backup

    def backup_of(self, plan: Plan) -> Path:
        """Where the data will lie that is there now."""
        return self._paths.backups / plan.backup


def _places(paths: Paths) -> tuple[Place, ...]:
    return tuple(
        Place(kind, path, _size_of(path, but=paths.backups)) for kind, path in _folders(paths).items()
    )


def _folders(paths: Paths) -> dict[Kind, Path]:
    found = {Kind.DATA: paths.data, Kind.SETTINGS: paths.config, Kind.LOGS: paths.logs}
    return found | ({Kind.BACKUPS: paths.backups} if paths.backups.is_dir() else {})


def _size_of(folder: Path, but: Path | None = None) -> int:
    """Without following links; what cannot be looked at counts nothing."""
    size = 0
    with suppress(OSError):
        for entry in folder.iterdir():
            if entry == but or entry.is_symlink():
                continue
            size += _size_of(entry) if entry.is_dir() else entry.stat().st_size
    return size
