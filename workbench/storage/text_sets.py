"""Sets of texts, and what models were asked to make of them."""

from __future__ import annotations

import asyncio
import sqlite3
import zlib
from dataclasses import dataclass

import msgspec

from workbench.domain.embeddings.judgements import Judgements
from workbench.domain.embeddings.runs import EmbeddingRun
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.storage.database import Database
from workbench.storage.open_rows import OpenDocuments


@dataclass(frozen=True, slots=True)
class TextSetEntry:
    """A set as a list shows it. created_at: Unix seconds."""

    id: str
    name: str
    created_at: float
    count: int


class TextSetStore:
    """Everything is stored when a call returns. Raises StorageFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, texts: TextSet) -> None:
        """In place of what has its id."""
        packed = await asyncio.to_thread(_packed, texts.rows)
        row = (texts.id, texts.name, texts.created_at, len(texts.rows), packed)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """INSERT INTO text_sets (id, name, created_at, count, packed) VALUES (?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET name = excluded.name, count = excluded.count, packed = excluded.packed""",
                row,
            )

        await self._database.write(work)

    async def get(self, set_id: str) -> TextSet | None:
        def work(connection: sqlite3.Connection) -> sqlite3.Row | None:
            found: sqlite3.Row | None = connection.execute(
                "SELECT * FROM text_sets WHERE id = ?", (set_id,)
            ).fetchone()
            return found

        row = await self._database.read(work)
        if row is None:
            return None
        rows = await asyncio.to_thread(_unpacked, row["packed"])
        return TextSet(row["id"], row["name"], rows, row["created_at"])

    async def all(self) -> list[TextSetEntry]:
        """The newest first."""

        def work(connection: sqlite3.Connection) -> list[TextSetEntry]:
            rows = connection.execute("SELECT id, name, created_at, count FROM text_sets ORDER BY id DESC")
            return [TextSetEntry(*row) for row in rows]

        return await self._database.read(work)

    async def rename(self, set_id: str, name: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                "UPDATE text_sets SET name = ? WHERE id = ?", (name, set_id)
            )
        )

    async def judgements(self, set_id: str) -> Judgements:
        """What is known of a set; nothing of one that has none."""

        def work(connection: sqlite3.Connection) -> bytes | None:
            row = connection.execute(
                "SELECT document FROM judgements WHERE text_set_id = ?", (set_id,)
            ).fetchone()
            return row["document"] if row else None

        document = await self._database.read(work)
        return Judgements() if document is None else await asyncio.to_thread(_JUDGEMENTS.decode, document)

    async def keep_judgements(self, set_id: str, judgements: Judgements) -> None:
        """In place of what was known. Those of a set that was removed meanwhile are gone with it."""
        document = await asyncio.to_thread(msgspec.json.encode, judgements)
        await self._database.write(
            lambda connection: connection.execute(
                """INSERT OR REPLACE INTO judgements (text_set_id, document)
                   SELECT id, ? FROM text_sets WHERE id = ?""",
                (document, set_id),
            )
        )

    async def delete(self, set_id: str) -> None:
        """With its runs and the records of their calls."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM exchanges WHERE message_id IN (SELECT id FROM embedding_runs WHERE text_set_id = ?)",
                (set_id,),
            )
            connection.execute("DELETE FROM text_sets WHERE id = ?", (set_id,))

        await self._database.write(work)


class EmbeddingRunStore(OpenDocuments[EmbeddingRun]):
    """A run that is not over belongs to one window; those of a window that died can be adopted.

    Everything is stored when a call returns. Raises StorageFailed.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, "embedding_runs", EmbeddingRun)

    async def put(self, run: EmbeddingRun) -> None:
        """As it is now, and this window's. One whose texts were removed meanwhile stays removed."""
        is_open = not run.state.over
        values = {
            "id": run.id,
            "texts": run.text_set_id,
            "document": msgspec.json.encode(run),
            "open": is_open,
            "owner": self._database.owner if is_open else "",
        }

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """INSERT OR REPLACE INTO embedding_runs (id, text_set_id, document, open, owner)
                   SELECT :id, :texts, :document, :open, :owner
                   WHERE EXISTS (SELECT 1 FROM text_sets WHERE id = :texts)""",
                values,
            )

        await self._database.write(work)

    async def of(self, set_id: str) -> list[EmbeddingRun]:
        """Those of a set of texts, the newest first."""

        def work(connection: sqlite3.Connection) -> list[EmbeddingRun]:
            rows = connection.execute(
                "SELECT * FROM embedding_runs WHERE text_set_id = ? ORDER BY id DESC", (set_id,)
            )
            return [self._read(row) for row in rows]

        return await self._database.read(work)

    async def delete(self, run_id: str) -> None:
        """With the records of its calls."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM exchanges WHERE message_id = ?", (run_id,))
            connection.execute("DELETE FROM embedding_runs WHERE id = ?", (run_id,))

        await self._database.write(work)


_Columns = tuple[list[str], list[str], list[str], list[str], list[str]]
_TOGETHER = 2048
"""Rows that are written and read in one piece; other threads have to wait for each."""


def _packed(rows: tuple[TextRow, ...]) -> bytes:
    """By column: equal labels lie side by side then, and cost next to nothing."""
    pieces = [
        msgspec.msgpack.encode(_columns(rows[start : start + _TOGETHER]))
        for start in range(0, len(rows), _TOGETHER)
    ]
    return zlib.compress(msgspec.msgpack.encode(pieces), 1)


def _columns(rows: tuple[TextRow, ...]) -> _Columns:
    return (
        [row.id for row in rows],
        [row.text for row in rows],
        [row.label for row in rows],
        [row.language for row in rows],
        [row.group for row in rows],
    )


def _unpacked(packed: bytes) -> tuple[TextRow, ...]:
    rows: list[TextRow] = []
    for piece in msgspec.msgpack.decode(zlib.decompress(packed), type=list[bytes]):
        rows.extend(map(TextRow, *msgspec.msgpack.decode(piece, type=_Columns)))
    return tuple(rows)


_JUDGEMENTS = msgspec.json.Decoder(Judgements)
