"""The whole route, small, in a corner: where one is in it, and a click or a drag to be elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from workbench.domain.routes.elements import AnyElement
from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.routes.canvas.view import SightView
from workbench.ui.routes.words import role_of
from workbench.ui.support.theme import RADIUS, mixed
from workbench.ui.support.timers import once

SIZE = (152, 100)
_INNER = 8.0
_LAZY_MS = 60


class Minimap(QWidget):
    """Not for the keyboard: what it does, fit and find do there."""

    def __init__(self, view: SightView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._scene: RouteScene = view.route_scene
        self._picture = QPixmap()
        self._extent = QRectF()
        self._later = once(self, _LAZY_MS, self.redraw)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Map of the route"))
        self.setToolTip(self.tr("Click or drag to go there"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        view.sight_changed.connect(self._sight_changed)

    @Slot()
    def mark_stale(self) -> None:
        """The route has changed; the map follows when there is time."""
        if self.isVisible():
            self._later.start()

    @Slot()
    def redraw(self) -> None:
        self._picture = QPixmap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._wanted().isEmpty():
            return
        look = self._scene.stage.look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.border, 1))
        ground = QColor(look.surface)
        ground.setAlphaF(0.94)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if self._picture.isNull() or not self._extent.contains(self._wanted()):
            self._draw()
        painter.drawPixmap(0, 0, self._picture)
        seen = self._to_map(self._view.seen).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        fill = QColor(look.accent)
        fill.setAlphaF(0.1)
        painter.setPen(QPen(look.accent, 1.5))
        painter.setBrush(fill)
        painter.drawRoundedRect(seen, 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        self._view.touched = True
        scale = self._scale()
        at = event.position() - QRectF(self.rect()).center()
        self._view.show_point(self._extent.center() + QPointF(at.x() / scale, at.y() / scale))
        event.accept()

    def _wanted(self) -> QRectF:
        return self._scene.content

    def _scale(self) -> float:
        width, height = self.width() - 2 * _INNER, self.height() - 2 * _INNER
        return min(width / max(self._extent.width(), 1), height / max(self._extent.height(), 1))

    def _to_map(self, box: QRectF) -> QRectF:
        scale, middle = self._scale(), QRectF(self.rect()).center()
        corner = (box.topLeft() - self._extent.center()) * scale + middle
        return QRectF(corner.x(), corner.y(), box.width() * scale, box.height() * scale)

    def _draw(self) -> None:
        """Everything but where one is, once for every state of the route."""
        content = self._wanted()
        reach = max(content.width(), content.height(), 600.0) * 0.12
        self._extent = content.adjusted(-reach, -reach, reach, reach)
        dpr = self.devicePixelRatioF()
        self._picture = QPixmap(self.size() * dpr)
        self._picture.setDevicePixelRatio(dpr)
        self._picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._picture)
        look = self._scene.stage.look
        tokens = look.theme.tokens
        roles: dict[str, list[QRectF]] = {}
        for _, item in self._scene.movables():
            box = self._to_map(item.scene_rect)
            box.setSize(box.size().expandedTo(QRectF(0, 0, 2, 1.5).size()))
            element: AnyElement | None = getattr(item, "element", None)
            if element is not None:
                roles.setdefault(role_of(element), []).append(box)
            else:
                painter.fillRect(box, QColor(mixed(tokens.surface, tokens.text, 0.08)))
        for role, boxes in roles.items():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mixed(tokens.surface, look.hex(role), 0.75)))
            painter.drawRects(boxes)
        painter.end()

    @Slot()
    def _sight_changed(self) -> None:
        if self.isVisible():
            self.update()
