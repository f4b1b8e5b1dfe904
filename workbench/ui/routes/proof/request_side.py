"""The request of a dry run: as a form, as JSON, or out of the log."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

from PySide6.QtCore import (
    QDateTime,
    QLocale,
    QSignalBlocker,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.journal import LogRow
from workbench.domain.routes.text import written
from workbench.services.route_proof import Request, RouteProof, request_json
from workbench.ui.routes.proof.blank import Blank
from workbench.ui.routes.proof.dry_run_model import DryRunModel, Phase
from workbench.ui.routes.proof.pairs import Pairs
from workbench.ui.routes.proof.requests import (
    MOST_TOKENS,
    flag_of,
    prompt_of,
    tokens_of,
    with_image,
    with_prompt,
    with_stream,
    with_tokens,
    with_tools,
)
from workbench.ui.routes.proof.rows import ROW_ROLE, Row, RowList
from workbench.ui.routes.source.code_edit import CodeEdit
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.forms import Segments, Switch
from workbench.ui.support.listing import Index, Listing
from workbench.ui.support.sentences import reason
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.timers import once

TYPED_MS = 200
HEADERS = ("cf-ipcountry", "user-agent", "accept-language", "x-tenant", "cf-aig-metadata")


class As(StrEnum):
    FORM = "form"
    JSON = "json"
    LOG = "log"


class RequestSide(QWidget):
    def __init__(
        self, theme: Theme, model: DryRunModel, proof: RouteProof, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        choices = [
            (As.FORM.value, self.tr("Form")),
            (As.JSON.value, self.tr("JSON")),
            (As.LOG.value, self.tr("Log")),
        ]
        self.ways = Segments(self.tr("Request"), choices, self)
        self.ways.set_value(As.FORM.value)
        self.ways.chosen.connect(self.show_as)
        self.form = RequestForm(theme, model, proof, self)
        self.json = RequestJson(theme, model, self)
        self.log = RequestLog(theme, model, self)
        self._note = TextLabel(theme, "", self, role="warn", size=CAPTION + 1, wrap=True)
        self._note.setContentsMargins(RELATED, 0, RELATED, GRID)
        self._pages = QStackedWidget(self)
        for page in (self.form, self.json, self.log):
            self._pages.addWidget(page)
        top = QHBoxLayout()
        top.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        top.addWidget(self.ways, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._note)
        column.addWidget(self._pages, 1)
        model.request_changed.connect(self._show)
        self._show()

    @Slot(str)
    def show_as(self, way: str) -> None:
        self.ways.set_value(way)
        self._pages.setCurrentIndex(list(As).index(As(way)))
        if way == As.LOG and self._model.phase in (Phase.IDLE, Phase.FAILED):
            self._model.load_log()

    @Slot()
    def _show(self) -> None:
        self._note.setText(self._model.note)
        self._note.setVisible(bool(self._model.note))


class _Uncut(QWidget):
    """Inside a scroll area a field may not be lower than it wants to be, which its style would allow."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        least = super().minimumSizeHint()
        return least if layout is None else QSize(least.width(), layout.totalSizeHint().height())


class RequestForm(QScrollArea):
    def __init__(
        self, theme: Theme, model: DryRunModel, proof: RouteProof, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._proof = proof
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.metadata = Pairs(self.tr("Metadata"), typed=True)
        self.headers = Pairs(self.tr("Headers"), typed=False)
        self.headers.suggest(HEADERS)
        self.prompt = QPlainTextEdit()
        self.prompt.setProperty("kind", "field")
        self.prompt.setTabChangesFocus(True)
        self.prompt.setAccessibleName(self.tr("Prompt"))
        self.prompt.setPlaceholderText(self.tr("What the user asks"))
        self.tokens = QSpinBox()
        self.tokens.setRange(0, MOST_TOKENS)
        self.tokens.setSingleStep(500)
        self.tokens.setPrefix("≈ ")
        self.tokens.setSuffix(self.tr(" tokens"))
        self.tokens.setKeyboardTracking(False)
        self.tokens.lineEdit().setTextMargins(GRID, 0, 0, 0)
        self.tokens.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tokens.setAccessibleName(self.tr("Length of the prompt in tokens"))
        self.tokens.setToolTip(
            self.tr("Longer or shorter than what is typed: the prompt is filled up or cut.")
        )
        self.image = Switch(theme, self.tr("With an image"))
        self.tools = Switch(theme, self.tr("With tools"))
        self.stream = Switch(theme, self.tr("Streamed"))
        self._typed = once(self, TYPED_MS, self._take_prompt)
        self.setWidget(self._built())
        self._connect()
        model.request_changed.connect(self._show)
        self._show()
        follow(self, theme, self._dress)

    def _built(self) -> QWidget:
        inner = _Uncut()
        inner.setObjectName("inner")
        column = QVBoxLayout(inner)
        column.setContentsMargins(RELATED, GRID, RELATED, RELATED)
        column.setSpacing(GRID)
        column.addWidget(self._label(self.tr("Metadata"), self.metadata))
        column.addWidget(self.metadata)
        column.addSpacing(INSIDE)
        length = QHBoxLayout()
        length.addWidget(self._label(self.tr("Prompt"), self.prompt), 1)
        length.addWidget(self.tokens, 2)
        column.addLayout(length)
        column.addWidget(self.prompt)
        for words, switch in (
            (self.tr("With an image"), self.image),
            (self.tr("With tools"), self.tools),
            (self.tr("Streamed"), self.stream),
        ):
            row = QHBoxLayout()
            row.addWidget(TextLabel(self._theme, words), 1)
            row.addWidget(switch)
            column.addLayout(row)
        column.addSpacing(INSIDE)
        column.addWidget(self._label(self.tr("Headers"), self.headers))
        column.addWidget(self.headers)
        column.addStretch(1)
        return inner

    def _label(self, words: str, buddy: QWidget) -> TextLabel:
        made = TextLabel(self._theme, words, weight=SEMIBOLD, size=CAPTION + 1)
        made.setBuddy(buddy)
        return made

    def _connect(self) -> None:
        self.metadata.changed.connect(self._take_metadata)
        self.headers.changed.connect(self._take_headers)
        self.prompt.textChanged.connect(self._typed.start)
        self.tokens.valueChanged.connect(self._take_tokens)
        self.image.clicked.connect(self._take_image)
        self.tools.clicked.connect(self._take_tools)
        self.stream.clicked.connect(self._take_stream)

    def _dress(self) -> None:
        self.prompt.setFixedHeight(self._theme.px(64))
        self.setStyleSheet("QScrollArea, QWidget#inner { background: transparent; }")

    @Slot()
    def _show(self) -> None:
        request = self._model.request
        self.metadata.suggest(sorted(self._proof.facts.metadata_seen))
        self.metadata.show_entries(request.metadata)
        self.headers.show_entries(request.headers)
        text = prompt_of(request)
        if text != self.prompt.toPlainText():
            with QSignalBlocker(self.prompt):
                self.prompt.setPlainText(text)
        with QSignalBlocker(self.tokens):
            self.tokens.setValue(min(tokens_of(request), MOST_TOKENS))
        self.image.setChecked(flag_of(request, "has_image"))
        self.tools.setChecked(flag_of(request, "has_tools"))
        self.stream.setChecked(flag_of(request, "stream"))

    def _set(self, request: Request) -> None:
        self._model.set_request(request)

    @Slot(object)
    def _take_metadata(self, metadata: dict[str, Any]) -> None:
        self._set(replace(self._model.request, metadata=metadata))

    @Slot(object)
    def _take_headers(self, headers: dict[str, str]) -> None:
        self._set(replace(self._model.request, headers=headers))

    @Slot()
    def _take_prompt(self) -> None:
        self._set(with_prompt(self._model.request, self.prompt.toPlainText()))

    @Slot(int)
    def _take_tokens(self, tokens: int) -> None:
        self._set(with_tokens(self._model.request, tokens))

    @Slot(bool)
    def _take_image(self, on: bool) -> None:
        self._set(with_image(self._model.request, on))

    @Slot(bool)
    def _take_tools(self, on: bool) -> None:
        self._set(with_tools(self._model.request, on))

    @Slot(bool)
    def _take_stream(self, on: bool) -> None:
        self._set(with_stream(self._model.request, on))


class RequestJson(QWidget):
    """Edited both ways; what cannot be read leaves the request as it was."""

    def __init__(self, theme: Theme, model: DryRunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._own = False
        self.edit = CodeEdit(theme, self)
        self.edit.setUndoRedoEnabled(True)
        self.edit.undo_wanted.connect(self.edit.undo)
        self.edit.redo_wanted.connect(self.edit.redo)
        self.edit.setAccessibleName(self.tr("Request as JSON"))
        self._problem = TextLabel(theme, "", self, role="bad", size=CAPTION + 1, wrap=True)
        self._problem.setContentsMargins(RELATED, GRID, RELATED, GRID)
        self._problem.hide()
        self._typed = once(self, TYPED_MS, self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.edit, 1)
        column.addWidget(self._problem)
        self.edit.changed.connect(self._typed.start)
        model.request_changed.connect(self._show)
        self._show()

    @Slot()
    def take(self) -> None:
        self._typed.stop()
        self._own = True
        problem = self._model.set_json(self.edit.text)
        self._own = False
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    @Slot()
    def _show(self) -> None:
        if not self._own:
            self.edit.put(written(request_json(self._model.request)))
            self._problem.hide()


class LogRows(Listing[LogRow]):
    """The newest logged requests."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.at(index)
        if row is None:
            return None
        title = f"dynamic/{row.route}" if row.route else row.model or row.path
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{title}, {self._when(row)}"
        if role != ROW_ROLE:
            return None
        told = ", ".join(f"{key} = {value}" for key, value in row.metadata.items())
        icon = ("circle-check", "good") if row.success else ("circle-x", "bad")
        detail = f"{self._when(row)} · {told}" if told else self._when(row)
        return Row(title, detail, icon, (str(row.status_code or "–"), "muted"))

    def _when(self, row: LogRow) -> str:
        moment = QDateTime.fromMSecsSinceEpoch(round(row.created_at * 1000))
        if moment.date() == QDateTime.currentDateTime().date():
            return moment.toString("HH:mm:ss")
        return QLocale().toString(moment, "d MMM HH:mm")


class RequestLog(QWidget):
    def __init__(self, theme: Theme, model: DryRunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.rows = LogRows(self)
        self.list = RowList(theme, self.tr("Logged requests"), self)
        self.list.setModel(self.rows)
        self.list.chosen.connect(self._chosen)
        self._blank = Blank(theme, self)
        self.again = button(self.tr("Look again"), "", self)
        self.again.clicked.connect(model.load_log)
        self._blank.add(self.again)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        model.log_changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        model = self._model
        if model.log and model.phase is not Phase.FAILED:
            if model.log is not self.rows.rows:
                self.rows.show(model.log)
            self._stack.setCurrentWidget(self.list)
            return
        self.again.setVisible(model.phase in (Phase.FAILED, Phase.READY))
        error = model.log_problem
        if model.phase is Phase.FAILED and error is not None:
            self._blank.say("triangle-alert", "bad", error.what, reason(error))
        elif model.phase is Phase.READY:
            self._blank.say(
                "scroll-text",
                "muted",
                self.tr("Nothing has been logged yet."),
                self.tr("Requests that pass the local gateway can be tried on the route again."),
            )
        else:
            self._blank.say("loader", "muted", self.tr("Reading the gateway’s log…"))
        self._stack.setCurrentWidget(self._blank)

    @Slot(int)
    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self.rows.rows):
            self._model.choose(self.rows.rows[row])
