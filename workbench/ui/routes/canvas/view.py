"""The window onto the route: zoom, scrolling, panning, and the dots of the grid. What is drawn there is the scene's affair."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGestureEvent,
    QGraphicsView,
    QPinchGesture,
    QWidget,
)

from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.support.theme import GROUPS, INSIDE, Theme
from workbench.ui.support.timers import once

LEAST_ZOOM, MOST_ZOOM = 0.1, 4.0
DOTS = 24.0
_DOTS_APART = 16.0
"""On the screen; where they would be closer, only some are drawn."""
_KEPT = 96.0
"""So much of the content, in pixels, can never be scrolled out of the view."""
_NOTCH = 1.2
_SETTLE_MS = 90
"""After so long without another change of zoom, everything is drawn sharply."""
_FIT_MOST = 1.0


class SightView(QGraphicsView):
    """Signals: sight_changed (zoom or place; what shows them looks again). At 150 % text everything is drawn 150 % large at
    a zoom of 100 %, so that cards and their words grow alike.
    """

    sight_changed = Signal()

    def __init__(self, theme: Theme, scene: RouteScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.route_scene = scene
        self._theme = theme
        self._zoom = 1.0
        self.touched = False
        self._dots = QPolygonF()
        self._settle = once(self, _SETTLE_MS, self._sharpen)
        self._next = once(self, 0, self.viewport().update)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._apply_zoom()

    @property
    def zoom(self) -> float:
        """1.0 for 100 %."""
        return self._zoom

    @property
    def seen(self) -> QRectF:
        """What of the scene is in view."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.mapRect(QRectF(self.viewport().rect()))

    def scene_at(self, at: QPointF) -> QPointF:
        """A point of the viewport, in the scene. Not rounded, as mapToScene does."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(at)

    def shown_at(self, at: QPointF) -> QPointF:
        """A point of the scene, in the viewport."""
        return self.viewportTransform().map(at)

    # -- zoom

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """around: the point of the viewport that stays where it is; None for its middle."""
        zoom = min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
        if zoom == self._zoom:
            return
        around = around if around is not None else QRectF(self.viewport().rect()).center()
        kept = self.scene_at(around)
        self._zoom = zoom
        self._apply_zoom()
        self._scroll_to(kept, around)
        self.route_scene.stage.hurry(True)
        self._settle.start()
        self.sight_changed.emit()

    def zoom_step(self, steps: float, around: QPointF | None = None) -> None:
        """In by so many notches of a wheel, out if negative."""
        self.set_zoom(self._zoom * _NOTCH**steps, around)

    def fit(self, box: QRectF, most: float = _FIT_MOST) -> None:
        """Show all of this part of the scene, as large as it goes, but no larger than `most`."""
        room = self.viewport().rect().adjusted(2 * GROUPS, 2 * GROUPS, -2 * GROUPS, -2 * GROUPS)
        if box.isEmpty() or room.width() <= 0 or room.height() <= 0:
            return
        scale = min(room.width() / box.width(), room.height() / box.height()) / self._theme.scale
        self._zoom = min(max(scale, LEAST_ZOOM), most)
        self._apply_zoom()
        self._scroll_to(box.center(), QRectF(self.viewport().rect()).center())
        self.sight_changed.emit()

    def show_point(self, at: QPointF) -> None:
        """Bring a point of the scene into the middle."""
        self._scroll_to(at, QRectF(self.viewport().rect()).center())

    def bring_in(self, box: QRectF) -> None:
        """Scroll as little as is needed to see a part of the scene with some room around it; not at all if it is in view."""
        margin = min(3.0 * GROUPS, self.viewport().width() / 6, self.viewport().height() / 6)
        shown = self.viewportTransform().mapRect(box)
        if QRectF(self.viewport().rect()).adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE).contains(shown):
            return
        room = QRectF(self.viewport().rect()).adjusted(margin, margin, -margin, -margin)
        dx = _beyond(shown.left(), shown.right(), room.left(), room.right())
        dy = _beyond(shown.top(), shown.bottom(), room.top(), room.bottom())
        self.scroll_by(dx, dy)

    def scroll_by(self, dx: float, dy: float) -> None:
        """By so many pixels of the screen."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(dx))
        down.setValue(down.value() + round(dy))

    def keep_room(self) -> None:
        """After the content or the size has changed: how far one can scroll."""
        stage = self.route_scene.stage
        view = self.viewport().rect()
        dx, dy = (max(side - _KEPT, 0) / stage.scale for side in (view.width(), view.height()))
        content = self.route_scene.content
        room = (content if not content.isEmpty() else QRectF(0, 0, 1, 1)).adjusted(-dx, -dy, dx, dy)
        self.setSceneRect(room.united(self.seen))

    def redress(self) -> None:
        """After the theme has changed, text size included."""
        middle = self.seen.center()
        self._apply_zoom()
        self.show_point(middle)
        self.viewport().update()

    # -- events

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.touched = True
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier):
            notches = angle.y() / 120 if pixels.isNull() else pixels.y() / 50
            self.zoom_step(notches, event.position())
        else:
            step = pixels if not pixels.isNull() else angle * 0.5
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not step.x():
                step = QPoint(step.y(), 0)
            self.scroll_by(-step.x(), -step.y())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self._zoom * (1 + event.value()), event.position())
                return True
            return False
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.set_zoom(self._zoom * pinch.scaleFactor(), pinch.centerPoint())
                return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.keep_room()
        self._fit_first()
        self.sight_changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_first()

    def paintEvent(self, event: QPaintEvent) -> None:
        stage = self.route_scene.stage
        stage.begin_frame()
        super().paintEvent(event)
        if stage.owing:
            self._next.start()

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        look, scale = self.route_scene.stage.look, self.route_scene.stage.scale
        every = DOTS * 2 ** max(0, math.ceil(math.log2(_DOTS_APART / (DOTS * scale))))
        step = every * scale
        shift = self.viewportTransform()
        size = self.viewport().size()
        painter.save()
        painter.resetTransform()
        painter.fillRect(self.viewport().rect(), look.ground)
        painter.translate(shift.dx() % step - step, shift.dy() % step - step)
        painter.scale(step, step)
        # Squares of whole pixels: round ones, smoothed, take longer than everything else together.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pen = QPen(look.dot, 2, c=Qt.PenCapStyle.SquareCap)
        pen.setCosmetic(True)
        painter.setPen(pen)
        row = self._row_of(math.ceil(size.width() / step) + 2)
        for _ in range(math.ceil(size.height() / step) + 2):
            painter.drawPoints(row)
            painter.translate(0, 1)
        painter.restore()

    # -- within

    def _row_of(self, columns: int) -> QPolygonF:
        """At least so many points, one apart."""
        if self._dots.size() < columns:
            self._dots = QPolygonF([QPointF(column, 0) for column in range(columns)])
        return self._dots

    def _apply_zoom(self) -> None:
        stage = self.route_scene.stage
        stage.show_scale(self._zoom * self._theme.scale, self.devicePixelRatioF())
        self.route_scene.show_labels()
        self.setTransform(QTransform.fromScale(stage.scale, stage.scale))
        self.keep_room()

    def _scroll_to(self, scene: QPointF, shown: QPointF) -> None:
        """Scroll so that a point of the scene is at a point of the viewport."""
        room = QRectF(scene, scene)
        reach = max(self.viewport().width(), self.viewport().height()) / self.route_scene.stage.scale
        room.adjust(-reach, -reach, reach, reach)
        if not self.sceneRect().contains(room):
            self.setSceneRect(self.sceneRect().united(room))
        now = self.shown_at(scene)
        self.scroll_by(now.x() - shown.x(), now.y() - shown.y())
        self.keep_room()

    def _fit_first(self) -> None:
        """Until the user does something with it: everything in view."""
        if not self.touched and self.isVisible():
            self.fit(self.route_scene.content)

    @Slot()
    def _scrolled(self) -> None:
        self.sight_changed.emit()

    @Slot()
    def _sharpen(self) -> None:
        self.route_scene.stage.hurry(False)
        self.viewport().update()


def _beyond(first: float, last: float, least: float, most: float) -> float:
    """How far to scroll so that what is between first and last is between least and most; its beginning counts more."""
    if first < least or last - first > most - least:
        return first - least
    return max(last - most, 0.0)
