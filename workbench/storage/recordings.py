"""Recordings, and what models were given to say: what is known of each. The files lie elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from workbench.domain.models import Cost
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording
from workbench.storage.database import Database
from workbench.storage.rows import Row, insertion, newest


class RecordingStore:
    """Everything is stored when a call returns. Raises StorageFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, recording: Recording) -> None:
        """Store it as it is now. One that was deleted stays deleted."""
        await self._database.write(
            lambda connection: _put(connection, "recordings", _recording_row(recording))
        )

    async def look_in(self, folder: Path) -> None:
        """The program's own recordings are in this folder now: a portable copy has been carried elsewhere."""

        def work(connection: sqlite3.Connection) -> None:
            rows = connection.execute("SELECT id, path FROM recordings WHERE own").fetchall()
            for id, old in rows:
                path = folder / old.replace("\\", "/").rpartition("/")[2]
                if str(path) != old and path.exists():
                    connection.execute("UPDATE recordings SET path = ? WHERE id = ?", (str(path), id))

        await self._database.write(work)

    async def get(self, recording_id: str) -> Recording | None:
        """Also a deleted one."""

        def work(connection: sqlite3.Connection) -> Recording | None:
            row = connection.execute("SELECT * FROM recordings WHERE id = ?", (recording_id,)).fetchone()
            return _recording(row) if row else None

        return await self._database.read(work)

    async def all(self, *, deleted: bool = False) -> list[Recording]:
        """The newest first. deleted: those that are, instead."""

        def work(connection: sqlite3.Connection) -> list[Recording]:
            rows = connection.execute(
                "SELECT * FROM recordings WHERE (deleted_at IS NOT NULL) = ? ORDER BY id DESC", (deleted,)
            )
            return [_recording(row) for row in rows]

        return await self._database.read(work)

    async def delete(self, ids: Iterable[str], now: float) -> None:
        """Hide them; `restore` brings them back."""
        await self._database.write(lambda connection: _mark(connection, "recordings", ids, now))

    async def restore(self, ids: Iterable[str]) -> None:
        await self._database.write(lambda connection: _mark(connection, "recordings", ids, None))

    async def purge(self, deleted_before: float) -> list[Recording]:
        """Remove for good, with their takes; returns what was removed."""

        def work(connection: sqlite3.Connection) -> list[Recording]:
            connection.execute(
                """DELETE FROM exchanges WHERE message_id IN (SELECT t.id FROM takes t
                   JOIN recordings r ON r.id = t.recording_id WHERE r.deleted_at < ?)""",
                (deleted_before,),
            )
            rows = connection.execute(
                "DELETE FROM recordings WHERE deleted_at < ? RETURNING *", (deleted_before,)
            ).fetchall()
            return [_recording(row) for row in rows]

        return await self._database.write(work)


class SpokenStore:
    """Everything is stored when a call returns. Raises StorageFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, spoken: Spoken) -> None:
        await self._database.write(lambda connection: _put(connection, "spoken", _spoken_row(spoken)))

    async def get(self, spoken_id: str) -> Spoken | None:
        """Also a deleted one."""

        def work(connection: sqlite3.Connection) -> Spoken | None:
            row = connection.execute("SELECT * FROM spoken WHERE id = ?", (spoken_id,)).fetchone()
            return _spoken(row) if row else None

        return await self._database.read(work)

    async def all(self, limit: int, before: str = "") -> list[Spoken]:
        """The newest first; before: the id of the last one that is known already."""
        there = "deleted_at IS NULL"
        return await self._database.read(
            lambda connection: list(map(_spoken, newest(connection, "spoken", limit, before, where=there)))
        )

    async def delete(self, ids: Iterable[str], now: float) -> None:
        """Hide them; `restore` brings them back."""
        await self._database.write(lambda connection: _mark(connection, "spoken", ids, now))

    async def restore(self, ids: Iterable[str]) -> None:
        await self._database.write(lambda connection: _mark(connection, "spoken", ids, None))

    async def purge(self, deleted_before: float) -> list[Spoken]:
        """Remove for good; returns what was removed."""

        def work(connection: sqlite3.Connection) -> list[Spoken]:
            rows = connection.execute(
                "DELETE FROM spoken WHERE deleted_at < ? RETURNING *", (deleted_before,)
            ).fetchall()
            gone = [_spoken(row) for row in rows]
            connection.executemany("DELETE FROM exchanges WHERE message_id = ?", [(one.id,) for one in gone])
            return gone

        return await self._database.write(work)


def _put(connection: sqlite3.Connection, table: str, row: Row) -> None:
    news = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    connection.execute(f"{insertion(table, row)} ON CONFLICT (id) DO UPDATE SET {news}", row)


def _mark(connection: sqlite3.Connection, table: str, ids: Iterable[str], deleted_at: float | None) -> None:
    connection.executemany(
        f"UPDATE {table} SET deleted_at = ? WHERE id = ?", [(deleted_at, one) for one in ids]
    )


def _recording_row(recording: Recording) -> Row:
    return {
        "id": recording.id,
        "name": recording.name,
        "path": recording.path,
        "own": recording.own,
        "seconds": recording.seconds,
        "created_at": recording.created_at,
        "size": recording.size,
        "media_type": recording.media_type,
        "modified": recording.modified,
        "fingerprint": recording.fingerprint,
        "reference": recording.reference,
        "spoken_id": recording.spoken_id,
    }


def _recording(row: sqlite3.Row) -> Recording:
    return Recording(
        id=row["id"],
        name=row["name"],
        path=row["path"],
        own=bool(row["own"]),
        seconds=row["seconds"],
        created_at=row["created_at"],
        size=row["size"],
        media_type=row["media_type"],
        modified=row["modified"],
        fingerprint=row["fingerprint"],
        reference=row["reference"],
        spoken_id=row["spoken_id"],
    )


def _spoken_row(spoken: Spoken) -> Row:
    return {
        "id": spoken.id,
        "text": spoken.text,
        "model": spoken.model,
        "options": msgspec.json.encode(spoken.options),
        "target": spoken.target,
        "created_at": spoken.created_at,
        "file": spoken.file,
        "media_type": spoken.media_type,
        "size": spoken.size,
        "cost": msgspec.json.encode(spoken.cost) if spoken.cost else None,
        "took_ms": spoken.took_ms,
        "exchange_id": spoken.exchange_id,
        "sandbox": spoken.sandbox,
    }


def _spoken(row: sqlite3.Row) -> Spoken:
    return Spoken(
        id=row["id"],
        text=row["text"],
        model=row["model"],
        options=_OPTIONS.decode(row["options"]),
        target=row["target"],
        created_at=row["created_at"],
        file=row["file"],
        media_type=row["media_type"],
        size=row["size"],
        cost=_COST.decode(row["cost"]) if row["cost"] else None,
        took_ms=row["took_ms"],
        exchange_id=row["exchange_id"],
        sandbox=bool(row["sandbox"]),
    )


_OPTIONS = msgspec.json.Decoder(dict[str, Any])
_COST = msgspec.json.Decoder(Cost)
