"""A transcript in another language, segment by segment, as it comes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.speech.writing import words_in
from workbench.domain.targets import Connection
from workbench.domain.trouble import Trouble
from workbench.services.speech.desk import Translate
from workbench.services.speech.export import export
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.dialogs import save_file
from workbench.ui.support.figures import count
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import INSIDE, PADDING, SECTION, SEMIBOLD, Theme
from workbench.ui.support.timers import once
from workbench.ui.support.trouble_box import TroubleBox

_AT_ONCE = 4
_REFRESH_MS = 100


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class TranslationModel(QObject):
    """translated: the transcript with the segments that have come in the other language; their times stay.

    done, of: segments. trouble: why it went no further; `go_on` asks for the rest. Signals: changed, failed (Exception).
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, translate: Translate, connections: Connections, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._translate = translate
        self._connections = connections
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._texts: dict[str, str] = {}
        self.transcript = Transcript()
        self.source = self.language = ""
        self.trouble: Trouble | None = None

    @property
    def busy(self) -> bool:
        return self._tasks.running("translate")

    @property
    def done(self) -> int:
        return len(self._texts)

    @property
    def of(self) -> int:
        return len(self.transcript.segments)

    @property
    def translated(self) -> Transcript:
        """Segments that have not come yet are left out. Within a segment the words share its time."""
        made = []
        for segment in self.transcript.segments:
            words = words_in(self._texts.get(segment.id, ""))
            if words:
                timed = spread(words, segment.start, segment.end, edited=True)
                made.append(replace(segment, words=timed))
        return replace(self.transcript, segments=tuple(made), language=self.language)

    def begin(self, transcript: Transcript, source: str, language: str) -> None:
        """From source into language, both as codes."""
        self._texts.clear()
        self.transcript, self.source, self.language = transcript, source, language
        self.go_on()

    def go_on(self) -> None:
        """Ask for what has not come yet."""
        self.trouble = None
        self._tasks.start("translate", self._run())
        self.changed.emit()

    def stop(self) -> None:
        """What has come stays."""
        self._tasks.cancel("translate")
        self.changed.emit()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _run(self) -> None:
        try:
            connection = await self._connections.connection()
            gate = asyncio.Semaphore(_AT_ONCE)
            missing = [each for each in self.transcript.segments if each.id not in self._texts]
            async with asyncio.TaskGroup() as group:
                for segment in missing:
                    group.create_task(self._one(connection, gate, segment.id, segment.text))
        except* WorkbenchError as errors:  # raising the first from here would wrap it again in Python 3.11.2
            self.trouble = Trouble.of(_first(errors))
        self.changed.emit()

    async def _one(self, connection: Connection, gate: asyncio.Semaphore, segment_id: str, text: str) -> None:
        async with gate:
            record = Exchange(new_id(), time.time())
            self._texts[segment_id] = await self._translate(
                connection, text, self.source, self.language, record
            )
        self.changed.emit()


class TranslationPanel(Ground):
    """Signals: closed, chat_wanted (text), failed (Exception)."""

    closed = Signal()
    chat_wanted = Signal(str)
    failed = Signal(object)

    def __init__(self, theme: Theme, model: TranslationModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "left", "surface", parent)
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.title = TextLabel(theme, "", self, size=SECTION, weight=SEMIBOLD)
        close = IconButton(theme, "x", self.tr("Close the translation"), self)
        close.clicked.connect(self.closed)
        self.facts = TextLabel(theme, "", self, role="muted", wrap=True)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Translated segments"))
        self.stop = button(self.tr("Stop"), "", self)
        self.trouble = TroubleBox(theme, self, retry=self.tr("Go on"))
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setProperty("kind", "field")
        self.text.setAccessibleName(self.tr("Translation"))
        self.copy = button(" " + self.tr("Copy"), "", self)
        set_icon(self.copy, theme, "copy", "muted")
        self.save = button(self.tr("Save as SRT…"), "", self)
        self.chat = button(self.tr("To the chat"), "", self)
        self._lay_out(close)
        self.stop.clicked.connect(model.stop)
        self.trouble.retry_wanted.connect(model.go_on)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        self.chat.clicked.connect(lambda: self.chat_wanted.emit(model.translated.text))
        # Segments come quickly one after the other; the text is written a few times a second.
        self._soon = once(self, _REFRESH_MS, self.refresh)
        model.changed.connect(self._refresh_soon)
        self.refresh()

    async def aclose(self) -> None:
        self._soon.stop()
        await self._tasks.aclose()

    @Slot()
    def _refresh_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def refresh(self) -> None:
        model = self.model
        self.title.setText(self.tr("Translation: {0} → {1}").format(model.source, model.language))
        self.facts.setText(self.tr("{0} of {1} segments").format(count(model.done), count(model.of)))
        self.progress.setRange(0, max(1, model.of))
        self.progress.setValue(model.done)
        self.progress.setVisible(model.busy)
        self.stop.setVisible(model.busy)
        self.trouble.show_trouble(model.trouble)
        text = model.translated.text
        if text != self.text.toPlainText():
            place = self.text.verticalScrollBar().value()
            self.text.setPlainText(text)
            self.text.verticalScrollBar().setValue(place)
        for act in (self.copy, self.save, self.chat):
            act.setEnabled(model.done > 0)

    def _lay_out(self, close: IconButton) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(close)
        run = QHBoxLayout()
        run.addWidget(self.facts, 1)
        run.addWidget(self.stop)
        acts = FlowLayout(spacing=INSIDE)
        for act in (self.copy, self.save, self.chat):
            acts.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING, PADDING)
        column.setSpacing(INSIDE)
        column.addLayout(head)
        column.addLayout(run)
        column.addWidget(self.progress)
        column.addWidget(self.trouble)
        column.addWidget(self.text, 1)
        column.addLayout(acts)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.translated.text)

    @Slot()
    def _save(self) -> None:
        self._tasks.start("save", self._save_srt())

    async def _save_srt(self) -> None:
        path = await save_file(
            self,
            self.tr("Save the translation"),
            f"{self.model.language}.srt",
            filters=self.tr("Subtitles (*.srt)"),
        )
        if path:
            try:
                await export(self.model.translated, Path(path), TextForm.SRT)
            except WorkbenchError as error:
                self.failed.emit(error)


def _first(errors: BaseExceptionGroup[WorkbenchError]) -> WorkbenchError:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, WorkbenchError)
    return error
