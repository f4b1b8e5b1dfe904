"""The panel that shows what really went over the wire."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.exchange import Exchange
from workbench.services.snippets import LABELS, Language, languages, snippet
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.exchange_text import (
    attempts_text,
    frames_text,
    request_text,
    response_text,
    summary,
    whole_text,
)
from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, SECTION, SEMIBOLD, Theme, follow

Write = Callable[[Exchange], str]


class ExchangePanel(QFrame):
    """Request, reply, stream pieces with their times, attempts; each as text one can copy, or as code.

    missing: says so where there is no record. Signals: closed.
    """

    closed = Signal()
    copied = Signal(str)
    """What was copied, in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._exchange: Exchange | None = None
        self.text = QPlainTextEdit()
        self._summary = ElidedLabel(theme, size=CAPTION, role="muted")
        self.missing = TextLabel(
            theme, self.tr("Nothing was recorded: it was not sent."), role="muted", wrap=True
        )
        self._group = QButtonGroup(self)
        self.views: dict[str, QPushButton] = {}
        self._writers: dict[str, Write] = {}
        self._pages: dict[str, QWidget] = {}
        self.tools = QHBoxLayout()
        self._copy = button(" " + self.tr("Copy"))
        self._build()
        follow(self, theme, self._dress)
        self.show_exchange(None)

    @property
    def exchange(self) -> Exchange | None:
        """What is shown."""
        return self._exchange

    def add_page(self, name: str, label: str, page: QWidget) -> None:
        """One more view, with a widget of its own. Set its button in `views` visible where it has something to show."""
        self.views[name] = self._view(label)
        self._pages[name] = page
        self._bar.insertWidget(self._bar.count() - 1, self.views[name])
        self._body.addWidget(page, 1)
        page.hide()

    def show_exchange(self, exchange: Exchange | None) -> None:
        """None: there is no record, which is said."""
        self._exchange = exchange
        for view in self.views.values():
            view.setEnabled(exchange is not None)
        self._copy.setEnabled(exchange is not None)
        self.missing.setVisible(exchange is None)
        self._summary.setText(summary(exchange) if exchange else "")
        frames, attempts = self.views["stream"], self.views["attempts"]
        frames.setVisible(exchange is not None and len(exchange.chunks) > 1)
        attempts.setVisible(exchange is not None and bool(exchange.attempts))
        self.settle()

    def settle(self) -> None:
        """Show the chosen view, or the request where that has nothing to show now."""
        checked = self._group.checkedButton()
        if checked is None or checked.isHidden():
            self.views["request"].setChecked(True)
        self._show_view()

    def copy_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for language in languages(self._exchange) if self._exchange else ():
            action = menu.addAction(self.tr("As {0}").format(LABELS[language]))
            action.triggered.connect(partial(self.copy_code, language))
        menu.addSeparator()
        menu.addAction(self.tr("Everything")).triggered.connect(self.copy_all)
        return menu

    def copy_code(self, language: Language) -> None:
        """The request as code; secrets become environment variables."""
        if self._exchange is not None:
            self._put(LABELS[language], snippet(self._exchange, language))

    def copy_all(self) -> None:
        if self._exchange is not None:
            self._put(self.tr("Everything"), whole_text(self._exchange))

    def _build(self) -> None:
        close = IconButton(self._theme, "x", self.tr("Close the details"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(PADDING, INSIDE, INSIDE, 0)
        head.addWidget(TextLabel(self._theme, self.tr("Details"), size=SECTION, weight=SEMIBOLD), 1)
        head.addLayout(self.tools)
        head.addSpacing(GRID)
        head.addWidget(self._copy)
        head.addWidget(close)
        set_icon(self._copy, self._theme, "copy", "muted")
        self._copy.clicked.connect(self._open_copy)
        self._bar = bar = QHBoxLayout()
        bar.setSpacing(GRID)
        views: tuple[tuple[str, str, Write], ...] = (
            ("request", self.tr("Request"), request_text),
            ("reply", self.tr("Reply"), response_text),
            ("stream", self.tr("Stream"), frames_text),
            ("attempts", self.tr("Attempts"), attempts_text),
        )
        for name, label, write in views:
            self.views[name], self._writers[name] = self._view(label), write
        for view in self.views.values():
            bar.addWidget(view)
        bar.addStretch(1)
        self._group.buttonToggled.connect(self._show_view)
        self.text.setReadOnly(True)
        self.text.setProperty("kind", "field")
        self.text.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.text.setAccessibleName(self.tr("What went over the wire"))
        self._body = body = QVBoxLayout()
        body.setContentsMargins(PADDING, GRID, PADDING, PADDING)
        body.setSpacing(INSIDE)
        body.addWidget(self._summary)
        body.addLayout(bar)
        body.addWidget(self.missing)
        body.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(body, 1)
        layout.setAlignment(self.missing, Qt.AlignmentFlag.AlignTop)

    def _view(self, label: str) -> QPushButton:
        view = button(label, "quiet")
        view.setCheckable(True)
        view.setProperty("view", True)
        self._group.addButton(view)
        return view

    def _dress(self) -> None:
        tokens, chosen = self._theme.tokens, self._theme.tint(ground="surface")
        self.setStyleSheet(
            f"ExchangePanel {{ background: {tokens.surface}; }}"
            f"QPushButton[view=true] {{ padding: 3px 7px; }}"
            f"QPushButton[view=true]:checked {{ background: {chosen}; color: {tokens.accent}; }}"
        )
        self.text.setFont(self._theme.mono())

    def _show_view(self) -> None:
        checked = self._group.checkedButton()
        shown = next((name for name, view in self.views.items() if view is checked), "")
        write = self._writers.get(shown)
        self.text.setVisible(self._exchange is not None and write is not None)
        for name, page in self._pages.items():
            page.setVisible(self._exchange is not None and shown == name)
        lines = write is frames_text or write is attempts_text  # one event, one line
        wrap = QPlainTextEdit.LineWrapMode
        self.text.setLineWrapMode(wrap.NoWrap if lines else wrap.WidgetWidth)
        if write is not None and self._exchange is not None:
            text = write(self._exchange)
            if text != self.text.toPlainText():
                self.text.setPlainText(text)

    def _open_copy(self) -> None:
        self.copy_menu().popup(self._copy.mapToGlobal(self._copy.rect().bottomLeft()))

    def _put(self, name: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(name)
