"""One map: looked at, moved, pointed at, selected from."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.ui.embeddings.map.camera import Camera
from workbench.ui.embeddings.map.card import TextCard
from workbench.ui.embeddings.map.model import MapModel, Shown, Take
from workbench.ui.embeddings.map.painting import MapPainter, radius_for
from workbench.ui.embeddings.model import PageId
from workbench.ui.support.theme import Theme, follow

_NEAR = 9.0
_STEADY = 4
"""Pixels that a click may move without being a drag."""
_CLOSER = 1.25
_NOTCH = 120
_STEP = 48
_MOST_RINGS = 50
"""Of more that are selected, what is faded says enough, and rings would hide what they are around."""
Button, Mod, Key = Qt.MouseButton, Qt.KeyboardModifier, Qt.Key


class Hand(StrEnum):
    """What dragging does."""

    PAN = "pan"
    RECTANGLE = "rectangle"
    LASSO = "lasso"


class MapCanvas(QWidget):
    """The wheel zooms at the pointer; dragging does what `hand` says, with the middle button it moves the map. Where it would move the
    map, Shift draws a rectangle and Alt a lasso instead; where it selects, Shift adds to what is selected and Alt takes away. Ctrl adds
    everywhere. A click selects. Arrows go from text to text.

    Signals: pointed_at (row, -1 for none), fit_wanted (show all there is), resized.
    """

    pointed_at = Signal(int)
    fit_wanted = Signal()
    resized = Signal()

    def __init__(
        self, theme: Theme, model: MapModel, camera: Camera, number: int, parent: QWidget | None = None
    ) -> None:
        """number: which of the model's maps."""
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._camera = camera
        self._number = number
        self.hand = Hand.PAN
        self.painter = MapPainter(theme)
        self._card = TextCard(theme, self)
        self._hovered = -1
        self._drag: Hand | None = None
        self._pressed: QPointF | None = None
        self._pointer = QPointF()
        self._outline: list[QPointF] = []
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 160)
        camera.changed.connect(self._moved)
        model.drawn.connect(self.show_points)
        model.laid_out.connect(self.show_points)
        model.shared.selection_changed.connect(self._describe)
        follow(self, theme, self.show_points)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(420), self._theme.px(360))

    @property
    def shown(self) -> Shown | None:
        shown = self._model.shown
        return shown[self._number] if self._number < len(shown) else None

    @property
    def extent(self) -> QSizeF:
        return QSizeF(self.size())

    @Slot()
    def show_points(self) -> None:
        self.painter.take(self.shown, self._model.shared.rows, self._model.hidden)
        self._point_at(-1)
        self._describe()
        self.update()

    def show_names(self, shown: bool) -> None:
        self.painter.named = shown
        self.update()

    def set_hand(self, hand: Hand) -> None:
        self.hand = hand
        self._show_cursor()

    def zoom_step(self, *, closer: bool) -> None:
        self._camera.zoom_by(_CLOSER**2 if closer else _CLOSER**-2, QPointF())

    @Slot(int)
    def mark(self, row: int) -> None:
        """A row that is pointed at in the map beside this one."""
        if row != self._hovered:
            self._hovered = row
            self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), QColor(tokens.canvas))
        pixels = self.painter.paint(painter, self._camera, self.extent, self.devicePixelRatioF())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_rings(painter)
        self._paint_outline(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        del pixels  # they had to live until here

    def _paint_rings(self, painter: QPainter) -> None:
        tokens, selected = self._theme.tokens, self._model.shared.selected
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(selected) <= _MOST_RINGS:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            for row in selected:
                self._ring(painter, row, 3.0)
        if selected:
            painter.setPen(QPen(QColor(tokens.text), 2))
            self._ring(painter, selected[-1], 5.0)
        if self._hovered >= 0:
            painter.setPen(QPen(QColor(tokens.text), 1.5))
            self._ring(painter, self._hovered, 3.0)

    def _ring(self, painter: QPainter, row: int, around: float) -> None:
        at = self._pixel_of(row)
        if at is not None:
            radius = min(6.0, max(3.0, radius_for(len(self._model.shared.rows)))) + around
            painter.drawEllipse(at, radius, radius)

    def _paint_outline(self, painter: QPainter) -> None:
        if self._drag not in (Hand.RECTANGLE, Hand.LASSO) or len(self._outline) < 2:
            return
        accent = QColor(self._theme.tokens.accent)
        painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
        accent.setAlphaF(0.12)
        painter.setBrush(accent)
        painter.drawPolygon(QPolygonF(self._outline))

    # what happens

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(-1)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._action(event) is not None
        ):
            event.accept()  # before any shortcut of the window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found = self._action(event)
        if found is None:
            super().keyPressEvent(event)
        else:
            found()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        self._camera.zoom_by(_CLOSER ** (turned / _NOTCH), self._from_middle(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._pointer = event.position()
        self._drag = None
        if event.button() == Button.MiddleButton:
            self._drag = Hand.PAN
        elif event.button() != Button.LeftButton:
            self._pressed = None
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        before, self._pointer = self._pointer, event.position()
        if self._pressed is None:
            self._point_at(self._row_at(event.position()))
            return
        away = event.position() - self._pressed
        if self._drag is None and away.manhattanLength() >= _STEADY:
            self._drag = self._hand_for(event.modifiers())
            self._outline = [self._pressed]
            self._point_at(-1)
        match self._drag:
            case Hand.PAN:
                self._camera.pan_by(self._pointer - before)
            case Hand.RECTANGLE:
                box = QRectF(self._pressed, self._pointer)
                self._outline = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
                self.update()
            case Hand.LASSO if (self._pointer - self._outline[-1]).manhattanLength() >= _STEADY:
                self._outline.append(self._pointer)
                self.update()
        self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        if self._drag is None and event.button() == Button.LeftButton:
            also = bool(event.modifiers() & (Mod.ControlModifier | Mod.ShiftModifier))
            self._model.select_row(self._row_at(event.position()), also=also)
        elif self._drag in (Hand.RECTANGLE, Hand.LASSO):
            shown = self.shown
            if shown is not None and shown.dots is not None:
                outline = [self._camera.place(point, self.extent) for point in self._outline]
                self._model.select_inside(shown.dots, outline, self._take_for(event.modifiers()))
        self._pressed, self._drag, self._outline = None, None, []
        self._show_cursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Button.LeftButton:
            self._camera.zoom_by(_CLOSER**3, self._from_middle(event.position()))

    def _hand_for(self, modifiers: Qt.KeyboardModifier) -> Hand:
        if self.hand is not Hand.PAN:
            return self.hand
        if modifiers & Mod.ShiftModifier:
            return Hand.RECTANGLE
        return Hand.LASSO if modifiers & Mod.AltModifier else Hand.PAN

    def _take_for(self, modifiers: Qt.KeyboardModifier) -> Take:
        selects = self.hand is not Hand.PAN
        if selects and modifiers & Mod.AltModifier:
            return Take.REMOVE
        adding = Mod.ControlModifier | Mod.ShiftModifier if selects else Mod.ControlModifier
        return Take.ADD if modifiers & adding else Take.ONLY

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        modifiers = event.modifiers() & ~Mod.KeypadModifier
        ways = {
            Key.Key_Left: (-1, 0),
            Key.Key_Right: (1, 0),
            Key.Key_Up: (0, -1),
            Key.Key_Down: (0, 1),
        }
        if event.key() in ways:
            across, down = ways[Key(event.key())]
            if modifiers in (Mod.NoModifier, Mod.ControlModifier):
                return lambda: self._go(across, down, also=modifiers == Mod.ControlModifier)
            if modifiers == Mod.ShiftModifier:
                return lambda: self._camera.pan_by(QPointF(-across * _STEP, -down * _STEP))
            return None
        if event.key() == Key.Key_A and modifiers == Mod.ControlModifier:
            return self._select_in_sight
        if modifiers & ~Mod.ShiftModifier:
            return None
        if event.key() in (Key.Key_Return, Key.Key_Enter) and self._model.shared.selected:
            return lambda: self._model.shared.show_page(PageId.NEIGHBOURS)
        known: dict[Qt.Key, Callable[[], object]] = {
            Key.Key_Plus: lambda: self.zoom_step(closer=True),
            Key.Key_Equal: lambda: self.zoom_step(closer=True),
            Key.Key_Minus: lambda: self.zoom_step(closer=False),
            Key.Key_0: self.fit_wanted.emit,
        }
        if event.key() == Key.Key_Escape and (self._drag is not None or self._model.shared.selected):
            return self._give_up
        return known.get(Key(event.key()))

    def _give_up(self) -> None:
        if self._drag is not None:
            self._pressed, self._drag, self._outline = None, None, []
            self.update()
        else:
            self._model.shared.select(())

    def _select_in_sight(self) -> None:
        shown, size = self.shown, self.extent
        if shown is not None and shown.dots is not None:
            corners = (
                QPointF(0, 0),
                QPointF(size.width(), 0),
                QPointF(size.width(), size.height()),
                QPointF(0, size.height()),
            )
            outline = [self._camera.place(corner, size) for corner in corners]
            self._model.select_inside(shown.dots, outline)

    def _go(self, across: int, down: int, *, also: bool) -> None:
        """From the current text to the next in that direction; into the middle where there is none yet."""
        shown = self.shown
        if shown is None or shown.dots is None:
            return
        selected = self._model.shared.selected
        place = shown.made.place(selected[-1]) if selected else None
        if place is None:
            size = self.extent
            view = self._camera.view(size, 1.0)
            row = shown.dots.at(view, size.width() / 2, size.height() / 2, math.inf)
        else:
            row = shown.dots.next(*place, across, down, selected[-1])
        if row < 0:
            return
        self._model.go_to(row, also=also)
        if (found := shown.made.place(row)) is not None:
            self._camera.show_place(*found, self.extent)
        self._point_at(row, at_point=True)

    def _row_at(self, at: QPointF) -> int:
        shown = self.shown
        if shown is None or shown.dots is None:
            return -1
        dpr = self.devicePixelRatioF()
        view = self._camera.view(self.extent, dpr)
        return shown.dots.at(view, at.x() * dpr, at.y() * dpr, _NEAR * dpr)

    def _point_at(self, row: int, *, at_point: bool = False) -> None:
        """Say what a point is."""
        changed = row != self._hovered
        self._hovered = row
        rows = self._model.shared.rows
        if not 0 <= row < len(rows):
            self._card.hide()
        elif (at := self._pixel_of(row) if at_point else self._pointer) is not None:
            self._card.show_row(rows[row], at)
        if changed:
            self.pointed_at.emit(row)
            self.update()

    def _pixel_of(self, row: int) -> QPointF | None:
        shown = self.shown
        place = shown.made.place(row) if shown is not None and row < len(shown.made) else None
        return None if place is None else self._camera.pixel(*place, self.extent)

    def _from_middle(self, at: QPointF) -> QPointF:
        return at - QPointF(self.width() / 2, self.height() / 2)

    @Slot()
    def _moved(self) -> None:
        self._card.hide()
        self.update()

    def _show_cursor(self) -> None:
        shapes = {Hand.PAN: Qt.CursorShape.ClosedHandCursor, None: Qt.CursorShape.ArrowCursor}
        if self._drag is None and self.hand is not Hand.PAN:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(shapes.get(self._drag, Qt.CursorShape.CrossCursor))

    @Slot()
    def _describe(self) -> None:
        shown, shared = self.shown, self._model.shared
        title = shared.title_of(shown.column) if shown is not None else ""
        self.setAccessibleName(self.tr("Map of {0}").format(title) if title else self.tr("Map"))
        current = shared.rows[shared.selected[-1]].text if shared.selected and shared.rows else ""
        self.setAccessibleDescription(
            self.tr("Selected: {0}").format(current)
            if current
            else self.tr(
                "Arrows go from text to text, Ctrl+A selects all in sight, Enter shows what is near."
            )
        )
        self.update()
