"""The forms of the inspector: one for each kind of thing that can be selected."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from workbench.domain.routes.findings import Finding
from workbench.ui.routes.document import RouteDocument
from workbench.ui.support.buttons import ElidedLabel, TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RADIUS, SECTION, SEMIBOLD, Theme, follow


class Form(QWidget):
    """Shows what is in the document, and keeps nothing of its own but what is being typed."""

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.document = document
        self.column = column_of(self, margins=PADDING, spacing=PADDING)

    def refresh(self) -> None:
        """The route is another."""

    def show_findings(self, findings: tuple[Finding, ...], *, known: bool = True) -> None:
        """All of the route; a form shows those that are about its thing. known: False while they are being found out."""

    def focus_first(self) -> None:
        """Put the keyboard on what is most often edited."""
        self.setFocus()


def order_tabs(form: QWidget) -> None:
    """Let Tab go through the form as it is laid out, whatever part of it was built when."""
    layout = form.layout()
    for before, after in pairwise(_tabbed(layout) if layout is not None else ()):
        QWidget.setTabOrder(before, after)


def _tabbed(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        assert item is not None
        widget, inner = item.widget(), item.layout()
        if widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        elif (inner := widget.layout() if widget is not None else inner) is not None:
            yield from _tabbed(inner)


class Head(QWidget):
    """What is selected: its icon on a tinted ground, what it is, and in words what it does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = ("route", "accent")
        self.mark = QLabel(self)
        self.mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = ElidedLabel(theme, "", self, size=SECTION, weight=SEMIBOLD)
        self.words = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        inner = QVBoxLayout()
        inner.setSpacing(0)
        inner.addWidget(self.title)
        inner.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE + 2)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(inner, 1)
        follow(self, theme, self._dress)

    def say(self, icon: str, role: str, title: str, words: str = "") -> None:
        self.title.setText(title)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.setAccessibleName(f"{title}: {words}" if words else title)
        if (icon, role) != self._look:
            self._look = (icon, role)
            self._dress()

    def _dress(self) -> None:
        icon, role = self._look
        size = self._theme.px(32)
        self.mark.setFixedSize(size, size)
        self.mark.setPixmap(pixmap(self._theme, icon, role, self._theme.px(18)))
        self.mark.setStyleSheet(
            f"background: {self._theme.tint(role, 'surface')}; border-radius: {RADIUS}px;"
        )


class Line(QFrame):
    """A hairline between two groups of the form."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.line))
