"""Thousands of thumbnails to scroll through and to choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessibleInterface,
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.dragged import DRAGGED, dragged
from workbench.ui.images.dragging import mime_of
from workbench.ui.images.facts import title_of
from workbench.ui.images.gallery.accessible import ListInterface, focused
from workbench.ui.images.gallery.band import Band
from workbench.ui.images.gallery.cell import CellPainter, CellState
from workbench.ui.images.gallery.grid import Grid
from workbench.ui.images.gallery.model import GalleryModel
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.accessible import install
from workbench.ui.support.theme import PADDING, RELATED, Theme, follow
from workbench.ui.support.tooltips import as_tip

LEAST_SIDE, USUAL_SIDE, MOST_SIDE = 80, 168, 320
_SCROLL_MS = 16
_NOTCH = 120
_ALT = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class ThumbnailView(QAbstractScrollArea):
    """Shows a GalleryModel. Only what is in view is asked for, decoded and painted.

    Signals: opened (id: double click or Enter), rated (stars), deleted (Del), menu_wanted (global point), zoomed (steps of the wheel with Ctrl, larger ones above 0).
    """

    opened = Signal(str)
    rated = Signal(int)
    deleted = Signal()
    menu_wanted = Signal(QPoint)
    zoomed = Signal(int)

    def __init__(
        self, theme: Theme, model: GalleryModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        install(ThumbnailView, ListInterface)
        self.interface: QAccessibleInterface | None = None
        self._theme = theme
        self.model = model
        self._thumbnails = thumbnails
        self._painter = CellPainter(theme, thumbnails)
        self._side = USUAL_SIDE
        self._grid = Grid(0, 1, self._side, RELATED, PADDING)
        self._shown: dict[str, list[int]] = {}
        self._top: tuple[str, int] = ("", 0)
        self._filter = model.filter
        self._hovered = -1
        self._turned = 0
        self._pressed: QPoint | None = None
        self._band: Band | None = None
        self._pull = QTimer(self)
        self._pull.setInterval(_SCROLL_MS)
        self._pull.timeout.connect(self._pull_on)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Pictures"))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        model.ids_changed.connect(self._take_ids)
        model.entries_changed.connect(self._take_entries)
        model.selection_changed.connect(self._take_selection)
        thumbnails.ready.connect(self._take_thumbnail)
        follow(self, theme, self._dress)

    @property
    def side(self) -> int:
        return self._side

    def set_side(self, side: int) -> None:
        """How large the thumbnails are; what is in the middle stays there."""
        side = max(LEAST_SIDE, min(MOST_SIDE, side))
        if side != self._side:
            self._side = side
            self._arrange()

    def rect_of(self, index: int) -> QRect:
        """Of a cell, in the viewport."""
        return self._grid.rect(index).translated(0, -self.verticalScrollBar().value())

    def visible(self) -> range:
        """The cells that can be seen, at least in part."""
        top = self.verticalScrollBar().value()
        return self._grid.between(top, top + self.viewport().height())

    def id_at(self, point: QPoint) -> str:
        """In the viewport; "" between the cells."""
        index = self._grid.at(point + QPoint(0, self.verticalScrollBar().value()))
        return self.model.ids[index] if index >= 0 else ""

    def reveal(self, id: str) -> None:
        """Scroll as little as it takes to see all of it."""
        place = self.model.place_of(id)
        if place < 0:
            return
        rect, bar = self.rect_of(place), self.verticalScrollBar()
        if rect.top() < PADDING:
            bar.setValue(bar.value() + rect.top() - PADDING)
        elif rect.bottom() > self.viewport().height() - PADDING:
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + PADDING)

    # What is shown

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        exposed = event.rect()
        painter.fillRect(exposed, self.palette().color(self.viewport().backgroundRole()))
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        top, ratio = self.verticalScrollBar().value(), self.devicePixelRatioF()
        ids, model = self.model.ids, self.model
        keyboard = model.current if self.hasFocus() else ""
        reach = exposed.translated(0, top)
        for index in self._grid.between(reach.top() - 4, reach.bottom() + 4):
            rect = self.rect_of(index)
            if not rect.adjusted(-5, -5, 5, 5).intersects(exposed):
                continue
            id = ids[index]
            state = CellState(model.is_selected(id), id == keyboard, index == self._hovered)
            self._painter.paint(painter, rect, model.entry(id), state, ratio)
        if self._band is not None:
            self._band.paint(painter, self._theme, top)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        # What stays in view is moved, not painted again; a badge or ring half in view is inside the strip that is new.
        if self._band is None:
            self.viewport().scroll(0, dy)
        else:
            self.viewport().update()
        self._hover(-1)
        self._look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.model.current and self.model.ids:
            seen = self.visible()
            self.model.move(self.model.ids[seen.start if seen else 0])
        self._update(self.model.current)
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update(self.model.current)

    def visible_entries(self) -> list[GalleryImage]:
        """Of the cells in view, those whose entry has come."""
        ids = self.model.ids
        return [image for index in self.visible() if (image := self.model.entry(ids[index])) is not None]

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        self._pressed = point
        id, keys = self.id_at(point), event.modifiers()
        control = bool(keys & Qt.KeyboardModifier.ControlModifier)
        if keys & Qt.KeyboardModifier.ShiftModifier and id:
            self.model.extend(id, keep=control)
        elif control and id:
            self.model.toggle(id)
        elif id and not self.model.is_selected(id):
            self.model.select(id)
        elif not id and not control:
            self.model.select("")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(self._grid.at(point + QPoint(0, self.verticalScrollBar().value())))
            return
        if self._band is not None:
            self._stretch(self._band, point)
        elif (point - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            if self.id_at(self._pressed):
                self._drag_out()
            else:
                start = self._pressed + QPoint(0, self.verticalScrollBar().value())
                self._band = Band(self.model.selected, start, point)
                self._stretch(self._band, point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        self._pull.stop()
        if self._band is not None:
            self._band = None
            self.viewport().update()
            return
        id = self.id_at(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if pressed is not None and plain and id and len(self.model.selected) > 1:
            self.model.select(id)  # a press on one of several may have begun a drag of all

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and (id := self.id_at(event.position().toPoint())):
            self._pressed = None
            self.opened.emit(id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._turned += event.angleDelta().y()
        steps = int(self._turned / _NOTCH)
        self._turned -= steps * _NOTCH
        if steps:
            self.zoomed.emit(steps)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            id, at = self.model.current, self._middle_of(self.model.current)
        else:
            id, at = self.id_at(event.pos()), event.globalPos()
        if id and not self.model.is_selected(id):
            self.model.select(id)
        if id:
            self.menu_wanted.emit(at)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), event.modifiers()
        plain = not keys & _ALT
        if self._moved(event):
            return
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if plain and self.model.current:
                self.opened.emit(self.model.current)
            case Qt.Key.Key_Space if self.model.current:
                self.model.toggle(self.model.current)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if plain:
                self.deleted.emit()
            case Qt.Key.Key_A if keys == Qt.KeyboardModifier.ControlModifier:
                self.model.select_all()
            case Qt.Key.Key_Escape if len(self.model.selected) > 0:
                self.model.select_these(())
            case _ if plain and Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
                self.rated.emit(key - Qt.Key.Key_0)
            case _:
                event.ignore()

    def _moved(self, event: QKeyEvent) -> bool:
        """Whether the key is one that goes to another cell."""
        grid, ids = self._grid, self.model.ids
        if not ids:
            return False
        here = max(0, self.model.place_of(self.model.current))
        onward = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
        page = max(1, self.viewport().height() // grid.pitch)
        match event.key():
            case Qt.Key.Key_Right:
                to = grid.moved(here, onward, 0)
            case Qt.Key.Key_Left:
                to = grid.moved(here, -onward, 0)
            case Qt.Key.Key_Down:
                to = grid.moved(here, 0, 1)
            case Qt.Key.Key_Up:
                to = grid.moved(here, 0, -1)
            case Qt.Key.Key_PageDown:
                to = grid.moved(here, 0, page)
            case Qt.Key.Key_PageUp:
                to = grid.moved(here, 0, -page)
            case Qt.Key.Key_Home:
                to = 0
            case Qt.Key.Key_End:
                to = len(ids) - 1
            case _:
                return False
        if not self.model.current:
            to = here
        keys = event.modifiers()
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self.model.extend(ids[to])
        elif keys & Qt.KeyboardModifier.ControlModifier:
            self.model.move(ids[to])
        else:
            self.model.select(ids[to])
        self.reveal(ids[to])
        return True

    # Following the model

    @Slot()
    def _take_ids(self) -> None:
        self._hovered = -1
        if self.model.filter != self._filter:
            self._filter = self.model.filter
            self._top = ("", 0)
        self._arrange()

    @Slot(object)
    def _take_entries(self, ids: set[str]) -> None:
        seen = self.visible()
        here = self.model.ids
        for index in seen:
            if here[index] in ids:
                self.viewport().update(self._whole(index))
        self._remember()

    @Slot()
    def _take_selection(self) -> None:
        self.viewport().update()
        self._tell()

    @Slot(str)
    def _take_thumbnail(self, digest: str) -> None:
        for index in self._shown.get(digest, ()):
            self.viewport().update(self._whole(index))

    def _arrange(self) -> None:
        """Cells for the list, the size and the width there are now; what was at the top stays there."""
        bar, view = self.verticalScrollBar(), self.viewport()
        anchor, offset = self._top
        at_start = bar.value() == 0
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._grid = Grid(len(self.model.ids), view.width(), self._side, RELATED, PADDING, mirrored)
        bar.setPageStep(view.height())
        bar.setSingleStep(max(20, self._grid.pitch // 3))
        bar.setRange(0, max(0, self._grid.height - view.height()))
        place = self.model.place_of(anchor)
        if not anchor:
            bar.setValue(0)
        elif place >= 0 and not at_start:
            bar.setValue(self._grid.rect(place).top() + offset)
        view.update()
        self._look()

    def _look(self) -> None:
        """What is in view has changed: ask for it, and let go what is not."""
        ids, seen = self.model.ids, self.visible()
        if seen:
            self._top = (
                ids[seen.start],
                self.verticalScrollBar().value() - self._grid.rect(seen.start).top(),
            )
            ahead = len(seen)
            self.model.want(ids[seen.start : min(len(ids), seen.stop + ahead)])
        before = set(self._shown)
        self._remember()
        self._thumbnails.withdraw(before - self._shown.keys())

    def _remember(self) -> None:
        ids, model = self.model.ids, self.model
        self._shown = {}
        for index in self.visible():
            image = model.entry(ids[index])
            if image is not None:
                self._shown.setdefault(image.digest, []).append(index)

    def _dress(self) -> None:
        self._painter.dress()
        self.viewport().update()

    # Bits

    def _whole(self, index: int) -> QRect:
        """The cell with its ring."""
        return self.rect_of(index).adjusted(-5, -5, 5, 5)

    def _update(self, id: str) -> None:
        place = self.model.place_of(id)
        if place >= 0:
            self.viewport().update(self._whole(place))

    def _hover(self, index: int) -> None:
        if index == self._hovered:
            return
        for each in (index, self._hovered):
            if each >= 0:
                self.viewport().update(self._whole(each))
        self._hovered = index
        image = self.model.entry(self.model.ids[index]) if 0 <= index < len(self.model.ids) else None
        self.viewport().setToolTip(as_tip(title_of(image)) if image is not None else "")

    def _middle_of(self, id: str) -> QPoint:
        place = self.model.place_of(id)
        return self.viewport().mapToGlobal(self.rect_of(place).center() if place >= 0 else QPoint(20, 20))

    def _stretch(self, band: Band, point: QPoint) -> None:
        band.pointer = point
        if not band.pull(self.viewport().height()):
            self._pull.stop()
        elif not self._pull.isActive():
            self._pull.start()
        ids = self.model.ids
        caught = self._grid.within(band.rect(self.verticalScrollBar().value()))
        self.model.select_these(band.before.union(ids[at] for at in caught))
        if caught:
            self.model.move(ids[caught[-1]])
        self.viewport().update()

    @Slot()
    def _pull_on(self) -> None:
        if self._band is None:
            self._pull.stop()
            return
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self._band.pull(self.viewport().height()))
        self._stretch(self._band, self._band.pointer)

    def _drag_out(self) -> None:
        images = self.model.at_hand()
        self._pressed = None
        if not images:
            return
        drag = QDrag(self)
        drag.setMimeData(mime_of(images, self.model.gallery.path))
        side = round(DRAGGED * self.devicePixelRatioF())
        picture = self._thumbnails.nearest(images[0].digest, side)
        if picture is not None:
            drag.setPixmap(dragged(self._theme, picture, len(images), self.devicePixelRatioF()))
            drag.setHotSpot(QPoint(DRAGGED // 2, DRAGGED // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def _tell(self) -> None:
        if self.hasFocus():
            focused(self, self.model.current)
