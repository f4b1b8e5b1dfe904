"""Stand-ins for the layers below the services: in memory, scriptable, and able to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.chat import ChatRequest, Delta, TextDelta
from workbench.domain.conversations import Conversation, MessageState, SearchHit, StoredMessage
from workbench.domain.errors import Failure, Maker, RequestFailed, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model, Price
from workbench.domain.targets import Connection, Target, TargetKind

FULL = StorageFailed(
    "The disk is full, so the change was not stored.", why="No room.", fix="Free some space."
)


def refused(failure: Failure, status: int | None = None, **more: Any) -> RequestFailed:
    return RequestFailed("No.", failure=failure, maker=Maker.WORKERS_AI, status=status, **more)


class FakeStore:
    """ConversationStore and ExchangeStore. failing: raised by every write while it is set."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.rows: dict[str, StoredMessage] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.deleted: set[str] = set()
        self.failing: StorageFailed | None = None
        self.slow = asyncio.Event()
        self.slow.set()
        self.log: list[str] = []

    async def _write(self, what: str) -> None:
        await self.slow.wait()
        self.log.append(what)
        if self.failing:
            raise self.failing

    async def list(self, include_deleted: bool = False) -> Sequence[Conversation]:
        return [c for c in self.conversations.values() if include_deleted or c.id not in self.deleted]

    async def get(self, conversation_id: str) -> Conversation | None:
        return self.conversations.get(conversation_id)

    async def create(self, conversation: Conversation) -> None:
        await self._write("create")
        self.conversations[conversation.id] = conversation

    async def create_whole(self, conversation: Conversation, messages: Sequence[StoredMessage]) -> None:
        await self._write("create_whole")
        self.conversations[conversation.id] = conversation
        self.rows |= {message.id: message for message in messages}

    async def update(self, changed: Conversation | StoredMessage) -> None:
        await self._write("update")
        if isinstance(changed, Conversation):
            self.conversations[changed.id] = changed
        elif changed.id in self.rows:
            self.rows[changed.id] = changed
        else:
            raise StorageFailed("This was removed meanwhile.")

    async def delete(self, conversation_id: str) -> None:
        self.deleted.add(conversation_id)

    async def restore(self, conversation_id: str) -> None:
        self.deleted.discard(conversation_id)

    async def purge(self, deleted_before: float | None = None) -> int:
        self.log.append(f"purge {deleted_before}")
        return 0

    async def messages(self, conversation_id: str) -> Sequence[StoredMessage]:
        return sorted(
            (row for row in self.rows.values() if row.conversation_id == conversation_id),
            key=lambda row: row.id,
        )

    async def add(self, message: StoredMessage) -> None:
        await self._write(f"add {message.role}")
        self.rows[message.id] = message

    async def append_text(self, message_id: str, text: str, reasoning: str = "") -> None:
        await self._write(f"append {text}")
        row = self.rows[message_id]
        assert row.state is MessageState.STREAMING
        self.rows[message_id] = replace(row, text=row.text + text, reasoning=row.reasoning + reasoning)

    async def search(self, text: str, limit: int = 50) -> Sequence[SearchHit]:
        return []

    async def recover(self) -> int:
        return 2


class FakeExchanges:
    def __init__(self, store: FakeStore) -> None:
        self._store = store

    async def put(self, exchange: Exchange, message_id: str = "") -> None:
        await self._store._write("put")
        self._store.exchanges[exchange.id] = exchange

    async def get(self, exchange_id: str) -> Exchange | None:
        return self._store.exchanges.get(exchange_id)


class FakeConnections:
    """Always the same target; error: raised instead."""

    def __init__(self, error: WorkbenchError | None = None) -> None:
        self.error = error
        self.target = Target("t", "Desk", TargetKind.OPENAI, base_url="http://127.0.0.1:1/v1")

    async def connection(self, target_id: str = "") -> Connection:
        if self.error:
            raise self.error
        return Connection(self.target)


class FakeModels:
    def find(self, model_id: str) -> Model:
        return Model(model_id, prices=(Price("per M input tokens", 1.0), Price("per M output tokens", 2.0)))


Step = Delta | WorkbenchError | Exception | float
"""A delta to give, an error to raise, or seconds to wait (0: one turn of the loop)."""


class FakeWire:
    """Gives each request the next script. requests: what was asked. closed: how many streams have been closed."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self.scripts = list(scripts)
        self.requests: list[ChatRequest] = []
        self.closed = 0

    async def stream(
        self, connection: Connection, request: ChatRequest, exchange: Exchange
    ) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        exchange.method = "POST"
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, int | float):
                    await asyncio.sleep(step)
                else:
                    yield step
        finally:
            self.closed += 1


def said(*texts: str) -> list[Step]:
    return [TextDelta(text) for text in texts]
