"""The gallery's rows: pictures with their settings, and what the user says of them."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.gallery import GalleryFilter, GalleryImage, GalleryOrder, Origin
from workbench.storage.database import Database
from workbench.storage.rows import insert, listed
from workbench.storage.search import query_of

Counts = tuple[tuple[str, int], ...]

_PURGED_AT_ONCE = 100
_log = logging.getLogger(__name__)


class ImageStore:
    """Everything is stored when the call returns. Ids that are not there are passed over. Raises StorageFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version = -1

    async def add(self, image: GalleryImage) -> None:
        await self._database.write(lambda connection: _insert(connection, image))

    async def add_once(self, image: GalleryImage) -> tuple[GalleryImage, bool]:
        """The entry that is there for the same bytes, else this one, stored now; and whether anything is new by it.

        What was deleted comes back. An input goes by any entry; what is imported, by what is in the gallery's list.
        """

        def work(connection: sqlite3.Connection) -> tuple[GalleryImage, bool]:
            given = image.origin is Origin.INPUT
            row = connection.execute(
                """SELECT * FROM images WHERE digest = :digest AND CASE WHEN deleted_at IS NULL
                THEN :given OR origin <> 'input' ELSE (origin = 'input') = :given END
                ORDER BY deleted_at IS NOT NULL, origin = 'input', key LIMIT 1""",
                {"digest": image.digest, "given": given},
            ).fetchone()
            if row is None:
                _insert(connection, image)
                return image, True
            revived = row["deleted_at"] is not None
            if revived or row["origin"] == Origin.INPUT:  # an input that is used again is not old
                created_at = image.created_at if row["origin"] == Origin.INPUT else row["created_at"]
                connection.execute(
                    "UPDATE images SET deleted_at = NULL, created_at = ? WHERE key = ?",
                    (created_at, row["key"]),
                )
                row = connection.execute("SELECT * FROM images WHERE key = ?", (row["key"],)).fetchone()
            return _images(connection, [row])[0], revived

        return await self._database.write(work)

    async def ids(self, wanted: GalleryFilter) -> tuple[str, ...]:
        """Deleted ones are left out. since is inclusive, until is not; of several tags all must be there."""
        query = _spaced(query_of(wanted.words))
        if wanted.words.strip() and not query:
            return ()
        statement, values = _selection(wanted, query)

        def work(connection: sqlite3.Connection) -> tuple[str, ...]:
            if self._version < 0:
                self._version = _data_version(connection)
            cursor = connection.cursor()
            cursor.row_factory = None  # 10,000 plain tuples are made in half the time
            return tuple([row[0] for row in cursor.execute(statement, values)])

        return await self._database.read(work)

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]:
        """Those that are there and not deleted, in the order of ids."""

        def work(connection: sqlite3.Connection) -> list[GalleryImage]:
            rows = connection.execute(
                """SELECT images.* FROM json_each(?) AS wanted JOIN images ON images.id = wanted.value
                WHERE deleted_at IS NULL ORDER BY wanted.key""",
                (listed(ids),),
            ).fetchall()
            return _images(connection, rows)

        return await self._database.read(work)

    async def get(self, image_id: str) -> GalleryImage | None:
        """Also a deleted one."""
        return await self._one("id = ?", image_id)

    async def find(self, digest: str) -> GalleryImage | None:
        """The newest entry of these bytes; what was only given to a model comes after the others."""
        return await self._one(
            "digest = ? AND deleted_at IS NULL ORDER BY origin = 'input', created_at DESC", digest
        )

    async def refers_to(self, digest: str) -> bool:
        return await self._database.read(lambda connection: _refers(connection, digest))

    async def rate(self, ids: Sequence[str], stars: int) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                f"UPDATE images SET rating = ? WHERE key IN ({_KEYS})", (stars, listed(ids))
            )
        )

    async def tag(self, ids: Sequence[str], add: Collection[str], remove: Collection[str]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            keys = _keys(connection, ids)
            for tag in remove:
                connection.executemany(
                    "DELETE FROM image_tags WHERE tag = ? AND image_key = ?", [(tag, key) for key in keys]
                )
            _add_tags(connection, keys, add)
            _index_tags(connection, keys)

        await self._database.write(work)

    async def put_on_board(self, ids: Sequence[str], board: str) -> None:
        """The board is made if need be; without ids an empty one."""

        def work(connection: sqlite3.Connection) -> None:
            _put_on_board(connection, _keys(connection, ids), board)

        await self._database.write(work)

    async def take_off_board(self, ids: Sequence[str], board: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                f"""DELETE FROM boarded_images WHERE image_key IN ({_KEYS})
                AND board_key = (SELECT key FROM image_boards WHERE name = ?)""",
                (listed(ids), board),
            )
        )

    async def rename_board(self, name: str, new_name: str) -> None:
        """InvalidInput where another board has the name."""

        def work(connection: sqlite3.Connection) -> None:
            try:
                connection.execute("UPDATE image_boards SET name = ? WHERE name = ?", (new_name, name))
            except sqlite3.IntegrityError:
                raise InvalidInput(
                    f"There is a board called “{new_name}” already.",
                    field="board",
                    fix="Choose another name, or put the pictures on that board.",
                ) from None

        await self._database.write(work)

    async def delete_board(self, name: str) -> None:
        """The pictures stay."""
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM image_boards WHERE name = ?", (name,))
        )

    async def boards(self) -> Counts:
        """Each with how many pictures are on it, by name."""
        return await self._counts(
            """SELECT name, count(images.key) FROM image_boards LEFT JOIN boarded_images ON board_key = image_boards.key
            LEFT JOIN images ON images.key = image_key AND deleted_at IS NULL
            GROUP BY image_boards.key ORDER BY name"""
        )

    async def tags(self) -> Counts:
        """Each with how many pictures have it, by name."""
        return await self._counts(
            """SELECT tag, count(*) FROM image_tags JOIN images ON images.key = image_key WHERE deleted_at IS NULL
            GROUP BY tag ORDER BY tag"""
        )

    async def models(self) -> Counts:
        """Each with how many pictures in the gallery's list are of it, most first."""
        return await self._counts(
            """SELECT model, count(*) AS number FROM images INDEXED BY images_shown
            WHERE deleted_at IS NULL AND origin <> 'input' AND model <> '' GROUP BY model ORDER BY number DESC, model"""
        )

    async def mark_deleted(self, ids: Sequence[str], when: float | None) -> tuple[str, ...]:
        """when: Unix seconds; None brings them back. Those for which that is news."""
        condition = "deleted_at IS NOT NULL" if when is None else "deleted_at IS NULL"

        def work(connection: sqlite3.Connection) -> tuple[str, ...]:
            rows = connection.execute(
                f"UPDATE images SET deleted_at = ? WHERE key IN ({_KEYS}) AND {condition} RETURNING id",
                (when, listed(ids)),
            ).fetchall()
            return tuple(row["id"] for row in rows)

        return await self._database.write(work)

    async def purge(
        self, before: float, in_use: Collection[str], remove: Callable[[str], None]
    ) -> tuple[str, ...]:
        """Remove for good what was deleted before, and inputs from before then that were used for nothing.

        An entry stays while something was made from its file, or in_use has it. remove: takes a file away; what it raises
        StorageFailed for keeps its entry. The digests of the files that are gone.
        """
        values = {"before": before, "in_use": listed(in_use), "most": _PURGED_AT_ONCE, "after": 0}
        gone: list[str] = []
        while last := await self._database.write(lambda connection: _purge(connection, values, remove, gone)):
            values["after"] = last
        return tuple(gone)

    async def changed_elsewhere(self) -> bool:
        """Whether another window has written to the database since this was asked last, or ids were first listed."""
        version = await self._database.read(_data_version)
        before, self._version = self._version, version
        return before not in (-1, version)

    async def _one(self, condition: str, value: str) -> GalleryImage | None:
        def work(connection: sqlite3.Connection) -> GalleryImage | None:
            row = connection.execute(f"SELECT * FROM images WHERE {condition} LIMIT 1", (value,)).fetchone()
            return _images(connection, [row])[0] if row else None

        return await self._database.read(work)

    async def _counts(self, statement: str) -> Counts:
        return await self._database.read(
            lambda connection: tuple((row[0], row[1]) for row in connection.execute(statement))
        )


_KEYS = "SELECT images.key FROM json_each(?) AS wanted JOIN images ON images.id = wanted.value"
_UNUSED = """NOT EXISTS (SELECT 1 FROM image_sources WHERE image_sources.digest = images.digest)
    AND digest NOT IN (SELECT value FROM json_each(:in_use))"""
_NOT_CHOSEN = """rating = 0 AND NOT EXISTS (SELECT 1 FROM image_tags WHERE image_key = images.key)
    AND NOT EXISTS (SELECT 1 FROM boarded_images WHERE image_key = images.key)"""
_ORDERS = {
    GalleryOrder.NEWEST: "created_at DESC, key DESC",
    GalleryOrder.OLDEST: "created_at, key",
    GalleryOrder.BEST: "rating DESC, created_at DESC, key DESC",
    GalleryOrder.DEAREST: "usd DESC NULLS LAST, created_at DESC, key DESC",
}


def _selection(wanted: GalleryFilter, query: str) -> tuple[str, list[Any]]:
    conditions, values = ["deleted_at IS NULL"], []

    def where(condition: str, value: Any) -> None:
        conditions.append(condition)
        values.append(value)

    if not wanted.inputs:
        conditions.append("origin <> 'input'")
    if query:
        where("key IN (SELECT rowid FROM images_text WHERE images_text MATCH ?)", query)
    if wanted.models:
        where("model IN (SELECT value FROM json_each(?))", listed(wanted.models))
    if wanted.since is not None:
        where("created_at >= ?", wanted.since)
    if wanted.until is not None:
        where("created_at < ?", wanted.until)
    if wanted.least_rating:
        where("rating >= ?", wanted.least_rating)
    for tag in wanted.tags:
        where("key IN (SELECT image_key FROM image_tags WHERE tag = ?)", tag)
    if wanted.board:
        where(
            """key IN (SELECT image_key FROM boarded_images JOIN image_boards ON image_boards.key = board_key
            WHERE name = ?)""",
            wanted.board,
        )
    if wanted.batch_id:
        where("batch_id = ?", wanted.batch_id)
    return (
        f"SELECT id FROM images INDEXED BY images_shown WHERE {' AND '.join(conditions)} ORDER BY {_ORDERS[wanted.order]}",
        values,
    )


def _insert(connection: sqlite3.Connection, image: GalleryImage) -> None:
    kept = replace(image, rating=0, tags=(), boards=(), deleted_at=None)
    row = {
        "id": image.id,
        "digest": image.digest,
        "created_at": image.created_at,
        "origin": image.origin,
        "model": image.model,
        "rating": image.rating,
        "usd": image.cost.usd if image.cost else None,
        "batch_id": image.batch_id,
        "deleted_at": image.deleted_at,
        "document": msgspec.json.encode(kept),
    }
    key = insert(connection, "images", row)
    settings = image.settings
    connection.execute(
        "INSERT INTO images_text (rowid, prompt, negative_prompt, name, tags) VALUES (?, ?, ?, ?, '')",
        (key, *map(_spaced, (settings.prompt, settings.negative_prompt, image.name))),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO image_sources VALUES (?, ?)",
        [(digest, key) for digest in settings.pictures],
    )
    _add_tags(connection, [key], image.tags)
    if image.tags:
        _index_tags(connection, [key])
    for board in image.boards:
        _put_on_board(connection, [key], board)


def index_again(connection: sqlite3.Connection) -> None:
    """Full text of the pictures that have none, after the database was rescued. One that cannot be read is left out."""
    rows = connection.execute(
        "SELECT key, document FROM images WHERE key NOT IN (SELECT rowid FROM images_text)"
    ).fetchall()
    for key, document in rows:
        with suppress(msgspec.MsgspecError):
            image = _DOCUMENT.decode(document)
            settings = image.settings
            connection.execute(
                "INSERT INTO images_text (rowid, prompt, negative_prompt, name, tags) VALUES (?, ?, ?, ?, '')",
                (key, *map(_spaced, (settings.prompt, settings.negative_prompt, image.name))),
            )
    _index_tags(connection, [key for key, _ in rows])


def _add_tags(connection: sqlite3.Connection, keys: Iterable[int], tags: Collection[str]) -> None:
    for tag in tags:
        known = connection.execute("SELECT tag FROM image_tags WHERE tag = ? LIMIT 1", (tag,)).fetchone()
        connection.executemany(  # written as it was the first time
            "INSERT OR IGNORE INTO image_tags VALUES (?, ?)",
            [(known[0] if known else tag, key) for key in keys],
        )


def _index_tags(connection: sqlite3.Connection, keys: Sequence[int]) -> None:
    tags = _tags(connection, keys)
    connection.executemany(
        "UPDATE images_text SET tags = ? WHERE rowid = ?",
        [(_spaced(" ".join(tags.get(key, ()))), key) for key in keys],
    )


def _put_on_board(connection: sqlite3.Connection, keys: Iterable[int], board: str) -> None:
    connection.execute("INSERT OR IGNORE INTO image_boards (name) VALUES (?)", (board,))
    connection.executemany(
        "INSERT OR IGNORE INTO boarded_images SELECT key, ? FROM image_boards WHERE name = ?",
        [(key, board) for key in keys],
    )


def _keys(connection: sqlite3.Connection, ids: Sequence[str]) -> list[int]:
    return [row[0] for row in connection.execute(_KEYS, (listed(ids),))]


def _refers(connection: sqlite3.Connection, digest: str, but: int = 0) -> bool:
    """Whether an entry other than the one with the key `but` has the file, or was made from it."""
    found = connection.execute(
        """SELECT EXISTS (SELECT 1 FROM images WHERE digest = :digest AND key <> :but)
        OR EXISTS (SELECT 1 FROM image_sources WHERE digest = :digest)""",
        {"digest": digest, "but": but},
    ).fetchone()
    return bool(found[0])


def _purge(
    connection: sqlite3.Connection,
    values: dict[str, Any],
    remove: Callable[[str], None],
    gone: list[str],
) -> int:
    """Look at the next entries; the key of the last one, 0 at the end.

    Files go while the database is held, so that no other window can take one up in between.
    """
    rows = connection.execute(
        f"""SELECT key, digest FROM images WHERE key > :after AND {_UNUSED} AND (deleted_at <= :before
        OR (origin = 'input' AND deleted_at IS NULL AND created_at <= :before AND {_NOT_CHOSEN}))
        ORDER BY key LIMIT :most""",
        values,
    ).fetchall()
    for key, digest in rows:
        if not _refers(connection, digest, but=key):
            try:
                remove(digest)
            except StorageFailed as error:
                _log.warning("A deleted picture's file could not be removed: %s", error.why)
                continue
            gone.append(digest)
        connection.execute("DELETE FROM images_text WHERE rowid = ?", (key,))
        connection.execute("DELETE FROM images WHERE key = ?", (key,))
    return rows[-1]["key"] if rows else 0


def _images(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[GalleryImage]:
    keys = [row["key"] for row in rows]
    tags = _tags(connection, keys)
    boards = _labels(
        connection,
        """SELECT image_key, name FROM boarded_images JOIN image_boards ON image_boards.key = board_key
        WHERE image_key IN (SELECT value FROM json_each(?)) ORDER BY name""",
        keys,
    )
    return [
        replace(
            _DOCUMENT.decode(row["document"]),
            created_at=row["created_at"],
            rating=row["rating"],
            tags=tags.get(row["key"], ()),
            boards=boards.get(row["key"], ()),
            deleted_at=row["deleted_at"],
        )
        for row in rows
    ]


def _tags(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    return _labels(
        connection,
        "SELECT image_key, tag FROM image_tags WHERE image_key IN (SELECT value FROM json_each(?)) ORDER BY tag",
        keys,
    )


def _labels(
    connection: sqlite3.Connection, statement: str, keys: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for key, label in connection.execute(statement, (listed(keys),)):
        found[key] = (*found.get(key, ()), label)
    return found


def _spaced(text: str) -> str:
    """Chinese and Japanese are written without spaces: each sign is made a word of its own, so that a word within is found."""
    return _SIGN.sub(r" \g<0> ", text)


def _data_version(connection: sqlite3.Connection) -> int:
    """Changes whenever another connection has written to the file."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


_SIGN = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DOCUMENT = msgspec.json.Decoder(GalleryImage)
