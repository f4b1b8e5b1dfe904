"""A picture of a request's time: the wait before it, each attempt, the pauses between them, the first byte."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.domain.journal import AttemptRow, LogRow
from workbench.domain.models import short_name
from workbench.ui.gateway.requests.words import Words, took_ms
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow

_BAR, _GAP, _AXIS = 8, 12, 18


class Timeline(QWidget):
    """One line of words and one bar for each attempt, on a common scale."""

    def __init__(self, theme: Theme, row: LogRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = row
        self._words = Words(self)
        self._span = max([took_ms(row), *(one.ended_ms for one in row.attempts)], default=0.0) or 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Attempts"))
        self.setAccessibleDescription(". ".join(self._told(one) for one in row.attempts))
        follow(self, theme, self._restyled)

    def sizeHint(self) -> QSize:
        return QSize(240, self._line() * len(self._row.attempts) + self._theme.px(_AXIS))

    def event(self, event: QEvent) -> bool:
        return tip_shown(self, event, self._tip) or super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, attempt in enumerate(self._row.attempts):
            self._draw_attempt(painter, attempt, number * self._line())
        self._draw_scale(painter, len(self._row.attempts) * self._line())

    def _draw_attempt(self, painter: QPainter, attempt: AttemptRow, top: int) -> None:
        theme, tokens = self._theme, self._theme.tokens
        text_height = theme.px(16)
        painter.setFont(theme.font(CAPTION + 1))
        metrics = QFontMetrics(painter.font())
        role = "bad" if attempt.error else "text"
        status = str(attempt.status or "–")
        took = self._words.took(attempt.ended_ms - attempt.started_ms)
        right = f"{status} · {took}"
        room = self.width() - metrics.horizontalAdvance(right) - INSIDE
        name = short_name(attempt.model)
        if attempt.element:
            name = f"{attempt.element.rsplit('/', 1)[-1]} · {name}"
        line = QRectF(0, top, self.width(), text_height)
        painter.setPen(QColor(tokens.text))
        elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(20, room))
        painter.drawText(line, _leading(), elided)
        painter.setPen(QColor(tokens.colour(role if role == "bad" else "muted")))
        painter.drawText(line, _trailing(), right)
        bar_top = top + text_height + GRID
        if attempt.waited_ms:
            self._draw_wait(painter, attempt, bar_top)
        bar = self._span_rect(attempt.started_ms, attempt.ended_ms, bar_top)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.bad if attempt.error else tokens.accent))
        painter.drawRoundedRect(bar, 3, 3)

    def _draw_wait(self, painter: QPainter, attempt: AttemptRow, top: int) -> None:
        """The pause before the attempt: a dashed line."""
        middle = top + self._theme.px(_BAR) / 2
        start = self._x(attempt.started_ms - attempt.waited_ms)
        painter.setPen(QPen(QColor(self._theme.tokens.edge), 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(round(start), round(middle), round(self._x(attempt.started_ms)), round(middle))

    def _draw_scale(self, painter: QPainter, top: int) -> None:
        """From 0 to the end, and where the first byte came."""
        theme, tokens, first = self._theme, self._theme.tokens, self._row.first_byte_ms
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        line = QRectF(0, top, self.width(), theme.px(_AXIS))
        painter.drawText(line, _leading(), "0")
        painter.drawText(line, _trailing(), self._words.took(self._span))
        if first is not None and not self._row.cached:
            at = self._x(first)
            painter.setPen(QPen(QColor(tokens.good), 1.5))
            painter.drawLine(round(at), self._theme.px(16) + GRID - 2, round(at), top - GRID)
            words = self.tr("first byte {0}").format(self._words.took(first))
            metrics = QFontMetrics(painter.font())
            width = metrics.horizontalAdvance(words)
            used = metrics.horizontalAdvance(self._words.took(self._span)) + INSIDE
            left = min(
                max(metrics.horizontalAdvance("0") + INSIDE, at - width / 2), self.width() - used - width
            )
            painter.setPen(QColor(tokens.good))
            painter.drawText(QRectF(left, top, width + 2, theme.px(_AXIS)), _leading(), words)

    def _span_rect(self, start_ms: float, end_ms: float, top: int) -> QRectF:
        left, right = self._x(start_ms), self._x(end_ms)
        return QRectF(left, top, max(3.0, right - left), self._theme.px(_BAR))

    def _x(self, ms: float) -> float:
        return max(0.0, min(1.0, ms / self._span)) * (self.width() - 1)

    def _line(self) -> int:
        return self._theme.px(16 + _BAR + _GAP) + GRID

    def _tip(self, place: QPoint) -> str:
        at = place.y() // self._line()
        return self._told(self._row.attempts[at]) if 0 <= at < len(self._row.attempts) else ""

    def _told(self, attempt: AttemptRow) -> str:
        took = self._words.took(attempt.ended_ms - attempt.started_ms)
        end = attempt.error or self.tr("answered")
        parts = [f"{attempt.provider}/{attempt.model}", str(attempt.status or "–"), end, took]
        if attempt.waited_ms:
            parts.append(self.tr("after a pause of {0}").format(self._words.took(attempt.waited_ms)))
        return " · ".join(parts)

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()


def _leading() -> int:
    return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def _trailing() -> int:
    return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
