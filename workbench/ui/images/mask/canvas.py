"""The picture with its mask over it, and the brush: by mouse, pen or keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.ui.images.mask.painting import MaskPainting
from workbench.ui.support.theme import GROUPS, Theme

MOST_ZOOM = 16.0
SMALLEST, LARGEST = 2, 400
"""Widths of the brush, in pixels of the picture."""
_VEIL = 0.55
_STRIPE, _STRIPES_PER = QColor(255, 255, 255, 120), 700
_STEP = 1.25
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MaskCanvas(QWidget):
    """Arrows move the brush, Space paints while it is held; the wheel with Ctrl zooms at the pointer, the middle button moves the picture.

    Signals: brush_changed, zoom_changed, stroke_ended.
    """

    brush_changed = Signal()
    zoom_changed = Signal()
    stroke_ended = Signal()

    def __init__(self, theme: Theme, painting: MaskPainting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._painting = painting
        self._picture = QPixmap()
        self._veil = QPixmap()
        self._zoom = 1.0
        self._fitted = True
        self._middle = QPointF()
        self._at = QPointF()
        self._brush_shown = False
        self._grabbed: QPointF | None = None
        self.erasing = False
        self.brush = 48
        self.mask_shown = True
        self._stroke_erases = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setAccessibleName(self.tr("Mask"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the brush, Space paints. What is coloured is painted anew.")
        )
        painting.changed.connect(self._mask_changed)

    @property
    def zoom(self) -> float:
        """Screen pixels for each pixel of the picture."""
        return self._zoom

    @property
    def stroke_name(self) -> str:
        return self.tr("Erase") if self._stroke_erases else self.tr("Paint")

    def show_picture(self, picture: QImage) -> None:
        """Painted under the mask, whose size it has."""
        self._picture = QPixmap.fromImage(picture)
        self._at = QPointF(picture.width() / 2, picture.height() / 2)
        self._brush_shown = False
        self._mask_changed(self._painting.image.rect())
        self.fit()

    def set_brush(self, width: int) -> None:
        width = max(SMALLEST, min(LARGEST, width))
        if width != self.brush:
            self.brush = width
            self.brush_changed.emit()
            self.update()

    def set_erasing(self, erasing: bool) -> None:
        if erasing != self.erasing:
            self.erasing = erasing
            self.brush_changed.emit()
            self.update()

    def set_mask_shown(self, shown: bool) -> None:
        self.mask_shown = shown
        self.update()

    def fit(self) -> None:
        """All of the picture, as large as there is room."""
        self._fitted = True
        size = self._painting.size
        room = QSize(max(1, self.width() - 2 * GROUPS), max(1, self.height() - 2 * GROUPS))
        self._zoom = min(room.width() / max(1, size.width()), room.height() / max(1, size.height()), 4.0)
        self._middle = QPointF(size.width() / 2, size.height() / 2)
        self.zoom_changed.emit()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """at: the point of this widget that stays where it is; the middle where it is None."""
        anchor = at if at is not None else QPointF(self.rect().center())
        before = self._to_picture(anchor)
        smallest = min(1.0, 0.5 * self._fit_zoom())
        self._zoom = max(smallest, min(MOST_ZOOM, self._zoom * factor))
        self._middle += before - self._to_picture(anchor)
        self._fitted = False
        self.zoom_changed.emit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        if self._picture.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 2)
        target = self._place()
        painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
        if self.mask_shown:
            painter.drawPixmap(target, self._veil, QRectF(self._veil.rect()))
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._brush_shown or self.hasFocus():
            self._paint_brush(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted and not self._picture.isNull():
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._move_brush(event.position())
            self._begin(erase=self.erasing or event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._middle -= (event.position() - self._grabbed) / self._zoom
            self._grabbed = event.position()
            self._fitted = False
            self.update()
            return
        self._move_brush(event.position())
        if self._painting.painting:
            self._painting.go_on(self._at, self.brush, erase=self._stroke_erases)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grabbed = None
            self._show_cursor()
        else:
            self._end()

    def leaveEvent(self, event: object) -> None:
        self._brush_shown = False
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
        else:
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            self._middle -= QPointF(moved) / self._zoom
            self._fitted = False
            self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._brush_shown = True
            fast = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            step = max(1.0, self.brush / 4) if fast else 1.0
            across, down = _ARROWS[key]
            self._at = self._within(self._at + QPointF(across * step, down * step))
            if self._painting.painting:
                self._painting.go_on(self._at, self.brush, erase=self._stroke_erases)
            self._keep_in_sight()
            self.update()
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._begin(erase=self.erasing)
        elif key == Qt.Key.Key_Escape and self._painting.painting:
            self._painting.give_up()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._end()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end()
        self.update()

    def _begin(self, *, erase: bool) -> None:
        if not self._picture.isNull() and not self._painting.painting:
            self._stroke_erases = erase
            self._painting.begin(self._at, self.brush, erase=erase)

    def _end(self) -> None:
        if self._painting.painting:
            self._painting.end(self.stroke_name)
            self.stroke_ended.emit()

    def _move_brush(self, position: QPointF) -> None:
        self._brush_shown = True
        self._at = self._to_picture(position)
        self._show_cursor()
        self.update()

    def _show_cursor(self) -> None:
        on_it = QRectF(self._painting.image.rect()).contains(self._at) and not self._picture.isNull()
        self.setCursor(Qt.CursorShape.BlankCursor if on_it else Qt.CursorShape.ArrowCursor)

    def _paint_brush(self, painter: QPainter) -> None:
        """A light ring in a dark one, to be seen on any picture."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, radius = self._to_widget(self._at), self.brush * self._zoom / 2
        for colour, width in ((QColor(0, 0, 0, 160), 3.0), (QColor(255, 255, 255), 1.2)):
            pen = QPen(colour, width)
            if self.erasing:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawEllipse(middle, radius, radius)

    def _mask_changed(self, where: QRect) -> None:
        size = self._painting.size
        if self._veil.size() != size:
            self._veil = QPixmap(size)
            self._veil.fill(Qt.GlobalColor.transparent)
            where = QRect(QPoint(0, 0), size)
        where = where & QRect(QPoint(0, 0), size)
        if where.isEmpty():
            return
        piece = QImage(where.size(), QImage.Format.Format_ARGB32_Premultiplied)
        colour = QColor(self._theme.tokens.accent)
        colour.setAlphaF(_VEIL)
        piece.fill(colour)
        alpha = self._painting.image.copy(where)
        alpha.reinterpretAsFormat(QImage.Format.Format_Alpha8)
        inner = QPainter(piece)
        inner.setBrushOrigin(-where.topLeft())
        inner.fillRect(piece.rect(), self._stripes(size))
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        inner.drawImage(0, 0, alpha)
        inner.end()
        over = QPainter(self._veil)
        over.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        over.drawImage(where.topLeft(), piece)
        over.end()
        self.update()

    def _stripes(self, size: QSize) -> QBrush:
        """In the veil, to be seen on pictures of its colour too."""
        brush = QBrush(_STRIPE, Qt.BrushStyle.BDiagPattern)
        scale = max(1, round(max(size.width(), size.height()) / _STRIPES_PER))
        brush.setTransform(QTransform.fromScale(scale, scale))
        return brush

    def _fit_zoom(self) -> float:
        size = self._painting.size
        return min(self.width() / max(1, size.width()), self.height() / max(1, size.height()))

    def _place(self) -> QRectF:
        top_left = self._to_widget(QPointF(0, 0))
        size = self._painting.size
        return QRectF(top_left.x(), top_left.y(), size.width() * self._zoom, size.height() * self._zoom)

    def _to_picture(self, at: QPointF) -> QPointF:
        return (at - QPointF(self.width() / 2, self.height() / 2)) / self._zoom + self._middle

    def _to_widget(self, at: QPointF) -> QPointF:
        return (at - self._middle) * self._zoom + QPointF(self.width() / 2, self.height() / 2)

    def _within(self, at: QPointF) -> QPointF:
        size = self._painting.size
        return QPointF(max(0.0, min(size.width(), at.x())), max(0.0, min(size.height(), at.y())))

    def _keep_in_sight(self) -> None:
        seen = self._to_widget(self._at)
        inside = QRectF(self.rect()).adjusted(GROUPS, GROUPS, -GROUPS, -GROUPS)
        if not inside.contains(seen):
            self._middle = self._at
            self._fitted = False

    def zoom_step(self, *, closer: bool) -> None:
        self.zoom_by(_STEP if closer else 1 / _STEP)
