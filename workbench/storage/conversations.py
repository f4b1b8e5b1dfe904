"""Conversations and their messages."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from workbench.domain.chat import Role, ToolCall
from workbench.domain.conversations import (
    ChatSettings,
    Conversation,
    MessageState,
    ReplyFacts,
    SearchHit,
    StoredMessage,
)
from workbench.domain.errors import StorageFailed
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.rows import Row, insert
from workbench.storage.search import END, START, query_of

Conversations = list[Conversation]
Messages = list[StoredMessage]
Hits = list[SearchHit]

_EXCERPT_WORDS = 16

INTERRUPTED = Trouble(
    "The answer was cut off.",
    why="AI Workbench ended while it was coming in.",
    fix="What had arrived is kept. Retry to ask again.",
)


class ConversationStore:
    """Everything is stored when the call returns. Changing what does not exist raises StorageFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, include_deleted: bool = False) -> Conversations:
        """Pinned ones first, then the newest."""
        condition = "" if include_deleted else "WHERE deleted_at IS NULL"

        def work(connection: sqlite3.Connection) -> Conversations:
            rows = connection.execute(
                f"SELECT * FROM conversations {condition} ORDER BY pinned DESC, updated_at DESC"
            )
            return [_conversation(row) for row in rows]

        return await self._database.read(work)

    async def get(self, conversation_id: str) -> Conversation | None:
        """Also a deleted one."""

        def work(connection: sqlite3.Connection) -> Conversation | None:
            row = connection.execute(
                "SELECT * FROM conversations WHERE id = ?", (conversation_id,)
            ).fetchone()
            return _conversation(row) if row else None

        return await self._database.read(work)

    async def create(self, conversation: Conversation) -> None:
        await self._insert("conversations", _conversation_row(conversation))

    async def create_whole(self, conversation: Conversation, messages: Sequence[StoredMessage]) -> None:
        """With all its messages, or not at all."""
        rows = [_message_row(message, "") for message in messages]

        def work(connection: sqlite3.Connection) -> None:
            insert(connection, "conversations", _conversation_row(conversation))
            for row in rows:
                insert(connection, "messages", row)

        await self._database.write(work)

    async def update(self, changed: Conversation | StoredMessage) -> None:
        """Replace what is stored under its id; the text of a message replaces what `append_text` brought."""
        if isinstance(changed, Conversation):
            await self._replace("conversations", _conversation_row(changed))
        else:
            await self._replace("messages", _message_row(changed, self._database.owner))

    async def delete(self, conversation_id: str) -> None:
        """Hide it; `restore` brings it back, `purge` removes it for good."""
        await self._mark_deleted(conversation_id, time.time())

    async def restore(self, conversation_id: str) -> None:
        await self._mark_deleted(conversation_id, None)

    async def purge(self, deleted_before: float | None = None) -> int:
        """Remove deleted conversations for good, with messages and exchanges; how many.

        deleted_before: Unix seconds; None means all that are deleted.
        """
        limit = time.time() if deleted_before is None else deleted_before

        def work(connection: sqlite3.Connection) -> int:
            gone = "SELECT id FROM conversations WHERE deleted_at <= :limit"
            messages = f"FROM messages WHERE conversation_id IN ({gone})"
            connection.execute(
                f"DELETE FROM exchanges WHERE message_id IN (SELECT id {messages}) "
                f"OR id IN (SELECT exchange_id {messages})",
                {"limit": limit},
            )
            return connection.execute(
                f"DELETE FROM conversations WHERE id IN ({gone})", {"limit": limit}
            ).rowcount

        return await self._database.write(work)

    async def messages(self, conversation_id: str) -> Messages:
        """All of them, superseded ones too, in order; a streaming one with what has come so far."""

        def work(connection: sqlite3.Connection) -> Messages:
            rows = connection.execute(
                "SELECT * FROM messages WHERE conversation_id = ? ORDER BY id", (conversation_id,)
            ).fetchall()
            return [_message(connection, row) for row in rows]

        return await self._database.read(work)

    async def add(self, message: StoredMessage) -> None:
        await self._insert("messages", _message_row(message, self._database.owner))

    async def append_text(self, message_id: str, text: str, reasoning: str = "") -> None:
        """Add to a streaming message; costs the same however long it has become."""

        def work(connection: sqlite3.Connection) -> None:
            added = connection.execute(
                "INSERT INTO message_parts (message_id, text, reasoning) "
                "SELECT id, ?, ? FROM messages WHERE id = ? AND state = ?",
                (text, reasoning, message_id, MessageState.STREAMING),
            )
            if not added.rowcount:
                raise _gone()

        await self._database.write(work)

    async def search(self, text: str, limit: int = 50) -> Hits:
        """Messages in which every word of text begins some word; the best matches first. Deleted conversations are left out."""
        query = query_of(text)
        if not query:
            return []

        def work(connection: sqlite3.Connection) -> Hits:
            rows = connection.execute(
                """SELECT c.id, c.title, m.id, snippet(messages_text, 0, ?, ?, '…', ?)
                   FROM messages_text JOIN messages m ON m.key = messages_text.rowid
                   JOIN conversations c ON c.id = m.conversation_id
                   WHERE messages_text MATCH ? AND c.deleted_at IS NULL ORDER BY rank LIMIT ?""",
                (START, END, _EXCERPT_WORDS, query, limit),
            )
            return [SearchHit(*row) for row in rows]

        return await self._database.read(work)

    async def recover(self) -> int:
        """Close answers whose window died while they came in, keeping what had arrived; how many. For start-up.

        Answers that another living window is receiving are left alone.
        """

        def work(connection: sqlite3.Connection) -> int:
            rows = connection.execute(
                "SELECT * FROM messages WHERE state = ?", (MessageState.STREAMING,)
            ).fetchall()
            lost = [row for row in rows if not self._database.owner_lives(row["owner"])]
            for row in lost:
                message = _message(connection, row)
                cut = replace(message, state=MessageState.CUT, trouble=message.trouble or INTERRUPTED)
                _replace(connection, "messages", _message_row(cut, ""))
            return len(lost)

        return await self._database.write(work)

    async def _insert(self, table: str, row: Row) -> None:
        await self._database.write(lambda connection: insert(connection, table, row))

    async def _replace(self, table: str, row: Row) -> None:
        await self._database.write(lambda connection: _replace(connection, table, row))

    async def _mark_deleted(self, conversation_id: str, when: float | None) -> None:
        await self._replace("conversations", {"id": conversation_id, "deleted_at": when})


def _replace(connection: sqlite3.Connection, table: str, row: Row) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in row)
    if not connection.execute(f"UPDATE {table} SET {columns} WHERE id = :id", row).rowcount:
        raise _gone()
    if table == "messages":
        connection.execute("DELETE FROM message_parts WHERE message_id = :id", row)


def _gone() -> StorageFailed:
    return StorageFailed(
        "This was removed meanwhile.",
        why="Another window removed the conversation, or the answer has ended already.",
        fix="Open the conversation again.",
    )


def _conversation_row(conversation: Conversation) -> Row:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "pinned": conversation.pinned,
        "settings": msgspec.json.encode(conversation.settings),
        "draft": conversation.draft,
    }


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(
        id=row["id"],
        title=row["title"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        pinned=bool(row["pinned"]),
        settings=_SETTINGS.decode(row["settings"]),
        draft=row["draft"],
    )


def _message_row(message: StoredMessage, owner: str) -> Row:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "role": message.role,
        "text": message.text,
        "reasoning": message.reasoning,
        "tool_calls": msgspec.json.encode(message.tool_calls),
        "created_at": message.created_at,
        "state": message.state,
        "superseded": message.superseded,
        "facts": msgspec.json.encode(message.facts) if message.facts else None,
        "trouble": msgspec.json.encode(message.trouble) if message.trouble else None,
        "exchange_id": message.exchange_id,
        "owner": owner if message.state is MessageState.STREAMING else "",
    }


def _message(connection: sqlite3.Connection, row: sqlite3.Row) -> StoredMessage:
    text, reasoning, state = row["text"], row["reasoning"], MessageState(row["state"])
    if state is MessageState.STREAMING:
        parts = connection.execute(
            "SELECT text, reasoning FROM message_parts WHERE message_id = ? ORDER BY key", (row["id"],)
        ).fetchall()
        text += "".join(part["text"] for part in parts)
        reasoning += "".join(part["reasoning"] for part in parts)
    return StoredMessage(
        id=row["id"],
        conversation_id=row["conversation_id"],
        role=Role(row["role"]),
        text=text,
        created_at=row["created_at"],
        reasoning=reasoning,
        tool_calls=_CALLS.decode(row["tool_calls"]),
        state=state,
        superseded=bool(row["superseded"]),
        facts=_FACTS.decode(row["facts"]) if row["facts"] else None,
        trouble=_TROUBLE.decode(row["trouble"]) if row["trouble"] else None,
        exchange_id=row["exchange_id"],
    )


_SETTINGS = msgspec.json.Decoder(ChatSettings)
_CALLS = msgspec.json.Decoder(tuple[ToolCall, ...])
_FACTS = msgspec.json.Decoder(ReplyFacts)
_TROUBLE = msgspec.json.Decoder(Trouble)
