"""The conversations there are: read once, changed here first and then in the database."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.domain.conversations import ChatSettings, Conversation
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.ui.chat.ports import ConversationsBackend
from workbench.ui.chat.saver import Saver
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope


class Phase(StrEnum):
    """LOADING until the database has told what there is; FAILED when it could not."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Library(QObject):
    """What the list shows, and what can be done to a conversation as a whole.

    A change shows at once; where the database refuses it, it is taken back and the Notifier says why.
    """

    phase_changed = Signal(object)
    """Phase."""
    changed = Signal()
    """Some conversation came, went or is another."""
    deleted = Signal(str)
    restored = Signal(str)

    def __init__(
        self, store: ConversationsBackend, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._saver = Saver(self._tasks, self)
        self._phase = Phase.LOADING
        self._trouble: Trouble | None = None
        self._all: dict[str, Conversation] = {}

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def trouble(self) -> Trouble | None:
        """Why nothing could be read, when FAILED."""
        return self._trouble

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        return tuple(self._all.values())

    def get(self, conversation_id: str) -> Conversation | None:
        return self._all.get(conversation_id)

    def newest(self) -> Conversation | None:
        return max(self._all.values(), key=lambda each: (each.updated_at, each.id), default=None)

    def untouched(self) -> Conversation | None:
        """A conversation nobody has written in yet."""
        return next((each for each in self._all.values() if not each.title and not each.draft), None)

    def name_of(self, conversation_id: str) -> str:
        conversation = self._all.get(conversation_id)
        return (conversation.title if conversation else "") or self.tr("New chat")

    async def load(self) -> None:
        """Read the conversations; a failure is told by phase and trouble."""
        self._set_phase(Phase.LOADING)
        try:
            listed = await self._store.list()
        except WorkbenchError as error:
            self._trouble = Trouble.of(error)
            self._set_phase(Phase.FAILED)
            return
        self._trouble = None
        self._all = {each.id: each for each in listed}
        self._set_phase(Phase.READY)
        self.changed.emit()

    async def create(self, settings: ChatSettings) -> Conversation:
        conversation = await self._store.create(settings)
        self._put(conversation)
        return conversation

    async def bring(self, path: Path) -> Conversation:
        """A new one out of a file. May raise WorkbenchError."""
        conversation = await self._store.bring(path)
        self._put(conversation)
        return conversation

    async def refresh(self, conversation_id: str) -> None:
        """Learn the title and time the database has now; draft and settings are newer here."""
        stored = await self._store.get(conversation_id)
        here = self._all.get(conversation_id)
        if here is not None:
            self._put(replace(stored, draft=here.draft, settings=here.settings))

    def set_draft(self, conversation_id: str, text: str) -> None:
        """Keep the composer's text; written down within a second."""
        conversation = self._all.get(conversation_id)
        if conversation is None or conversation.draft == text:
            return
        self._all[conversation_id] = replace(conversation, draft=text)
        self._saver.later(f"draft:{conversation_id}", partial(self._store.set_draft, conversation_id, text))
        if bool(text) != bool(conversation.draft):
            self.changed.emit()

    def set_settings(self, conversation_id: str, settings: ChatSettings) -> None:
        conversation = self._all.get(conversation_id)
        if conversation is None or settings == conversation.settings:
            return
        self._all[conversation_id] = replace(conversation, settings=settings)
        self._saver.later(
            f"settings:{conversation_id}", partial(self._store.set_settings, conversation_id, settings)
        )

    def save_soon(self) -> None:
        self._saver.soon()

    async def save(self) -> None:
        """Write down drafts and settings now."""
        await self._saver.flush()

    def rename(self, conversation_id: str, title: str) -> None:
        """An empty title changes nothing."""
        conversation, title = self._all.get(conversation_id), title.strip()
        if conversation is None or not title or title == conversation.title:
            return
        self._put(replace(conversation, title=title))
        self._tasks.start(f"rename:{conversation_id}", self._rename(conversation, title))

    def pin(self, conversation_id: str, pinned: bool) -> None:
        conversation = self._all.get(conversation_id)
        if conversation is None or conversation.pinned == pinned:
            return
        self._put(replace(conversation, pinned=pinned))
        self._tasks.start(f"pin:{conversation_id}", self._pin(conversation, pinned))

    def delete(self, conversation_id: str) -> None:
        """Take it off the list; a notice offers to bring it back."""
        conversation = self._all.pop(conversation_id, None)
        if conversation is None:
            return
        self.changed.emit()
        self.deleted.emit(conversation_id)
        self._tasks.start(f"delete:{conversation_id}", self._delete(conversation))

    async def aclose(self) -> None:
        try:
            await self._saver.flush()
        except WorkbenchError as error:
            self._notifier.error(error)
        finally:
            await self._tasks.aclose()

    async def _rename(self, before: Conversation, title: str) -> None:
        try:
            await self._store.rename(before.id, title)
        except WorkbenchError:
            self._put(replace(self._all.get(before.id, before), title=before.title))
            raise

    async def _pin(self, before: Conversation, pinned: bool) -> None:
        try:
            await self._store.pin(before.id, pinned)
        except WorkbenchError:
            self._put(replace(self._all.get(before.id, before), pinned=before.pinned))
            raise

    async def _delete(self, conversation: Conversation) -> None:
        try:
            await self._saver.flush()
            await self._store.delete(conversation.id)
        except WorkbenchError:
            self._put(conversation)
            raise
        title = conversation.title or self.tr("New chat")
        self._notifier.undo(
            self.tr("“{title}” was deleted.").format(title=title), partial(self._restore, conversation.id)
        )

    def _restore(self, conversation_id: str) -> None:
        self._tasks.start(f"restore:{conversation_id}", self._bring_back(conversation_id))

    async def _bring_back(self, conversation_id: str) -> None:
        await self._store.restore(conversation_id)
        self._put(await self._store.get(conversation_id))
        self.restored.emit(conversation_id)

    def _put(self, conversation: Conversation) -> None:
        self._all[conversation.id] = conversation
        self.changed.emit()

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)
