"""A small picture in the form: it opens, it can be removed by key, and it can be a place to drop on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QStyle, QWidget

from workbench.ui.images.form.ports import Thumbnails
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, RADIUS, SEMIBOLD, Theme, follow


class Thumb(QAbstractButton):
    """Enter opens, Delete removes. Signals: opened (digest); removed (digest); moved (steps, by Ctrl and an arrow);

    drag_begun (digest), dragged (global position), drag_ended. side: at the text's normal size.
    """

    opened = Signal(str)
    removed = Signal(str)
    moved = Signal(str, int)
    drag_begun = Signal(str)
    dragged = Signal(QPoint)
    drag_ended = Signal()

    def __init__(
        self, theme: Theme, thumbnails: Thumbnails, side: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self._at_normal_size = side
        self._number = 0
        self._pressed_at: QPoint | None = None
        self._dragging = False
        self._lit = False
        self.digest = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        thumbnails.ready.connect(self._ready)
        follow(self, theme, self.updateGeometry)

    @property
    def _side(self) -> int:
        return self._theme.px(self._at_normal_size)

    def show_picture(self, digest: str, name: str, number: int = 0) -> None:
        """name: for a screen reader and the tooltip. number: its place in a row, from 1; 0 without one."""
        self.digest, self._number = digest, number
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def set_lit(self, lit: bool) -> None:
        """A picture that would take its place is held over it."""
        self._lit = lit
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        clip = QPainterPath()
        clip.addRoundedRect(box, RADIUS, RADIUS)
        painter.fillPath(clip, QColor(tokens.raised))
        dpr = self.devicePixelRatioF()
        picture = self._thumbnails.pixmap(self.digest, round(self._side * dpr)) if self.digest else None
        if picture is not None and not picture.isNull():
            painter.save()
            painter.setClipPath(clip)
            size = QSize(self.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            size = picture.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(QPoint(0, 0), size)
            place.moveCenter(self.rect().center())
            painter.drawPixmap(place, picture)
            painter.restore()
        strong = self._lit or self.hasFocus()
        painter.setPen(QPen(QColor(tokens.accent if strong else tokens.line), 2 if strong else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self._number:
            self._draw_number(painter)
            if self.hasFocus() or self.underMouse():
                self._draw_cross(painter)

    def cross_rect(self) -> QRect:
        """Where a click removes a picture of a row."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), QRect(self.width() - 22, 4, 18, 18))

    def _draw_cross(self, painter: QPainter) -> None:
        rect = self.cross_rect()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.raised))
        painter.drawEllipse(rect)
        mark = pixmap(self._theme, "x", "text", 12, self.devicePixelRatioF())
        painter.drawPixmap(rect.topLeft() + QPoint(3, 3), mark)

    def _draw_number(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        painter.setFont(self._theme.font(CAPTION, SEMIBOLD))
        side = painter.fontMetrics().height() + 2
        badge = QRectF(4, 4, side, side)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            badge.moveRight(self.width() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.raised))
        painter.drawEllipse(badge)
        painter.setPen(QColor(tokens.text))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), str(self._number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        ahead = (
            Qt.Key.Key_Left if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else Qt.Key.Key_Right
        )
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if not control:
                self.opened.emit(self.digest)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removed.emit(self.digest)
            case Qt.Key.Key_Left | Qt.Key.Key_Right if control:
                self.moved.emit(self.digest, 1 if event.key() == ahead else -1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
            self._dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        far = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if not self._dragging and far >= QApplication.startDragDistance():
            self._dragging = True
            self.drag_begun.emit(self.digest)
        if self._dragging:
            self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, was_dragging = self._pressed_at is not None, self._dragging
        self._pressed_at, self._dragging = None, False
        if was_dragging:
            self.drag_ended.emit()
        elif was_pressed and self._number and self.cross_rect().contains(event.position().toPoint()):
            self.removed.emit(self.digest)
        elif was_pressed and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.digest)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _ready(self, digest: str) -> None:
        if digest == self.digest:
            self.update()


class AddTile(QAbstractButton):
    """An empty place with a dashed edge: press it, or drop on it."""

    def __init__(self, theme: Theme, words: str, icon: str, parent: QWidget | None = None) -> None:
        """words: drawn where there is room beside the icon, and read out."""
        super().__init__(parent)
        self._theme, self._words, self._icon = theme, words, icon
        self._lit = False
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_lit(self, lit: bool) -> None:
        """While something is dragged over it."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self._lit or self.hasFocus()
        painter.setPen(
            QPen(QColor(tokens.accent if strong else tokens.edge), 1.5 if strong else 1, Qt.PenStyle.DashLine)
        )
        painter.setBrush(QColor(self._theme.tint()) if self._lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        mark = pixmap(
            self._theme, self._icon, "accent" if self._lit else "muted", 16, self.devicePixelRatioF()
        )
        if self.width() < 2 * self.height():
            painter.drawPixmap(self.rect().center() - QPoint(7, 7), mark)
            return
        painter.setFont(self._theme.font())
        painter.setPen(QColor(tokens.muted))
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - 48)
        width = painter.fontMetrics().horizontalAdvance(words) + 24
        left = (self.width() - width) // 2
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.drawPixmap(left + width - 16 if rtl else left, self.height() // 2 - 8, mark)
        text = QRect(left if rtl else left + 24, 0, width - 24, self.height())
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.click()
        else:
            super().keyPressEvent(event)
