"""What stands where the results will be, while there are none."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.example_card import ExampleCard
from workbench.ui.support.theme import CAPTION, INSIDE, Theme


@dataclass(frozen=True, slots=True)
class Example:
    """icon: Lucide name. title: what it shows."""

    icon: str
    title: str
    prompt: str


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
        self.cards: list[ExampleCard] = []
        for example in self.examples():
            card = ExampleCard(theme, example.icon, example.title, example.prompt, self.blank)
            card.clicked.connect(lambda _=False, prompt=example.prompt: self.example_wanted.emit(prompt))
            self.cards.append(card)
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
