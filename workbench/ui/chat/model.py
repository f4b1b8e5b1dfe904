"""The chat tab without its widgets: the conversation that is open, what is asked in it, and the answers that come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.domain.chat import Role
from workbench.domain.conversations import ChatSettings, Conversation, StoredMessage
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.ui.chat.answers import Answers
from workbench.ui.chat.catalogue import CatalogueModel
from workbench.ui.chat.estimate import Estimate, estimate
from workbench.ui.chat.finder import Finder
from workbench.ui.chat.fixes import Fix, FixKind, fix_of
from workbench.ui.chat.library import Library, Phase
from workbench.ui.chat.ports import ChatBackend, ConversationsBackend, WaysBackend
from workbench.ui.chat.records import Records
from workbench.ui.chat.thread import Thread
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.work import RunningWork


class ChatModel(QObject):
    """State and actions of the chat tab. Several conversations may be answered at once; leaving one does not stop it.

    library, catalogue, finder and records are its parts: the conversations, the models, the search, the wire records. The
    text in the composer is the draft of the open conversation; a question that could not be stored stays there.
    """

    current_changed = Signal(str)
    """Id of the conversation now open. Its messages follow with thread_loaded."""
    thread_loaded = Signal()
    message_added = Signal(object)
    """StoredMessage, of the open conversation; also the next two."""
    message_changed = Signal(object)
    reply_extended = Signal(str, str, str)
    """Id of the message, text, reasoning."""
    reply_delayed = Signal(str, str, float)
    """Id of the message, what failed, seconds until the next attempt."""
    busy_changed = Signal(str, bool)
    """Id of the conversation, whether it is being answered."""
    settings_changed = Signal(object)
    """ChatSettings of the open conversation."""
    draft_replaced = Signal(str)
    """The composer's text is another one now, not by the user's typing."""
    editing_changed = Signal(bool)
    refused = Signal(object)
    """Trouble: the question was not sent; None: that is over."""
    hit_opened = Signal(str, str)
    """Id of the message to show, and the words that were looked for."""
    try_wanted = Signal(object)
    """What was sent for a message, to be tried on a route: a dict of headers, metadata and body."""
    fix_wanted = Signal(object)
    """Fix that another part of the window does: choose a model, open the connection, run the doctor."""

    def __init__(
        self,
        chat: ChatBackend,
        conversations: ConversationsBackend,
        catalogue: CatalogueModel,
        notifier: Notifier,
        work: RunningWork,
        parent: QObject | None = None,
        *,
        ways: WaysBackend | None = None,
    ) -> None:
        super().__init__(parent)
        self.catalogue = catalogue
        self.library = Library(conversations, notifier, self)
        self.finder = Finder(conversations, notifier, self)
        self.records = Records(chat, notifier, self, ways=ways)
        self._chat = chat
        self._store = conversations
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._answers = Answers(chat, conversations, self.library, notifier, work, self)
        self._current_id = ""
        self._preferred = ""
        self._editing = ""
        self._early: list[Callable[[], None]] = []
        self._connect()

    def _connect(self) -> None:
        answers = self._answers
        answers.added.connect(self._added)
        answers.changed.connect(self._changed)
        answers.extended.connect(self._extended)
        answers.delayed.connect(self._delayed)
        answers.asked.connect(self._asked)
        answers.refused.connect(self._could_not)
        answers.busy_changed.connect(self._busy_changed)
        self.library.deleted.connect(self._left_over)
        self.library.restored.connect(self.select)

    # What there is

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """All that are worth listing: an empty new one only while it is open."""
        return tuple(
            each
            for each in self.library.conversations
            if each.title or each.draft or each.id == self._current_id
        )

    @property
    def current(self) -> Conversation | None:
        return self.library.get(self._current_id)

    @property
    def current_id(self) -> str:
        return self._current_id

    @property
    def loaded(self) -> bool:
        """The messages of the open conversation are here."""
        return self._current_id in self._answers.threads

    @property
    def messages(self) -> tuple[StoredMessage, ...]:
        """Those of the open conversation; none while they are being read."""
        return self._thread.messages

    @property
    def settings(self) -> ChatSettings:
        return self.current.settings if self.current else ChatSettings(model=self.catalogue.default_model())

    @property
    def draft(self) -> str:
        return self.current.draft if self.current else ""

    @property
    def editing(self) -> str:
        """Id of the question being edited, or ""."""
        return self._editing

    @property
    def busy(self) -> bool:
        """The open conversation is being answered."""
        return self._current_id in self._answers.busy

    @property
    def streaming(self) -> frozenset[str]:
        """Ids of the conversations being answered."""
        return self._answers.busy

    def message(self, message_id: str) -> StoredMessage | None:
        return self._thread.get(message_id)

    def last_answer(self) -> StoredMessage | None:
        return self._thread.last_answer()

    def last_question(self) -> StoredMessage | None:
        return self._thread.last_question()

    def estimate(self, draft: str) -> Estimate | None:
        """What sending draft now would take, with all that goes before it."""
        settings = self.settings
        model = self.catalogue.find(settings.model)
        before = (each for each in self.messages if not self._editing or each.id < self._editing)
        return estimate(model, settings.system_prompt, before, draft)

    def fix_for(self, message: StoredMessage) -> Fix:
        """What helps against the trouble of an answer."""
        if message.trouble is None:
            return Fix(FixKind.NONE)
        asked = self.catalogue.find(message.facts.model) if message.facts else None
        return fix_of(message.trouble, asked.replacement if asked and asked.deprecated else "")

    def problem_with(self, text: str) -> str:
        """Why text cannot be sent now, in a sentence; "" when it can."""
        if not text.strip():
            return self.tr("Write a question first.")
        if self.busy:
            return self.tr("An answer is still coming. Stop it first, or wait for its end.")
        if not self.settings.model:
            return self.tr("Choose a model first.")
        return ""

    # Conversations

    def load(self) -> None:
        """Read the conversations and open the preferred one, else the newest, or a new one where there is none."""
        self._tasks.start("load", self._load())

    def prefer(self, conversation_id: str) -> None:
        """The conversation that `load` opens, if it is still there: the one that was open last."""
        self._preferred = conversation_id

    def new(self) -> None:
        """Open an empty conversation with the model of the open one; an untouched one is used again."""
        if self.library.phase is Phase.LOADING:
            self._early.append(self.new)
            return
        untouched = self.library.untouched()
        thread = self._answers.threads.get(untouched.id) if untouched else None
        if untouched is not None and not (thread and thread.messages):
            self.select(untouched.id)
        else:
            self._tasks.start("new", self._create())

    def open_file(self, path: Path) -> None:
        """Take in an exported conversation, as a new one, and open it."""
        if self.library.phase is Phase.LOADING:
            self._early.append(partial(self.open_file, path))
        else:
            self._tasks.start(f"bring/{path}", self._bring(path))

    def export(self, conversation_id: str, path: Path) -> None:
        """Write a conversation to a file that `open_file` opens."""
        self._tasks.start(f"export/{path}", self._export(conversation_id, path))

    def select(self, conversation_id: str, message_id: str = "", words: str = "") -> None:
        """Open a conversation; message_id and words: what to show there, for a search hit."""
        if self.library.get(conversation_id) is None:
            return
        if conversation_id == self._current_id:
            if message_id:
                self.hit_opened.emit(message_id, words)
            return
        self._leave()
        self._current_id = conversation_id
        self.current_changed.emit(conversation_id)
        self.settings_changed.emit(self.settings)
        self.draft_replaced.emit(self.draft)
        self.refused.emit(None)
        if conversation_id in self._answers.threads:
            self._opened(message_id, words)
        else:
            self._tasks.start("open", self._open(conversation_id, message_id, words))

    # Asking

    def send(self, text: str) -> None:
        """Ask text in the open conversation, or in place of the question being edited."""
        problem = self.problem_with(text)
        if problem:
            self.refused.emit(Trouble(problem))
            return
        self.refused.emit(None)
        if self.current is None:
            self._tasks.start("new", self._create_and_send(text))
        elif self._editing:
            self._answers.start(self._current_id, self._chat.edit(self._current_id, self._editing, text))
        else:
            self._answers.start(self._current_id, self._chat.ask(self._current_id, text))

    def retry(self, message_id: str = "") -> None:
        """Ask again for an answer, the last one unless told; the old one is kept, folded."""
        last = self.last_answer()
        message_id = message_id or (last.id if last else "")
        if message_id and not self.busy:
            self._answers.start(self._current_id, self._chat.retry(self._current_id, message_id))

    def stop(self, conversation_id: str = "") -> None:
        """End the answer that is coming; what has come is kept."""
        self._answers.stop(conversation_id or self._current_id)

    def edit(self, message_id: str) -> None:
        """Take an earlier question into the composer; sending then replaces it and what follows. The draft waits."""
        message = self.message(message_id)
        if message is not None and message.role is Role.USER and not self.busy:
            self._editing = message_id
            self.editing_changed.emit(True)
            self.draft_replaced.emit(message.text)

    def show_details(self, message_id: str) -> None:
        """Read the wire record of a message into `records`."""
        message = self.message(message_id)
        if message is not None:
            self.records.show(message)

    def try_on_route(self, message_id: str) -> None:
        """Hand on what was sent for a message; `try_wanted` follows when it is read."""
        message = self.message(message_id)
        if message is not None and message.exchange_id:
            self._tasks.start("try", self._try_on_route(message.exchange_id))

    def cancel_edit(self) -> None:
        if self._editing:
            self._editing = ""
            self.editing_changed.emit(False)
            self.draft_replaced.emit(self.draft)

    def set_draft(self, text: str) -> None:
        """The user has typed. Saved soon; what is typed while a question is edited is not a draft."""
        if not self._editing:
            self.library.set_draft(self._current_id, text)

    def set_settings(self, settings: ChatSettings) -> None:
        """What the next question of the open conversation is asked with. Saved soon."""
        if self.current is not None and settings != self.settings:
            self.library.set_settings(self._current_id, settings)
            self.settings_changed.emit(settings)

    def set_model(self, model_id: str) -> None:
        self.set_settings(replace(self.settings, model=model_id))

    def mend(self, message_id: str) -> None:
        """Do what helps against the trouble of an answer."""
        message = self.message(message_id)
        if message is None or message.trouble is None:
            return
        fix = self.fix_for(message)
        match fix.kind:
            case FixKind.RETRY:
                self.retry(message_id)
            case FixKind.USE_MODEL:
                self.set_model(fix.model)
                self.retry(message_id)
            case _:
                self.fix_wanted.emit(fix)

    async def aclose(self) -> None:
        """Write down the drafts, stop all answers, keep what has come."""
        try:
            await self.library.aclose()
        finally:
            for part in (self._answers, self.records, self.finder, self.catalogue, self._tasks):
                await part.aclose()

    # How it is done

    @property
    def _thread(self) -> Thread:
        return self._answers.threads.get(self._current_id) or Thread()

    async def _load(self) -> None:
        await self.library.load()
        if self.library.phase is Phase.READY:
            last = self.library.get(self._preferred) or self.library.newest()
            if last is not None:
                self.select(last.id)
            else:
                await self._create()
            early, self._early = self._early, []
            for wanted in early:
                wanted()

    async def _bring(self, path: Path) -> None:
        conversation = await self.library.bring(path)
        self.select(conversation.id)

    async def _export(self, conversation_id: str, path: Path) -> None:
        await self._store.export(conversation_id, path)
        self._notifier.info(self.tr("The conversation was saved as {0}.").format(path.name), key="exported")

    async def _try_on_route(self, exchange_id: str) -> None:
        from workbench.services.route_ways import sent_request  # no window waits for it

        exchange = await self._chat.exchange(exchange_id)
        if exchange is not None:
            self.try_wanted.emit(sent_request(exchange))
        else:
            self._notifier.info(self.tr("What was sent for this message is not kept any more."), key="try")

    async def _create(self) -> None:
        conversation = await self.library.create(ChatSettings(model=self.settings.model))
        self._answers.threads[conversation.id] = Thread()
        self.select(conversation.id)

    async def _create_and_send(self, text: str) -> None:
        await self._create()
        self.draft_replaced.emit(text)
        self.send(text)

    async def _open(self, conversation_id: str, message_id: str, words: str) -> None:
        messages = await self._store.messages(conversation_id)
        if conversation_id == self._current_id:
            self._answers.threads.setdefault(conversation_id, Thread(messages))
            self._opened(message_id, words)

    def _opened(self, message_id: str, words: str) -> None:
        self.thread_loaded.emit()
        if message_id:
            self.hit_opened.emit(message_id, words)

    def _leave(self) -> None:
        self.library.save_soon()
        self.records.close()
        if self._editing:
            self._editing = ""
            self.editing_changed.emit(False)
        if self._current_id not in self._answers.busy:
            self._answers.threads.pop(self._current_id, None)

    def _left_over(self, conversation_id: str) -> None:
        """A conversation is gone: stop its answer, and open the newest of the rest."""
        self.stop(conversation_id)
        if conversation_id == self._current_id:
            newest = self.library.newest()
            if newest is not None:
                self.select(newest.id)
            else:
                self._tasks.start("new", self._create())

    def _asked(self, conversation_id: str, question: str) -> None:
        """The question is stored: take it out of the composer, keeping what was typed after it."""
        if self._editing and conversation_id == self._current_id:
            self.cancel_edit()
            return
        conversation = self.library.get(conversation_id)
        draft = conversation.draft if conversation else ""
        rest = draft.strip().removeprefix(question.strip()).lstrip()
        self.library.set_draft(conversation_id, rest)
        if conversation_id == self._current_id:
            self.draft_replaced.emit(rest)

    def _could_not(self, conversation_id: str, error: WorkbenchError) -> None:
        if conversation_id == self._current_id:
            self.refused.emit(Trouble.of(error))
        else:
            self._notifier.error(error)

    def _added(self, message: StoredMessage) -> None:
        if message.conversation_id == self._current_id:
            self.message_added.emit(message)

    def _changed(self, message: StoredMessage) -> None:
        if message.conversation_id == self._current_id:
            self.message_changed.emit(message)

    def _extended(self, conversation_id: str, message_id: str, text: str, reasoning: str) -> None:
        if conversation_id == self._current_id:
            self.reply_extended.emit(message_id, text, reasoning)

    def _delayed(self, conversation_id: str, message_id: str, what: str, wait_s: float) -> None:
        if conversation_id == self._current_id:
            self.reply_delayed.emit(message_id, what, wait_s)

    def _busy_changed(self, conversation_id: str, busy: bool) -> None:
        if not busy and conversation_id != self._current_id:
            self._answers.threads.pop(conversation_id, None)
        self.busy_changed.emit(conversation_id, busy)
