"""What mouse and keyboard do in a view of results, list and table alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, takewhile

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QDrag,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QToolTip

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.results.delegate import Act, ResultDelegate
from workbench.ui.images.results.items import pictures_of, result_of
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.pictures import Pictures
from workbench.ui.images.results.ports import Actions
from workbench.ui.images.results.result import Phase, Result
from workbench.ui.images.results.zoom import Zoom
from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import Theme

_NOTCH = 120
_DRAGGED = QSize(96, 96)
_BEGUN = (Phase.WAITING, Phase.HELD, Phase.RUNNING)
_DEAD = (Phase.FAILED, Phase.CANCELLED)


class Hands(QObject):
    """Signals: opened (image id), picked (the current Result or None), record_wanted (exchange id)."""

    opened = Signal(str)
    picked = Signal(object)
    record_wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        view: QAbstractItemView,
        delegate: ResultDelegate,
        model: ResultsModel,
        actions: Actions,
        zoom: Zoom,
    ) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._delegate = delegate
        self._model = model
        self._actions = actions
        self._zoom = zoom
        view.setMouseTracking(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setDragEnabled(True)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)
        view.doubleClicked.connect(self._open)
        view.entered.connect(self._hover)
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)

    def follow_selection(self) -> None:
        """After the view was given its items."""
        self._view.selectionModel().currentChanged.connect(self._moved)

    @property
    def current(self) -> Result | None:
        return result_of(self._view.currentIndex())

    def selected(self) -> list[Result]:
        """The selected ones, from the top; without any the current one."""
        indexes = self._view.selectionModel().selectedIndexes() or [self._view.currentIndex()]
        indexes.sort(key=lambda one: (one.row(), one.column()))
        return [found for one in indexes if (found := result_of(one)) is not None]

    def go_to(self, image_id: str) -> None:
        """Select this picture alone; nothing where it is not shown here."""
        for index in self._indexes():
            result = result_of(index)
            if result is not None and result.image_id == image_id:
                self._view.setCurrentIndex(index)
                return

    def _indexes(self) -> Iterator[QModelIndex]:
        model = self._view.model()
        for row in range(model.rowCount(QModelIndex())):
            columns = (model.index(row, column) for column in count())  # a list does not tell how many it has
            yield from takewhile(QModelIndex.isValid, columns)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QKeyEvent() if watched is self._view and event.type() is QEvent.Type.KeyPress:
                return self._pressed_key(event)
            case QMouseEvent() if watched is self._view.viewport():
                return self._moused(event)
            case QWheelEvent() if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._zoom.by(event.angleDelta().y() / _NOTCH)
                return True
            case QHelpEvent() if watched is self._view.viewport():
                return self._tell_act(event)
        if event.type() is QEvent.Type.Leave and watched is self._view.viewport():
            self._hover(QModelIndex())
        return False

    # keyboard

    def _pressed_key(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.matches(QKeySequence.StandardKey.ZoomIn) or (plain and key == Qt.Key.Key_Plus):
            self._zoom.by(1)
        elif event.matches(QKeySequence.StandardKey.ZoomOut) or (plain and key == Qt.Key.Key_Minus):
            self._zoom.by(-1)
        elif modifiers == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_0:
            self._zoom.fit()
        else:
            return (plain and self._did_to_calls(key)) or self._did_to_pictures(event, plain)
        return True

    def _did_to_calls(self, key: int) -> bool:
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open(self._view.currentIndex())
            case Qt.Key.Key_R:
                self._retry()
            case Qt.Key.Key_D:
                self._show_record()
            case Qt.Key.Key_Delete if any(result.phase in _BEGUN for result in self.selected()):
                self._cancel()
            case _:
                return False
        return True

    def _did_to_pictures(self, event: QKeyEvent, plain: bool) -> bool:
        """The keys that the pictures' menu tells of."""
        images = [result.image for result in self.selected() if result.image is not None]
        if not images:
            return False
        key = event.key()
        ids = tuple(image.id for image in images)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._actions.copy_picture(images)
        elif event.matches(QKeySequence.StandardKey.Save):
            self._actions.save_as(images, self._view)
        elif not plain:
            return False
        elif key == Qt.Key.Key_T:
            self._actions.ask_tags(images, self._view)
        elif key == Qt.Key.Key_B:
            self._actions.ask_board(ids, self._view)
        elif key == Qt.Key.Key_Delete:
            self._actions.delete(ids)
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self._actions.rate(images, key - Qt.Key.Key_0)
        else:
            return False
        return True

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        result = result_of(index)
        if result is None:
            return
        if result.image is not None:
            self.opened.emit(result.image.id)
        elif result.phase is Phase.FAILED and result.job.exchange_id:
            self.record_wanted.emit(result.job.exchange_id)

    @Slot()
    def _retry(self) -> None:
        self._model.retry(result.job.id for result in self.selected())

    @Slot()
    def _cancel(self) -> None:
        self._model.cancel(result.job.id for result in self.selected())

    @Slot()
    def _show_record(self) -> None:
        if self.current is not None and self.current.job.exchange_id:
            self.record_wanted.emit(self.current.job.exchange_id)

    # mouse

    def _moused(self, event: QMouseEvent) -> bool:
        """A click on a painted button is the button's; everything else is the view's."""
        pos = event.position().toPoint()
        if event.type() is QEvent.Type.MouseMove:
            over = self._act_at(pos) is not None
            self._view.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            )
            if not self._view.indexAt(pos).isValid():
                self._hover(QModelIndex())
            return False
        pressed = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if not pressed or event.button() is not Qt.MouseButton.LeftButton:
            return False
        found = self._act_at(pos)
        if found is None:
            return False
        act, result = found
        match act:
            case Act.CANCEL:
                self._model.cancel((result.job.id,))
            case Act.RETRY:
                self._model.retry((result.job.id,))
            case Act.DETAILS:
                self.record_wanted.emit(result.job.exchange_id)
        return True

    def _act_at(self, pos: QPoint) -> tuple[Act, Result] | None:
        index = self._view.indexAt(pos)
        result = result_of(index)
        if result is None:
            return None
        act = self._delegate.act_at(result, self._view.visualRect(index), self._view.layoutDirection(), pos)
        return (act, result) if act is not None else None

    def _tell_act(self, event: QHelpEvent) -> bool:
        found = self._act_at(event.pos())
        if found is None or event.type() is not QEvent.Type.ToolTip:
            return False
        words = {
            Act.CANCEL: self.tr("Cancel this call (Del)"),
            Act.RETRY: self.tr("Ask again (R)"),
            Act.DETAILS: self.tr("What was sent and what came back (D)"),
        }
        QToolTip.showText(event.globalPos(), words[found[0]], self._view)
        return True

    @Slot(QModelIndex)
    def _hover(self, index: QModelIndex) -> None:
        now = QPersistentModelIndex(index) if index.isValid() else None
        before, self._delegate.hovered = self._delegate.hovered, now
        for one in (before, now):
            if one is not None and one.isValid():
                model = self._view.model()
                self._view.viewport().update(self._view.visualRect(model.index(one.row(), one.column())))

    # menu

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        index = self._view.indexAt(at)
        if index.isValid() and not self._view.selectionModel().isSelected(index):
            self._view.setCurrentIndex(index)
        results = self.selected()
        if results:
            self.menu_of(results).popup(self._view.viewport().mapToGlobal(at))

    def menu_of(self, results: list[Result]) -> QMenu:
        """For pictures what the gallery offers for them, for calls what can be done about them."""
        images = [result.image for result in results if result.image is not None]
        menu = self._actions.menu(images, self._view) if images else QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        own: list[QAction] = []
        if any(result.phase in _DEAD for result in results):
            own.append(self._item(menu, "rotate-ccw", self.tr("Ask again"), "R", self._retry))
        if any(result.phase in _BEGUN for result in results):
            own.append(self._item(menu, "x", self.tr("Cancel"), "Del", self._cancel))
        if len(results) == 1 and results[0].job.exchange_id and not images:
            own.append(
                self._item(
                    menu, "scroll-text", self.tr("What was sent and came back"), "D", self._show_record
                )
            )
        first = menu.actions()[0] if menu.actions() else None
        for action in own:
            menu.insertAction(first, action) if first is not None else menu.addAction(action)
        if own and first is not None:
            menu.insertSeparator(first)
        return menu

    def _item(self, menu: QMenu, icon: str, text: str, keys: str, run: object) -> QAction:
        action = QAction(text, menu)
        set_icon(action, self._theme, icon)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(run)
        return action

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.picked.emit(result_of(current))


def drag(view: QAbstractItemView, pictures: Pictures) -> None:
    """Carry the selected pictures out of view: a file to other programs, pictures to other parts of this one."""
    indexes = view.selectionModel().selectedIndexes()
    images = pictures_of(indexes)
    if not images:
        return
    carried = QDrag(view)
    carried.setMimeData(view.model().mimeData(indexes))
    if (picture := _carried(images, pictures, view.devicePixelRatioF())) is not None:
        carried.setPixmap(picture)
        carried.setHotSpot(QPoint(12, 12))
    carried.exec(Qt.DropAction.CopyAction)


def _carried(images: list[GalleryImage], pictures: Pictures, dpr: float) -> QPixmap | None:
    """Up to three of the pictures, one behind the other."""
    shown = [made for image in images[:3] if (made := pictures.fitted(image.digest, _DRAGGED, dpr))]
    if not shown:
        return None
    whole = QPixmap(round((_DRAGGED.width() + 16) * dpr), round((_DRAGGED.height() + 16) * dpr))
    whole.setDevicePixelRatio(dpr)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    for at, picture in reversed(list(enumerate(shown))):
        painter.drawPixmap(at * 8, at * 8, picture)
    painter.end()
    return whole
