"""The queue of pictures: what was asked for, which window runs it, and how far it has come."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import Draft, ImageSettings
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.open_rows import OpenRows
from workbench.storage.rows import Row, insert, listed, newest, tallies

_OPEN = "state IN ('waiting', 'running')"
"""Word for word as in the index, which is used for nothing else."""
_GIVEN = "id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True)
class QueueState:
    """Of all windows together. trouble: why it paused, None where the user did."""

    paused: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """job: running now, and ours; None when it may not run. Then paused, or held_until (Unix seconds), says why;
    neither: it is gone, over, or another window's.
    """

    job: ImageJob | None = None
    paused: QueueState | None = None
    held_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """Jobs that are this window's now, in the order of the queue, with their batches."""

    jobs: tuple[ImageJob, ...] = ()
    batches: tuple[ImageBatch, ...] = ()


class ImageJobStore:
    """A job that is not over belongs to one window, which alone runs it; those of a window that died can be adopted.

    Everything is stored when a call returns. Raises StorageFailed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open_rows = OpenRows(database, "image_jobs", _OPEN)

    async def add(self, batch: ImageBatch, jobs: Sequence[ImageJob]) -> list[ImageJob]:
        """Store both, all or nothing; the jobs with their places at the end of the queue, in the order given."""

        def work(connection: sqlite3.Connection) -> list[ImageJob]:
            insert(connection, "image_batches", _batch_row(batch))
            end = _end(connection)
            placed = [replace(job, position=end + number) for number, job in enumerate(jobs, 1)]
            for job in placed:
                insert(connection, "image_jobs", _job_row(job) | {"owner": self._owner(job)})
            return placed

        return await self._database.write(work)

    async def claim(self, job_id: str, now: float) -> Claim:
        """Take a waiting job of this window to run it, unless the queue is paused or the model's limit is waited out."""

        def work(connection: sqlite3.Connection) -> Claim:
            row = connection.execute(
                """SELECT j.*, h.until FROM image_jobs j JOIN image_batches b ON b.id = j.batch_id
                   LEFT JOIN image_holds h ON h.target_id = b.target_id AND h.model = j.model AND h.until > :now
                   WHERE j.id = :id AND j.state = 'waiting' AND j.owner = :owner""",
                {"id": job_id, "now": now, "owner": self._database.owner},
            ).fetchone()
            if row is None:
                return Claim()
            if (state := _state(connection)).paused:
                return Claim(paused=state)
            if row["until"]:
                return Claim(held_until=row["until"])
            job = replace(
                _job(row),
                state=JobState.RUNNING,
                attempts=row["attempts"] + 1,
                not_before=0.0,
                trouble=None,
                started_at=now,
            )
            self._update(connection, (job,))
            return Claim(job)

        return await self._database.write(work)

    async def save(self, jobs: Iterable[ImageJob]) -> None:
        """Store how far they have come; one that was removed meanwhile stays removed. Positions are left as they are."""
        jobs = tuple(jobs)
        await self._database.write(lambda connection: self._update(connection, jobs))

    async def place(self, positions: Iterable[tuple[str, float]]) -> None:
        rows = [(position, job_id) for job_id, position in positions]
        await self._database.write(
            lambda connection: connection.executemany("UPDATE image_jobs SET position = ? WHERE id = ?", rows)
        )

    async def cancel(self, ids: Iterable[str], now: float) -> list[ImageJob]:
        """Those that were open and are cancelled now: all of this window's, and waiting ones of other windows."""

        def work(connection: sqlite3.Connection) -> list[ImageJob]:
            rows = connection.execute(
                f"""UPDATE image_jobs SET state = 'cancelled', ended_at = :now, not_before = 0, trouble = NULL, owner = ''
                    WHERE {_GIVEN} AND (state = 'waiting' OR state = 'running' AND owner = :owner) RETURNING *""",
                {"ids": listed(ids), "now": now, "owner": self._database.owner},
            ).fetchall()
            return [_job(row) for row in rows]

        return await self._database.write(work)

    async def reopen(self, ids: Iterable[str]) -> Opened:
        """Let those that failed or were cancelled wait again, for this window, in their old places."""

        def work(connection: sqlite3.Connection) -> Opened:
            rows = connection.execute(
                f"""UPDATE image_jobs SET state = 'waiting', attempts = 0, not_before = 0, trouble = NULL,
                    started_at = 0, ended_at = 0, owner = :owner
                    WHERE {_GIVEN} AND state IN ('failed', 'cancelled') RETURNING *""",
                {"ids": listed(ids), "owner": self._database.owner},
            ).fetchall()
            return _opened(connection, rows)

        return await self._database.write(work)

    async def left_behind(self) -> bool:
        """Whether windows that are gone left jobs open."""
        return await self._open_rows.left_behind()

    async def adopt(self) -> Opened:
        """Take over what windows that are gone left open; what they were running waits again."""
        if not await self._open_rows.left_behind():
            return Opened()

        def work(connection: sqlite3.Connection) -> Opened:
            rows = connection.execute(
                f"""UPDATE image_jobs SET owner = :owner, state = 'waiting', started_at = 0
                    WHERE {_OPEN} AND owner IN (SELECT value FROM json_each(:gone)) RETURNING *""",
                {"owner": self._database.owner, "gone": listed(self._open_rows.gone(connection))},
            ).fetchall()
            return _opened(connection, rows)

        return await self._database.write(work)

    async def release(self) -> None:
        """Leave this window's open jobs to whoever comes next."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"UPDATE image_jobs SET owner = '', state = 'waiting', started_at = 0 WHERE {_OPEN} AND owner = ?",
                (self._database.owner,),
            )

        await self._database.write(work)

    async def state(self) -> QueueState:
        return await self._database.read(_state)

    async def set_state(self, state: QueueState) -> None:
        trouble = msgspec.json.encode(state.trouble) if state.trouble else None

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO image_queue VALUES (1, ?, ?)", (state.paused, trouble))

        await self._database.write(work)

    async def hold(self, target_id: str, model: str, until: float, now: float) -> None:
        """Let no window ask this model of this target before then; a longer hold stays."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM image_holds WHERE until <= ?", (now,))
            connection.execute(
                """INSERT INTO image_holds VALUES (?, ?, ?)
                   ON CONFLICT DO UPDATE SET until = max(until, excluded.until)""",
                (target_id, model, until),
            )

        await self._database.write(work)

    async def batches(self, limit: int, before: str = "") -> list[ImageBatch]:
        """The newest first; before: the id of the last one that is known already."""
        return await self._database.read(
            lambda connection: list(map(_batch, newest(connection, "image_batches", limit, before)))
        )

    async def batch(self, batch_id: str) -> ImageBatch | None:
        def work(connection: sqlite3.Connection) -> ImageBatch | None:
            row = connection.execute("SELECT * FROM image_batches WHERE id = ?", (batch_id,)).fetchone()
            return _batch(row) if row else None

        return await self._database.read(work)

    async def jobs(self, batch_id: str) -> list[ImageJob]:
        """All of a batch, in the order they were planned."""

        def work(connection: sqlite3.Connection) -> list[ImageJob]:
            rows = connection.execute("SELECT * FROM image_jobs WHERE batch_id = ? ORDER BY id", (batch_id,))
            return [_job(row) for row in rows]

        return await self._database.read(work)

    async def tallies(self, batch_ids: Iterable[str]) -> dict[str, dict[JobState, int]]:
        """How many jobs of each batch are in which state."""
        return await self._database.read(
            lambda connection: tallies(connection, "image_jobs", "batch_id", batch_ids, JobState)
        )

    async def delete_batch(self, batch_id: str) -> None:
        """With its jobs, and the records of those that brought no picture; pictures keep theirs."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """DELETE FROM exchanges WHERE message_id IN
                   (SELECT id FROM image_jobs WHERE batch_id = ? AND images = x'5b5d')""",
                (batch_id,),
            )
            connection.execute("DELETE FROM image_batches WHERE id = ?", (batch_id,))

        await self._database.write(work)

    def _update(self, connection: sqlite3.Connection, jobs: Iterable[ImageJob]) -> None:
        connection.executemany(
            """UPDATE image_jobs SET state = :state, attempts = :attempts, not_before = :not_before,
               trouble = :trouble, images = :images, exchange_id = :exchange_id, started_at = :started_at,
               ended_at = :ended_at, owner = :owner WHERE id = :id""",
            [_job_row(job) | {"owner": self._owner(job)} for job in jobs],
        )

    def _owner(self, job: ImageJob) -> str:
        return "" if job.state.over else self._database.owner


def _end(connection: sqlite3.Connection) -> float:
    """The last place of the queue that is taken."""
    last = connection.execute(f"SELECT max(position) FROM image_jobs WHERE {_OPEN}").fetchone()[0]
    return float(last or 0.0)


def _state(connection: sqlite3.Connection) -> QueueState:
    row = connection.execute("SELECT paused, trouble FROM image_queue").fetchone()
    if row is None:
        return QueueState()
    return QueueState(bool(row["paused"]), _TROUBLE.decode(row["trouble"]) if row["trouble"] else None)


def _opened(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> Opened:
    jobs = sorted((_job(row) for row in rows), key=lambda job: (job.position, job.id))
    batches = connection.execute(
        "SELECT * FROM image_batches WHERE id IN (SELECT value FROM json_each(?))",
        (listed({job.batch_id for job in jobs}),),
    )
    return Opened(tuple(jobs), tuple(_batch(row) for row in batches))


def _batch_row(batch: ImageBatch) -> Row:
    return {
        "id": batch.id,
        "created_at": batch.created_at,
        "draft": msgspec.json.encode(batch.draft),
        "target_id": batch.target_id,
        "title": batch.title,
        "recipe": batch.recipe,
        "notes": msgspec.json.encode(batch.notes),
    }


def _batch(row: sqlite3.Row) -> ImageBatch:
    return ImageBatch(
        id=row["id"],
        created_at=row["created_at"],
        draft=_DRAFT.decode(row["draft"]),
        target_id=row["target_id"],
        title=row["title"],
        recipe=row["recipe"],
        notes=_NOTES.decode(row["notes"]),
    )


def _job_row(job: ImageJob) -> Row:
    return {
        "id": job.id,
        "batch_id": job.batch_id,
        "model": job.model,
        "settings": msgspec.json.encode(job.settings),
        "position": job.position,
        "cell": msgspec.json.encode(job.cell),
        "state": job.state,
        "attempts": job.attempts,
        "not_before": job.not_before,
        "trouble": msgspec.json.encode(job.trouble) if job.trouble else None,
        "images": msgspec.json.encode(job.images),
        "exchange_id": job.exchange_id,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
    }


def _job(row: sqlite3.Row) -> ImageJob:
    return ImageJob(
        id=row["id"],
        batch_id=row["batch_id"],
        model=row["model"],
        settings=_SETTINGS.decode(row["settings"]),
        position=row["position"],
        cell=_CELL.decode(row["cell"]),
        state=JobState(row["state"]),
        attempts=row["attempts"],
        not_before=row["not_before"],
        trouble=_TROUBLE.decode(row["trouble"]) if row["trouble"] else None,
        images=_IMAGES.decode(row["images"]),
        exchange_id=row["exchange_id"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


_DRAFT = msgspec.json.Decoder(Draft)
_NOTES = msgspec.json.Decoder(dict[str, str])
_SETTINGS = msgspec.json.Decoder(ImageSettings)
_CELL = msgspec.json.Decoder(tuple[int, ...])
_IMAGES = msgspec.json.Decoder(tuple[str, ...])
_TROUBLE = msgspec.json.Decoder(Trouble)
