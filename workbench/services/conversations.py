"""Conversations: ids, titles and times over the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from workbench.domain.conversations import ChatSettings, Conversation, SearchHit, StoredMessage
from workbench.domain.errors import InvalidInput
from workbench.domain.ids import new_id

TITLE_LENGTH = 60
KEEP_DELETED_S = 30 * 24 * 3600
"""A deleted conversation can be brought back this long."""


class Store(Protocol):
    """storage.conversations.ConversationStore."""

    async def list(self, include_deleted: bool = False) -> Sequence[Conversation]: ...
    async def get(self, conversation_id: str) -> Conversation | None: ...
    async def create(self, conversation: Conversation) -> None: ...
    async def create_whole(self, conversation: Conversation, messages: Sequence[StoredMessage]) -> None: ...
    async def update(self, changed: Conversation | StoredMessage) -> None: ...
    async def delete(self, conversation_id: str) -> None: ...
    async def restore(self, conversation_id: str) -> None: ...
    async def purge(self, deleted_before: float | None = None) -> int: ...
    async def messages(self, conversation_id: str) -> Sequence[StoredMessage]: ...
    async def search(self, text: str, limit: int = 50) -> Sequence[SearchHit]: ...
    async def recover(self) -> int: ...


class Conversations:
    """Every method raises StorageFailed; those that take an id also InvalidInput when it is not there (any more).

    A conversation without a title has the title ""; the first question gives it one (`chat.ChatService.ask`).
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._changing = asyncio.Lock()

    async def list(self) -> Sequence[Conversation]:
        """Pinned ones first, then the newest."""
        return await self._store.list()

    async def get(self, conversation_id: str) -> Conversation:
        found = await self._store.get(conversation_id)
        if found is None:
            raise InvalidInput(
                "This conversation is not there any more.",
                why="It was removed, perhaps in another window.",
                fix="Choose another one, or start a new one.",
            )
        return found

    async def create(self, settings: ChatSettings | None = None, *, title: str = "") -> Conversation:
        """A new, empty conversation; settings: usually those of the one before it."""
        now = self._clock()
        conversation = Conversation(new_id(), one_line(title), now, now, settings=settings or ChatSettings())
        await self._store.create(conversation)
        return conversation

    async def rename(self, conversation_id: str, title: str) -> Conversation:
        """An empty title is refused with InvalidInput."""
        title = one_line(title)
        if not title:
            raise InvalidInput("A conversation needs a title.", field="title")
        return await self._change(conversation_id, title=title)

    async def pin(self, conversation_id: str, pinned: bool = True) -> Conversation:
        return await self._change(conversation_id, pinned=pinned)

    async def set_draft(self, conversation_id: str, draft: str) -> Conversation:
        """Keep the text in the composer; does not move the conversation in the list."""
        return await self._change(conversation_id, draft=draft)

    async def set_settings(self, conversation_id: str, settings: ChatSettings) -> Conversation:
        """What the next question is asked with. Raises InvalidInput where a gateway option cannot be."""
        settings.options.check()
        return await self._change(conversation_id, settings=settings)

    async def asked(self, conversation_id: str, question: str) -> Conversation:
        """A question was stored: it moves up in the list, gets a title if it has none, and its draft is done with."""
        conversation = await self.get(conversation_id)
        title = conversation.title or title_of(question)
        draft = "" if conversation.draft.strip() == question.strip() else conversation.draft
        return await self._change(conversation_id, title=title, updated_at=self._clock(), draft=draft)

    async def delete(self, conversation_id: str) -> None:
        """`restore` brings it back for 30 days."""
        await self._store.delete(conversation_id)

    async def restore(self, conversation_id: str) -> None:
        await self._store.restore(conversation_id)

    async def messages(self, conversation_id: str) -> Sequence[StoredMessage]:
        """All of them in order, superseded ones too."""
        return await self._store.messages(conversation_id)

    async def export(self, conversation_id: str, path: Path) -> None:
        """Write it to a file that `bring` reads, without its wire records."""
        from workbench.services import conversation_files as files  # no window waits for it

        conversation, messages = await self.get(conversation_id), await self.messages(conversation_id)
        await asyncio.to_thread(lambda: files.save(path, files.written(conversation, messages)))

    async def bring(self, path: Path) -> Conversation:
        """Take in an exported one, as a new conversation. Raises InvalidInput where the file is none."""
        from workbench.services import conversation_files as files

        name = path.name.removesuffix(".json").removesuffix(".chat")
        conversation, messages = await asyncio.to_thread(
            lambda: files.read(files.load(path), self._clock(), name)
        )
        await self._store.create_whole(conversation, messages)
        return conversation

    async def search(self, text: str, limit: int = 50) -> Sequence[SearchHit]:
        return await self._store.search(text, limit)

    async def tidy(self) -> int:
        """For start-up: close answers that a crash left open, and remove what was deleted long ago; how many were closed."""
        closed = await self._store.recover()
        await self._store.purge(self._clock() - KEEP_DELETED_S)
        return closed

    async def _change(self, conversation_id: str, **changes: Any) -> Conversation:
        async with self._changing:  # two changes at once must not undo each other
            conversation = replace(await self.get(conversation_id), **changes)
            await self._store.update(conversation)
            return conversation


def one_line(text: str) -> str:
    return " ".join(text.split())


def title_of(question: str) -> str:
    """The first line that says something, cut at a word; "" for a question without words."""
    line = next((one for line in question.splitlines() if (one := one_line(line).strip("#>*-` "))), "")
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH]
    head, space, _ = cut.rpartition(" ")
    return f"{head if space and len(head) > TITLE_LENGTH // 2 else cut}…"
