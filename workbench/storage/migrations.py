"""The steps from an empty file to today's tables: ordered, named, never changed once released."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence

from workbench.domain.errors import StorageFailed

Migration = Callable[[sqlite3.Connection], None]


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Apply what has not been applied; the caller wraps it in one transaction.

    `user_version` counts the applied steps. A file of a newer version is refused untouched (StorageFailed).
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise StorageFailed(
            "The data was written by a newer version of AI Workbench.",
            why=f"It has format {version}; this version knows formats up to {len(migrations)}.",
            fix="Install the newer version. Nothing was changed.",
        )
    if version == len(migrations):
        return
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at REAL NOT NULL)"
    )
    applied = {row[0] for row in connection.execute("SELECT name FROM migrations")}
    for step in migrations:
        if step.__name__ not in applied:
            step(connection)
            connection.execute("INSERT INTO migrations VALUES (?, ?)", (step.__name__, time.time()))
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


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


MIGRATIONS: tuple[Migration, ...] = (
    targets,
    conversations,
    search,
    exchanges,
    route_deployments,
    route_drafts,
)
