"""The answers that are coming in, side by side, and the messages they go into."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workbench.domain.chat import Role
from workbench.domain.conversations import MessageState, StoredMessage
from workbench.domain.errors import WorkbenchError
from workbench.ui.chat.library import Library
from workbench.ui.chat.ports import ChatBackend, ConversationsBackend
from workbench.ui.chat.thread import Thread
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.work import RunningWork

if TYPE_CHECKING:
    from workbench.services.chat import ChatEvent


class Answers(QObject):
    """At most one answer for each conversation. threads: the messages of those that are open or being answered, by id."""

    added = Signal(object)
    """StoredMessage, of any conversation; also the next."""
    changed = Signal(object)
    extended = Signal(str, str, str, str)
    """Id of the conversation, id of the message, text, reasoning."""
    delayed = Signal(str, str, str, float)
    """Id of the conversation, id of the message, what failed, seconds until the next attempt."""
    asked = Signal(str, str)
    """Id of the conversation, and the question that is now stored in it."""
    refused = Signal(str, object)
    """Id of the conversation, WorkbenchError: nothing was stored."""
    busy_changed = Signal(str, bool)

    def __init__(
        self,
        chat: ChatBackend,
        store: ConversationsBackend,
        library: Library,
        notifier: Notifier,
        work: RunningWork,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.threads: dict[str, Thread] = {}
        self._chat = chat
        self._store = store
        self._library = library
        self._work = work
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._busy: dict[str, bool] = {}
        """Conversations being answered; True once the task has made its first step."""
        self._closing = False

    @property
    def busy(self) -> frozenset[str]:
        """Ids of the conversations being answered."""
        return frozenset(self._busy)

    def start(self, conversation_id: str, events: AsyncGenerator[ChatEvent, None]) -> None:
        """Follow an answer to its end."""
        self._busy[conversation_id] = False
        self.busy_changed.emit(conversation_id, True)
        self._tasks.start(f"reply:{conversation_id}", self._follow(conversation_id, events))

    def stop(self, conversation_id: str) -> None:
        """End the answer that is coming; what has come is kept."""
        if conversation_id not in self._busy:
            return
        coming = self.threads.get(conversation_id, Thread()).streaming()
        if coming is not None:
            self._chat.stop(coming.id)
            return
        self._tasks.cancel(f"reply:{conversation_id}")
        if not self._busy[conversation_id]:  # cancelled before its first step: its `finally` never runs
            self._ended(conversation_id, MessageState.STOPPED)

    async def aclose(self) -> None:
        """Stop all; what has come is kept."""
        self._closing = True
        await self._tasks.aclose()

    async def _follow(self, conversation_id: str, events: AsyncGenerator[ChatEvent, None]) -> None:
        self._busy[conversation_id] = True
        left = MessageState.STOPPED
        title = self.tr("Answer in “{title}”").format(title=self._library.name_of(conversation_id))
        running = self._work.add(title, partial(self.stop, conversation_id))
        try:
            await self._library.save()  # the service reads the settings from the database
            async with aclosing(events):
                async for event in events:
                    self._take(conversation_id, event)
            left = MessageState.CUT
        except WorkbenchError as error:
            left = MessageState.CUT
            self.refused.emit(conversation_id, error)
        finally:
            running.done()
            self._ended(conversation_id, left)

    def _take(self, conversation_id: str, event: ChatEvent) -> None:
        from workbench.services.chat import MessageAdded, MessageChanged, ReplyDelayed, ReplyExtended

        thread = self.threads.setdefault(conversation_id, Thread())
        match event:
            case ReplyExtended(message_id, text, reasoning):
                thread.extend(message_id, text, reasoning)
                self.extended.emit(conversation_id, message_id, text, reasoning)
            case ReplyDelayed(message_id, what, wait_s):
                self.delayed.emit(conversation_id, message_id, what, wait_s)
            case MessageAdded(message) | MessageChanged(message):
                known = thread.get(message.id) is not None
                thread.put(message)
                if _is_stored_question(message):
                    self.asked.emit(conversation_id, message.text)
                    self._tasks.start(f"refresh:{conversation_id}", self._library.refresh(conversation_id))
                (self.changed if known else self.added).emit(message)

    def _ended(self, conversation_id: str, left: MessageState) -> None:
        """No more comes. What still says that it streams is marked, then read again as it was stored."""
        self._busy.pop(conversation_id, None)
        thread = self.threads.get(conversation_id)
        unfinished = thread.end(left) if thread else ()
        for message in unfinished:
            self.changed.emit(message)
        self.busy_changed.emit(conversation_id, False)
        if unfinished and not self._closing and conversation_id in self.threads:
            self._tasks.start(f"reread:{conversation_id}", self._reread(conversation_id))

    async def _reread(self, conversation_id: str) -> None:
        for message in await self._store.messages(conversation_id):
            thread = self.threads.get(conversation_id)
            if thread is None or conversation_id in self._busy:
                return
            if message.state is not MessageState.STREAMING and message != thread.get(message.id):
                thread.put(message)
                self.changed.emit(message)


def _is_stored_question(message: StoredMessage) -> bool:
    done = message.state is MessageState.DONE
    return message.role is Role.USER and done and not message.superseded
