"""The speech tab: recordings at the left, sound over text in the middle, what is asked of models at the right."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.errors import StorageFailed
from workbench.domain.ids import new_id
from workbench.domain.speech.transcripts import Transcript
from workbench.services.speech.desk import SpeechDesk
from workbench.services.speech.library import files_of
from workbench.ui.speech.batch.model import BatchModel
from workbench.ui.speech.batch.page import BatchPage
from workbench.ui.speech.library.files import dragged
from workbench.ui.speech.library.list import LibraryList
from workbench.ui.speech.library.model import LibraryModel
from workbench.ui.speech.library.start_page import StartPage
from workbench.ui.speech.model import PageId, SpeechModel
from workbench.ui.speech.options.export_model import ExportModel
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.speech.options.panel import OptionsPanel
from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.player.recorder_bar import RecorderBar
from workbench.ui.speech.player.recording import RecordingModel
from workbench.ui.speech.player.view import PlayerView
from workbench.ui.speech.player.words import recording_name
from workbench.ui.speech.reading import Reading
from workbench.ui.speech.speaking.model import SpeakingModel
from workbench.ui.speech.speaking.page import SpeakingPage
from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.speech.transcript.compare.page import ComparePage
from workbench.ui.speech.transcript.conflict import ConflictBar
from workbench.ui.speech.transcript.document import TranscriptDocument
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.speech.transcript.view import TranscriptView
from workbench.ui.speech.translation import TranslationModel, TranslationPanel
from workbench.ui.support.audio.player import QtPlayer
from workbench.ui.support.audio.recorder import QtRecorder
from workbench.ui.support.beside import KeptWidth
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.drops import DropArea
from workbench.ui.support.exchange_panel import ExchangePanel
from workbench.ui.support.forms import Segments
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.pages import MOST_FOUND, Found, Page, named
from workbench.ui.support.panes import ListPanes
from workbench.ui.support.sentences import reason
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme

_MIDDLE_MIN = 380
_SOUND_HEIGHT, _LEAST_WORDS = 220, 90
TEXT, COMPARE = "text", "compare"


class SpeechTab(QWidget):
    """Shows a SpeechModel and the Reading. Signals: title_changed, chat_wanted (a text for the composer), embeddings_wanted (a text with
    a line for each segment, its name), connection_wanted.
    """

    title_changed = Signal()
    chat_wanted = Signal(str)
    embeddings_wanted = Signal(str, str)
    connection_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        desk: SpeechDesk,
        settings: SettingsModel,
        notifier: Notifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.desk = desk
        self._settings = settings
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        last = settings.value
        self.model = SpeechModel((desk.takes.exchange, desk.speaking.exchange), last.speech_page, self)
        self.library_model = LibraryModel(desk.recordings, desk.takes, desk.examples, self)
        self.options_model = OptionsModel(
            desk.models,
            desk.targets,
            desk.takes,
            kept=last.speech_options,
            keep=partial(settings.set, "speech_options"),
            parent=self,
        )
        self.export_model = ExportModel(
            kept=last.speech_export, keep=partial(settings.set, "speech_export"), parent=self
        )
        self.player_model = PlayerModel(QtPlayer(self), self)
        self.text_model = TranscriptModel(TranscriptDocument(Transcript()), self)
        self.compare_model = CompareModel(parent=self)
        self.recording_model = RecordingModel(QtRecorder(self), self._new_file, self)
        self.reading = Reading(
            desk,
            self.library_model,
            self.player_model,
            self.text_model,
            self.options_model,
            self.export_model,
            self.compare_model,
            self,
        )
        self.library = LibraryList(theme, self.library_model, notifier)
        self.start = StartPage(theme, self.library_model)
        self.player = PlayerView(theme, self.player_model)
        self.text = TranscriptView(theme, self.text_model)
        self.compare = ComparePage(theme, self.compare_model)
        self.recorder = RecorderBar(theme, self.recording_model)
        self.options = OptionsPanel(theme, self.options_model, self.export_model, notifier)
        self.record = ExchangePanel(theme)
        self.translation_model = TranslationModel(desk.translate, desk.targets, self)
        self.translation = TranslationPanel(theme, self.translation_model)
        self._opened = False
        self._batch: BatchPage | None = None
        self._batch_options: OptionsModel | None = None
        self._speaking: SpeakingPage | None = None
        self._build()
        self._connect()
        self._show_page()
        self._show_open()

    # Made when they are first opened

    @property
    def batch(self) -> BatchPage:
        if self._batch is None:
            options = OptionsModel(
                self.desk.models,
                self.desk.targets,
                self.desk.takes,
                kept=self._settings.value.speech_batch_options,
                keep=partial(self._settings.set, "speech_batch_options"),
                parent=self,
            )
            self._batch_options = options
            model = BatchModel(
                self.desk.batches,
                self.desk.takes,
                files_of,
                options,
                target_id=lambda: self.desk.targets.current.id,
                rules=lambda: self.export_model.rules,
                listed=lambda: [Path(each.path) for each in self.library_model.recordings],
                kept=self._settings.value.speech_batch,
                keep=partial(self._settings.set, "speech_batch"),
                parent=self,
            )
            self._batch = BatchPage(self._theme, model)
            self._batch.failed.connect(self._notifier.error)
            self._batch.opened.connect(self._open)
            model.failed.connect(self._notifier.error)
            self._pages.addWidget(self._batch)
            if self._opened:
                options.load()
                model.load()
        return self._batch

    @property
    def speaking(self) -> SpeakingPage:
        if self._speaking is None:
            model = SpeakingModel(
                self.desk.speaking,
                self.desk.models,
                self.desk.targets,
                self.desk.takes,
                self.desk.reuse,
                QtPlayer(self),
                kept=self._settings.value.speech_speaking,
                keep=partial(self._settings.set, "speech_speaking"),
                parent=self,
            )
            self._speaking = SpeakingPage(self._theme, model, self._notifier)
            self._speaking.failed.connect(self._notifier.error)
            self._speaking.record_wanted.connect(self.model.show_record)
            self._speaking.connection_wanted.connect(self.connection_wanted)
            self._speaking.record.closed.connect(self.model.close_record)
            self._speaking.record.copied.connect(self._notifier.copied)
            model.failed.connect(self._notifier.error)
            model.used.connect(lambda recording: self._open(recording.id))
            self._pages.addWidget(self._speaking)
            if self._opened:
                model.load()
        return self._speaking

    # What the window asks

    def page(self) -> Page:
        return Page(self, self.title, self.matching, self.focus, self.regions, self.aclose)

    def title(self) -> str:
        recording = self.library_model.recording
        return recording.name if recording is not None and self.model.page is PageId.TRANSCRIBE else ""

    def matching(self, words: str) -> Sequence[Found]:
        """Recordings whose name has all the words."""
        found = islice(named(words, self.library_model.recordings, attrgetter("name")), MOST_FOUND)
        return [Found(each.name, partial(self._open, each.id), "audio-lines") for each in found]

    def focus(self) -> None:
        match self.model.page:
            case PageId.BATCH:
                self.batch.focus()
            case PageId.SPEAK:
                self.speaking.focus()
            case PageId.TRANSCRIBE if self.library_model.recording is not None:
                (self.text if self.reading.take is not None else self.player.waveform).setFocus()
            case _:
                self.start.add.setFocus()

    def regions(self) -> Sequence[QWidget]:
        by_page: dict[PageId, tuple[QWidget, ...]] = {
            PageId.TRANSCRIBE: (self.library, self.player, self.text, self._side),
            PageId.BATCH: (self._batch,) if self._batch else (),
            PageId.SPEAK: (self._speaking,) if self._speaking else (),
        }
        return [widget for widget in by_page[self.model.page] if widget.isVisible()]

    def open(self) -> None:
        """Read what there is, and let what was left go on. Needs the running loop."""
        self._opened = True
        for part in (self.library_model, self.options_model, self._batch_options,
                     self._batch.model if self._batch else None,
                     self._speaking.model if self._speaking else None):  # fmt: skip
            if part is not None:
                part.load()
        self._tasks.start("load", self.desk.load(recording_name))

    async def aclose(self) -> None:
        """Nothing runs afterwards; what is heard belongs to the desk. A recording under way is finished and kept."""
        await self.recording_model.aclose()
        await self._tasks.finish()
        for part in (self.model, self.reading, self.library, self.library_model, self.options, self.options_model,
                     self.export_model, self.text_model, self.compare_model, self.player_model,
                     self.translation, self.translation_model, self._batch, self._batch.model if self._batch else None, self._batch_options, self._speaking,
                     self._speaking.model if self._speaking else None):  # fmt: skip
            if part is not None:
                await part.aclose()

    # What the user can do; the commands call these too

    def show_page(self, page: PageId) -> None:
        self.model.open(page)
        self.focus()

    def show_target(self) -> None:
        """Requests go to another connection from now on."""
        self.options_model.load()
        if self._batch_options is not None:
            self._batch_options.load()
        if self._speaking is not None:
            self._speaking.model.load()

    def take(self, paths: Sequence[Path]) -> None:
        """Take recordings in, and open the first."""
        self.show_page(PageId.TRANSCRIBE)
        self.library_model.add(paths)

    def choose_files(self) -> None:
        """Ask for files: those that the open page hears."""
        if self.model.page is PageId.BATCH:
            self.batch.choose_files()
        else:
            self.show_page(PageId.TRANSCRIBE)
            self.library.choose_files()

    def toggle_recorder(self) -> None:
        """Show what records, or put it away; while it records it stays."""
        shown = self.recorder.isHidden() or self.recording_model.recording
        self.recorder.setVisible(shown)
        if shown:
            self.model.open(PageId.TRANSCRIBE)
            self.recorder.focus()

    def record_or_stop(self) -> None:
        """Show what records; once it is shown, begin and end."""
        if self.recorder.isHidden():
            self.model.open(PageId.TRANSCRIBE)
            self.recorder.show()
            self.recorder.focus()
        else:
            self.recording_model.toggle()

    @Slot()
    def toggle_list(self) -> None:
        """Show the recordings or put them away."""
        self._panes.toggle_list()
        self._fit()

    def find_in_text(self) -> None:
        """In the text, or where there is none among the recordings."""
        if self.model.page is not PageId.TRANSCRIBE:
            return
        if self._text.currentWidget() is self.text and self.library_model.recording is not None:
            self.text.open_find()
        elif not self.library.isHidden():
            self.library.search()

    def play_or_pause(self) -> None:
        if self.model.page is PageId.TRANSCRIBE:
            self.player_model.toggle()

    def _build(self) -> None:
        theme = self._theme
        self.choice = Segments(
            self.tr("Page"),
            [
                (PageId.TRANSCRIBE, self.tr("Transcribe")),
                (PageId.BATCH, self.tr("Many files")),
                (PageId.SPEAK, self.tr("Speak")),
            ],
        )
        self.kind = Segments(
            self.tr("What is shown"), [(TEXT, self.tr("Text")), (COMPARE, self.tr("Compare takes"))]
        )
        self.kind.set_value(TEXT)
        bar = Ground(theme, "bottom")
        row = QHBoxLayout(bar)
        row.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        self.list_button = IconButton(theme, "panel-left", self.tr("Recordings"))
        self.list_button.set_text(self.tr("Recordings"), self.tr("Show or hide the recordings (Ctrl+B)"))
        self.list_button.setCheckable(True)
        row.addWidget(self.choice)
        row.addWidget(self.list_button)  # behind the pages, which would move with it: only one of them has it
        row.addStretch(1)
        row.addWidget(self.kind)
        centre = self._frames(bar)
        self.no_sound = Blank(theme)
        self._again = self.no_sound.offer(self.tr("Try again"), self.reading.look_again)
        self._locate = self.no_sound.offer(self.tr("Locate…"), self._locate_open)
        self._locate.setToolTip(self.tr("Tell where the file is now"))
        self.player.needs_changed.connect(self._fit)
        self._sound.addWidget(self.player)
        self._sound.addWidget(self.no_sound)
        self.no_text = Blank(theme)
        self.no_text.say(
            "text-search",
            "muted",
            self.tr("Nothing was transcribed yet"),
            self.tr(
                "Choose a model at the right, then press Transcribe. Select a stretch of the sound to hear only that."
            ),
        )
        pages: tuple[QWidget, ...] = (self.no_text, self.text, self.compare)
        for page in pages:
            self._text.addWidget(page)
        DropArea(
            theme, self.tr("Add to the recordings"), self, self._dragged, self.library_model.add, over=centre
        )
        self.recorder.hide()
        for panel in (self.options, self.record, self.translation):
            self._side.addWidget(panel)

    def _frames(self, bar: Ground) -> QWidget:
        """What the panels go into, from the outside in; returns what is between list and side."""
        theme = self._theme
        self._pages = QStackedWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(bar)
        whole.addWidget(self.recorder)  # above all pages: whoever is recorded has to see it
        whole.addWidget(self._pages, 1)
        self._side, centre = QStackedWidget(), QWidget()
        listed = KeptWidth(self.library, theme, self._settings, "speech_list_width", (200, 340), 240)
        beside = KeptWidth(self._side, theme, self._settings, "speech_side_width", (280, 420), 320)
        self._panes = ListPanes(theme, listed, centre, beside, main_min=_MIDDLE_MIN, parent=self._pages)
        self._pages.addWidget(self._panes)
        self._middle = QStackedWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._middle, 1)
        self._middle.addWidget(self.start)
        self._desk_split = QSplitter(Qt.Orientation.Vertical)
        self._middle.addWidget(self._desk_split)
        self._sound, self._words = QStackedWidget(), QWidget()
        self._desk_split.addWidget(self._sound)
        self._desk_split.addWidget(self._words)
        self._desk_split.setStretchFactor(1, 1)
        self._desk_split.setChildrenCollapsible(False)
        self._desk_split.setHandleWidth(1)
        self.conflict = ConflictBar(theme)
        self._text = QStackedWidget()
        below = QVBoxLayout(self._words)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.conflict)
        below.addWidget(self._text, 1)
        return centre

    def _connect(self) -> None:
        model, reading = self.model, self.reading
        self.list_button.clicked.connect(self.toggle_list)
        self.choice.chosen.connect(lambda page: self.show_page(PageId(page)))
        self.kind.chosen.connect(self._show_text)
        model.page_changed.connect(self._show_page)
        model.record_changed.connect(self._show_record)
        reading.changed.connect(self._show_open)
        reading.contested_changed.connect(self._show_contested)
        self.conflict.keep_wanted.connect(reading.keep_mine)
        self.conflict.take_wanted.connect(reading.take_theirs)
        self.library_model.changed.connect(self._show_open)
        self.library_model.rowsInserted.connect(self._show_open)
        self.library_model.rowsRemoved.connect(self._show_open)
        self.library_model.modelReset.connect(self._show_open)
        for failing in (model, reading, self.library_model, self.library, self.options_model, self.options,
                        self.export_model, self.player_model):  # fmt: skip
            failing.failed.connect(self._notifier.error)
        for wish in (self.library.record_wanted, self.start.record_wanted):
            wish.connect(self.toggle_recorder)
        self.start.add_wanted.connect(self.library.choose_files)
        self.recorder.closed.connect(self.recorder.hide)
        self.recording_model.recorded.connect(self._recorded)
        for part in (self.text_model, self.options):
            part.record_wanted.connect(model.show_record)
            part.connection_wanted.connect(self.connection_wanted)
        self.export_model.chat_wanted.connect(self.chat_wanted)
        self.export_model.embeddings_wanted.connect(self.embeddings_wanted)
        self.export_model.translation_wanted.connect(self._translate)
        self.translation.closed.connect(self._close_translation)
        self.translation.chat_wanted.connect(self.chat_wanted)
        self.translation.failed.connect(self._notifier.error)
        self.translation_model.failed.connect(self._notifier.error)
        self.record.closed.connect(model.close_record)
        self.record.copied.connect(self._notifier.copied)
        self.library_model.example_ready.connect(lambda _recording: self.options_model.transcribe())
        self._panes.room_changed.connect(self._fit)
        self._desk_split.splitterMoved.connect(self._remember_height)

    def _show_page(self) -> None:
        page = self.model.page
        self.choice.set_value(page)
        match page:
            case PageId.TRANSCRIBE:
                self._pages.setCurrentWidget(self._panes)
            case PageId.BATCH:
                self._pages.setCurrentWidget(self.batch)
            case PageId.SPEAK:
                self._pages.setCurrentWidget(self.speaking)
        self._settings.set("speech_page", page)
        self._show_open()
        self._fit()

    def _show_open(self) -> None:
        recording, trouble = self.library_model.recording, self.reading.sound_trouble
        self._middle.setCurrentWidget(self._desk_split if recording is not None else self.start)
        self.list_button.setVisible(self.model.page is PageId.TRANSCRIBE and recording is not None)
        if trouble is not None:
            self.no_sound.say("volume-x", "bad", trouble.what, reason(trouble))
            self._locate.setVisible(recording is not None and recording.missing)
        self._sound.setCurrentWidget(self.no_sound if trouble is not None else self.player)
        comparable = self.reading.comparable and self.model.page is PageId.TRANSCRIBE
        self.kind.setVisible(comparable)
        if not comparable:
            self.kind.set_value(TEXT)
        self._show_text("")
        if self._listed() is self.library.isHidden():
            self._fit()
        self.title_changed.emit()

    def _show_text(self, kind: str) -> None:
        """kind: TEXT or COMPARE where the user chose just now; "" keeps what is chosen."""
        comparing = kind == COMPARE or (not kind and self._text.currentWidget() is self.compare)
        comparing = comparing and self.reading.comparable
        self.reading.look_at_takes(comparing)
        if comparing:
            self._text.setCurrentWidget(self.compare)
        else:
            self._text.setCurrentWidget(self.text if self.reading.take is not None else self.no_text)

    def _show_record(self) -> None:
        """Beside what it belongs to."""
        shown = self.model.record_shown
        if self._speaking is not None:
            here = self.model.page is PageId.SPEAK
            self._speaking.show_record(self.model.record if here else None, shown and here)
            if here and shown:
                return
        self.record.show_exchange(self.model.record)
        self._side.setCurrentWidget(self.record if self.model.record_shown else self.options)
        if self.model.record_shown and self._side.isHidden():
            self.toggle_list()

    def _dragged(self, data: QMimeData) -> list[Path]:
        """Beside the list and the start page, which take files themselves."""
        return dragged(data) if self.model.page is PageId.TRANSCRIBE else []

    def _listed(self) -> bool:
        """While there is nothing to list, the start page says what there is to do."""
        library = self.library_model
        if not (library.recordings or library.trouble or library.refused or library.adding is not None):
            return False
        return self._panes.list_wanted or library.recording is None

    @Slot()
    def _fit(self) -> None:
        px, listed = self._theme.px, self._listed()
        self.list_button.setChecked(listed)
        middle = self._panes.arrange(listed=listed, beside=True)
        self._sound.setMinimumHeight(min(self.player.least_height(middle), self.height() * 2 // 3))
        self._words.setMinimumHeight(px(_LEAST_WORDS))
        sound = max(
            px(self._settings.value.speech_sound_height or _SOUND_HEIGHT), self._sound.minimumHeight()
        )
        self._desk_split.setSizes([sound, max(1, self.height() - sound)])

    def _remember_height(self) -> None:
        self._settings.set("speech_sound_height", round(self._sound.height() / self._theme.scale))

    @Slot()
    def _locate_open(self) -> None:
        if (recording := self.library_model.recording) is not None:
            self.library.locate(recording)

    def _open(self, recording_id: str, take_id: str = "") -> None:
        self.show_page(PageId.TRANSCRIBE)
        self.library_model.choose(recording_id, take_id)

    def _new_file(self) -> Path:
        return self.desk.folder / f"{new_id()}.wav"

    def _recorded(self, path: Path) -> None:
        """It is opened; one that broke off calls nobody away from another page, and why it did is left to be read."""
        broke_off = self.recording_model.trouble is not None
        self.recorder.setVisible(broke_off)
        self._tasks.start("adopt", self._adopt(path, time.time(), stay=broke_off))

    async def _adopt(self, path: Path, at: float, *, stay: bool) -> None:
        try:
            recording = await self.desk.recordings.adopt(path, recording_name(at), at=at)
        except StorageFailed as error:
            detail = " ".join(
                part for part in (error.why, error.fix, self.tr("Else it comes with the next start.")) if part
            )
            self._notifier.post(
                Notice(
                    self.tr("The recording is on the disk, but is not in the list yet."),
                    detail,
                    Level.BAD,
                    self.tr("Try again"),
                    lambda: self._tasks.start("adopt", self._adopt(path, at, stay=stay)),
                    "speech/recorded",
                    lasting=True,
                )
            )
            return
        if not stay:
            self.model.open(PageId.TRANSCRIBE)
        self.library_model.choose(recording.id)

    def _translate(self, source: str, language: str) -> None:
        """source: "" where nobody knows what language it is in, which most likely is English."""
        self.translation_model.begin(self.text_model.transcript, source or "en", language)
        self._side.setCurrentWidget(self.translation)

    def _close_translation(self) -> None:
        self.translation_model.stop()
        self._show_record()

    @Slot()
    def _show_contested(self) -> None:
        self.conflict.setVisible(self.reading.contested)
