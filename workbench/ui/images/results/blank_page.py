"""What stands where the results will be, while there are none."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, CARD_RADIUS, INSIDE, RELATED, SEMIBOLD, Theme, follow


@dataclass(frozen=True, slots=True)
class Example:
    """icon: Lucide name. title: what it shows."""

    icon: str
    title: str
    prompt: str


class ExampleCard(QPushButton):
    """A prompt to try, as a card."""

    def __init__(self, theme: Theme, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.example = example
        self.setAccessibleName(example.title)
        self.setAccessibleDescription(example.prompt)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._mark = QLabel(self)
        title = TextLabel(theme, example.title, self, weight=SEMIBOLD)
        prompt = TextLabel(theme, example.prompt, self, size=CAPTION + 1, role="muted", wrap=True)
        for label in (self._mark, title, prompt):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(title)
        said.addWidget(prompt)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, RELATED - 2, RELATED, RELATED - 2)
        row.setSpacing(RELATED)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        follow(self, theme, self._dress)

    def sizeHint(self) -> QSize:
        layout = self.layout()  # a button would not ask it
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.heightForWidth(width) if layout is not None else 0

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self._mark.setPixmap(pixmap(self._theme, self.example.icon, "accent"))
        self.setStyleSheet(
            f"ExampleCard {{ background: {tokens.raised}; border: 1px solid {tokens.line};"
            f" border-radius: {CARD_RADIUS}px; padding: 0; }}"
            f"ExampleCard:hover {{ background: {self._theme.hover()}; border-color: {tokens.edge}; }}"
            f"ExampleCard:focus {{ border-color: {tokens.accent}; }}"
        )


class BlankPage(QScrollArea):
    """One sentence, one primary action, three examples. Signals: write_wanted, example_wanted (prompt)."""

    write_wanted = Signal()
    example_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.blank = Blank(theme, self)
        self.blank.say(
            "image",
            "accent",
            self.tr("Say what you want to see, and let several models draw it."),
            self.tr("Each picture comes with its model, seed, cost and time, and stays in the gallery."),
        )
        self.write = self.blank.offer(self.tr("Write a prompt"), self.write_wanted.emit, "primary")
        self.blank.column.addSpacing(INSIDE)
        self.blank.column.addWidget(
            TextLabel(theme, self.tr("Or try one of these"), self.blank, size=CAPTION, role="muted")
        )
        self.cards = [ExampleCard(theme, example, self.blank) for example in self.examples()]
        for card in self.cards:
            card.clicked.connect(self._clicked)
            self.blank.column.addWidget(card)
        self.setWidget(self.blank)

    def examples(self) -> tuple[Example, ...]:
        return (
            Example(
                "image",
                self.tr("One picture"),
                self.tr("A lighthouse on a cliff at dusk, waves breaking below, oil painting"),
            ),
            Example(
                "copy-plus",
                self.tr("Three at once, with {a|b|c}"),
                self.tr("A {red|blue|golden} fox in fresh snow, woodcut, two colours"),
            ),
            Example(
                "type",
                self.tr("Letters in a picture"),
                self.tr("A neon sign that reads “OPEN LATE” over a ramen bar, rain, reflections"),
            ),
        )

    @Slot()
    def _clicked(self) -> None:
        card = self.sender()
        if isinstance(card, ExampleCard):
            self.example_wanted.emit(card.example.prompt)
