"""Asking and answering: the question is stored before it is sent, the answer as it comes."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from workbench.domain.chat import ChatMessage, ChatReply, ChatRequest, Delta, Retrying, Role
from workbench.domain.conversations import ChatSettings, Conversation, MessageState, StoredMessage
from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Cost, Model, cost_of
from workbench.domain.targets import Connection
from workbench.domain.trouble import Trouble
from workbench.services.answer import Answer
from workbench.services.background import to_the_end
from workbench.services.incoming import FLUSH_S

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MessageAdded:
    message: StoredMessage


@dataclass(frozen=True, slots=True)
class ReplyExtended:
    """What came since the last one; either part may be empty."""

    message_id: str
    text: str
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """The message as it is now, whole: an answer that has ended, or one that was superseded."""

    message: StoredMessage


@dataclass(frozen=True, slots=True)
class ReplyDelayed:
    """An attempt failed, what says how; the next one starts in wait_s seconds. A ReplyExtended ends the wait."""

    message_id: str
    what: str
    wait_s: float


ChatEvent = MessageAdded | ReplyExtended | ReplyDelayed | MessageChanged
Events = AsyncGenerator[ChatEvent, None]


class Messages(Protocol):
    """storage.conversations.ConversationStore, as far as it keeps messages."""

    async def messages(self, conversation_id: str) -> Sequence[StoredMessage]: ...
    async def add(self, message: StoredMessage) -> None: ...
    async def update(self, changed: Conversation | StoredMessage) -> None: ...
    async def append_text(self, message_id: str, text: str, reasoning: str = "") -> None: ...


class Exchanges(Protocol):
    """storage.exchanges.ExchangeStore."""

    async def put(self, exchange: Exchange, message_id: str = "") -> None: ...
    async def get(self, exchange_id: str) -> Exchange | None: ...


class Asking(Protocol):
    """services.conversations.Conversations, as far as a question changes one."""

    async def get(self, conversation_id: str) -> Conversation: ...
    async def asked(self, conversation_id: str, question: str) -> Conversation: ...


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Models(Protocol):
    """services.catalogue.Catalogue."""

    def find(self, model_id: str) -> Model: ...


class Wire(Protocol):
    """client.chat.ChatClient."""

    def stream(
        self, connection: Connection, request: ChatRequest, exchange: Exchange
    ) -> AsyncGenerator[Delta, None]: ...


class ChatService:
    """Several answers may come in side by side, each through the generator of its own question.

    The generators raise nothing but CancelledError: failures arrive as messages with `trouble`. Close one that is not
    read to its end (`contextlib.aclosing`): the connection is closed at once, what had come is kept, and the answer
    is stored as STOPPED. `stop` does the same and lets the generator end with a last MessageChanged.
    """

    def __init__(
        self,
        store: Messages,
        exchanges: Exchanges,
        conversations: Asking,
        connections: Connections,
        models: Models,
        wire: Wire,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        flush_s: float = FLUSH_S,
    ) -> None:
        self._store = store
        self._exchanges = exchanges
        self._conversations = conversations
        self._connections = connections
        self._models = models
        self._wire = wire
        self._clock = clock
        self._ticks = ticks
        self._flush_s = flush_s
        self._running: dict[str, Answer] = {}
        self._unsaved: dict[str, StoredMessage] = {}
        self._unsaved_exchanges: dict[str, Exchange] = {}

    def ask(self, conversation_id: str, text: str) -> Events:
        """Store the question, give the conversation its title if it has none, send, and store the answer as it comes.

        A question that cannot be stored is not sent: it comes back FAILED and can be tried again with `retry`.
        """
        return self._ask(StoredMessage(new_id(), conversation_id, Role.USER, text, self._clock()))

    async def retry(self, conversation_id: str, message_id: str) -> Events:
        """Ask again: from an answer, which is superseded with all after it, or from a question that got none."""
        try:
            messages = await self._messages(conversation_id)
            chosen = _find(messages, message_id)
            if chosen.id in self._unsaved and chosen.role is Role.USER:
                again = self._ask(replace(chosen, state=MessageState.DONE, trouble=None))
                changed: list[StoredMessage] = []
            else:
                changed = await self._supersede(messages, chosen, itself=chosen.role is not Role.USER)
                again = self._answer(conversation_id)
        except WorkbenchError as error:
            yield await self._refused(conversation_id, error)
            return
        for message in changed:
            yield MessageChanged(message)
        async with aclosing(again) as events:
            async for event in events:
                yield event

    async def edit(self, conversation_id: str, message_id: str, text: str) -> Events:
        """Ask `text` in place of an earlier question, which is superseded with all after it."""
        try:
            messages = await self._messages(conversation_id)
            changed = await self._supersede(messages, _find(messages, message_id), itself=True)
        except WorkbenchError as error:
            yield await self._refused(conversation_id, error)
            return
        for message in changed:
            yield MessageChanged(message)
        async with aclosing(self.ask(conversation_id, text)) as events:
            async for event in events:
                yield event

    def stop(self, message_id: str) -> None:
        """End the answer with that id; what has come is kept. Nothing happens when it has ended already."""
        if answer := self._running.get(message_id):
            answer.stop()

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a message, also of an answer still coming in. Raises StorageFailed."""
        for answer in self._running.values():
            if answer.exchange.id == exchange_id:
                return answer.exchange
        return self._unsaved_exchanges.get(exchange_id) or await self._exchanges.get(exchange_id)

    async def once(
        self, connection: Connection, request: ChatRequest, exchange: Exchange | None = None
    ) -> AsyncGenerator[Delta | ChatReply, None]:
        """One answer that is stored nowhere: its deltas, then the reply they add up to. Raises RequestFailed, InvalidInput."""
        reply = ChatReply()
        sent_at = self._ticks()
        record = exchange or Exchange(new_id(), self._clock())
        async with aclosing(self._wire.stream(connection, request, record)) as deltas:
            async for delta in deltas:
                reply.add(delta, (self._ticks() - sent_at) * 1000)
                yield delta
        reply.settle((self._ticks() - sent_at) * 1000)
        yield reply

    def cost(self, model_id: str, reply: ChatReply) -> Cost:
        """Charged where the provider told, else estimated by the price list; a sandbox charges nothing, so estimated."""
        usage = replace(reply.usage, neurons=None) if reply.served.sandbox else reply.usage
        return cost_of(self._models.find(model_id), usage)

    async def _ask(self, question: StoredMessage) -> Events:
        for message in await self._save_again(question.conversation_id):
            yield MessageChanged(message)
        again = question.id in self._unsaved
        try:
            await self._conversations.get(question.conversation_id)
            await self._store.add(question)
        except WorkbenchError as error:
            failed = replace(question, state=MessageState.FAILED, trouble=Trouble.of(error))
            self._unsaved[failed.id] = failed
            yield MessageChanged(failed) if again else MessageAdded(failed)
            return
        self._unsaved.pop(question.id, None)
        try:
            await self._conversations.asked(question.conversation_id, question.text)
        except WorkbenchError as error:  # a title and a time are not worth an answer
            _log.warning("The conversation was not moved up: %s", error.why or error.what)
        yield MessageChanged(question) if again else MessageAdded(question)
        async with aclosing(self._answer(question.conversation_id)) as events:
            async for event in events:
                yield event

    async def _answer(self, conversation_id: str) -> Events:
        try:
            settings = (await self._conversations.get(conversation_id)).settings
            context = context_of(await self._messages(conversation_id), settings.system_prompt)
        except WorkbenchError as error:
            yield await self._refused(conversation_id, error)
            return
        answer = Answer(conversation_id, settings.model, self._clock(), self._ticks)
        answer.reads(self._deltas(answer, settings, context))
        self._running[answer.id] = answer
        try:
            await answer.begin(self._store)
            yield MessageAdded(answer.message)
            async with aclosing(answer.batches(self._store, self._flush_s)) as batches:
                async for news in batches:
                    if isinstance(news, Retrying):
                        yield ReplyDelayed(answer.id, news.what, news.wait_s)
                    else:
                        yield ReplyExtended(answer.id, *news)
        finally:
            message = await to_the_end(self._close(answer))
        yield MessageChanged(message)

    async def _deltas(
        self, answer: Answer, settings: ChatSettings, context: tuple[ChatMessage, ...]
    ) -> AsyncGenerator[Delta, None]:
        if not settings.model:
            raise InvalidInput("No model is chosen.", field="model", fix="Choose a model, then try again.")
        connection = await self._connections.connection()
        answer.target = connection.target.name
        request = ChatRequest(
            settings.model,
            context,
            parameters=settings.parameters,
            options=settings.options,
            session=answer.message.conversation_id,
        )
        answer.incoming.sending()
        async with aclosing(self._wire.stream(connection, request, answer.exchange)) as deltas:
            async for delta in deltas:
                yield delta

    async def _close(self, answer: Answer) -> StoredMessage:
        """Store the answer as it ended; what cannot be stored is kept in memory, and the message says so."""
        cost = self.cost(answer.model, answer.incoming.reply)
        message = answer.ended(cost)
        try:
            await answer.save(self._store, message)
        except StorageFailed as error:
            message = replace(message, trouble=_also(message.trouble, error))
            self._unsaved[message.id] = message
        if message.exchange_id:
            await self._keep(answer.exchange, message.id)
        del self._running[answer.id]
        return message

    async def _keep(self, exchange: Exchange, message_id: str) -> None:
        try:
            await self._exchanges.put(exchange, message_id)
        except StorageFailed as error:
            _log.warning("A wire record was not stored: %s", error.why or error.what)
            self._unsaved_exchanges[exchange.id] = exchange

    async def _save_again(self, conversation_id: str) -> list[StoredMessage]:
        """Try to store what could not be stored before; what is stored now, without the trouble that said it was not."""
        saved = []
        for message in [m for m in self._unsaved.values() if m.conversation_id == conversation_id]:
            if message.role is Role.USER:
                continue  # it was never sent, and is only sent again when the user says so
            calm = replace(message, trouble=_before(message.trouble))
            try:
                await _put(self._store, calm)
            except StorageFailed:
                break
            del self._unsaved[message.id]
            saved.append(calm)
            if exchange := self._unsaved_exchanges.pop(message.exchange_id, None):
                await self._keep(exchange, message.id)
        return saved

    async def _messages(self, conversation_id: str) -> list[StoredMessage]:
        """All messages, with those that could not be stored where they belong."""
        known: Mapping[str, StoredMessage] = {
            message.id: message for message in await self._store.messages(conversation_id)
        } | {m.id: m for m in self._unsaved.values() if m.conversation_id == conversation_id}
        return sorted(known.values(), key=lambda message: message.id)

    async def _supersede(
        self, messages: Sequence[StoredMessage], first: StoredMessage, *, itself: bool
    ) -> list[StoredMessage]:
        changed = []
        for message in messages:
            if message.superseded or message.id < first.id or (message.id == first.id and not itself):
                continue
            if answer := self._running.get(message.id):
                answer.superseded = True
                answer.stop()
            gone = replace(message, superseded=True)
            if message.id in self._unsaved:
                self._unsaved[message.id] = gone
            else:
                await self._store.update(gone)
            changed.append(gone)
        return changed

    async def _refused(self, conversation_id: str, error: WorkbenchError) -> MessageAdded:
        """An answer that could not even be begun."""
        message = StoredMessage(
            new_id(),
            conversation_id,
            Role.ASSISTANT,
            "",
            self._clock(),
            state=MessageState.FAILED,
            trouble=Trouble.of(error),
        )
        try:
            await self._store.add(message)
        except StorageFailed:
            self._unsaved[message.id] = message
        return MessageAdded(message)


def context_of(messages: Sequence[StoredMessage], system_prompt: str = "") -> tuple[ChatMessage, ...]:
    """What is sent of a conversation: the system prompt, then every turn that still counts and says something.

    Tool calls of earlier answers are left out: nothing has answered them, and a model refuses a call without its result.
    """
    turns = (
        ChatMessage(message.role, message.text)
        for message in messages
        if not message.superseded and message.text.strip() and _counts(message)
    )
    system = (ChatMessage(Role.SYSTEM, system_prompt),) if system_prompt.strip() else ()
    return (*system, *turns)


def _counts(message: StoredMessage) -> bool:
    return not (message.role is Role.USER and message.state is MessageState.FAILED)


def _find(messages: Sequence[StoredMessage], message_id: str) -> StoredMessage:
    for message in messages:
        if message.id == message_id:
            return message
    raise InvalidInput(
        "This message is not there any more.", why="It was removed, perhaps in another window."
    )


async def _put(store: Messages, message: StoredMessage) -> None:
    try:
        await store.update(message)
    except StorageFailed:
        await store.add(message)


_UNSTORED = "This answer could not be stored."
_ON_SCREEN_ONLY = " It is on the screen only: "


def _also(trouble: Trouble | None, error: StorageFailed) -> Trouble:
    """The answer's own trouble first, then that it is not stored."""
    if trouble is None:
        return Trouble(_UNSTORED, f"{error.what} {error.why}", error.fix)
    return replace(trouble, why=f"{trouble.why}{_ON_SCREEN_ONLY}{error.what}")


def _before(trouble: Trouble | None) -> Trouble | None:
    if trouble is None or trouble.what == _UNSTORED:
        return None
    return replace(trouble, why=trouble.why.partition(_ON_SCREEN_ONLY)[0])
