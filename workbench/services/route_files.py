"""Routes in files: opened in any shape that can be read, saved whole or not at all, never over somebody else's change.

What is edited is kept as a draft besides, so that nothing is lost with the window.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from workbench.domain.errors import StorageFailed, WorkbenchError
from workbench.domain.routes.codec import route_document
from workbench.domain.routes.elements import Route
from workbench.domain.routes.imports import Shape, import_route
from workbench.domain.routes.keeping import Draft as Draft
from workbench.domain.routes.keeping import Fingerprint as Fingerprint
from workbench.domain.routes.keeping import OnDisk as OnDisk
from workbench.domain.routes.keeping import RecentFile as RecentFile
from workbench.domain.routes.text import written


class Disk(Protocol):
    """storage.route_files."""

    def read(self, path: Path) -> tuple[bytes, Fingerprint]: ...
    def write(self, path: Path, content: bytes) -> Fingerprint: ...
    def on_disk(self, path: Path, known: Fingerprint, *, closely: bool = False) -> OnDisk: ...


class Drafts(Protocol):
    """storage.route_drafts.RouteDrafts."""

    async def keep(self, draft: Draft) -> None: ...
    async def all(self) -> tuple[Draft, ...]: ...
    async def discard(self, draft_id: str) -> None: ...
    async def note_file(self, path: Path) -> None: ...
    async def files(self) -> tuple[RecentFile, ...]: ...
    async def forget_file(self, path: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """remarks: what was read with good will, or changed on the way, a sentence each. own: the file is a route graph, which
    saving may replace; a hand-written shape is only imported, and its file stays as it is.
    """

    route: Route
    fingerprint: Fingerprint
    remarks: tuple[str, ...] = ()
    own: bool = True


class ChangedOnDisk(WorkbenchError):
    """Another program wrote the file since it was read, or removed it, so it was not saved over that."""

    def __init__(self, path: Path, state: OnDisk) -> None:
        gone = state is OnDisk.GONE
        super().__init__(
            f"{path.name} is gone, so it was not saved."
            if gone
            else f"Another program has changed {path.name}, so it was not saved over that.",
            fix="Save it anew, or under another name."
            if gone
            else "Reload it, save over it, or save under another name.",
        )


class RouteFiles:
    """Raises StorageFailed for the disk, RouteError for what is no route."""

    def __init__(self, disk: Disk, drafts: Drafts) -> None:
        self._disk = disk
        self._drafts = drafts

    async def open(self, path: Path) -> Opened:
        content, fingerprint = await asyncio.to_thread(self._disk.read, path)
        name = path.name.removesuffix(".json").removesuffix(".route")
        imported = await asyncio.to_thread(import_route, content, name)
        await self._note(path)
        own = imported.shape is Shape.GRAPH
        return Opened(imported.route, fingerprint, imported.changes, own)

    async def save(
        self, path: Path, route: Route, known: Fingerprint | None, *, overwrite: bool = False
    ) -> Fingerprint:
        """known: the file as this route was read from it or last written. Raises ChangedOnDisk where it is another by now."""
        if known is not None and not overwrite:
            state = await asyncio.to_thread(self._disk.on_disk, path, known, closely=True)
            if state is not OnDisk.SAME:
                raise ChangedOnDisk(path, state)
        fingerprint = await asyncio.to_thread(
            lambda: self._disk.write(path, text_of(route).encode(errors="replace"))
        )
        await self._note(path)
        return fingerprint

    async def on_disk(self, path: Path, known: Fingerprint) -> OnDisk:
        return await asyncio.to_thread(self._disk.on_disk, path, known)

    async def recent(self) -> Sequence[RecentFile]:
        """Newest first, each with whether it is still there."""
        files = await self._drafts.files()
        there = await asyncio.to_thread(lambda: [os.path.exists(one.path) for one in files])
        return tuple(replace(one, there=is_there) for one, is_there in zip(files, there, strict=True))

    async def forget(self, path: Path) -> None:
        await self._drafts.forget_file(path)

    async def keep(self, draft: Draft) -> None:
        await self._drafts.keep(draft)

    async def drafts(self) -> Sequence[Draft]:
        """What was open when the window was last closed, or went down."""
        return await self._drafts.all()

    async def discard(self, draft_id: str) -> None:
        await self._drafts.discard(draft_id)

    async def _note(self, path: Path) -> None:
        """A list that could not be written does not make what was opened or saved a failure."""
        with suppress(StorageFailed):
            await self._drafts.note_file(path)


def text_of(route: Route) -> str:
    """The route as its file has it."""
    return f"{written(route_document(route))}\n"
