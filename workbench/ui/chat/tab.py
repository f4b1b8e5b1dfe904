"""The chat tab: conversations at the left, the transcript over the composer, inspector or details at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.targets import Target
from workbench.ui.chat.composer import Composer
from workbench.ui.chat.conversation_list import ConversationList
from workbench.ui.chat.fixes import Fix, FixKind
from workbench.ui.chat.library import Phase
from workbench.ui.chat.middle import Middle
from workbench.ui.chat.model import ChatModel
from workbench.ui.chat.skeleton import reading_width
from workbench.ui.support import dialogs
from workbench.ui.support.beside import KeptWidth, fit_beside
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.notify import Notifier
from workbench.ui.support.pages import MOST_FOUND, Found, Page, named
from workbench.ui.support.panes import Panes
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, PADDING, Theme, follow

if TYPE_CHECKING:
    from workbench.ui.chat.answer_details import AnswerDetails
    from workbench.ui.chat.inspector import Inspector
    from workbench.ui.chat.model_picker import ModelPicker
    from workbench.ui.chat.transcript.view import TranscriptView

SIDE_WIDTHS = (280, 360)
_DETAILS_WIDTHS = (320, 640)
_SIDE_DEFAULT, _DETAILS_DEFAULT = 308, 420
_CENTRE_MIN = 340


def _at_once(work: Callable[[], object]) -> None:
    work()


class ChatTab(QWidget):
    """Shows a ChatModel. What other parts of the window do is asked for by signal. when_idle: see Middle."""

    connection_wanted = Signal()
    """Open the settings of the current connection."""
    doctor_wanted = Signal(str)
    """Look for what is wrong; with the id of the model to try."""
    route_wanted = Signal(str, str)
    """Open a route: its name, and the id of the way to light in it."""
    try_wanted = Signal(object)
    """Try on a route what was sent: a dict of headers, metadata and body."""
    title_changed = Signal()

    def __init__(
        self,
        model: ChatModel,
        theme: Theme,
        frames: FrameClock,
        settings: SettingsModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        when_idle: Callable[[Callable[[], object]], None] = _at_once,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self._theme = theme
        self._settings = settings
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        model.prefer(settings.value.last_conversation)
        self._list_wanted = settings.value.conversations_shown
        self._details_width = _DETAILS_DEFAULT
        self.list = ConversationList(model, theme)
        self.composer = Composer(model, theme)
        self._inspector: Inspector | None = None
        self._details: AnswerDetails | None = None
        self._picker: ModelPicker | None = None
        self._gateway_offered = True
        self.middle = Middle(model, theme, frames, notifier, when_idle)
        self._side = QStackedWidget()
        self._build()
        self._connect()
        follow(self, theme, self._dress)
        self._follow_phase()

    @property
    def transcript(self) -> TranscriptView:
        return self.middle.transcript

    # Made when first needed: together they are a third of the tab, and the composer waits for none of them.

    @property
    def inspector(self) -> Inspector:
        if self._inspector is None:
            from workbench.ui.chat.inspector import Inspector

            self._inspector = Inspector(self.model, self._theme)
            self._inspector.show_gateway(self._gateway_offered)
            self._inspector.closed.connect(self.toggle_inspector)
            self._side.addWidget(self._inspector)
        return self._inspector

    @property
    def details(self) -> AnswerDetails:
        if self._details is None:
            from workbench.ui.chat.answer_details import AnswerDetails

            self._details = AnswerDetails(self._theme)
            self._details.closed.connect(self.model.records.close)
            self._details.copied.connect(self._notifier.copied)
            self._details.try_wanted.connect(self._try_details)
            self._details.way.asked.connect(self.model.records.look_up_way)
            self._details.way.route_wanted.connect(self.route_wanted)
            self._side.addWidget(self._details)
        return self._details

    @property
    def picker(self) -> ModelPicker:
        if self._picker is None:
            from workbench.ui.chat.model_picker import ModelPicker

            self._picker = ModelPicker(self.model.catalogue, self._theme, self)
            self._picker.chosen.connect(self.model.set_model)
            self._picker.closed.connect(self.composer.focus)
        return self._picker

    @property
    def _shows_details(self) -> bool:
        return self._details is not None and self._side.currentWidget() is self._details

    def page(self) -> Page:
        """What the window asks of this tab."""
        return Page(self, self.title, self.matching, self.composer.focus, self.regions, self.aclose)

    async def aclose(self) -> None:
        """Keep drafts and what has come of the answers; nothing runs afterwards."""
        if self._picker is not None:
            self._picker.close()
        self.middle.stop()
        await self._tasks.aclose()
        await self.model.aclose()

    def title(self) -> str:
        """Of what is open."""
        return self.model.library.name_of(self.model.current_id) if self.model.current_id else ""

    def matching(self, words: str) -> Sequence[Found]:
        """Conversations whose title has all the words, newest first."""
        titled = (each for each in self.model.conversations if each.title)
        found = sorted(named(words, titled, attrgetter("title")), key=attrgetter("updated_at"), reverse=True)
        return [
            Found(each.title, partial(self.model.select, each.id), "message-square")
            for each in found[:MOST_FOUND]
        ]

    def regions(self) -> Sequence[QWidget]:
        every = (self.list.view, *self.middle.regions(), self.composer.field, self._side)
        return [widget for widget in every if widget.isVisible()]

    def show_target(self, target: Target) -> None:
        """Requests go there from now on: its models, its options."""
        self.model.catalogue.set_target(target.id)
        self._gateway_offered = target.can.gateway
        if self._inspector is not None:
            self._inspector.show_gateway(target.can.gateway)

    def toggle_list(self) -> None:
        self._list_wanted = not self.list.isVisible()
        self._settings.set("conversations_shown", self._list_wanted)
        self._fit_panels(asked=True)

    def toggle_inspector(self) -> None:
        opened = self._side.isVisible() and self._side.currentWidget() is self._inspector
        self._show_side(None if opened else self.inspector)
        self._settings.set("inspector_shown", not opened)
        if opened:
            self.composer.focus()
        else:
            self.inspector.focus()

    def choose_model(self) -> None:
        self.picker.open(self.composer.model_button, self.model.settings.model)

    def search(self) -> None:
        """Put the keyboard into the search over all messages."""
        if not self.list.isVisible():
            self.toggle_list()
        self.list.focus_search()

    def rename(self) -> None:
        if self.list.isVisible():
            self.list.rename_current()

    def write(self, text: str) -> None:
        """Put a text of another tab into the composer, behind what is there."""
        field = self.composer.field
        before = field.toPlainText().rstrip()
        field.setPlainText(f"{before}\n\n{text}" if before else text)
        self.composer.focus()

    def export(self, conversation_id: str = "") -> None:
        """Ask for a file to write a conversation to, the open one unless told."""
        self._tasks.start("export", self._export(conversation_id or self.model.current_id))

    def open_files(self) -> None:
        """Ask for exported conversations to open."""
        self._tasks.start("open", self._open_files())

    def new_chat(self) -> None:
        self.model.new()
        self.composer.focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.composer.limit(self.height())

    def _build(self) -> None:
        centre = QFrame()
        self._panes = Panes(self.list, centre, self._side, main=centre, parent=self)
        self._list_width = KeptWidth(
            self.list, self._theme, self._settings, "conversations_width", (180, 400)
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._panes)
        column = QHBoxLayout()
        # As wide as the transcript's, so that both columns have one middle.
        beside = self.list.view.verticalScrollBar().sizeHint().width()
        column.setContentsMargins(PADDING, 0, PADDING, PADDING - GRID)
        column.addStretch(1)
        column.addWidget(self.composer, 1000)
        column.addStretch(1)
        column.addSpacing(beside)
        middle = QVBoxLayout(centre)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(GRID)
        middle.addWidget(self.middle, 1)
        middle.addLayout(column)
        if self._settings.value.inspector_shown:
            self._side.setCurrentWidget(self.inspector)
        else:
            self._side.hide()

    def _connect(self) -> None:
        model = self.model
        self.list.entered.connect(self.composer.focus)
        self.list.export_wanted.connect(self.export)
        self.composer.model_wanted.connect(self.choose_model)
        self.composer.inspector_wanted.connect(self.toggle_inspector)
        self.middle.write_wanted.connect(self.composer.focus)
        self._panes.room_changed.connect(self._fit_panels)
        self._panes.splitterMoved.connect(self._list_width.keep)
        self._panes.splitterMoved.connect(self._keep_side_width)
        model.library.phase_changed.connect(self._follow_phase)
        model.library.changed.connect(self.title_changed)
        model.current_changed.connect(self._opened)
        model.message_changed.connect(self._follow_details)
        model.records.changed.connect(self._show_details)
        model.records.way_changed.connect(self._show_way)
        model.try_wanted.connect(self.try_wanted)
        model.fix_wanted.connect(self._fix)

    def _dress(self) -> None:
        self.composer.setMaximumWidth(reading_width(self._theme))
        self._fit_panels()

    def _fit_panels(self, *, asked: bool = False) -> None:
        """The list makes room where the window is too narrow for three; asked: the user wants the list, so the side goes."""
        theme, last, whole = self._theme, self._settings.value, self.width()
        list_width = self._list_width.fit(whole)
        details = self._shows_details
        limits = _DETAILS_WIDTHS if details else SIDE_WIDTHS
        wanted = self._details_width if details else last.inspector_width or _SIDE_DEFAULT
        side_width = fit_beside(self._side, theme, wanted, limits, whole)
        side = not self._side.isHidden()
        room = whole >= list_width + theme.px(_CENTRE_MIN) + side_width
        if asked and self._list_wanted and side and not room:
            self._side.hide()
            side = False
        shown = self._list_wanted and (room or not side)
        self.list.setVisible(shown)
        left = list_width if shown else 0
        right = side_width if side else 0
        self._panes.setSizes([left, max(1, whole - left - right), right])

    def _keep_side_width(self) -> None:
        if self._side.isHidden():
            return
        width = round(self._side.width() / self._theme.scale)
        if self._shows_details:
            self._details_width = width
        else:
            self._settings.set("inspector_width", width)

    def _show_side(self, panel: QWidget | None) -> None:
        if panel is not None:
            self._side.setCurrentWidget(panel)
        self._side.setVisible(panel is not None)
        self._fit_panels()

    def _opened(self, conversation_id: str) -> None:
        self._settings.set("last_conversation", conversation_id)
        self.model.prefer(conversation_id)
        self.title_changed.emit()

    def _follow_phase(self) -> None:
        self.composer.setEnabled(self.model.library.phase is not Phase.FAILED)

    def _show_details(self) -> None:
        records = self.model.records
        if records.message_id:
            self.details.show_answer(records.exchange, records.way)
            self._show_side(self.details)
        elif self._shows_details:
            self._show_side(self.inspector if self._settings.value.inspector_shown else None)

    def _show_way(self) -> None:
        if self._details is not None:
            self._details.show_way(self.model.records.way)

    def _try_details(self) -> None:
        self.model.try_on_route(self.model.records.message_id)

    def _follow_details(self, message: object) -> None:
        """The answer whose record is open has ended: show the whole of it."""
        if getattr(message, "id", "") == self.model.records.message_id:
            self.model.show_details(self.model.records.message_id)

    def _fix(self, fix: Fix) -> None:
        match fix.kind:
            case FixKind.CHOOSE_MODEL:
                self.choose_model()
            case FixKind.OPEN_CONNECTION:
                self.connection_wanted.emit()
            case FixKind.RUN_DOCTOR:
                self.doctor_wanted.emit(self.model.settings.model)
            case _:
                pass

    async def _export(self, conversation_id: str) -> None:
        from workbench.services.conversation_files import SUFFIX, file_name  # no window waits for it

        title = self.tr("Save the conversation")
        proposed = file_name(self.model.library.name_of(conversation_id))
        filters = self.tr("Conversations (*{0})").format(SUFFIX)
        if name := await dialogs.save_file(self, title, proposed, filters=filters):
            self.model.export(conversation_id, Path(name if name.endswith(".json") else f"{name}{SUFFIX}"))

    async def _open_files(self) -> None:
        filters = self.tr("Conversations (*.json);;All files (*)")
        title = self.tr("Open conversations")
        for name in await dialogs.open_files(self, title, filters=filters, several=True):
            self.model.open_file(Path(name))
