"""What all charts have in common: axes, a legend, and a word about the thing that is pointed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RADIUS, Theme

_NEAR = 24.0
"""Pixels within which the mouse points at something."""
_MARK = 4.5
TickText = Callable[[float, int], str]
"""A value, and how many decimals tell one round value of the axis from the next."""


def _plain(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


@dataclass(frozen=True, slots=True)
class Axis:
    """title: what is measured. text: how a value is written beside it."""

    scale: Scale
    title: str = ""
    text: TickText = _plain

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """At most so many round values, and how they are written."""
        values = self.scale.ticks(most)
        decimals = self.scale.decimals(values)
        return [(value, self.text(value, decimals)) for value in values]


@dataclass(frozen=True, slots=True)
class Spot:
    """Something that can be pointed at. box: where the mouse is on it, else near its point."""

    point: QPointF
    told: str
    box: QRectF | None = None


class Chart(QWidget):
    """Left-to-right in every language, as figures are. The arrow keys go from one thing to the next and say what it is.

    A subclass draws in `draw`, says in `spots` what can be pointed at, and calls `set_axes`.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.across = Axis(Scale(0, 1))
        self.up = Axis(Scale(0, 1))
        self._legend: tuple[tuple[str, int], ...] = ()
        self._at = -1
        self._plot: QRectF | None = None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self._dress)
        self._dress()

    def say(self, summary: str) -> None:
        """The chart in a sentence, for those who do not see it."""
        self.setAccessibleDescription(summary)

    def set_axes(self, across: Axis, up: Axis, legend: Sequence[str] = ()) -> None:
        """legend: names of the series, in the order of their colours."""
        self.across, self.up = across, up
        self._legend = tuple((name, number) for number, name in enumerate(legend) if name)
        self._at = -1
        self._plot = None
        self.update()

    def draw(self, painter: QPainter) -> None:
        raise NotImplementedError

    def spots(self) -> Sequence[Spot]:
        raise NotImplementedError

    def taken(self) -> tuple[float, float]:
        """Pixels below the plot, from and to, that no figure of the axis may be written over."""
        return (0.0, 0.0)

    # places

    @property
    def plot(self) -> QRectF:
        """Where values are drawn."""
        if self._plot is None:
            self._plot = self._laid_out()
        return self._plot

    def _laid_out(self) -> QRectF:
        metrics = QFontMetricsF(self.theme.font(CAPTION))
        line = metrics.height()
        top = line + 2 * INSIDE if self.up.title or self._legend else INSIDE
        below = line + GRID + (line + GRID if self.across.title else 0) + GRID
        box = QRectF(self.rect())
        return box.adjusted(self._beside(metrics) + INSIDE, top, -PADDED, -below)

    def at(self, x: float, y: float) -> QPointF:
        """The point of a value."""
        plot = self.plot
        return QPointF(
            plot.left() + self.across.scale.place(x) * plot.width(),
            plot.bottom() - self.up.scale.place(y) * plot.height(),
        )

    def colour(self, series: int) -> QColor:
        colours = self.theme.tokens.series
        return QColor(colours[_ORDER[series % len(_ORDER)]])

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(420), self.theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(200), self.theme.px(170))

    # painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._plot = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(self.theme.font(CAPTION))
        self._draw_axes(painter)
        painter.save()
        self.draw(painter)
        painter.restore()
        self._draw_legend(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        spots = self.spots() if self._at >= 0 else ()
        if 0 <= self._at < len(spots):
            self._draw_word(painter, spots[self._at])

    def mark(self, painter: QPainter, point: QPointF, series: int, size: float = _MARK) -> None:
        """Of a series: its colour, and a shape, so that the colour is not the only sign."""
        painter.setPen(QPen(QColor(self.theme.tokens.canvas), 1))
        painter.setBrush(self.colour(series))
        match series % 4:
            case 0:
                painter.drawEllipse(point, size, size)
            case 1:
                painter.drawRect(QRectF(point.x() - size, point.y() - size, 2 * size, 2 * size))
            case 2:
                _polygon(painter, point, size * 1.25, ((0, -1), (1, 0.8), (-1, 0.8)))
            case _:
                _polygon(painter, point, size * 1.3, ((0, -1), (1, 0), (0, 1), (-1, 0)))

    def _draw_axes(self, painter: QPainter) -> None:
        tokens, plot = self.theme.tokens, self.plot
        metrics = QFontMetricsF(painter.font())
        grid, words = QPen(QColor(tokens.line), 1), QPen(QColor(tokens.muted))
        for value, text in self.up.ticks(max(2, int(plot.height() / (metrics.height() * 2.2)))):
            y = round(self.at(self.across.scale.least, value).y()) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(words)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            box = QRectF(0, y - metrics.height(), plot.left() - GRID - 2, 2 * metrics.height())
            painter.drawText(box, int(side), text)
        self._draw_across(painter, metrics, plot, grid, words)
        painter.setPen(words)
        if self.up.title:
            shown = metrics.elidedText(self.up.title, Qt.TextElideMode.ElideRight, self.width() * 0.5)
            painter.drawText(QPointF(INSIDE, GRID + metrics.ascent()), shown)
        if self.across.title:
            box = QRectF(plot.left(), self.height() - metrics.height() - GRID, plot.width(), metrics.height())
            shown = metrics.elidedText(self.across.title, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)

    def _draw_across(
        self, painter: QPainter, metrics: QFontMetricsF, plot: QRectF, grid: QPen, words: QPen
    ) -> None:
        likely = max((metrics.horizontalAdvance(text) for _, text in self.across.ticks(8)), default=0.0)
        end, taken = -1e9, self.taken()
        for value, text in self.across.ticks(max(2, int(plot.width() / max(likely + 3 * INSIDE, 40.0)))):
            x = self.at(value, self.up.scale.least).x()
            wide = metrics.horizontalAdvance(text)
            painter.setPen(grid)
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + GRID))
            left = min(max(x - wide / 2, 0.0), self.width() - wide)
            if left > end and not (left < taken[1] and left + wide > taken[0]):
                painter.setPen(words)
                painter.drawText(QPointF(left, plot.bottom() + GRID + metrics.ascent()), text)
                end = left + wide + INSIDE

    def _draw_legend(self, painter: QPainter) -> None:
        """At the right end of the line above the plot; what does not fit is told where it is pointed at."""
        metrics = QFontMetricsF(painter.font())
        right = float(self.width() - PADDED)
        least = INSIDE * 2 + min(metrics.horizontalAdvance(self.up.title), self.width() * 0.5)
        for name, series in reversed(self._legend):
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.theme.px(150))
            left = right - metrics.horizontalAdvance(shown)
            if left - 3 * INSIDE < least:
                return
            painter.setPen(QColor(self.theme.tokens.text))
            painter.drawText(QPointF(left, GRID + metrics.ascent()), shown)
            self.mark(painter, QPointF(left - INSIDE, GRID + metrics.height() / 2), series, 3.5)
            right = left - 3 * INSIDE

    def _draw_word(self, painter: QPainter, spot: Spot) -> None:
        tokens, lines = self.theme.tokens, spot.told.split("\n")
        metrics = QFontMetricsF(painter.font())
        most = self.width() - 4 * INSIDE
        lines = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, most) for line in lines]
        wide = max(map(metrics.horizontalAdvance, lines)) + 2 * INSIDE
        high = metrics.height() * len(lines) + INSIDE
        left = min(max(spot.point.x() - wide / 2, 2.0), self.width() - wide - 2)
        top = spot.point.y() - high - INSIDE - 2
        if top < 2:
            top = min(spot.point.y() + INSIDE + 2, self.height() - high - 2)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot.point, _MARK + 3, _MARK + 3)
        painter.setPen(QPen(QColor(tokens.edge), 1))
        painter.setBrush(QColor(tokens.raised))
        box = QRectF(left, top, wide, high)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(QColor(tokens.text))
        for number, line in enumerate(lines):
            y = top + GRID + metrics.ascent() + number * metrics.height()
            painter.drawText(QPointF(left + INSIDE, y), line)

    # pointing

    def point_at(self, number: int) -> None:
        """-1 for nothing."""
        if number != self._at:
            self._at = number
            self.update()

    @property
    def pointed(self) -> str:
        """What is told of the thing that is pointed at; "" for nothing."""
        spots = self.spots()
        return spots[self._at].told if 0 <= self._at < len(spots) else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        spots = self.spots()
        if event.key() == Qt.Key.Key_Escape and self._at >= 0:
            self.point_at(-1)
        elif event.key() in steps and spots and not event.modifiers():
            step = steps[Qt.Key(event.key())]
            begin = 0 if step > 0 else len(spots) - 1
            self.point_at(begin if self._at < 0 else (self._at + step) % len(spots))
            self._tell(spots[self._at].told)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(-1)
        self.update()

    def _tell(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _nearest(self, point: QPointF) -> int:
        best, least = -1, _NEAR**2
        for number, spot in enumerate(self.spots()):
            if spot.box is not None:
                if spot.box.contains(point):
                    return number
                continue
            away = spot.point - point
            far = away.x() ** 2 + away.y() ** 2
            if far < least:
                best, least = number, far
        return best

    def _beside(self, metrics: QFontMetricsF) -> float:
        """The room that the words beside the upright axis take."""
        return max((metrics.horizontalAdvance(text) for _, text in self.up.ticks(8)), default=0.0) + GRID

    def _dress(self) -> None:
        self._plot = None
        self.setMinimumHeight(self.theme.px(170))
        self.updateGeometry()
        self.update()


PADDED = 12
_ORDER = (4, 5, 2, 6, 0, 1, 3, 7)
"""Of the theme's series, so that neighbours differ most."""


def _polygon(painter: QPainter, centre: QPointF, size: float, corners: Sequence[tuple[float, float]]) -> None:
    painter.drawPolygon(QPolygonF([centre + QPointF(x * size, y * size) for x, y in corners]))
