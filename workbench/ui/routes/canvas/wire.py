"""A wire: the curve from a port to the card it leads to, as wide as what flows through it, with its label on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from workbench.domain.routes.canvas import Direction
from workbench.ui.routes.canvas.look import DIMMED, SHAPES, Look
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.routes.overlay import Wire

Z_WIRE, Z_LIT, Z_LABEL, Z_CHOSEN = 2.0, 4.0, 6.0, 12.0
WIDTH = 2.0
LEAST_FLOW, MOST_FLOW = 1.25, 9.0
STUB = 80.0
"""How long a wire is that leads to nobody."""
_LABEL_HEIGHT = 18.0
_HERE = QPointF()
_LABEL_GAP = 14.0
"""Between the port and its label."""


def curve(start: QPointF, end: QPointF, way: Direction) -> QPainterPath:
    """From an output to an input, leaving and arriving straight along the way the route runs."""
    path = QPainterPath(start)
    if way is Direction.DOWN:
        reach = _reach(end.y() - start.y(), end.x() - start.x())
        path.cubicTo(start.x(), start.y() + reach, end.x(), end.y() - reach, end.x(), end.y())
    else:
        reach = _reach(end.x() - start.x(), end.y() - start.y())
        path.cubicTo(start.x() + reach, start.y(), end.x() - reach, end.y(), end.x(), end.y())
    return path


def _reach(along: float, across: float) -> float:
    """How far a wire runs straight before it turns; one that leads back swings out wide enough to be followed."""
    if along >= 0:
        return max(min(along * 0.5, 220.0), min(32.0 + abs(across) * 0.1, 72.0))
    return min(72.0 + abs(along) * 0.35, 260.0)


class WireItem(QGraphicsRectItem):
    """lost: the id of the element that it should lead to, where there is none. Its rectangle holds all of it (see `Card`)."""

    def __init__(self, stage: Stage, wire: Wire, way: Direction) -> None:
        super().__init__()
        self.setPen(Qt.PenStyle.NoPen)
        self.stage = stage
        self.wire = wire
        self.way = way
        self.target = ""
        self.lost = ""
        self.label: LabelItem | None = None
        self.path = QPainterPath()
        self.lit = False
        self.dimmed = False
        self.chosen = False
        self.hovered = False
        self.flashing = 0.0
        self.flow: float | None = None
        self._stroked: QPainterPath | None = None
        self._pen = QPen()
        self._age = -1
        self.setZValue(Z_WIRE)

    def lead(self, start: QPointF, end: QPointF) -> None:
        """Draw it from here to there."""
        if self.pos() != _HERE:
            self.setPos(_HERE)
        self.path = curve(start, end, self.way)
        room = MOST_FLOW
        self.setRect(self.path.controlPointRect().adjusted(-room, -room, room, room))
        self._stroked = None
        if self.label is not None:
            self.label.setPos(self._label_place())

    def slide(self, by: QPointF) -> None:
        """Show it moved as a whole, until it is led anew."""
        self.setPos(by)
        if self.label is not None:
            self.label.setPos(self._label_place() + by)

    def _label_place(self) -> QPointF:
        """Just behind the port, in the gap between the cards: farther on another card may lie over it."""
        path, label = self.path, self.label
        if path.elementCount() < 4 or label is None:
            return QPointF()
        xs, ys = zip(*((path.elementAt(n).x, path.elementAt(n).y) for n in range(4)), strict=True)
        down = self.way is Direction.DOWN
        size = label.boundingRect()
        t = _share_at(ys if down else xs, _LABEL_GAP + (size.height() if down else size.width()) / 2)
        return QPointF(_cubic(xs, t), _cubic(ys, t))

    @property
    def start(self) -> QPointF:
        if self.path.isEmpty():  # asking it for its first element would end the process
            return self.pos()
        first = self.path.elementAt(0)
        return self.pos() + QPointF(first.x, first.y)

    @property
    def end(self) -> QPointF:
        return self.pos() + self.path.currentPosition()

    def name(self, label: LabelItem | None) -> None:
        """Put its label on it; None takes the one it has away."""
        if self.label is not None and self.label is not label:
            scene = self.label.scene()
            if scene is not None:
                scene.removeItem(self.label)
        self.label = label
        if label is not None:
            label.setPos(self._label_place())
            label.show_state(self.lit, self.dimmed, self.chosen)

    def show_state(
        self,
        *,
        lit: bool | None = None,
        dimmed: bool | None = None,
        chosen: bool | None = None,
        hovered: bool | None = None,
    ) -> None:
        before = (self.lit, self.dimmed, self.chosen, self.hovered)
        self.lit = self.lit if lit is None else lit
        self.dimmed = self.dimmed if dimmed is None else dimmed
        self.chosen = self.chosen if chosen is None else chosen
        self.hovered = self.hovered if hovered is None else hovered
        if before == (self.lit, self.dimmed, self.chosen, self.hovered):
            return
        self.setOpacity(DIMMED if self.dimmed else 1.0)
        raised = Z_CHOSEN if self.chosen else Z_LIT if self.lit or self.hovered else Z_WIRE
        self.setZValue(raised)
        if self.label is not None:
            self.label.show_state(self.lit, self.dimmed, self.chosen or self.hovered)
        self._age = -1
        self.update()

    def show_flow(self, flow: float | None) -> None:
        if flow != self.flow:
            self.flow = flow
            self._age = -1
            self.update()

    def flash(self, strength: float) -> None:
        """0–1: how brightly it shows that something passes."""
        if strength != self.flashing:
            self.flashing = strength
            self._age = -1
            self.update()

    @property
    def width(self) -> float:
        if self.flow is None:
            return WIDTH
        return LEAST_FLOW + (MOST_FLOW - LEAST_FLOW) * min(max(self.flow, 0.0), 1.0)

    def near(self, at: QPointF, reach: float) -> bool:
        if not self.rect().adjusted(-reach, -reach, reach, reach).contains(at):
            return False
        if self._stroked is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(1.0)
            self._stroked = stroker.createStroke(self.path)
        box = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
        return self._stroked.intersects(box)

    def crosses(self, stroke: QPainterPath) -> bool:
        """Whether a line drawn by hand cuts it."""
        return self.rect().intersects(stroke.boundingRect().adjusted(-1, -1, 1, 1)) and _outline(
            self.path
        ).intersects(_outline(stroke))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        stage = self.stage
        if self._age != stage.age:
            self._renew()
        if self.flashing:
            self._paint_glow(painter)
        painter.strokePath(self.path, self._pen)
        if (self.lost or self.chosen) and stage.scale >= SHAPES:
            if self.lost:
                self._paint_lost(painter, stage.look)
            else:
                self._paint_ends(painter, stage.look)

    def _renew(self) -> None:
        """Its pen, made when it is next painted."""
        width = self.width + (0.75 if self.chosen or self.hovered else 0.0)
        self._pen = self.stage.wire_pen(self._colour(self.stage.look), width)
        self._age = self.stage.age

    def _paint_glow(self, painter: QPainter) -> None:
        glow = QColor(self.stage.look.accent)
        glow.setAlphaF(0.28 * self.flashing)
        pen = QPen(self._pen)
        pen.setColor(glow)
        pen.setWidthF(pen.widthF() + 7 * self.flashing)
        painter.strokePath(self.path, pen)

    def _colour(self, look: Look) -> QColor:
        if self.lost:
            return look.bad
        if self.chosen or self.lit or self.hovered or self.flashing > 0.35:
            return look.accent
        return look.wire

    def _paint_ends(self, painter: QPainter, look: Look) -> None:
        """Handles by which it can be led elsewhere."""
        painter.setPen(QPen(look.accent, 2))
        painter.setBrush(look.raised)
        painter.drawEllipse(self.start, 5, 5)
        painter.drawEllipse(self.end, 5, 5)

    def _paint_lost(self, painter: QPainter, look: Look) -> None:
        end, arm = self.end, 4.0
        painter.setPen(look.wire_pen(look.bad, 2))
        painter.drawLine(end + QPointF(-arm, -arm), end + QPointF(arm, arm))
        painter.drawLine(end + QPointF(-arm, arm), end + QPointF(arm, -arm))


class LabelItem(QGraphicsRectItem):
    """The words on a wire. Items of their own, so that no wire is drawn across them."""

    def __init__(self, stage: Stage, text: str) -> None:
        super().__init__()
        self.stage = stage
        self.text = text
        self.lit = False
        self.chosen = False
        width = stage.look.metrics(stage.look.caption).horizontalAdvance(text) + 12
        self._box = QRectF(-width / 2, -_LABEL_HEIGHT / 2, width, _LABEL_HEIGHT)
        self.setPen(Qt.PenStyle.NoPen)
        self.setRect(self._box)
        self.setZValue(Z_LABEL)

    def show_state(self, lit: bool, dimmed: bool, chosen: bool) -> None:
        self.lit, self.chosen = lit, chosen
        self.setOpacity(DIMMED if dimmed else 1.0)
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        look = self.stage.look
        strong = self.lit or self.chosen
        painter.setPen(QPen(look.accent if strong else look.line, 1))
        painter.setBrush(look.ground)
        inner = self._box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
        painter.setFont(look.caption)
        painter.setPen(look.accent if strong else look.muted)
        painter.drawText(self._box, int(Qt.AlignmentFlag.AlignCenter), self.text)


def _outline(path: QPainterPath) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(0.5)
    return stroker.createStroke(path)


def _cubic(points: Sequence[float], t: float) -> float:
    u = 1 - t
    return u * u * (u * points[0] + 3 * t * points[1]) + t * t * (3 * u * points[2] + t * points[3])


def _share_at(points: Sequence[float], distance: float) -> float:
    """Where on the first half of a curve it is so far from its beginning; the middle where it never is."""
    low, high = 0.0, 0.5
    for _ in range(7):
        middle = (low + high) / 2
        if _cubic(points, middle) - points[0] < distance:
            low = middle
        else:
            high = middle
    return high
