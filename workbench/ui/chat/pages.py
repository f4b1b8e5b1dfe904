"""What the middle of the tab shows when there is no conversation to show: empty, failed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.domain.trouble import Trouble
from workbench.ui.chat.skeleton import reading_width
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.example_card import ExampleCard
from workbench.ui.support.icons import pixmap
from workbench.ui.support.sentences import reason
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    SEMIBOLD,
    TITLE,
    Theme,
    follow,
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question to try. icon: Lucide name."""

    icon: str
    title: str
    question: str


class EmptyPage(QWidget):
    """One sentence, one primary action, three examples. Signals: chosen (Example), write_wanted."""

    chosen = Signal(object)
    write_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = TextLabel(theme, self.tr("Ask a model anything"), size=TITLE, weight=SEMIBOLD, wrap=True)
        what = TextLabel(
            theme,
            self.tr("Answers stream in with their timings, tokens and cost, and everything is kept here."),
            role="muted",
            wrap=True,
        )
        self.write = button(self.tr("Write a question"), "primary")
        self.write.clicked.connect(self.write_wanted)
        self.cards: list[ExampleCard] = []
        for example in self.examples():
            card = ExampleCard(theme, example.icon, example.title, example.question)
            card.clicked.connect(lambda _=False, example=example: self.chosen.emit(example))
            self.cards.append(card)
        column = QVBoxLayout()
        column.setSpacing(INSIDE)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(what)
        column.addSpacing(INSIDE)
        column.addWidget(self.write, 0, Qt.AlignmentFlag.AlignLeading)
        column.addSpacing(GROUPS - INSIDE)
        column.addWidget(TextLabel(theme, self.tr("Or try one of these"), size=CAPTION, role="muted"))
        for card in self.cards:
            column.addWidget(card)
        column.addStretch(2)
        self._column = QWidget()
        self._column.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        follow(self, theme, lambda: self._column.setMaximumWidth(reading_width(theme)))
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        row.addStretch(1)
        row.addWidget(self._column, 100)
        row.addStretch(1)
        area = QScrollArea(self)  # with a card and large text it is taller than a small window
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def add_card(self, card: QWidget) -> None:
        """Something the window has to offer a newcomer, under the examples."""
        column = self._column.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertSpacing(column.count() - 1, PADDING)
        column.insertWidget(column.count() - 1, card)

    def examples(self) -> tuple[Example, ...]:
        return (
            Example(
                "code",
                self.tr("Explain with code"),
                self.tr("Write a Python function for an LRU cache, and explain how it works."),
            ),
            Example(
                "languages",
                self.tr("A table in several languages"),
                self.tr(
                    "Write about 600 tokens of mixed markdown about greetings: English, Arabic (العربية),"
                    " Russian (русский), with a table and code."
                ),
            ),
            Example(
                "braces",
                self.tr("Answer as JSON"),
                self.tr("Give three European capitals with country and population as JSON, in a code block."),
            ),
        )


class FailedPage(QWidget):
    """The conversations could not be read: what, why, and a button that tries again."""

    retried = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mark = QLabel()
        self._what = TextLabel(theme, weight=SEMIBOLD, size=15, wrap=True)
        self._why = TextLabel(theme, role="muted", wrap=True)
        self.retry = button(self.tr("Try again"), "primary")
        self.retry.clicked.connect(self.retried)
        column = QVBoxLayout()
        column.setSpacing(INSIDE)
        column.addStretch(1)
        for widget in (self._mark, self._what, self._why):
            column.addWidget(widget)
        column.addSpacing(GRID)
        column.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(2)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(column, 3)
        layout.addStretch(1)
        follow(self, theme, self._dress)

    def show_trouble(self, trouble: Trouble) -> None:
        self._what.setText(trouble.what)
        self._why.setText(reason(trouble))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, "circle-alert", "bad", 24))
