"""Bars of who answers how much: the draft's over the deployed route's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from workbench.ui.support.figures import count, percent
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow

_BAR = 5


class Part(NamedTuple):
    """Requests that one model answers; before: None where nothing is compared. role: of the draft's bar."""

    name: str
    after: int
    before: int | None
    role: str = "accent"


class Mix(QWidget):
    """total: of the requests, for both sides."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.parts: tuple[Part, ...] = ()
        self._total = 0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme, self.updateGeometry)

    def show_parts(self, parts: Sequence[Part], total: int) -> None:
        self.parts, self._total = tuple(parts), total
        self.setAccessibleDescription("; ".join(self.words(part) for part in self.parts))
        self.updateGeometry()
        self.update()

    def words(self, part: Part) -> str:
        """One model in a line."""
        now = self.tr("{0}: {1}").format(part.name, self._figure(part.after))
        if part.before is None:
            return now
        return self.tr("{0}, deployed: {1}").format(now, self._figure(part.before))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(220), len(self.parts) * self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        return tip_shown(self, event, self._tip) or super().event(event)

    def _tip(self, place: QPoint) -> str:
        row = place.y() // self._height()
        return self.words(self.parts[row]) if 0 <= row < len(self.parts) else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, part in enumerate(self.parts):
            self._draw(painter, QRect(0, row * self._height(), self.width(), self._height()), part)

    def _draw(self, painter: QPainter, box: QRect, part: Part) -> None:
        theme, tokens = self._theme, self._theme.tokens
        way, side = self.layoutDirection(), Qt.AlignmentFlag.AlignLeft
        painter.setFont(theme.font(CAPTION + 1))
        line = QFontMetrics(painter.font()).height()
        figure = self._change(part)
        wide = QFontMetrics(painter.font()).horizontalAdvance(figure) + GRID
        name = QRect(box.left(), box.top(), box.width() - wide - INSIDE, line)
        words = QFontMetrics(painter.font()).elidedText(part.name, Qt.TextElideMode.ElideRight, name.width())
        painter.setPen(QColor(tokens.text))
        painter.drawText(QStyle.visualRect(way, box, name), QStyle.visualAlignment(way, side), words)
        painter.setPen(QColor(tokens.muted))
        at_end = QRect(box.right() - wide, box.top(), wide, line)
        end = QStyle.visualAlignment(way, Qt.AlignmentFlag.AlignRight)
        flags = int(end) | int(
            Qt.TextFlag.TextForceLeftToRight
        )  # from before to after, whichever way the window runs
        painter.drawText(QStyle.visualRect(way, box, at_end), flags, figure)
        top = box.top() + line + 2
        bars = [(part.after, tokens.colour(part.role))]
        if part.before is not None:
            bars.append((part.before, tokens.edge))
        for many, colour in bars:
            self._bar(painter, QRect(box.left(), top, box.width(), self._theme.px(_BAR)), many, colour)
            top += self._theme.px(_BAR) + 2

    def _bar(self, painter: QPainter, box: QRect, many: int, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.line))
        painter.drawRoundedRect(QRectF(box), 2, 2)
        if many and self._total:
            part = QRect(box)
            part.setWidth(max(3, round(box.width() * many / self._total)))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(QStyle.visualRect(self.layoutDirection(), box, part)), 2, 2)

    def _change(self, part: Part) -> str:
        if part.before is None:
            return self._figure(part.after)
        return f"{self._share(part.before)} → {self._share(part.after)}"

    def _figure(self, many: int) -> str:
        return f"{count(many)} · {self._share(many)}"

    def _share(self, many: int) -> str:
        return percent(many / self._total) if self._total else "—"

    def _height(self) -> int:
        line = QFontMetrics(self._theme.font(CAPTION + 1)).height()
        bars = 2 if any(part.before is not None for part in self.parts) else 1
        return line + 2 + bars * (self._theme.px(_BAR) + 2) + INSIDE
