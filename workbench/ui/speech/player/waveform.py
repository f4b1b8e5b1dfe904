"""The waveform of a recording: seen at any zoom, listened to, selected from."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal, Slot
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
from PySide6.QtWidgets import QWidget

from workbench.ui.speech.player.keys import action
from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.player.painting import WavePainter, word_at
from workbench.ui.speech.player.scale import Scale
from workbench.ui.speech.player.words import clock
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, RADIUS, Theme, follow

_NEAR = 5
_STEADY = 4
"""Pixels that a click may move without being a drag."""
_CLOSER = 1.5
_TURN_MS = 30
_NOTCH = 120
Button, Mod, Key = Qt.MouseButton, Qt.KeyboardModifier, Qt.Key


class _Drag(Enum):
    """What the mouse is doing. PRESS: not known yet."""

    NONE = auto()
    PRESS = auto()
    SELECT = auto()
    SEEK = auto()
    PAN = auto()


class Waveform(QWidget):
    """Time runs from left to right in every language. The wheel zooms at the pointer, with Shift it scrolls; dragging selects,
    in the ruler it moves the playhead; a double click selects what is said there. For the keys see `keys`.

    Signals: view_changed (another zoom or place).
    """

    view_changed = Signal()

    def __init__(self, theme: Theme, model: PlayerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.scale = Scale()
        self.painter = WavePainter(theme, model)
        self._still: QPixmap | None = None
        self._drag = _Drag.NONE
        self._anchor = 0.0
        self._pressed = QPointF()
        self._pointer = QPointF()
        self._shown_at = 0.0
        self._turner = QTimer(self)
        self._turner.setInterval(_TURN_MS)
        self._turner.timeout.connect(self._turn)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Waveform"))
        model.recording_changed.connect(self._take)
        model.marks_changed.connect(self._draw_anew)
        model.selection_changed.connect(self._selection_changed)
        model.looping_changed.connect(self.update)
        model.position_changed.connect(self._moved)
        model.playing_changed.connect(self._describe)
        follow(self, theme, self._dress)
        self._take()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(640), self._theme.px(168))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(96))

    # the view

    def zoom_by(self, factor: float, x: float | None = None) -> None:
        """factor: over 1 is closer. x: the pixel that stays where it is; the playhead where it is seen, else the middle."""
        if x is None:
            head = self.scale.x(self._model.position)
            x = head if 0 <= head <= self.width() else self.width() / 2
        self.scale.zoom_by(factor, x)
        self._view_changed()

    def zoom_step(self, *, closer: bool) -> None:
        self.zoom_by(_CLOSER if closer else 1 / _CLOSER)

    def fit(self) -> None:
        self.scale.fit()
        self._view_changed()

    def show_selection(self) -> None:
        """As large as there is room."""
        if self._model.selection is not None:
            self.scale.show(*self._model.selection)
            self._view_changed()

    def show_moment(self, seconds: float) -> None:
        """Where it is out of sight."""
        if self.scale.keep(seconds):
            self._view_changed()

    def turn_to(self, seconds: float) -> None:
        """Into the middle."""
        self.scale.turn_to(seconds)
        self._view_changed()

    def scroll_by(self, pixels: float) -> None:
        self.scale.scroll_by(pixels)
        self._view_changed()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        if not self._model.is_open:
            self._paint_blank(painter)
            return
        dpr = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != dpr:
            self._still = self.painter.still(self.scale, QSizeF(self.size()), dpr)
        where = event.rect()
        painter.drawPixmap(
            QRectF(where),
            self._still,
            QRectF(where.x() * dpr, where.y() * dpr, where.width() * dpr, where.height() * dpr),
        )
        self._paint_selection(painter)
        x = self.scale.x(self._model.position)
        painter.fillRect(QRectF(round(x) - 1, 0, 2, self.height()), QColor(theme.tokens.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens.accent))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolygon([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 6)])
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.tokens.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_selection(self, painter: QPainter) -> None:
        selection, tokens = self._model.selection, self._theme.tokens
        accent = QColor(tokens.accent)
        if selection is not None:
            left, right = self.scale.x(selection.start), self.scale.x(selection.end)
            ground = QColor(accent)
            ground.setAlphaF(0.22 if self._theme.dark else 0.16)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), ground)
            for x in (left, right):
                painter.fillRect(QRectF(round(x), 0, 1, self.height()), accent)
        if self._model.looping:
            above, _ = self.painter.heights()
            left, right = (left, right) if selection is not None else (0.0, self.scale.x(self._model.seconds))
            painter.fillRect(QRectF(left, above - 3, right - left, 3), accent)

    def _paint_blank(self, painter: QPainter) -> None:
        model, tokens = self._model, self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.canvas))
        painter.setFont(self._theme.font(BODY))
        painter.setPen(QColor(tokens.muted))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        if model.waiting is None:
            painter.drawText(self.rect(), middle, self.tr("No recording is open."))
            return
        words = self.tr("Reading {0} … {1} %").format(model.name, round(100 * model.waiting))
        painter.drawText(self.rect().adjusted(0, 0, 0, -2 * INSIDE), middle, words)
        wide = min(self.width() - 2 * INSIDE, self._theme.px(240))
        track = QRectF((self.width() - wide) / 2, self.height() / 2 + INSIDE, wide, GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(track, RADIUS / 3, RADIUS / 3)
        track.setWidth(track.width() * model.waiting)
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(track, RADIUS / 3, RADIUS / 3)

    # what happens

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scale.take(self._model.seconds, self.width())
        self._view_changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._action(event) is not None
        ):
            event.accept()  # before any shortcut of the window
            return True
        return tip_shown(self, event, lambda place: self._tip(place.x())) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press(event):
            super().keyPressEvent(event)

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key; False leaves it to others."""
        found = self._action(event)
        if found is None:
            return False
        found()
        if not self._model.playing:
            self.show_moment(self._model.position)
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._model.is_open:
            event.ignore()
            return
        turned = event.angleDelta()
        sideways = turned.x() if abs(turned.x()) > abs(turned.y()) else 0
        if event.modifiers() & Mod.ShiftModifier:
            sideways = sideways or turned.y()
        if sideways:
            pixels = event.pixelDelta().x() or event.pixelDelta().y()
            self.scroll_by(-(pixels or sideways * self.width() / 8 / _NOTCH))
        elif turned.y():
            self.zoom_by(_CLOSER ** (turned.y() / _NOTCH), event.position().x())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._model.is_open:
            return
        self._pressed = self._pointer = event.position()
        at = self.scale.at(event.position().x())
        if event.button() == Button.MiddleButton:
            self._drag = _Drag.PAN
        elif event.button() == Button.LeftButton:
            self._anchor, self._drag = at, _Drag.PRESS
            selection = self._model.selection
            if event.position().y() < self.painter.heights()[0]:
                self._drag = _Drag.SEEK
                self._model.seek(at)
            elif event.modifiers() & Mod.ShiftModifier:
                self._anchor = self._far_end(at) if selection is not None else self._model.position
                self._drag = _Drag.SELECT
                self._model.select(self._anchor, at)
            elif selection is not None and self._at_edge(event.position().x()):
                self._anchor = self._far_end(at)
                self._drag = _Drag.SELECT
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        before, self._pointer = self._pointer, event.position()
        if self._drag is _Drag.PRESS and abs(self._pointer.x() - self._pressed.x()) >= _STEADY:
            self._drag = _Drag.SELECT
        if self._drag is _Drag.PAN:
            self.scroll_by(before.x() - self._pointer.x())
        elif self._drag in (_Drag.SELECT, _Drag.SEEK):
            self._drag_on()
            outside = not 0 <= self._pointer.x() < self.width()
            if outside and not self._turner.isActive():
                self._turner.start()
        self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is _Drag.PRESS and event.button() == Button.LeftButton:
            self._model.select_nothing()
            self._model.seek(self.scale.at(event.position().x()))
        elif self._drag is _Drag.SELECT and self._model.selection is not None and not self._model.playing:
            self._model.seek(self._model.selection.start)
        self._turner.stop()
        self._drag = _Drag.NONE
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Button.LeftButton and self._model.is_open:
            self._drag = _Drag.NONE
            self._model.select_speech(self.scale.at(event.position().x()))

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        known: dict[Qt.Key, Callable[[], object]] = {
            Key.Key_Plus: lambda: self.zoom_step(closer=True),
            Key.Key_Equal: lambda: self.zoom_step(closer=True),
            Key.Key_Minus: lambda: self.zoom_step(closer=False),
            Key.Key_0: self.fit,
            Key.Key_Z: self.show_selection,
            Key.Key_PageUp: lambda: self.scroll_by(-0.9 * self.width()),
            Key.Key_PageDown: lambda: self.scroll_by(0.9 * self.width()),
        }
        plain = event.modifiers() & ~(Mod.KeypadModifier | Mod.ShiftModifier)
        if self._model.is_open and plain == Mod.NoModifier and event.key() in known:
            return known[Key(event.key())]
        return action(event, self._model)

    def _drag_on(self) -> None:
        at = self.scale.at(self._pointer.x())
        if self._drag is _Drag.SEEK:
            self._model.seek(at)
        else:
            self._model.select(self._anchor, at)

    @Slot()
    def _turn(self) -> None:
        """The mouse is held outside: go on in that direction, the faster the farther."""
        x = self._pointer.x()
        beyond = x if x < 0 else x - self.width() if x >= self.width() else 0
        if not beyond:
            self._turner.stop()
            return
        self.scroll_by(max(-60.0, min(60.0, beyond / 2)))
        self._drag_on()

    def _far_end(self, at: float) -> float:
        """The end of the selection that is not dragged."""
        selection = self._model.selection
        assert selection is not None
        nearer_end = abs(at - selection.end) < abs(at - selection.start)
        return selection.start if nearer_end else selection.end

    def _at_edge(self, x: float) -> bool:
        selection = self._model.selection
        return selection is not None and any(abs(self.scale.x(edge) - x) <= _NEAR for edge in selection)

    def _show_cursor(self) -> None:
        over = self._pointer.y() >= self.painter.heights()[0] and self._at_edge(self._pointer.x())
        shape = Qt.CursorShape.ArrowCursor
        if self._drag is _Drag.PAN:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._drag is _Drag.SELECT or over:
            shape = Qt.CursorShape.SplitHCursor
        self.setCursor(shape)

    def _tip(self, x: int) -> str:
        if not self._model.is_open:
            return ""
        at = self.scale.at(x)
        if any(abs(self.scale.x(seam) - x) <= _NEAR for seam in self._model.seams):
            return self.tr("Two parts were put together here, at {0}.").format(clock(at, 1))
        word = word_at(self._model.words, at)
        return f"{clock(at, 2)}  {word.text}" if word is not None else clock(at, 2)

    @Slot()
    def _take(self) -> None:
        self.scale.take(self._model.seconds, self.width())
        self._view_changed()
        self._describe()

    @Slot()
    def _draw_anew(self) -> None:
        self._still = None
        self.update()

    @Slot()
    def _selection_changed(self) -> None:
        self.update()
        self._describe()

    @Slot(float)
    def _moved(self, at: float) -> None:
        before, self._shown_at = self._shown_at, at
        was_seen = 0 <= self.scale.x(before) <= self.width()
        if self._model.playing and was_seen and self._drag is _Drag.NONE and self.scale.keep(at):
            self._view_changed()
        for moment in (before, at):
            self.update(QRect(round(self.scale.x(moment)) - 7, 0, 14, self.height()))
        if not self._model.playing:
            self._describe()

    @Slot()
    def _describe(self) -> None:
        """For who cannot see it."""
        model = self._model
        if not model.is_open:
            self.setAccessibleDescription("")
            return
        at, whole = clock(model.position, 2), clock(model.seconds, 2)
        words = self.tr("At {0} of {1}.").format(at, whole)
        if model.selection is not None:
            start, end = (clock(edge, 2) for edge in model.selection)
            words += " " + self.tr("Selected from {0} to {1}.").format(start, end)
        self.setAccessibleDescription(words)

    def _view_changed(self) -> None:
        self._draw_anew()
        self.view_changed.emit()

    def _dress(self) -> None:
        self.setFont(self._theme.font(CAPTION))
        self._draw_anew()
        self.updateGeometry()
