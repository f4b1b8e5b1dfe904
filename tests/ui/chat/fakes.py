"""Stand-ins for the services under the chat tab, worked by hand from the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

from tests.waiting import until
from workbench.domain.chat import Role, Usage
from workbench.domain.conversations import (
    ChatSettings,
    Conversation,
    MessageState,
    ReplyFacts,
    SearchHit,
    StoredMessage,
)
from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Cost, Model, Price
from workbench.domain.parameters import ParameterSpec, parameters_of
from workbench.domain.routes.trace import Trace
from workbench.domain.trouble import Trouble
from workbench.services.chat import ChatEvent, MessageAdded, MessageChanged, ReplyExtended
from workbench.ui.chat.catalogue import CatalogueModel
from workbench.ui.chat.model import ChatModel
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.work import RunningWork

FLASH = Model(
    "@cf/zai-org/glm-4.7-flash",
    task="Text Generation",
    author="zai-org",
    description="Fast and cheap",
    context_window=131072,
    prices=(Price("per M input tokens", 0.06), Price("per M output tokens", 0.4)),
    function_calling=True,
    reasoning=True,
)
KIMI = Model(
    "@cf/moonshotai/kimi-k2.6",
    task="Text Generation",
    author="moonshotai",
    description="Sees pictures",
    context_window=262144,
    prices=(Price("per M input tokens", 0.95), Price("per M output tokens", 4)),
    vision=True,
    requires_workers_paid=True,
)
OLD = Model(
    "@cf/meta/llama-3-8b-instruct",
    task="Text Generation",
    author="meta",
    deprecated=True,
    retires_on="2026-05-30",
    replacement="@cf/zai-org/glm-4.7-flash",
)
WHISPER = Model("@cf/openai/whisper", task="Automatic Speech Recognition", author="openai")


def conversation(title: str, at: float = 1_000.0, **more: object) -> Conversation:
    made = Conversation(new_id(), title, at, at, settings=ChatSettings(model=FLASH.id))
    return replace(made, **more)  # type: ignore[arg-type]  # fields of Conversation


def question(conversation_id: str, text: str) -> StoredMessage:
    return StoredMessage(new_id(), conversation_id, Role.USER, text, 1_000.0)


def answer(conversation_id: str, text: str = "", **more: object) -> StoredMessage:
    made = StoredMessage(new_id(), conversation_id, Role.ASSISTANT, text, 1_000.0)
    return replace(made, **more)  # type: ignore[arg-type]  # fields of StoredMessage


class FakeConversations:
    """Keeps everything in memory. trouble, when set, is raised by every call that writes or lists."""

    def __init__(self, *conversations: Conversation) -> None:
        self.kept = {each.id: each for each in conversations}
        self.deleted: dict[str, Conversation] = {}
        self.threads: dict[str, dict[str, StoredMessage]] = {each.id: {} for each in conversations}
        self.hits: Sequence[SearchHit] = ()
        self.trouble: WorkbenchError | None = None
        self.searched: list[str] = []
        self.exported: list[tuple[str, Path]] = []

    def put(self, *messages: StoredMessage) -> None:
        for message in messages:
            self.threads[message.conversation_id][message.id] = message

    async def list(self) -> Sequence[Conversation]:
        self._check()
        return list(self.kept.values())

    async def get(self, conversation_id: str) -> Conversation:
        return self.kept[conversation_id]

    async def create(self, settings: ChatSettings) -> Conversation:
        self._check()
        made = conversation("", 2_000.0, settings=settings)
        self.kept[made.id] = made
        self.threads[made.id] = {}
        return made

    async def rename(self, conversation_id: str, title: str) -> Conversation:
        return self._change(conversation_id, title=title)

    async def pin(self, conversation_id: str, pinned: bool) -> Conversation:
        return self._change(conversation_id, pinned=pinned)

    async def delete(self, conversation_id: str) -> None:
        self._check()
        self.deleted[conversation_id] = self.kept.pop(conversation_id)

    async def restore(self, conversation_id: str) -> None:
        self.kept[conversation_id] = self.deleted.pop(conversation_id)

    async def set_draft(self, conversation_id: str, draft: str) -> Conversation:
        return self._change(conversation_id, draft=draft)

    async def set_settings(self, conversation_id: str, settings: ChatSettings) -> Conversation:
        return self._change(conversation_id, settings=settings)

    async def messages(self, conversation_id: str) -> Sequence[StoredMessage]:
        return tuple(self.threads[conversation_id].values())

    async def search(self, text: str) -> Sequence[SearchHit]:
        self.searched.append(text)
        return self.hits

    async def export(self, conversation_id: str, path: Path) -> None:
        self._check()
        self.exported.append((conversation_id, path))

    async def bring(self, path: Path) -> Conversation:
        self._check()
        made = conversation(path.name, 3_000.0)
        self.kept[made.id] = made
        self.threads[made.id] = {}
        self.put(question(made.id, "What was asked?"))
        return made

    def _change(self, conversation_id: str, **changes: object) -> Conversation:
        self._check()
        changed = replace(self.kept[conversation_id], **changes)  # type: ignore[arg-type]  # fields of Conversation
        self.kept[conversation_id] = changed
        return changed

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


FACTS = ReplyFacts(
    model=FLASH.id,
    provider="workers-ai",
    target="Local",
    usage=Usage(31, 412),
    cost=Cost(0.00021),
    ttft_ms=420,
    duration_ms=3_900,
    tokens_per_s=118,
    finish_reason="stop",
    cache="MISS",
    request_id="0192aaaa-bbbb-7ccc-8ddd-eeeeffff0000",
)


class FakeChat:
    """Answers in the pieces of `pieces`; with hold set, waits after the first until `go` is set or it is stopped."""

    def __init__(self, store: FakeConversations) -> None:
        self._store = store
        self.pieces: Sequence[str] = ("Hello ", "there")
        self.trouble: Trouble | None = None
        self.refuses: WorkbenchError | None = None
        self.hold = False
        self.go = asyncio.Event()
        self.asked: list[str] = []
        self.retried: list[str] = []
        self.edited: list[tuple[str, str]] = []
        self.exchanges: dict[str, Exchange] = {}
        self.facts = FACTS
        self.exchange_id = ""
        self.settings: list[ChatSettings] = []
        self._stopped: set[str] = set()

    async def ask(self, conversation_id: str, text: str) -> AsyncGenerator[ChatEvent, None]:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append(text)
        asked = question(conversation_id, text)
        self._store.put(asked)
        kept = self._store.kept[conversation_id]
        self._store.kept[conversation_id] = replace(kept, title=kept.title or text, updated_at=3_000.0)
        yield MessageAdded(asked)
        async for event in self._answer(conversation_id):
            yield event

    async def retry(self, conversation_id: str, message_id: str) -> AsyncGenerator[ChatEvent, None]:
        self.retried.append(message_id)
        yield self._supersede(conversation_id, message_id)
        async for event in self._answer(conversation_id):
            yield event

    async def edit(self, conversation_id: str, message_id: str, text: str) -> AsyncGenerator[ChatEvent, None]:
        self.edited.append((message_id, text))
        for later in list(self._store.threads[conversation_id]):
            if later >= message_id:
                yield self._supersede(conversation_id, later)
        async for event in self.ask(conversation_id, text):
            yield event

    def stop(self, message_id: str) -> None:
        self._stopped.add(message_id)
        self.go.set()

    async def exchange(self, exchange_id: str) -> Exchange | None:
        return self.exchanges.get(exchange_id)

    async def _answer(self, conversation_id: str) -> AsyncGenerator[ChatEvent, None]:
        self.settings.append(self._store.kept[conversation_id].settings)
        coming = answer(conversation_id, state=MessageState.STREAMING)
        yield MessageAdded(coming)
        text = ""
        for piece in self.pieces:
            text += piece
            yield ReplyExtended(coming.id, piece)
            if self.hold:
                await self.go.wait()
            if coming.id in self._stopped:
                break
        state = MessageState.FAILED if self.trouble else MessageState.DONE
        state = MessageState.STOPPED if coming.id in self._stopped else state
        ended = replace(
            coming,
            text=text,
            state=state,
            trouble=self.trouble,
            facts=self.facts,
            exchange_id=self.exchange_id,
        )
        self._store.put(ended)
        yield MessageChanged(ended)

    def _supersede(self, conversation_id: str, message_id: str) -> MessageChanged:
        gone = replace(self._store.threads[conversation_id][message_id], superseded=True)
        self._store.put(gone)
        return MessageChanged(gone)


class FakeWays:
    """Ways by the id of the exchange. trouble, when set, is raised; asked: the ids it was asked for."""

    def __init__(self) -> None:
        self.kept: dict[str, Trace] = {}
        self.trouble: WorkbenchError | None = None
        self.asked: list[str] = []

    async def of(self, exchange: Exchange) -> Trace | None:
        self.asked.append(exchange.id)
        if self.trouble is not None:
            raise self.trouble
        return self.kept.get(exchange.id)


class FakeCatalogue:
    """A short offline list; `models` answers with `fetched`, or raises trouble."""

    def __init__(self, *models: Model) -> None:
        self.offline = models or (FLASH, KIMI, OLD, WHISPER)
        self.fetched = self.offline
        self.trouble: WorkbenchError | None = None
        self.favourites: tuple[str, ...] = ()

    def cached(self, target_id: str = "") -> tuple[Model, ...]:
        return self.offline

    async def load(self, target_id: str) -> tuple[Model, ...]:
        return self.offline

    def default_model(self, target_id: str) -> str:
        return next(iter((*self.favourites, FLASH.id)))

    async def models(self, target_id: str = "") -> tuple[Model, ...]:
        if self.trouble is not None:
            raise self.trouble
        return self.fetched

    def find(self, model_id: str) -> Model:
        return next((each for each in self.offline if each.id == model_id), Model(model_id, known=False))

    def parameters_of(self, model: Model) -> tuple[ParameterSpec, ...]:
        return parameters_of(model)

    def set_favourite(self, model_id: str, favourite: bool) -> None:
        rest = tuple(each for each in self.favourites if each != model_id)
        self.favourites = (*rest, model_id) if favourite else rest


class Desk:
    """A chat model on fakes, with what it said."""

    def __init__(self, *conversations: Conversation) -> None:
        self.store = FakeConversations(*conversations)
        self.chat = FakeChat(self.store)
        self.backend = FakeCatalogue()
        self.notifier = Notifier()
        self.notices: list[Notice] = []
        self.notifier.posted.connect(self.notices.append)
        self.work = RunningWork()
        self.catalogue = CatalogueModel(self.backend, self.notifier)
        self.ways = FakeWays()
        self.model = ChatModel(
            self.chat, self.store, self.catalogue, self.notifier, self.work, ways=self.ways
        )
        self.refusals: list[Trouble | None] = []
        self.model.refused.connect(self.refusals.append)

    async def open(self) -> ChatModel:
        """The model after it has loaded."""
        self.catalogue.set_target("local")
        self.model.load()
        await until(lambda: self.model.loaded)
        return self.model

    async def ask(self, text: str) -> None:
        self.model.set_draft(text)
        self.model.send(text)
        await until(lambda: not self.model.busy)

    async def __aenter__(self) -> Desk:
        await self.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.model.aclose()
