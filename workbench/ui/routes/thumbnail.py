"""A small picture of a route, for lists of routes to begin with."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.domain.routes.arranging import arranged
from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.elements import Route
from workbench.ui.routes.canvas.geometry import size_of
from workbench.ui.routes.words import role_of
from workbench.ui.support.theme import Theme, follow

_SIZE = QSize(200, 96)
_MARGIN = 8.0


class Thumbnail(QWidget):
    """Boxes in the colours of their kinds, and the wires between them; nothing to read."""

    def __init__(self, theme: Theme, route: Route, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._route = route
        self._at = arranged(route, size_of, Direction.RIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        follow(self, theme, self.update)

    def sizeHint(self) -> QSize:
        return QSize(_SIZE.width(), self._theme.px(_SIZE.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        boxes = {element.id: _box(self._at[element.id], size_of(element)) for element in self._route.elements}
        if not boxes:
            return
        whole = QRectF()
        for box in boxes.values():
            whole = whole.united(box)
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(room.width() / whole.width(), room.height() / whole.height(), 0.35)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(room.center())
        painter.scale(scale, scale)
        painter.translate(-whole.center())
        tokens = self._theme.tokens
        painter.setPen(QPen(QColor(tokens.edge), 1.2 / scale))
        for source, _, target in self._route.links():
            if source in boxes and target in boxes:
                painter.drawPath(_wire(boxes[source], boxes[target]))
        for element in self._route.elements:
            box = boxes[element.id]
            painter.setPen(QPen(QColor(tokens.edge), 1 / scale))
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(box, 18, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.colour(role_of(element))))
            painter.drawRoundedRect(QRectF(box.left(), box.top(), 28, box.height()), 14, 14)


def _box(at: Point, size: tuple[float, float]) -> QRectF:
    return QRectF(at.x, at.y, *size)


def _wire(source: QRectF, target: QRectF) -> QPainterPath:
    begin = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    bend = max(40.0, (end.x() - begin.x()) / 2)
    path = QPainterPath(begin)
    path.cubicTo(begin + QPointF(bend, 0), end - QPointF(bend, 0), end)
    return path
