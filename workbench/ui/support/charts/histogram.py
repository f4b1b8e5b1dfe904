"""How often values come, of one kind upwards and of the other downwards, and a line through them that can be moved."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen

from workbench.ui.support import figures
from workbench.ui.support.charts.chart import Axis, Chart, Spot, TickText
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD

Text = Callable[[float], str]
_GRIP = 10
_STEPS = 100
"""Parts of the axis that an arrow key moves the line by."""


class Histogram(Chart):
    """cut: where the line stands, None for no line; lower_passes: what counts as similar lies left of it. Left and Right move it, Up and
    Down go through the bars. Signals: cut_moved (score)."""

    cut_moved = Signal(float)

    edges: tuple[float, ...] = ()
    above: tuple[int, ...] = ()
    below: tuple[int, ...] = ()
    cut: float | None = None
    lower_passes = False
    _names: tuple[str, str] = ("", "")
    _dragging = False
    _text: Text = "{:.2f}".format

    def show_counts(
        self,
        edges: Sequence[float],
        above: Sequence[int],
        below: Sequence[int],
        names: tuple[str, str],
        title: str,
        text: Text = "{:.2f}".format,
        ticks: TickText | None = None,
    ) -> None:
        """edges: one more than there are counts. below: of the other kind, empty for none. names: of both kinds. text: how a value is
        told; ticks: how it is written beside the axis.
        """
        self.edges, self.above, self.below, self._names = tuple(edges), tuple(above), tuple(below), names
        self._text = text
        most = max(above, default=0) or 1
        least = -max(below, default=0)
        room = (most - least) * 0.06
        up = Scale(least - room if least else 0.0, most + room)
        across = Scale(edges[0], edges[-1] if edges[-1] > edges[0] else edges[0] + 1.0)
        self.set_axes(
            Axis(across, title, ticks or (lambda value, decimals: text(value))),
            Axis(
                up,
                text=lambda value, decimals: (
                    figures.count(round(abs(value))) if value == round(value) else ""
                ),
            ),
            names if least else (names[0],),
        )

    def set_cut(self, score: float | None) -> None:
        self.cut = score
        self.update()

    def move_cut(self, score: float) -> None:
        """As the user does it."""
        scale = self.across.scale
        score = min(max(score, scale.least), scale.most)
        if score != self.cut:
            self.set_cut(score)
            self.cut_moved.emit(score)

    def spots(self) -> Sequence[Spot]:
        found, plot = [], self.plot
        for number, (low, high) in enumerate(zip(self.edges, self.edges[1:], strict=False)):
            counts = [(self.above[number], self._names[0])]
            if self.below:
                counts.append((self.below[number], self._names[1]))
            if not any(count for count, _ in counts):
                continue
            left, right = self.at(low, 0).x(), self.at(high, 0).x()
            lines = [self._range(low, high)]
            lines += [f"{figures.count(count)} {name}" for count, name in counts if count]
            point = QPointF((left + right) / 2, self.at(low, counts[0][0]).y())
            box = QRectF(left, plot.top(), right - left, plot.height())
            found.append(Spot(point, "\n".join(lines), box))
        return found

    def draw(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for counts, series, sign in ((self.above, 0, 1), (self.below, 1, -1)):
            colour = self.colour(series)
            for number, count in enumerate(counts):
                if not count:
                    continue
                left, right = self.at(self.edges[number], 0), self.at(self.edges[number + 1], 0)
                top = self.at(0, sign * count).y()
                wide = max(right.x() - left.x() - 1, 1.0)
                bar = QRectF(left.x(), min(top, left.y()), wide, max(abs(left.y() - top), 1.0))
                inside = self._passes((self.edges[number] + self.edges[number + 1]) / 2)
                colour.setAlphaF(1.0 if inside else 0.55)
                painter.fillRect(bar, colour)
        zero = round(self.at(0, 0).y()) + 0.5
        painter.setPen(QPen(QColor(self.theme.tokens.edge), 1))
        painter.drawLine(QPointF(self.plot.left(), zero), QPointF(self.plot.right(), zero))
        if self.cut is not None:
            self._draw_cut(painter, self.cut)

    def _passes(self, score: float) -> bool:
        if self.cut is None:
            return True
        return score <= self.cut if self.lower_passes else score >= self.cut

    def _draw_cut(self, painter: QPainter, cut: float) -> None:
        tokens, plot, x = self.theme.tokens, self.plot, self.at(cut, 0).x()
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent))
        painter.setFont(self.theme.font(CAPTION, SEMIBOLD))
        left, right = self.taken()
        box = QRectF(left, plot.bottom() + 1, right - left, painter.fontMetrics().height() + 2)
        painter.drawRoundedRect(box, GRID, GRID)
        painter.setPen(QColor(tokens.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text(cut))

    def taken(self) -> tuple[float, float]:
        if self.cut is None:
            return (0.0, 0.0)
        metrics = QFontMetricsF(self.theme.font(CAPTION, SEMIBOLD))
        wide = metrics.horizontalAdvance(self._text(self.cut)) + 2 * INSIDE
        left = min(max(self.at(self.cut, 0).x() - wide / 2, 0.0), self.width() - wide)
        return (left, left + wide)

    def _range(self, low: float, high: float) -> str:
        one, other = self._text(low), self._text(high)
        return one if one == other else f"{one} – {other}"

    # moving the line

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.cut is not None:
            self._dragging = True
            self.move_cut(self._score(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.point_at(-1)
            self.move_cut(self._score(event.position().x()))
            return
        super().mouseMoveEvent(event)
        near = self.cut is not None and abs(self.at(self.cut, 0).x() - event.position().x()) < _GRIP
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if self.cut is not None and event.key() in steps and not event.modifiers():
            scale = self.across.scale
            step = (scale.most - scale.least) / _STEPS
            self.move_cut(self.cut + steps[Qt.Key(event.key())] * step)
        else:
            super().keyPressEvent(event)

    def _score(self, x: float) -> float:
        plot = self.plot
        place = (x - plot.left()) / plot.width() if plot.width() > 0 else 0.0
        score = self.across.scale.value(place)
        return score if math.isfinite(score) else self.across.scale.least
