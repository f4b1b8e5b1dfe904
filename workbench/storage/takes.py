"""Takes of recordings: which window has them heard, what each part brought, and the text as the user left it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from workbench.domain.models import Cost
from workbench.domain.speech.takes import Part, Take, TakeState, state_of, trouble_of
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.open_rows import OpenRows
from workbench.storage.rows import listed, tallies

_OPEN = "state IN ('waiting', 'running')"
"""Word for word as in the index, which is used for nothing else."""


@dataclass(frozen=True, slots=True)
class ClaimedPart:
    """part: running now, and ours; None when it may not run. Then held_until (Unix seconds) says why, or 0: it is gone,
    over, or another window's.
    """

    part: Part | None = None
    held_until: float = 0.0


class TakeStore:
    """A take that is not over belongs to one window, which alone has it heard; those of a window that died can be adopted.

    Takes come with their parts. Of one that is not over, or was never stitched, `heard` is empty; `transcript` is empty
    unless it was edited. Everything is stored when a call returns. Raises StorageFailed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open_rows = OpenRows(database, "takes", f"{_OPEN} AND deleted_at IS NULL")

    async def add(self, take: Take) -> None:
        """It is this window's."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """INSERT INTO takes (id, recording_id, model, options, target_id, created_at, span_start, span_end,
                   most_s, state, sandbox, revision, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, ?)""",
                (
                    take.id,
                    take.recording_id,
                    take.model,
                    msgspec.json.encode(take.options),
                    take.target,
                    take.created_at,
                    *(take.span or (None, None)),
                    take.most_s,
                    self._database.owner,
                ),
            )

        await self._database.write(work)

    async def get(self, take_id: str) -> Take | None:
        """Also a deleted one."""

        def work(connection: sqlite3.Connection) -> Take | None:
            rows = connection.execute("SELECT * FROM takes WHERE id = ?", (take_id,)).fetchall()
            return next(iter(_takes(connection, rows)), None)

        return await self._database.read(work)

    async def of(self, recording_id: str) -> list[Take]:
        """The oldest first."""

        def work(connection: sqlite3.Connection) -> list[Take]:
            rows = connection.execute(
                "SELECT * FROM takes WHERE recording_id = ? AND deleted_at IS NULL ORDER BY id",
                (recording_id,),
            ).fetchall()
            return _takes(connection, rows)

        return await self._database.read(work)

    async def states(self, recording_ids: Iterable[str]) -> dict[str, dict[TakeState, int]]:
        """How many takes of each recording are in which state; cheap for many."""
        there = "deleted_at IS NULL"
        return await self._database.read(
            lambda connection: tallies(
                connection, "takes", "recording_id", recording_ids, TakeState, where=there
            )
        )

    async def begin(self, take_id: str) -> bool:
        """It is about to be cut. False where it is over, or not this window's; nothing is changed then."""

        def work(connection: sqlite3.Connection) -> bool:
            changed = connection.execute(
                f"UPDATE takes SET state = 'running', trouble = NULL WHERE id = ? AND owner = ? AND {_OPEN}",
                (take_id, self._database.owner),
            )
            return changed.rowcount > 0

        return await self._database.write(work)

    async def cut(self, take_id: str, parts: Sequence[Part]) -> bool:
        """The parts that it has from now on: waiting, or DONE where there is nothing to hear. False as for `begin`."""

        def work(connection: sqlite3.Connection) -> bool:
            if not self._is_ours(connection, take_id):
                return False
            connection.execute("DELETE FROM take_parts WHERE take_id = ?", (take_id,))
            connection.executemany(
                """INSERT INTO take_parts (take_id, number, start_s, end_s, state, transcript, attempts, not_before,
                   exchange_id) VALUES (?, ?, ?, ?, ?, ?, 0, 0, '')""",
                [
                    (take_id, part.number, part.start, part.end, part.state, _packed(part.transcript))
                    for part in parts
                ],
            )
            _settle(connection, take_id)
            return True

        return await self._database.write(work)

    async def fail(self, take_id: str, trouble: Trouble) -> None:
        """It could not be cut."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"UPDATE takes SET state = 'failed', trouble = ?, owner = '' WHERE id = ? AND {_OPEN}",
                (msgspec.json.encode(trouble), take_id),
            )

        await self._database.write(work)

    async def claim(self, take_id: str, number: int, now: float) -> ClaimedPart:
        """Take a waiting part of this window to have it heard, unless the model's limit is waited out."""

        def work(connection: sqlite3.Connection) -> ClaimedPart:
            row = connection.execute(
                """SELECT p.key, h.until FROM take_parts p JOIN takes t ON t.id = p.take_id
                   LEFT JOIN hearing_holds h ON h.target_id = t.target_id AND h.model = t.model AND h.until > :now
                   WHERE p.take_id = :id AND p.number = :number AND p.state = 'waiting'
                   AND t.owner = :owner AND t.deleted_at IS NULL""",
                {"id": take_id, "number": number, "now": now, "owner": self._database.owner},
            ).fetchone()
            if row is None:
                return ClaimedPart()
            if row["until"]:
                return ClaimedPart(held_until=row["until"])
            claimed = connection.execute(
                """UPDATE take_parts SET state = 'running', attempts = attempts + 1, not_before = 0, trouble = NULL
                   WHERE key = ? RETURNING *""",
                (row["key"],),
            ).fetchone()
            _settle(connection, take_id)
            return ClaimedPart(_part(claimed))

        return await self._database.write(work)

    async def save(self, take_id: str, part: Part, *, sandbox: bool = False) -> None:
        """How far a part has come; one of a take that was removed meanwhile stays removed. sandbox: a simulation heard it.

        One that is done is fresh where the text has been edited.
        """

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """UPDATE take_parts SET state = :state, attempts = :attempts, not_before = :not_before,
                   trouble = :trouble, transcript = :transcript, exchange_id = :exchange_id, cost = :cost,
                   took_ms = :took_ms, fresh = :done AND (SELECT revision > 0 FROM takes WHERE id = :take_id)
                   WHERE take_id = :take_id AND number = :number""",
                {
                    "done": part.state is TakeState.DONE,
                    "take_id": take_id,
                    "number": part.number,
                    "state": part.state,
                    "attempts": part.attempts,
                    "not_before": part.not_before,
                    "trouble": msgspec.json.encode(part.trouble) if part.trouble else None,
                    "transcript": _packed(part.transcript),
                    "exchange_id": part.exchange_id,
                    "cost": msgspec.json.encode(part.cost) if part.cost else None,
                    "took_ms": part.took_ms,
                },
            )
            connection.execute(
                "UPDATE takes SET sandbox = max(sandbox, ?), heard = NULL WHERE id = ?", (sandbox, take_id)
            )
            _settle(connection, take_id)

        await self._database.write(work)

    async def stop(self, take_id: str) -> Take | None:
        """What waits waits no longer, nor runs what is this window's. Another window's calls come to their end."""

        def work(connection: sqlite3.Connection) -> Take | None:
            ours = self._is_ours(connection, take_id)
            connection.execute(
                """UPDATE take_parts SET state = 'stopped', not_before = 0, trouble = NULL
                   WHERE take_id = ? AND (state = 'waiting' OR state = 'running' AND ?)""",
                (take_id, ours),
            )
            connection.execute(
                f"""UPDATE takes SET state = 'stopped', owner = '' WHERE id = ? AND {_OPEN}
                    AND NOT EXISTS (SELECT 1 FROM take_parts WHERE take_id = takes.id)""",
                (take_id,),
            )
            _settle(connection, take_id)
            rows = connection.execute("SELECT * FROM takes WHERE id = ?", (take_id,)).fetchall()
            return next(iter(_takes(connection, rows)), None)

        return await self._database.write(work)

    async def reopen(self, take_id: str, numbers: Iterable[int] | None = None) -> Take | None:
        """Let parts that failed or were stopped wait again, for this window; what is done stays so. One that a window which
        is gone left open is this window's, too.

        numbers: only those. None where another living window has it heard just now, or it is gone.
        """

        def work(connection: sqlite3.Connection) -> Take | None:
            row = connection.execute(
                "SELECT owner FROM takes WHERE id = ? AND deleted_at IS NULL", (take_id,)
            ).fetchone()
            if row is None or self._open_rows.is_elsewhere(row["owner"]):
                return None
            if row["owner"] != self._database.owner:
                connection.execute(
                    "UPDATE take_parts SET state = 'waiting' WHERE take_id = ? AND state = 'running'",
                    (take_id,),
                )
            connection.execute(
                """UPDATE take_parts SET state = 'waiting', attempts = 0, not_before = 0, trouble = NULL
                   WHERE take_id = :id AND state IN ('failed', 'stopped')
                   AND (:numbers IS NULL OR number IN (SELECT value FROM json_each(:numbers)))""",
                {"id": take_id, "numbers": None if numbers is None else listed(numbers)},
            )
            connection.execute(
                """UPDATE takes SET state = 'waiting', trouble = NULL, owner = ?1 WHERE id = ?2
                   AND (state IN ('failed', 'stopped') OR owner <> ?1) AND NOT EXISTS (SELECT 1 FROM take_parts WHERE take_id = takes.id)""",
                (self._database.owner, take_id),
            )
            _settle(connection, take_id, self._database.owner)
            rows = connection.execute("SELECT * FROM takes WHERE id = ?", (take_id,)).fetchall()
            return next(iter(_takes(connection, rows)), None)

        return await self._database.write(work)

    async def left_behind(self) -> bool:
        """Whether windows that are gone left takes open."""
        return await self._open_rows.left_behind()

    async def adopt(self) -> list[Take]:
        """Take over what windows that are gone left open; what they had heard just then waits again."""
        if not await self._open_rows.left_behind():
            return []

        def work(connection: sqlite3.Connection) -> list[Take]:
            rows = connection.execute(
                f"""UPDATE takes SET owner = :owner, state = 'waiting' WHERE {_OPEN} AND deleted_at IS NULL
                    AND owner IN (SELECT value FROM json_each(:gone)) RETURNING id""",
                {"owner": self._database.owner, "gone": listed(self._open_rows.gone(connection))},
            ).fetchall()
            ids = listed(row["id"] for row in rows)
            connection.execute(
                """UPDATE take_parts SET state = 'waiting' WHERE state = 'running'
                   AND take_id IN (SELECT value FROM json_each(?))""",
                (ids,),
            )
            return _takes(
                connection,
                connection.execute(
                    "SELECT * FROM takes WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (ids,)
                ).fetchall(),
            )

        return await self._database.write(work)

    async def release(self) -> None:
        """Leave this window's open takes to whoever comes next."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"""UPDATE take_parts SET state = 'waiting' WHERE state = 'running'
                    AND take_id IN (SELECT id FROM takes WHERE {_OPEN} AND owner = ?)""",
                (self._database.owner,),
            )
            connection.execute(
                f"UPDATE takes SET owner = '', state = 'waiting' WHERE {_OPEN} AND owner = ?",
                (self._database.owner,),
            )

        await self._database.write(work)

    async def hold(self, target_id: str, model: str, until: float, now: float) -> None:
        """Let no window ask this model of this target before then; a longer hold stays."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM hearing_holds WHERE until <= ?", (now,))
            connection.execute(
                """INSERT INTO hearing_holds VALUES (?, ?, ?)
                   ON CONFLICT DO UPDATE SET until = max(until, excluded.until)""",
                (target_id, model, until),
            )

        await self._database.write(work)

    async def keep_heard(self, take_id: str, heard: Transcript) -> None:
        """What its parts add up to, for a take that is over."""
        await self._database.write(
            lambda connection: connection.execute(
                f"UPDATE takes SET heard = ? WHERE id = ? AND NOT {_OPEN}", (_packed(heard), take_id)
            )
        )

    async def edit(
        self, take_id: str, transcript: Transcript, revision: int | None, joined: Iterable[int] | None
    ) -> int | None:
        """Store the text as it is now; the revision it has then. None where it is not the given one any more: somebody
        else has changed it, and nothing is stored. revision None: store it over whatever is there.

        joined: parts that are in it now, and fresh no longer; None: all.
        """
        numbers = None if joined is None else listed(joined)

        def work(connection: sqlite3.Connection) -> int | None:
            row = connection.execute(
                """UPDATE takes SET transcript = :text, revision = revision + 1
                   WHERE id = :id AND (:revision IS NULL OR revision = :revision) RETURNING revision""",
                {"text": _packed(transcript), "id": take_id, "revision": revision},
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                """UPDATE take_parts SET fresh = 0 WHERE take_id = :id AND fresh
                   AND (:numbers IS NULL OR number IN (SELECT value FROM json_each(:numbers)))""",
                {"id": take_id, "numbers": numbers},
            )
            return int(row["revision"])

        return await self._database.write(work)

    async def copy(self, take_id: str, copy_id: str, transcript: Transcript, now: float) -> None:
        """Another take of the same parts, with this text. What was sent and paid stays with the first."""
        values = {"id": take_id, "copy": copy_id, "text": _packed(transcript), "now": now}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """INSERT INTO takes (id, recording_id, model, options, target_id, created_at, span_start, span_end,
                   most_s, state, trouble, sandbox, heard, transcript, revision, owner)
                   SELECT :copy, recording_id, model, options, target_id, :now, span_start, span_end, most_s, state,
                   trouble, sandbox, heard, :text, 1, owner FROM takes WHERE id = :id""",
                values,
            )
            connection.execute(
                """INSERT INTO take_parts (take_id, number, start_s, end_s, state, attempts, not_before, trouble,
                   transcript, exchange_id)
                   SELECT :copy, number, start_s, end_s, state, attempts, not_before, trouble, transcript, ''
                   FROM take_parts WHERE take_id = :id""",
                values,
            )

        await self._database.write(work)

    async def delete(self, ids: Iterable[str], now: float) -> None:
        """Hide them; `restore` brings them back. What of them is open belongs to nobody, and is adopted only after that."""

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE takes SET deleted_at = ?, owner = '' WHERE id = ?", [(now, one) for one in ids]
            )

        await self._database.write(work)

    async def restore(self, ids: Iterable[str]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.executemany("UPDATE takes SET deleted_at = NULL WHERE id = ?", [(one,) for one in ids])

        await self._database.write(work)

    async def purge(self, deleted_before: float) -> None:
        """Remove for good, with the records of their calls."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM exchanges WHERE message_id IN (SELECT id FROM takes WHERE deleted_at < ?)",
                (deleted_before,),
            )
            connection.execute("DELETE FROM takes WHERE deleted_at < ?", (deleted_before,))

        await self._database.write(work)

    def _is_ours(self, connection: sqlite3.Connection, take_id: str) -> bool:
        return bool(
            connection.execute(
                f"SELECT 1 FROM takes WHERE id = ? AND owner = ? AND deleted_at IS NULL AND {_OPEN}",
                (take_id, self._database.owner),
            ).fetchone()
        )


def _settle(connection: sqlite3.Connection, take_id: str, owner: str | None = None) -> None:
    """Make the take's state that of its parts, where it has any. owner: of a take that is open again."""
    states = [
        Part(0, 0.0, 0.0, TakeState(row["state"]))
        for row in connection.execute("SELECT DISTINCT state FROM take_parts WHERE take_id = ?", (take_id,))
    ]
    if states:
        state = state_of(states)
        connection.execute(
            "UPDATE takes SET state = :state, trouble = NULL, owner = CASE WHEN :over THEN '' ELSE coalesce(:owner, owner) END "
            "WHERE id = :id",
            {"state": state, "over": state.over, "owner": owner, "id": take_id},
        )


def _takes(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Take]:
    parts: dict[str, list[Part]] = {row["id"]: [] for row in rows}
    for row in connection.execute(
        "SELECT * FROM take_parts WHERE take_id IN (SELECT value FROM json_each(?)) ORDER BY take_id, number",
        (listed(parts),),
    ):
        parts[row["take_id"]].append(_part(row))
    return [_take(row, tuple(parts[row["id"]])) for row in rows]


def _take(row: sqlite3.Row, parts: tuple[Part, ...]) -> Take:
    heard = _unpacked(row["heard"]) or Transcript()
    return Take(
        id=row["id"],
        recording_id=row["recording_id"],
        model=row["model"],
        options=_OPTIONS.decode(row["options"]),
        target=row["target_id"],
        created_at=row["created_at"],
        state=TakeState(row["state"]),
        parts=parts,
        heard=heard,
        transcript=_unpacked(row["transcript"]) or heard,
        trouble=_TROUBLE.decode(row["trouble"]) if row["trouble"] else trouble_of(parts),
        span=None if row["span_start"] is None else (row["span_start"], row["span_end"]),
        most_s=row["most_s"],
        revision=row["revision"],
        sandbox=bool(row["sandbox"]),
    )


def _part(row: sqlite3.Row) -> Part:
    return Part(
        number=row["number"],
        start=row["start_s"],
        end=row["end_s"],
        state=TakeState(row["state"]),
        transcript=_unpacked(row["transcript"]),
        trouble=_TROUBLE.decode(row["trouble"]) if row["trouble"] else None,
        exchange_id=row["exchange_id"],
        attempts=row["attempts"],
        cost=_COST.decode(row["cost"]) if row["cost"] else None,
        took_ms=row["took_ms"],
        not_before=row["not_before"],
        fresh=bool(row["fresh"]),
    )


def _packed(transcript: Transcript | None) -> bytes | None:
    return None if transcript is None else zlib.compress(msgspec.msgpack.encode(transcript), 3)


def _unpacked(data: bytes | None) -> Transcript | None:
    return None if data is None else _TRANSCRIPT.decode(zlib.decompress(data))


_OPTIONS = msgspec.json.Decoder(dict[str, Any])
_TROUBLE = msgspec.json.Decoder(Trouble)
_COST = msgspec.json.Decoder(Cost)
_TRANSCRIPT = msgspec.msgpack.Decoder(Transcript)
