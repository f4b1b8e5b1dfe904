"""A picture, or two over each other, at any zoom."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme

MOST_ZOOM = 32.0
_GRID_FROM = 8.0
_STEP = 1.25
_CHECK = 8
_HANDLE = 18


class Mode(StrEnum):
    """How two pictures are shown. SLIDER: over each other, parted by a line. SIDE: beside each other. DIFFERENCE: what differs."""

    SLIDER = "slider"
    SIDE = "side"
    DIFFERENCE = "difference"


class PictureView(QWidget):
    """The wheel zooms at the pointer, dragging moves; both pictures of a comparison move together.

    Signals: zoom_changed, pointed (QPoint in pixels of the picture, or None).
    """

    zoom_changed = Signal()
    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._one, self._other, self._between = QPixmap(), QPixmap(), QPixmap()
        self._size = QSize()
        self.mode = Mode.SLIDER
        self.names = ("", "")
        self._zoom = 1.0
        self._fitted = True
        self._middle = QPointF()
        self._part = 0.5
        self._grabbed: QPointF | None = None
        self._slides = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(200, 160)
        self.setAccessibleName(self.tr("Picture"))

    @property
    def zoom(self) -> float:
        """Screen pixels for each pixel of the picture."""
        return self._zoom

    @property
    def comparing(self) -> bool:
        return not self._other.isNull()

    def show_picture(self, picture: QPixmap | QImage, size: QSize | None = None) -> None:
        """One picture. size: its true one in pixels, where what is shown meanwhile is a smaller copy; zoom and place are kept for the same size."""
        self._other, self._between = QPixmap(), QPixmap()
        self._take(_pixmap(picture), size)

    def show_pair(self, one: QImage, other: QImage, names: tuple[str, str]) -> None:
        """Two to be compared; the second is fitted to the first's size."""
        self._other, self._between, self.names = _pixmap(other), QPixmap(), names
        self._take(_pixmap(one), None)

    def show_difference(self, image: QImage) -> None:
        """For Mode.DIFFERENCE, once it is known."""
        self._between = _pixmap(image)
        self.update()

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode
        if self._fitted:
            self.fit()
        self.update()

    def fit(self) -> None:
        """All of it, never larger than its pixels."""
        self._fitted = True
        self._zoom = min(1.0, self._fit_zoom())
        self._middle = QPointF(self._size.width() / 2, self._size.height() / 2)
        self.zoom_changed.emit()
        self.update()

    def full_size(self) -> None:
        """One pixel of the picture on one of the screen."""
        self.zoom_by(1 / self.devicePixelRatioF() / self._zoom)

    def zoom_step(self, *, closer: bool) -> None:
        self.zoom_by(_STEP if closer else 1 / _STEP)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """at: the point of this widget that stays where it is; the middle where it is None."""
        anchor = at if at is not None else QPointF(self._panes()[0].center())
        before = self._to_picture(anchor)
        smallest = min(1.0, self._fit_zoom() / 2)
        self._zoom = max(smallest, min(MOST_ZOOM, self._zoom * factor))
        self._middle += before - self._to_picture(anchor)
        self._fitted = False
        self._stay()
        self.zoom_changed.emit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.surface))
        if self._one.isNull():
            return
        panes = self._panes()
        if not self.comparing:
            self._paint(painter, panes[0], self._one)
        elif self.mode is Mode.SIDE:
            for pane, picture, name in zip(panes, (self._one, self._other), self.names, strict=True):
                self._paint(painter, pane, picture)
                self._name(painter, pane, name, Qt.AlignmentFlag.AlignHCenter)
            painter.fillRect(QRectF(panes[1].left() - 1, 0, 1, self.height()), QColor(tokens.line))
        elif self.mode is Mode.DIFFERENCE and not self._between.isNull():
            self._paint(painter, panes[0], self._between)
        else:
            self._paint_parted(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._slides = (
                self.comparing
                and self.mode is Mode.SLIDER
                and event.button() == Qt.MouseButton.LeftButton
                and abs(event.position().x() - self._line_x()) <= _HANDLE
            )
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.SplitHCursor if self._slides else Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grabbed is None:
            self.pointed.emit(self._pixel(at))
            near = self.comparing and self.mode is Mode.SLIDER and abs(at.x() - self._line_x()) <= _HANDLE
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.OpenHandCursor)
        elif self._slides:
            self.set_part(at.x() / max(1, self.width()))
        else:
            self._middle -= (at - self._grabbed) / self._zoom
            self._grabbed = at
            self._fitted = False
            self._stay()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fitted:
            self.zoom_by(1 / self.devicePixelRatioF() / self._zoom, event.position())
        else:
            self.fit()

    def leaveEvent(self, event: object) -> None:
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl with arrows moves the picture; Shift with left and right moves the line of a comparison."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        step = steps.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.ShiftModifier and step[0]:
            self.set_part(self._part + 0.02 * step[0])
        elif step and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._middle += QPointF(step[0], step[1]) * 40 / self._zoom
            self._fitted = False
            self._stay()
            self.update()
        else:
            super().keyPressEvent(event)

    def set_part(self, part: float) -> None:
        """Where the line of a comparison stands, 0–1 of the width."""
        self._part = max(0.0, min(1.0, part))
        self.update()

    @property
    def part(self) -> float:
        return self._part

    def _take(self, picture: QPixmap, size: QSize | None) -> None:
        size = size or picture.size()
        self._one = picture
        if size != self._size:
            self._size = size
            self.fit()
        elif self._fitted:
            self.fit()
        self.update()

    def _panes(self) -> list[QRectF]:
        whole = QRectF(self.rect())
        if not (self.comparing and self.mode is Mode.SIDE):
            return [whole]
        half = whole.width() / 2
        return [QRectF(0, 0, half, whole.height()), QRectF(half, 0, half, whole.height())]

    def _fit_zoom(self) -> float:
        pane = self._panes()[0]
        wide, high = pane.width() - 2 * INSIDE, pane.height() - 2 * INSIDE
        return max(0.001, min(wide / max(1, self._size.width()), high / max(1, self._size.height())))

    def _paint(self, painter: QPainter, pane: QRectF, picture: QPixmap) -> None:
        target = self._place(pane)
        painter.save()
        painter.setClipRect(pane, Qt.ClipOperation.IntersectClip)
        if picture.hasAlphaChannel():
            self._paint_checks(painter, target & pane)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._zoom < 2)
        painter.drawPixmap(target, picture, QRectF(picture.rect()))
        if self._zoom >= _GRID_FROM:
            self._paint_grid(painter, target & pane, target.topLeft())
        painter.restore()

    def _paint_parted(self, painter: QPainter) -> None:
        """The first at the left of the line, whatever the language: pictures do not mirror."""
        whole, x = QRectF(self.rect()), self._line_x()
        left, right = QRectF(0, 0, x, whole.height()), QRectF(x, 0, whole.width() - x, whole.height())
        self._paint_in(painter, left, self._one)
        self._paint_in(painter, right, self._other)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 3))
        painter.drawLine(QPointF(x, 0), QPointF(x, whole.height()))
        painter.setPen(QPen(QColor(255, 255, 255), 1.4))
        painter.drawLine(QPointF(x, 0), QPointF(x, whole.height()))
        painter.setBrush(QColor(self._theme.tokens.accent))
        painter.drawEllipse(QPointF(x, whole.height() / 2), 9, 9)
        self._name(painter, left, self.names[0], Qt.AlignmentFlag.AlignLeft)
        self._name(painter, right, self.names[1], Qt.AlignmentFlag.AlignRight)

    def _paint_in(self, painter: QPainter, clip: QRectF, picture: QPixmap) -> None:
        painter.save()
        painter.setClipRect(clip)
        self._paint(painter, QRectF(self.rect()), picture)
        painter.restore()

    def _name(self, painter: QPainter, pane: QRectF, name: str, side: Qt.AlignmentFlag) -> None:
        """On a plate of its own, for it has to be read on any picture."""
        if not name or pane.width() < 60:
            return
        painter.setFont(self._theme.font(CAPTION, SEMIBOLD))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(pane.width()) - 4 * INSIDE)
        wide, high = metrics.horizontalAdvance(text) + 2 * INSIDE, metrics.height() + GRID
        x = {
            Qt.AlignmentFlag.AlignLeft: pane.left() + INSIDE,
            Qt.AlignmentFlag.AlignRight: pane.right() - INSIDE - wide,
        }.get(side, pane.center().x() - wide / 2)
        box = QRectF(x, pane.bottom() - high - INSIDE, wide, high)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._theme.tokens.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_checks(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, QColor(self._theme.tokens.canvas))
        grey = QColor(self._theme.tokens.line)
        rows = range(int(area.height() // _CHECK) + 1)
        for row in rows:
            for column in range(row % 2, int(area.width() // _CHECK) + 1, 2):
                box = QRectF(area.left() + column * _CHECK, area.top() + row * _CHECK, _CHECK, _CHECK)
                painter.fillRect(box & area, grey)

    def _paint_grid(self, painter: QPainter, area: QRectF, origin: QPointF) -> None:
        painter.setPen(QPen(QColor(128, 128, 128, 70), 1))
        first = int((area.left() - origin.x()) / self._zoom)
        for column in range(first, int((area.right() - origin.x()) / self._zoom) + 1):
            x = origin.x() + column * self._zoom
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        first = int((area.top() - origin.y()) / self._zoom)
        for row in range(first, int((area.bottom() - origin.y()) / self._zoom) + 1):
            y = origin.y() + row * self._zoom
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _place(self, pane: QRectF) -> QRectF:
        top_left = pane.center() - self._middle * self._zoom
        return QRectF(
            top_left.x(), top_left.y(), self._size.width() * self._zoom, self._size.height() * self._zoom
        )

    def _pane_at(self, at: QPointF) -> QRectF:
        return next((pane for pane in self._panes() if pane.contains(at)), self._panes()[0])

    def _to_picture(self, at: QPointF) -> QPointF:
        return (at - self._pane_at(at).center()) / self._zoom + self._middle

    def _pixel(self, at: QPointF) -> QPoint | None:
        inside = self._to_picture(at)
        pixel = QPoint(int(inside.x()), int(inside.y()))
        whole = inside.x() >= 0 and inside.y() >= 0
        return pixel if whole and pixel.x() < self._size.width() and pixel.y() < self._size.height() else None

    def _line_x(self) -> float:
        return self._part * self.width()

    def _stay(self) -> None:
        """Some of the picture stays in sight."""
        self._middle = QPointF(
            max(0.0, min(self._size.width(), self._middle.x())),
            max(0.0, min(self._size.height(), self._middle.y())),
        )


def _pixmap(picture: QPixmap | QImage) -> QPixmap:
    return picture if isinstance(picture, QPixmap) else QPixmap.fromImage(picture)
