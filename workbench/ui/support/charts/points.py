"""Points with their names, each with an interval where there is one: quality against cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from workbench.ui.support.charts.chart import Chart, Spot
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD


@dataclass(frozen=True, slots=True)
class Point:
    """series: its colour and shape. told: where it is pointed at. low, high: of its interval."""

    name: str
    x: float
    y: float
    told: str
    series: int = 0
    low: float | None = None
    high: float | None = None


class PointChart(Chart):
    points: tuple[Point, ...] = ()

    def show_points(self, points: Sequence[Point]) -> None:
        """After `set_axes`."""
        self.points = tuple(points)
        self.point_at(-1)
        self.update()

    def spots(self) -> Sequence[Spot]:
        return [Spot(self.at(point.x, point.y), point.told) for point in self.points]

    def draw(self, painter: QPainter) -> None:
        for point in self.points:
            if point.low is None or point.high is None:
                continue
            painter.setPen(QPen(self.colour(point.series), 1.5))
            low, high = self.at(point.x, point.low), self.at(point.x, point.high)
            painter.drawLine(low, high)
            for end in (low, high):
                painter.drawLine(end - QPointF(GRID, 0), end + QPointF(GRID, 0))
        taken: list[QRectF] = []
        for point in self.points:
            place = self.at(point.x, point.y)
            self.mark(painter, place, point.series, 5.5)
            self._name(painter, place, point.name, taken)

    def _name(self, painter: QPainter, place: QPointF, name: str, taken: list[QRectF]) -> None:
        """Beside its point where there is room; else it is told where that is pointed at."""
        painter.setFont(self.theme.font(CAPTION, SEMIBOLD))
        metrics, plot = QFontMetricsF(painter.font()), self.plot
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, self.theme.px(170))
        wide, high = metrics.horizontalAdvance(shown), metrics.height()
        for left, top in (
            (place.x() + INSIDE + 2, place.y() - high / 2),
            (place.x() - INSIDE - 2 - wide, place.y() - high / 2),
            (place.x() - wide / 2, place.y() + INSIDE),
            (place.x() - wide / 2, place.y() - high - INSIDE),
        ):
            box = QRectF(left, top, wide, high)
            inside = box.left() >= plot.left() and box.right() <= self.width() - 2
            if inside and not any(box.intersects(other) for other in taken):
                taken.append(box)
                painter.setPen(QColor(self.theme.tokens.text))
                painter.drawText(QPointF(left, top + metrics.ascent()), shown)
                return
