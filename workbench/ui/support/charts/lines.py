"""Lines through marked points, one for each series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter, QPen, QPolygonF

from workbench.ui.support.charts.chart import Chart, Spot


@dataclass(frozen=True, slots=True)
class Line:
    """points: x, y, and what is told where it is pointed at."""

    name: str
    points: tuple[tuple[float, float, str], ...]


class LineChart(Chart):
    lines: tuple[Line, ...] = ()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """After `set_axes`."""
        self.lines = tuple(lines)
        self.point_at(-1)
        self.update()

    def spots(self) -> Sequence[Spot]:
        return [Spot(self.at(x, y), told) for line in self.lines for x, y, told in line.points]

    def draw(self, painter: QPainter) -> None:
        for series, line in enumerate(self.lines):
            painter.setPen(QPen(self.colour(series), 2))
            painter.drawPolyline(QPolygonF([self.at(x, y) for x, y, _ in line.points]))
        for series, line in enumerate(self.lines):
            for x, y, _ in line.points:
                self.mark(painter, self.at(x, y), series)
