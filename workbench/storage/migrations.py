"""The steps from an empty file to today's tables: ordered, named, never changed once released."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence

from workbench.domain.errors import StorageFailed

Migration = Callable[[sqlite3.Connection], None]


def migrate(
    connection: sqlite3.Connection,
    migrations: Sequence[Migration],
    before: Callable[[], object] = lambda: None,
) -> None:
    """Apply what has not been applied; the caller wraps it in one transaction (see `upgrades.bring_up_to_date`).

    `user_version`, the format, counts the applied steps. A file of a newer version is refused untouched (StorageFailed).
    before: called before the first step is applied to a file that has an older format, not to a new one.
    """
    version = format_of(connection)
    if version > len(migrations):
        raise StorageFailed(
            "The data was written by a newer version of AI Workbench.",
            why=f"It has format {version}; this version knows formats up to {len(migrations)}.",
            fix="Install the newer version. Nothing was changed.",
        )
    if version == len(migrations):
        return
    if version:
        before()
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at REAL NOT NULL)"
    )
    applied = {row[0] for row in connection.execute("SELECT name FROM migrations")}
    for step in migrations:
        if step.__name__ not in applied:
            step(connection)
            connection.execute("INSERT INTO migrations VALUES (?, ?)", (step.__name__, time.time()))
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def format_of(connection: sqlite3.Connection) -> int:
    """0 for a file that is new."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def targets(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE targets (id TEXT PRIMARY KEY, position INTEGER NOT NULL, document BLOB NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE model_lists (target_id TEXT PRIMARY KEY, fetched_at REAL NOT NULL, models BLOB NOT NULL)"
    )


def conversations(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
            pinned INTEGER NOT NULL, settings BLOB NOT NULL, draft TEXT NOT NULL, deleted_at REAL)"""
    )
    connection.execute(
        "CREATE INDEX conversations_in_order ON conversations (pinned DESC, updated_at DESC) WHERE deleted_at IS NULL"
    )
    connection.execute(
        """CREATE TABLE messages (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
            role TEXT NOT NULL, text TEXT NOT NULL, reasoning TEXT NOT NULL, tool_calls BLOB NOT NULL,
            created_at REAL NOT NULL, state TEXT NOT NULL, superseded INTEGER NOT NULL,
            facts BLOB, trouble BLOB, exchange_id TEXT NOT NULL, owner TEXT NOT NULL)"""
    )
    connection.execute("CREATE INDEX messages_in_order ON messages (conversation_id, id)")
    connection.execute("CREATE INDEX messages_streaming ON messages (owner) WHERE state = 'streaming'")
    connection.execute(
        # What a stream has brought so far, in small rows, so that an answer of any length costs the same to extend.
        """CREATE TABLE message_parts (
            key INTEGER PRIMARY KEY, message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
            text TEXT NOT NULL, reasoning TEXT NOT NULL)"""
    )
    connection.execute("CREATE INDEX message_parts_of ON message_parts (message_id)")


def search(connection: sqlite3.Connection) -> None:
    """Full text of finished messages. A streaming one is indexed when it ends: its text changes all the time."""
    connection.execute(
        """CREATE VIRTUAL TABLE messages_text USING fts5 (
            text, content = 'messages', content_rowid = 'key', prefix = '2 3',
            tokenize = 'unicode61 remove_diacritics 2')"""
    )
    leave = "INSERT INTO messages_text (messages_text, rowid, text) SELECT 'delete', old.key, old.text"
    enter = "INSERT INTO messages_text (rowid, text) SELECT new.key, new.text"
    connection.execute(
        f"CREATE TRIGGER messages_added AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN {enter}; END"
    )
    connection.execute(
        f"""CREATE TRIGGER messages_changed AFTER UPDATE OF text, state ON messages
            WHEN old.text IS NOT new.text OR (old.state = 'streaming') <> (new.state = 'streaming')
            BEGIN {leave} WHERE old.state <> 'streaming'; {enter} WHERE new.state <> 'streaming'; END"""
    )
    connection.execute(
        f"CREATE TRIGGER messages_gone AFTER DELETE ON messages WHEN old.state <> 'streaming' BEGIN {leave}; END"
    )


def exchanges(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE exchanges (
            id TEXT PRIMARY KEY, message_id TEXT NOT NULL, started_at REAL NOT NULL, packed BLOB NOT NULL)"""
    )
    connection.execute("CREATE INDEX exchanges_of_message ON exchanges (message_id)")


def route_deployments(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE route_deployments (
            key INTEGER PRIMARY KEY, target_id TEXT NOT NULL, gateway TEXT NOT NULL, route TEXT NOT NULL,
            version_id TEXT NOT NULL, at REAL NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL)"""
    )
    connection.execute(
        "CREATE INDEX route_deployments_of_route ON route_deployments (target_id, gateway, route, at)"
    )


def route_drafts(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE route_drafts (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, path TEXT, fingerprint BLOB,
            unsaved INTEGER NOT NULL, at REAL NOT NULL, route TEXT NOT NULL)"""
    )
    connection.execute("CREATE TABLE route_files (path TEXT PRIMARY KEY, at REAL NOT NULL)")


def gallery(connection: sqlite3.Connection) -> None:
    """Pictures. What is filtered by and sorted by is a column; the document has the rest. One index has all the columns, so
    that a list of ids is read from it alone. What the user says of a picture lies beside it, for two windows may say it.
    """
    connection.execute(
        """CREATE TABLE images (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, created_at REAL NOT NULL,
            origin TEXT NOT NULL, model TEXT NOT NULL, rating INTEGER NOT NULL, usd REAL, batch_id TEXT NOT NULL,
            deleted_at REAL, document BLOB NOT NULL)"""
    )
    connection.execute(
        """CREATE INDEX images_shown ON images (created_at, origin, model, rating, usd, batch_id, id)
        WHERE deleted_at IS NULL"""
    )
    connection.execute("CREATE INDEX images_of_digest ON images (digest)")
    connection.execute("CREATE INDEX images_deleted ON images (deleted_at) WHERE deleted_at IS NOT NULL")
    owner = "image_key INTEGER NOT NULL REFERENCES images (key) ON DELETE CASCADE"
    connection.execute(
        # What a picture was made from: a file is kept as long as something was made from it.
        f"CREATE TABLE image_sources (digest TEXT NOT NULL, {owner}, PRIMARY KEY (digest, image_key)) WITHOUT ROWID"
    )
    connection.execute(
        f"""CREATE TABLE image_tags (
            tag TEXT NOT NULL COLLATE NOCASE, {owner}, PRIMARY KEY (tag, image_key)) WITHOUT ROWID"""
    )
    connection.execute(
        "CREATE TABLE image_boards (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE)"
    )
    connection.execute(
        f"""CREATE TABLE boarded_images (
            board_key INTEGER NOT NULL REFERENCES image_boards (key) ON DELETE CASCADE, {owner},
            PRIMARY KEY (board_key, image_key)) WITHOUT ROWID"""
    )
    for table in ("image_sources", "image_tags", "boarded_images"):
        connection.execute(f"CREATE INDEX {table}_of_image ON {table} (image_key)")
    connection.execute(
        """CREATE VIRTUAL TABLE images_text USING fts5 (
            prompt, negative_prompt, name, tags, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2')"""
    )


def image_jobs(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE image_batches (
            id TEXT PRIMARY KEY, created_at REAL NOT NULL, draft BLOB NOT NULL, target_id TEXT NOT NULL,
            title TEXT NOT NULL, recipe TEXT NOT NULL, notes BLOB NOT NULL)"""
    )
    connection.execute(
        # owner: the window that will run it, or runs it; empty once it is over.
        """CREATE TABLE image_jobs (
            id TEXT PRIMARY KEY, batch_id TEXT NOT NULL REFERENCES image_batches ON DELETE CASCADE,
            model TEXT NOT NULL, settings BLOB NOT NULL, position REAL NOT NULL, cell BLOB NOT NULL,
            state TEXT NOT NULL, attempts INTEGER NOT NULL, not_before REAL NOT NULL, trouble BLOB,
            images BLOB NOT NULL, exchange_id TEXT NOT NULL, started_at REAL NOT NULL, ended_at REAL NOT NULL,
            owner TEXT NOT NULL) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX image_jobs_of_batch ON image_jobs (batch_id, id)")
    connection.execute(
        "CREATE INDEX image_jobs_open ON image_jobs (owner) WHERE state IN ('waiting', 'running')"
    )
    connection.execute(
        "CREATE TABLE image_queue (key INTEGER PRIMARY KEY, paused INTEGER NOT NULL, trouble BLOB)"
    )
    connection.execute(
        """CREATE TABLE image_holds (
            target_id TEXT NOT NULL, model TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (target_id, model))"""
    )


def speech(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE recordings (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, own INTEGER NOT NULL, seconds REAL NOT NULL,
            created_at REAL NOT NULL, size INTEGER NOT NULL, media_type TEXT NOT NULL, modified REAL NOT NULL,
            fingerprint TEXT NOT NULL, reference TEXT NOT NULL, spoken_id TEXT NOT NULL, deleted_at REAL)"""
    )
    connection.execute(
        # owner: the window that runs its parts; empty once all are over. heard: as stitched, once it is over;
        # transcript: as edited, NULL until then.
        """CREATE TABLE takes (
            id TEXT PRIMARY KEY, recording_id TEXT NOT NULL REFERENCES recordings ON DELETE CASCADE,
            model TEXT NOT NULL, options BLOB NOT NULL, target_id TEXT NOT NULL, created_at REAL NOT NULL,
            span_start REAL, span_end REAL, most_s REAL NOT NULL, state TEXT NOT NULL, trouble BLOB,
            sandbox INTEGER NOT NULL, heard BLOB, transcript BLOB, revision INTEGER NOT NULL,
            owner TEXT NOT NULL, deleted_at REAL)"""
    )
    connection.execute("CREATE INDEX takes_of_recording ON takes (recording_id, id)")
    connection.execute("CREATE INDEX takes_open ON takes (owner) WHERE state IN ('waiting', 'running')")
    connection.execute(
        """CREATE TABLE take_parts (
            key INTEGER PRIMARY KEY, take_id TEXT NOT NULL REFERENCES takes ON DELETE CASCADE,
            number INTEGER NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, not_before REAL NOT NULL, trouble BLOB, transcript BLOB,
            exchange_id TEXT NOT NULL, cost BLOB, took_ms REAL, fresh INTEGER NOT NULL DEFAULT 0,
            UNIQUE (take_id, number))"""
    )
    connection.execute(
        """CREATE TABLE hearing_holds (
            target_id TEXT NOT NULL, model TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (target_id, model))"""
    )
    connection.execute(
        """CREATE TABLE spoken (
            id TEXT PRIMARY KEY, text TEXT NOT NULL, model TEXT NOT NULL, options BLOB NOT NULL, target TEXT NOT NULL,
            created_at REAL NOT NULL, file TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL,
            cost BLOB, took_ms REAL, exchange_id TEXT NOT NULL, sandbox INTEGER NOT NULL, deleted_at REAL)"""
    )


def speech_batches(connection: sqlite3.Connection) -> None:
    connection.execute(
        # open: something of it waits or runs, for the window that owns it.
        """CREATE TABLE speech_batches (
            id TEXT PRIMARY KEY, document BLOB NOT NULL, open INTEGER NOT NULL, owner TEXT NOT NULL)"""
    )


def embeddings(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE text_sets (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL, count INTEGER NOT NULL,
            packed BLOB NOT NULL)"""
    )
    connection.execute(
        # open: something of it waits or runs, for the window that owns it.
        """CREATE TABLE embedding_runs (
            id TEXT PRIMARY KEY, text_set_id TEXT NOT NULL REFERENCES text_sets ON DELETE CASCADE,
            document BLOB NOT NULL, open INTEGER NOT NULL, owner TEXT NOT NULL)"""
    )
    connection.execute("CREATE INDEX embedding_runs_of_set ON embedding_runs (text_set_id, id)")
    connection.execute("CREATE INDEX embedding_runs_open ON embedding_runs (owner) WHERE open")


def own_vectors(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE own_vectors (
            id TEXT PRIMARY KEY, text_set_id TEXT NOT NULL REFERENCES text_sets ON DELETE CASCADE,
            name TEXT NOT NULL, dimensions INTEGER NOT NULL, rows INTEGER NOT NULL, created_at REAL NOT NULL)"""
    )
    connection.execute("CREATE INDEX own_vectors_of_set ON own_vectors (text_set_id, id)")


def judgements(connection: sqlite3.Connection) -> None:
    connection.execute(
        # Which rows of a set answer which query, and which two say the same.
        """CREATE TABLE judgements (
            text_set_id TEXT PRIMARY KEY REFERENCES text_sets ON DELETE CASCADE, document BLOB NOT NULL)"""
    )


MIGRATIONS: tuple[Migration, ...] = (
    targets,
    conversations,
    search,
    exchanges,
    route_deployments,
    route_drafts,
    image_jobs,
    gallery,
    speech,
    speech_batches,
    embeddings,
    own_vectors,
    judgements,
)
