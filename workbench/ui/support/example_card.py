"""Something to try at a click, as a card."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, CARD_RADIUS, RELATED, SEMIBOLD, Theme, follow


class ExampleCard(QPushButton):
    """icon: Lucide name. title: what it shows; text: the example itself."""

    def __init__(self, theme: Theme, icon: str, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._mark = QLabel(self)
        head = TextLabel(theme, title, self, weight=SEMIBOLD, wrap=True)
        body = TextLabel(theme, text, self, size=CAPTION + 1, role="muted", wrap=True)
        for label in (self._mark, head, body):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(head)
        said.addWidget(body)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, RELATED - 2, RELATED, RELATED - 2)
        row.setSpacing(RELATED)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        follow(self, theme, self._dress)

    def sizeHint(self) -> QSize:
        layout = self.layout()  # a button would not ask it
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.heightForWidth(width) if layout is not None else 0

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self._mark.setPixmap(pixmap(self._theme, self._icon, "accent"))
        self.setStyleSheet(
            f"ExampleCard {{ background: {tokens.raised}; border: 1px solid {tokens.line};"
            f" border-radius: {CARD_RADIUS}px; padding: 0; }}"
            f"ExampleCard:hover {{ background: {self._theme.hover()}; border-color: {tokens.edge}; }}"
            f"ExampleCard:focus {{ border-color: {tokens.accent}; }}"
        )


class ExampleCards(QWidget):
    """One below the other. examples: of each a name, and icon, title and text of its card. Signals: chosen (name)."""

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, examples: Iterable[tuple[str, str, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.cards: dict[str, ExampleCard] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(RELATED)
        for name, icon, title, text in examples:
            self.cards[name] = card = ExampleCard(theme, icon, title, text, self)
            card.clicked.connect(self._clicked)
            column.addWidget(card)

    @Slot()
    def _clicked(self) -> None:
        for name, card in self.cards.items():
            if card is self.sender():
                self.chosen.emit(name)
