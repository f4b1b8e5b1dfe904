"""Routes as they are being edited, and the files they were last in: what brings them back after a crash."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from workbench.domain.errors import WorkbenchError
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import Route
from workbench.domain.routes.keeping import Draft, Fingerprint, RecentFile
from workbench.storage.database import Database

MOST_RECENT = 20


class RouteDrafts:
    """clock: Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, draft: Draft) -> None:
        """In the place of what was kept under its id."""
        at = self._clock()

        def work(connection: sqlite3.Connection) -> None:
            fingerprint = None if draft.fingerprint is None else msgspec.json.encode(draft.fingerprint)
            path = None if draft.path is None else _stored(draft.path)
            row = (draft.id, self._database.owner, path, fingerprint, draft.unsaved, at, _text(draft.route))
            connection.execute(
                """INSERT INTO route_drafts (id, owner, path, fingerprint, unsaved, at, route) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, path = excluded.path,
                fingerprint = excluded.fingerprint, unsaved = excluded.unsaved, at = excluded.at, route = excluded.route""",
                row,
            )

        await self._database.write(work)

    async def all(self) -> tuple[Draft, ...]:
        """Those that no other window has open, in the order they were opened; from now on they are this window's."""
        lives, owner = self._database.owner_lives, self._database.owner

        def work(connection: sqlite3.Connection) -> tuple[Draft, ...]:
            found = []
            rows = connection.execute("SELECT * FROM route_drafts ORDER BY key").fetchall()
            for row in rows:
                if row["owner"] != owner and lives(row["owner"]):
                    continue
                if (draft := _draft(row)) is not None:
                    found.append(draft)
                    connection.execute("UPDATE route_drafts SET owner = ? WHERE id = ?", (owner, row["id"]))
            return tuple(found)

        return await self._database.write(work)

    async def discard(self, draft_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM route_drafts WHERE id = ?", (draft_id,))
        )

    async def note_file(self, path: Path) -> None:
        """It was opened or saved just now."""
        at = self._clock()

        def work(connection: sqlite3.Connection) -> None:
            absolute = _stored(Path(os.path.abspath(path)))
            connection.execute("INSERT OR REPLACE INTO route_files VALUES (?, ?)", (absolute, at))
            connection.execute(
                "DELETE FROM route_files WHERE path NOT IN (SELECT path FROM route_files ORDER BY at DESC LIMIT ?)",
                (MOST_RECENT,),
            )

        await self._database.write(work)

    async def files(self) -> tuple[RecentFile, ...]:
        """Newest first; whether they are still there is not looked at."""

        def work(connection: sqlite3.Connection) -> tuple[RecentFile, ...]:
            rows = connection.execute("SELECT path, at FROM route_files ORDER BY at DESC")
            return tuple(RecentFile(Path(os.fsdecode(row["path"])), row["at"]) for row in rows)

        return await self._database.read(work)

    async def forget_file(self, path: Path) -> None:
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM route_files WHERE path = ?", (_stored(path),))
        )


def _text(route: Route) -> str:
    """Half a character, which a text field can hold and no file, becomes a question mark rather than the end of the draft."""
    text = json.dumps(route_document(route), ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace").decode()


def _stored(path: Path) -> str | bytes:
    """As text; a name that is not UTF-8, which Linux allows, as its bytes."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return str(path)


def _draft(row: sqlite3.Row) -> Draft | None:
    """None for one that a newer version wrote, and this one cannot read: it stays where it is."""
    try:
        route = read_route(row["route"]).route
        fingerprint = row["fingerprint"]
        known = None if fingerprint is None else msgspec.json.decode(fingerprint, type=Fingerprint)
    except (WorkbenchError, msgspec.MsgspecError):
        return None
    path = None if row["path"] is None else Path(os.fsdecode(row["path"]))
    return Draft(row["id"], route, path, known, bool(row["unsaved"]))
