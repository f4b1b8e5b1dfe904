"""All of a recording in one strip: where the waveform is, and the way to somewhere else. It is the scroll bar, too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.player.painting import overview
from workbench.ui.speech.player.waveform import Waveform
from workbench.ui.support.theme import Theme, follow

_HEIGHT = 32
_LEAST = 6.0


class Overview(QWidget):
    """Dragging the frame moves the view, a click elsewhere brings it there. Arrows move it by a quarter, Page keys by all of it."""

    def __init__(
        self, theme: Theme, model: PlayerModel, waveform: Waveform, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._waveform = waveform
        self._still: QPixmap | None = None
        self._held: float | None = None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The whole recording"))
        self.setToolTip(self.tr("The whole recording. Drag the frame to see another stretch of it."))
        model.recording_changed.connect(self._draw_anew)
        model.selection_changed.connect(self.update)
        model.position_changed.connect(self.update)
        waveform.view_changed.connect(self.update)
        follow(self, theme, self._draw_anew)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(640), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        dpr = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != dpr:
            self._still = overview(self._waveform.painter, self._model, self._theme, QSizeF(self.size()), dpr)
        painter.drawPixmap(0, 0, self._still)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))
        if not self._model.is_open:
            return
        accent = QColor(tokens.accent)
        if self._model.selection is not None:
            left, right = (self._x(edge) for edge in self._model.selection)
            ground = QColor(accent)
            ground.setAlphaF(0.25)
            painter.fillRect(QRectF(left, 0, max(1.0, right - left), self.height()), ground)
        frame = self._frame()
        veil = QColor(tokens.surface)
        veil.setAlphaF(0.62)
        painter.fillRect(QRectF(0, 0, frame.left(), self.height()), veil)
        painter.fillRect(QRectF(frame.right(), 0, self.width() - frame.right(), self.height()), veil)
        painter.fillRect(QRectF(self._x(self._model.position), 0, 1, self.height()), accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent if self.hasFocus() else QColor(tokens.edge), 1.5))
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 3, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_anew()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._model.is_open:
            x = event.position().x()
            frame = self._frame()
            if not frame.left() <= x <= frame.right():
                self._waveform.turn_to(self._seconds(x))
                frame = self._frame()
            self._held = x - frame.center().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._waveform.turn_to(self._seconds(event.position().x() - self._held))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._model.seek(self._seconds(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        self._waveform.scroll_by(-turned * self._waveform.width() / 480)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wide = self._waveform.width()
        moves = {
            Qt.Key.Key_Left: -wide / 4,
            Qt.Key.Key_Right: wide / 4,
            Qt.Key.Key_PageUp: -wide,
            Qt.Key.Key_PageDown: wide,
            Qt.Key.Key_Home: -1e12,
            Qt.Key.Key_End: 1e12,
        }
        by = moves.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self._waveform.scroll_by(by)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _frame(self) -> QRectF:
        """What the waveform shows, never too narrow to be taken hold of."""
        left, right = self._x(self._waveform.scale.start), self._x(self._waveform.scale.end)
        if right - left < _LEAST:
            left = max(0.0, min(self.width() - _LEAST, (left + right - _LEAST) / 2))
            right = left + _LEAST
        return QRectF(QPointF(left, 0), QPointF(right, self.height()))

    def _x(self, seconds: float) -> float:
        return seconds / self._model.seconds * self.width() if self._model.seconds else 0.0

    def _seconds(self, x: float) -> float:
        return x / max(1, self.width()) * self._model.seconds

    @Slot()
    def _draw_anew(self) -> None:
        self._still = None
        self.update()
