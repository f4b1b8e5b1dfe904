"""Names and values, each of which a click copies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from workbench.ui.images.facts import Fact
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow
from workbench.ui.support.tooltips import as_tip


class Value(QToolButton):
    """A value that looks like text and copies itself. Signals: copied (text, what it is)."""

    copied = Signal(str, str)

    def __init__(self, theme: Theme, fact: Fact, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.fact = fact
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("{0}: {1}. Copy").format(fact.label, fact.value))
        self.clicked.connect(self._tell)
        follow(self, theme, lambda: self.setFont(theme.font()))

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font())
        return QSize(metrics.horizontalAdvance(self.fact.value) + 2 * GRID, metrics.height() + GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.setFont(self._theme.font())
        painter.setPen(QColor(self._theme.tokens.text))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        if self.fact.plain:
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        side |= Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(self._room(), side, self._elided())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        words = self.tr("Copy")
        cut = self._elided() != self.fact.value
        self.setToolTip(as_tip(f"{self.fact.value}\n{words}") if cut else words)

    def _room(self) -> QRect:
        return self.rect().adjusted(GRID, 0, -GRID, 0)

    def _elided(self) -> str:
        metrics = QFontMetrics(self._theme.font())
        return metrics.elidedText(self.fact.value, Qt.TextElideMode.ElideMiddle, self._room().width())

    @Slot()
    def _tell(self) -> None:
        self.copied.emit(self.fact.copied, self.fact.label)


class FactRows(QWidget):
    """Two columns. Signals: copied (text, what it is)."""

    copied = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: list[Fact] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(INSIDE)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self.hide()

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Hidden without any."""
        self.setVisible(bool(facts))
        if list(facts) == self._shown:
            return
        self._shown = list(facts)
        emptied(self._grid)
        for row, fact in enumerate(facts):
            name = TextLabel(self._theme, fact.label, self, size=CAPTION + 1, role="muted")
            value = Value(self._theme, fact, self)
            value.copied.connect(self.copied)
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(value, row, 1)
            name.show()
            value.show()

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(self._shown)
