"""The question that comes before a link may do anything: what it would add, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GROUPS, INSIDE, PADDING, RELATED, SECTION, SEMIBOLD, Theme, follow

_WIDTH, _FACTS = 520, 260


class Fact(NamedTuple):
    """code: an address or a name that is read letter by letter, from left to right."""

    label: str
    value: str
    code: bool = False


class LinkDialog(QDialog):
    """Enter and Escape refuse; only the button, or its key, agrees."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        title: str,
        lead: str,
        facts: Sequence[Fact],
        warnings: Sequence[str],
        accept: str,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(title)
        self.yes = button(accept, "primary", self)
        self.no = button(self.tr("Cancel"), "", self)
        self.no.setDefault(True)
        self.yes.clicked.connect(self.accept)
        self.no.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        column.setSpacing(RELATED)
        column.addWidget(TextLabel(theme, title, self, size=SECTION, weight=SEMIBOLD, wrap=True))
        column.addWidget(TextLabel(theme, lead, self, role="muted", wrap=True))
        column.addWidget(self._facts(facts))
        for warning in warnings:
            column.addLayout(self._warning(warning))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column.addSpacing(INSIDE)
        column.addLayout(row)
        self._column = column
        follow(self, theme, self._fit)
        self.setAccessibleDescription(
            " ".join((lead, *(f"{fact.label}: {fact.value}." for fact in facts), *warnings))
        )
        self.no.setFocus()

    def _fit(self) -> None:
        """A layout of wrapped lines does not find its own height in a window."""
        width = self._theme.px(_WIDTH)
        inner = width - 2 * GROUPS
        self._scroll.setFixedHeight(min(self._card.heightForWidth(inner) + 2, self._theme.px(_FACTS)))
        self.setFixedSize(width, self._column.totalHeightForWidth(width))

    def _facts(self, facts: Sequence[Fact]) -> QWidget:
        """Long ones scroll: what is asked about is shown whole."""
        card = QFrame(self)
        card.setProperty("kind", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        grid.setHorizontalSpacing(PADDING)
        grid.setVerticalSpacing(INSIDE)
        grid.setColumnStretch(1, 1)
        for number, fact in enumerate(facts):
            grid.addWidget(
                TextLabel(self._theme, fact.label, card, role="muted"), number, 0, Qt.AlignmentFlag.AlignTop
            )
            grid.addWidget(self._value(fact, card), number, 1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        scroll.setWidget(card)

        self._card, self._scroll = card, scroll
        return scroll

    def _value(self, fact: Fact, parent: QWidget) -> QLabel:
        label = TextLabel(self._theme, _breakable(fact.value) if fact.code else fact.value, parent, wrap=True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        label.setAccessibleName(f"{fact.label}: {fact.value}")
        if fact.code:
            label.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            follow(label, self._theme, lambda: label.setFont(self._theme.mono()))
        return label

    def _warning(self, words: str) -> QHBoxLayout:
        mark = QLabel(self)
        follow(mark, self._theme, lambda: mark.setPixmap(pixmap(self._theme, "triangle-alert", "warn")))
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(TextLabel(self._theme, words, self, wrap=True), 1, Qt.AlignmentFlag.AlignTop)
        return row


def _breakable(text: str) -> str:
    """With places where a narrow line may break."""
    return re.sub(r"\S{8}(?=\S{2})", lambda found: f"{found[0]}\u200b", text)
