"""One line for each thing: its value as a mark, its interval as a bar to both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from workbench.ui.support.charts.chart import Axis, Chart, Spot
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.theme import GRID, INSIDE, ROW


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: float
    low: float
    high: float
    told: str
    series: int = 0


class IntervalChart(Chart):
    """From the top in the given order; the upright axis has names instead of figures."""

    bars: tuple[Bar, ...] = ()

    def show_bars(self, across: Axis, bars: Sequence[Bar]) -> None:
        self.bars = tuple(bars)
        self.set_axes(across, Axis(Scale(0, max(len(bars), 1)), text=lambda value, decimals: ""))
        self._dress()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(420), self.theme.px(ROW * max(len(self.bars), 2) + 52))

    def spots(self) -> Sequence[Spot]:
        plot, step = self.plot, self._step()
        return [
            Spot(
                self._place(number, bar.value),
                bar.told,
                QRectF(0, plot.top() + number * step, self.width(), step),
            )
            for number, bar in enumerate(self.bars)
        ]

    def draw(self, painter: QPainter) -> None:
        metrics, plot = QFontMetricsF(painter.font()), self.plot
        for number, bar in enumerate(self.bars):
            middle = self._place(number, bar.value)
            painter.setPen(QPen(self.colour(bar.series), 2))
            low, high = self._place(number, bar.low), self._place(number, bar.high)
            painter.drawLine(low, high)
            for end in (low, high):
                painter.drawLine(end - QPointF(0, GRID), end + QPointF(0, GRID))
            self.mark(painter, middle, bar.series, 5)
            painter.setPen(QColor(self.theme.tokens.text))
            room = plot.left() - 2 * INSIDE
            shown = metrics.elidedText(bar.name, Qt.TextElideMode.ElideMiddle, room)
            box = QRectF(INSIDE, middle.y() - metrics.height(), room, 2 * metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)

    def _step(self) -> float:
        return self.plot.height() / max(len(self.bars), 1)

    def _place(self, number: int, value: float) -> QPointF:
        return QPointF(self.at(value, 0).x(), self.plot.top() + (number + 0.5) * self._step())

    def _beside(self, metrics: QFontMetricsF) -> float:
        most = max((metrics.horizontalAdvance(bar.name) for bar in self.bars), default=0.0)
        return min(most + INSIDE, self.width() * 0.4)

    def _dress(self) -> None:
        self._plot = None
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()
