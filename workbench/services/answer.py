"""One answer from its empty row to its facts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Protocol

from workbench.domain.chat import Delta, Retrying, Role
from workbench.domain.conversations import Conversation, MessageState, ReplyFacts, StoredMessage
from workbench.domain.errors import Failure, Maker, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble
from workbench.services.incoming import Incoming, Keeper, Parts


class Rows(Parts, Protocol):
    """storage.conversations.ConversationStore, as far as one answer is kept in it."""

    async def add(self, message: StoredMessage) -> None: ...
    async def update(self, changed: Conversation | StoredMessage) -> None: ...


class Answer:
    """message: the row as it was begun. exchange: its wire record, filled in by the client as it happens.

    target: the target's name, once it is known. superseded: set when it was replaced while it still came in.
    """

    incoming: Incoming

    def __init__(self, conversation_id: str, model: str, now: float, ticks: Callable[[], float]) -> None:
        self.model = model
        self.target = ""
        self.superseded = False
        self.exchange = Exchange(new_id(), now)
        self.message = StoredMessage(
            new_id(),
            conversation_id,
            Role.ASSISTANT,
            "",
            now,
            state=MessageState.STREAMING,
            facts=ReplyFacts(model=model),
            exchange_id=self.exchange.id,
        )
        self._ticks = ticks
        self._has_row = False

    @property
    def id(self) -> str:
        return self.message.id

    def reads(self, deltas: AsyncGenerator[Delta, None]) -> None:
        self.incoming = Incoming(deltas, self._ticks)

    def stop(self) -> None:
        self.incoming.stop()

    async def begin(self, store: Rows) -> None:
        """Store the empty row; when that fails the answer comes in all the same, and is stored at its end."""
        try:
            await store.add(self.message)
        except StorageFailed:
            return
        self._has_row = True

    async def batches(self, store: Rows, flush_s: float) -> AsyncGenerator[tuple[str, str] | Retrying, None]:
        """As Incoming.batches; each is on its way to the store when it is handed out."""
        keeper = Keeper(store, self.id, flush_s)
        beside = (keeper.run(),) if self._has_row else ()
        incoming = self.incoming.batches(*beside)
        try:
            async for news in incoming:
                if not isinstance(news, Retrying):
                    keeper.take(*news)
                yield news
        finally:
            await incoming.aclose()

    async def save(self, store: Rows, message: StoredMessage) -> None:
        """Store the whole message, replacing what was stored as it came. Raises StorageFailed."""
        if self._has_row:
            await store.update(message)
        else:
            await store.add(message)

    def ended(self, cost: Cost) -> StoredMessage:
        """The message with all that came, its facts, and how it ended."""
        reply = self.incoming.reply
        state, trouble = self._outcome()
        return replace(
            self.message,
            text=reply.text,
            reasoning=reply.reasoning,
            tool_calls=tuple(reply.tool_calls),
            state=state,
            facts=ReplyFacts.of(reply, cost, model=self.model, target=self.target),
            trouble=trouble,
            superseded=self.superseded,
            exchange_id=self.exchange.id if self.exchange.method else "",
        )

    def _outcome(self) -> tuple[MessageState, Trouble | None]:
        incoming = self.incoming
        anything = bool(incoming.reply.text or incoming.reply.reasoning or incoming.reply.tool_calls)
        if incoming.error is not None:
            return (MessageState.CUT if anything else MessageState.FAILED), Trouble.of(incoming.error)
        if incoming.reply.truncated:
            return (MessageState.CUT if anything else MessageState.FAILED), self._cut()
        if not incoming.complete:
            return MessageState.STOPPED, None
        return MessageState.DONE, None

    def _cut(self) -> Trouble:
        return Trouble(
            "The answer was cut off.",
            why=self.exchange.error or "The connection ended before the answer did.",
            fix="What had arrived is kept. Retry to ask again.",
            failure=Failure.CUT,
            maker=Maker.NETWORK,
            retryable=True,
        )
