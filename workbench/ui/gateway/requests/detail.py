"""Everything about one request, in the panel beside the log."""

from __future__ import annotations

import json
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.exchange import Headers
from workbench.domain.journal import LogRow
from workbench.services.gateway_requests import Details, as_json, headers_in
from workbench.services.snippets import LABELS, Language, languages, snippet
from workbench.ui.gateway.requests.model import RequestsModel
from workbench.ui.gateway.requests.timeline import Timeline
from workbench.ui.gateway.requests.words import Words, took_ms
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.forms import Segments
from workbench.ui.support.icons import pixmap
from workbench.ui.support.surfaces import Ground, small
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)
from workbench.ui.support.way import Way

SHOWN_CHARS = 200_000
_BODY = 260


class DetailPanel(Ground):
    """Shows the model's selected row; what has to be fetched comes a moment later. Signals: closed, copied (what)."""

    closed = Signal()
    copied = Signal(str)

    def __init__(self, theme: Theme, model: RequestsModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "left", "surface", parent)
        self._model = model
        self.words = Words(self)
        self._title = ElidedLabel(theme, "", self, size=SECTION, weight=SEMIBOLD)
        self._mark = QLabel(self)
        self._state = TextLabel(theme, "", self, wrap=True)
        self.up = small(IconButton(theme, "thumbs-up", self.tr("This answer was good"), self))
        self.down = small(IconButton(theme, "thumbs-down", self.tr("This answer was bad"), self))
        self.score = QLineEdit(self)
        self.copy = small(IconButton(theme, "copy", self.tr("Copy the request as code"), self))
        close = small(IconButton(theme, "x", self.tr("Close"), self))
        close.set_text(self.tr("Close"), self.tr("Close (Esc)"))
        close.clicked.connect(self.closed)
        self.copy.clicked.connect(self._open_copy)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._part = "request"
        self.body: QPlainTextEdit | None = None
        self._build(close)
        model.selected_changed.connect(self.refresh)
        model.details_changed.connect(self.refresh)
        follow(self, theme, self.refresh)

    @Slot()
    def refresh(self) -> None:
        row = self._row
        if row is None:
            return
        words = self.words
        self._title.setText(words.route(row) or words.model(row))
        icon, role = words.status_icon(row)
        self._mark.setPixmap(pixmap(self._theme, icon, role, 16))
        self._state.setText(f"{words.status(row)} · {words.moment(row)}")
        self.setAccessibleName(self.tr("Request: {0}").format(words.spoken(row)))
        self._show_rating(row)
        self.copy.setEnabled(bool(self._model.details and languages(self._model.details.exchange)))
        where = self._area.verticalScrollBar().value()
        made = self._made(row, self._model.details)
        self._area.setWidget(made)
        self._area.viewport().setAutoFillBackground(False)
        made.setAutoFillBackground(False)
        self._area.verticalScrollBar().setValue(where)

    def copy_menu(self) -> QMenu:
        """The request as code, in the languages it can be written in, and the row as JSON."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        details = self._model.details
        for language in languages(details.exchange) if details is not None else ():
            action = menu.addAction(self.tr("Copy as {0}").format(LABELS[language]))
            action.triggered.connect(partial(self.copy_code, language))
        menu.addSeparator()
        menu.addAction(self.tr("Copy the row as JSON")).triggered.connect(self.copy_row)
        return menu

    def copy_code(self, language: Language) -> None:
        """Secrets become environment variables."""
        if self._model.details is not None:
            self._put(LABELS[language], snippet(self._model.details.exchange, language))

    def copy_row(self) -> None:
        if (row := self._row) is not None:
            self._put(self.tr("The row"), as_json([row]))

    @property
    def _row(self) -> LogRow | None:
        details = self._model.details
        return details.row if details is not None else self._model.selected

    def _build(self, close: IconButton) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._title, 1)
        head.addWidget(self.copy)
        head.addWidget(close)
        state = QHBoxLayout()
        state.setSpacing(INSIDE)
        state.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self._state, 1)
        self.score.setPlaceholderText(self.tr("Score"))
        self.score.setAccessibleName(self.tr("Score of this answer, a number"))
        self.score.setToolTip(self.tr("Any number, say 0 to 100; Enter keeps it"))
        self.score.setMaximumWidth(self._theme.px(72))
        self.score.editingFinished.connect(self._rate_score)
        self.up.setCheckable(True)
        self.down.setCheckable(True)
        self.up.clicked.connect(partial(self._rate, 1))
        self.down.clicked.connect(partial(self._rate, -1))
        rating = QHBoxLayout()
        rating.setSpacing(GRID)
        for widget in (self.up, self.down, self.score):
            rating.addWidget(widget)
        rating.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(PADDING, PADDING - 4, INSIDE, 0)
        top.setSpacing(INSIDE)
        top.addLayout(head)
        top.addLayout(state)
        top.addLayout(rating)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addLayout(top)
        column.addWidget(self._area, 1)

    def _made(self, row: LogRow, details: Details | None) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, INSIDE, PADDING, PADDING)
        column.setSpacing(GROUPS - 6)
        if row.error:
            label = TextLabel(self._theme, row.error, inner, role="bad", wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addWidget(self._facts(row, inner))
        if row.attempts:
            column.addWidget(self._titled(self.tr("Attempts"), Timeline(self._theme, row, inner), inner))
        if details is not None and details.trace is not None:
            way = Way(self._theme, details.trace, inner)
            column.addWidget(
                self._titled(self.tr("Way through dynamic/{0}").format(details.trace.route), way, inner)
            )
        column.addWidget(self._wire(row, details, inner))
        column.addWidget(self._titled(self.tr("Names"), self._names(row, inner), inner))
        column.addStretch(1)
        return inner

    def _titled(self, title: str, widget: QWidget, parent: QWidget) -> QWidget:
        box = QWidget(parent)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(TextLabel(self._theme, title, box, weight=SEMIBOLD))
        column.addWidget(widget)
        return box

    def _facts(self, row: LogRow, parent: QWidget) -> QWidget:
        words = self.words
        cached = self.tr(", {0} of them from the provider’s cache").format(
            figures.count(row.cached_tokens or 0)
        )
        times = [
            (self.tr("queued"), row.queue_ms),
            (self.tr("first byte"), row.first_byte_ms),
            (self.tr("last byte"), row.last_byte_ms),
        ]
        detail = " · ".join(f"{name} {words.took(ms)}" for name, ms in times if ms is not None)
        who = "/".join(part for part in (row.provider, row.model) if part)
        sizes = self.tr("{0} asked, {1} answered")
        facts = [
            (self.tr("Answered by"), words.upstream(row), who),
            (self.tr("Tokens"), words.tokens(row) + (cached if row.cached_tokens else ""), ""),
            (self.tr("Cost"), words.cost(row), words.cost_source(row)),
            (self.tr("Duration"), words.took(took_ms(row)), detail),
        ]
        if row.request_size or row.response_size:
            told = sizes.format(figures.size(row.request_size), figures.size(row.response_size))
            facts.append((self.tr("Sizes"), told, ""))
        if row.metadata:
            pairs = "\n".join(f"{key}: {value}" for key, value in row.metadata.items())
            facts.append((self.tr("Metadata"), pairs, ""))
        return self._grid(facts, parent)

    def _names(self, row: LogRow, parent: QWidget) -> QWidget:
        """Ids to search for, and what the cache knew it by."""
        known = [
            (self.tr("Log"), row.id),
            (self.tr("Event"), row.event_id if row.event_id != row.id else ""),
            (self.tr("Trace"), row.trace_id),
            (self.tr("Cache key"), row.cache_key),
            (self.tr("Gateway"), row.gateway),
            (self.tr("Path"), row.path),
            (self.tr("Client"), row.user_agent),
        ]
        return self._grid([(name, value, "") for name, value in known if value], parent, mono=True)

    def _grid(self, facts: list[tuple[str, str, str]], parent: QWidget, *, mono: bool = False) -> QWidget:
        box = QWidget(parent)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(PADDING)
        grid.setVerticalSpacing(INSIDE)
        grid.setColumnStretch(1, 1)
        at = 0
        for name, value, note in facts:
            label = TextLabel(self._theme, name, box, role="muted")
            grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            text = self._id(value, box) if mono else self._words_of(value, box)
            text.setAccessibleName(f"{name}: {value}. {note}")
            grid.addWidget(text, at, 1)
            at += 1
            if note:
                grid.addWidget(
                    TextLabel(self._theme, note, box, size=CAPTION + 1, role="muted", wrap=True), at, 1
                )
                at += 1
        return box

    def _words_of(self, value: str, parent: QWidget) -> QWidget:
        label = TextLabel(self._theme, value, parent, wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _id(self, value: str, parent: QWidget) -> QWidget:
        """On one line, to be selected and copied; a long one is scrolled."""
        line = QLineEdit(value, parent)
        line.setReadOnly(True)
        line.setProperty("kind", "bare")
        line.setFont(self._theme.mono(CAPTION + 0.5))
        line.setCursorPosition(0)
        return line

    def _wire(self, row: LogRow, details: Details | None, parent: QWidget) -> QWidget:
        """What was sent and what came: headers, then the body."""
        box = QWidget(parent)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        choices = (("request", self.tr("Request")), ("response", self.tr("Answer")))
        segments = Segments(self.tr("On the wire"), choices, box)
        segments.set_value(self._part)
        segments.chosen.connect(self._show_part)
        take = small(IconButton(self._theme, "clipboard-copy", self.tr("Copy what is shown"), box))
        take.clicked.connect(self._copy_shown)
        top = QHBoxLayout()
        top.addWidget(segments, 1)
        top.addWidget(take)
        self.body = QPlainTextEdit(box)
        self.body.setReadOnly(True)
        self.body.setTabChangesFocus(True)
        self.body.setProperty("kind", "field")
        self.body.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.body.setAccessibleName(self.tr("Headers and body"))
        self.body.setFont(self._theme.mono())
        self.body.setFixedHeight(self._theme.px(_BODY))
        column.addLayout(top)
        column.addWidget(self.body)
        self.body.setPlainText(self._wire_text(row, details))
        return box

    def _wire_text(self, row: LogRow, details: Details | None) -> str:
        problem = self._model.details_problem
        if details is None:
            return f"{problem.what} {problem.why}".strip() if problem is not None else self.tr("Fetching…")
        asked = self._part == "request"
        head = headers_in(details.row.request_head if asked else details.row.response_head)
        body = details.row.request_body if asked else details.row.response_body
        missing = self.tr("The body was not kept: the gateway or the request said so, or it was too large.")
        return f"{_headers(head)}\n\n{missing if body is None else pretty(body)}".strip()

    def _show_rating(self, row: LogRow) -> None:
        for widget, value in ((self.up, 1), (self.down, -1)):
            widget.setChecked(row.feedback == value)
            widget.set_icon(
                "thumbs-up" if value > 0 else "thumbs-down", "accent" if row.feedback == value else "muted"
            )
        if not self.score.hasFocus():
            with QSignalBlocker(self.score):
                self.score.setText("" if row.score is None else f"{row.score:g}")

    @Slot(str)
    def _show_part(self, part: str) -> None:
        self._part = part
        if self.body is not None and (row := self._row) is not None:
            self.body.setPlainText(self._wire_text(row, self._model.details))

    def _rate(self, feedback: int) -> None:
        """A second click takes it back."""
        if (row := self._row) is not None:
            self._model.rate(feedback=None if row.feedback == feedback else feedback, score=row.score)

    @Slot()
    def _rate_score(self) -> None:
        row, text = self._row, self.score.text().strip().replace(",", ".")
        if row is None:
            return
        try:
            score = float(text) if text else None
        except ValueError:
            self._show_rating(row)
            return
        if score != row.score:
            self._model.rate(feedback=row.feedback, score=score)

    @Slot()
    def _open_copy(self) -> None:
        self.copy_menu().popup(self.copy.mapToGlobal(self.copy.rect().bottomLeft()))

    @Slot()
    def _copy_shown(self) -> None:
        if self.body is not None:
            self._put(self.tr("Headers and body"), self.body.toPlainText())

    def _put(self, what: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(what)


def pretty(body: bytes) -> str:
    """JSON with indents, anything else as it is; long ones are cut. What is no text is told by its size."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"({figures.size(len(body))})"
    try:
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}\n…"


def _headers(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)
