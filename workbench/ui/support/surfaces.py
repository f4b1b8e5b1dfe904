"""What pages are laid out with: grounds, headings, remarks, pills, columns that can be read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, SECTION, SEMIBOLD, Theme, follow

FORM = 680
"""How wide a form may be, so that its lines can be read."""


class Remark(QWidget):
    """A calm line on top of the tab: an icon, a sentence, and what mends it. Hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, icon: str = "triangle-alert") -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._mark = QLabel(self)
        self.words = ElidedLabel(theme, "", self)
        self.act = button("", "quiet", self)
        self.act.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark)
        row.addWidget(self.words, 1)
        row.addWidget(self.act)
        follow(self, theme, self._dress)
        self.hide()

    def say(self, sentence: str) -> None:
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tint("warn")))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, self._icon, "warn"))


class Ground(QWidget):
    """A side of the page on the surface colour. edge: where its hairline is: "left", "right", "top", "bottom"."""

    def __init__(self, theme: Theme, edge: str, role: str = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._edge, self._role = theme, edge, role

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.colour(self._role)))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width, height = self.width(), self.height()
        places = {
            "left": (width - 1 if rtl else 0, 0, 1, height),
            "right": (0 if rtl else width - 1, 0, 1, height),
            "top": (0, 0, width, 1),
            "bottom": (0, height - 1, width, 1),
        }
        painter.fillRect(*places[self._edge], QColor(tokens.line))


class CalmCombo(QComboBox):
    """A combo box in a page that scrolls: the wheel moves the page, and never changes the choice."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Pill(QLabel):
    """A word in a tinted rounded ground: a port, a mark."""

    def __init__(self, theme: Theme, text: str, role: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

        def dress() -> None:
            self.setFont(theme.font(CAPTION, SEMIBOLD))
            self.setStyleSheet(
                f"color: {theme.tokens.colour(role)}; background: {theme.tint(role)};"
                " border-radius: 4px; padding: 1px 6px;"
            )

        follow(self, theme, dress)


class Heading(QWidget):
    """A section's title with what can be done in it at its end, and a sentence under it."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        help_text: str = "",
        parent: QWidget | None = None,
        acts: Sequence[QWidget] = (),
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(TextLabel(theme, title, self, size=SECTION, weight=SEMIBOLD), 1)
        for act in acts:
            row.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(row)
        if help_text:
            column.addWidget(TextLabel(theme, help_text, self, role="muted", wrap=True))


def readable(theme: Theme, inner: QWidget, width: int = FORM, *, centred: bool = False) -> QScrollArea:
    """inner in a scroll area, no wider than lines can be read: at the side where lines begin, or in the middle."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    outer = QWidget()
    row = QHBoxLayout(outer)
    row.setContentsMargins(0, 0, 0, 0)
    if centred:
        row.addStretch(1)
    row.addWidget(inner, 10 if centred else 1)
    row.addStretch(1 if centred else 0)
    scroll.setWidget(outer)
    follow(inner, theme, lambda: inner.setMaximumWidth(theme.px(width)))
    return scroll


def column_of(parent: QWidget, *, margins: int = 0, spacing: int = PADDING) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(margins, margins, margins, margins)
    column.setSpacing(spacing)
    return column


def emptied(layout: QLayout) -> None:
    """Take everything out and delete it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            emptied(inner)


def small(icon: IconButton) -> IconButton:
    icon.setFixedSize(QSize(24, 24))
    return icon


def scrolled(inner: QWidget) -> QScrollArea:
    """A column of fields that scrolls up and down, on the ground it stands on; the keyboard goes through it."""
    scroll = QScrollArea()
    scroll.setWidget(inner)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    return scroll
