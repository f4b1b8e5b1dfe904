"""The boards at the left: places that pictures are put on. A picture can be on several."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.images.dragging import ids_in
from workbench.ui.images.gallery.model import GalleryModel
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.figures import count
from workbench.ui.support.icons import icon, pixmap
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    ICON,
    INSIDE,
    PADDING,
    RADIUS,
    ROW,
    SEMIBOLD,
    Theme,
    follow,
)

_NAME, _COUNT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class BoardList(QWidget):
    """Signals: dropped (ids, board)."""

    dropped = Signal(object, str)

    def __init__(self, theme: Theme, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.list = _Rows(theme, self)
        self.add = IconButton(theme, "plus", self.tr("New board"), self)
        top = QHBoxLayout()
        top.setContentsMargins(INSIDE + GRID, 0, GRID, 0)
        top.addWidget(
            TextLabel(theme, self.tr("Boards"), self, size=CAPTION, weight=SEMIBOLD, role="muted"), 1
        )
        top.addWidget(self.add)
        self.hint = TextLabel(
            theme,
            self.tr("Drop pictures on a board to put them there."),
            self,
            size=CAPTION,
            role="muted",
            wrap=True,
        )
        self.hint.setContentsMargins(INSIDE + GRID, 0, INSIDE, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, PADDING - GRID, GRID, PADDING - GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        self.add.clicked.connect(self.begin_board)
        self.list.currentItemChanged.connect(self._open)
        self.list.named.connect(self._name)
        self.list.deleted.connect(self._delete)
        self.list.menu_wanted.connect(self._show_menu)
        self.list.dropped.connect(self.dropped)
        model.facets_changed.connect(self.refresh)
        model.changed.connect(self._mark)
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tokens.surface))

    @Slot()
    def refresh(self) -> None:
        if self.list.state() is QAbstractItemView.State.EditingState:
            return  # what is typed is worth more than a count
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.add("", self.tr("All pictures"), self._model.total)
            for board in self._model.boards:
                self.list.add(board.name, board.name, board.count)
        self.hint.setVisible(bool(self._model.boards))
        self._mark()

    @Slot()
    def begin_board(self) -> None:
        """A row to type the new board's name into."""
        with QSignalBlocker(self.list):
            item = self.list.add("", "", 0, new=True)
        self.list.scrollToItem(item)
        self.list.editItem(item)

    def menu(self, name: str) -> QMenu:
        """What can be done with a board. The caller shows it; it deletes itself when it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rename = menu.addAction(icon(self._theme, "pencil", "muted"), self.tr("Rename"))
        rename.setShortcut(Qt.Key.Key_F2)
        rename.triggered.connect(lambda: self.list.rename(name))
        delete = menu.addAction(icon(self._theme, "trash-2", "bad"), self.tr("Delete the board"))
        delete.setToolTip(self.tr("The pictures stay"))
        delete.setShortcut(Qt.Key.Key_Delete)
        delete.triggered.connect(lambda: self._model.delete_board(name))
        return menu

    @Slot()
    def _mark(self) -> None:
        """The row of the open board, without announcing it."""
        item = self.list.item_of(self._model.filter.board)
        if item is not None and item is not self.list.currentItem():
            with QSignalBlocker(self.list):
                self.list.setCurrentItem(item)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_NAME) is not None:
            self._model.open_board(str(item.data(_NAME)))

    @Slot(str, str)
    def _name(self, name: str, new_name: str) -> None:
        """name: "" for the row of a new board."""
        if name:
            self._model.rename_board(name, new_name)
        else:
            self._model.make_board(new_name)

    @Slot(str)
    def _delete(self, name: str) -> None:
        if name:
            self._model.delete_board(name)

    @Slot(str, object)
    def _show_menu(self, name: str, at: object) -> None:
        self.menu(name).popup(at)  # type: ignore[arg-type]  # QPoint, as the signal carries it


class _Rows(QListWidget):
    """Signals: named (board or "", new name), deleted (board), menu_wanted (board, global point), dropped (ids, board)."""

    named = Signal(str, str)
    deleted = Signal(str)
    menu_wanted = Signal(str, object)
    dropped = Signal(object, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over: QListWidgetItem | None = None
        self.setItemDelegate(_Delegate(theme, self))
        self.setAccessibleName(self.tr("Boards"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.itemChanged.connect(self._edited)
        follow(self, theme, self.scheduleDelayedItemsLayout)

    def add(self, name: str, words: str, number: int, *, new: bool = False) -> QListWidgetItem:
        """new: a row whose name is still to be typed."""
        item = QListWidgetItem(words)
        item.setData(_NAME, None if new else name)
        item.setData(_COUNT, number)
        item.setToolTip(words)
        if name or new:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self.addItem(item)
        return item

    def item_of(self, name: str) -> QListWidgetItem | None:
        rows = (self.item(row) for row in range(self.count()))
        return next((item for item in rows if item.data(_NAME) == name), None)

    def rename(self, name: str) -> None:
        if (item := self.item_of(name)) is not None:
            self.editItem(item)

    def over(self, index: Index) -> bool:
        """Whether pictures are held over this row."""
        return self._over is not None and self.itemFromIndex(index) is self._over

    def closeEditor(self, editor: QWidget, hint: object) -> None:
        super().closeEditor(editor, hint)  # type: ignore[arg-type]  # EndEditHint, as it came
        unnamed = [row for row in range(self.count()) if self.item(row).data(_NAME) is None]
        for row in unnamed:
            self.takeItem(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and item is not None:
            self.deleted.emit(item.data(_NAME))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if by_key else self.itemAt(event.pos())
        if item is not None and item.data(_NAME):
            at = self.visualItemRect(item).bottomLeft() if by_key else event.pos()
            self.menu_wanted.emit(item.data(_NAME), self.viewport().mapToGlobal(at))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if ids_in(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        self._hold(item if item is not None and item.data(_NAME) else None)
        if self._over is not None and ids_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hold(None)

    def dropEvent(self, event: QDropEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        self._hold(None)
        ids = ids_in(event.mimeData())
        if item is not None and item.data(_NAME) and ids:
            event.acceptProposedAction()
            self.dropped.emit(ids, item.data(_NAME))

    def _hold(self, item: QListWidgetItem | None) -> None:
        if item is not self._over:
            self._over = item
            self.viewport().update()

    @Slot(QListWidgetItem)
    def _edited(self, item: QListWidgetItem) -> None:
        words, name = " ".join(item.text().split()), item.data(_NAME)
        if words and words != name:
            self.named.emit(name or "", words)
        elif name:
            item.setText(name)


class _Delegate(QStyledItemDelegate):
    """Icon, name, how many; the row that pictures are held over has a ring."""

    def __init__(self, theme: Theme, rows: _Rows) -> None:
        super().__init__(rows)
        self._theme = theme
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Name of the board"))
        editor.setStyleSheet("padding: 0 6px; min-height: 0;")
        editor.setMaxLength(80)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, tokens = self._theme, self._theme.tokens
        rect, state = option.rect, option.state
        held = self._rows.over(index)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if held or selected or state & QStyle.StateFlag.State_MouseOver:
            ringed = held or (selected and self._rows.hasFocus())
            painter.setPen(QPen(QColor(tokens.accent), 1) if ringed else Qt.PenStyle.NoPen)
            tinted = held or selected
            painter.setBrush(QColor(theme.tint(ground="surface") if tinted else theme.hover("surface")))
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        inner = rect.adjusted(INSIDE, 0, -INSIDE, 0)
        name = "images" if index.data(_NAME) == "" else "layout-grid"
        mark = pixmap(theme, name, "muted", ICON, painter.device().devicePixelRatioF())
        box = self._mirrored(
            option, QRect(inner.left(), inner.top() + (inner.height() - ICON) // 2, ICON, ICON)
        )
        painter.drawPixmap(box.topLeft(), mark)
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        number = count(index.data(_COUNT) or 0)
        wide = painter.fontMetrics().horizontalAdvance(number)
        middle, leading = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeading
        painter.setLayoutDirection(option.direction)
        there = QRect(inner.right() - wide, inner.top(), wide + 1, inner.height())
        painter.drawText(self._mirrored(option, there), middle | leading, number)
        painter.setFont(theme.font())
        painter.setPen(QColor(tokens.text))
        text = QRect(inner.left() + ICON + INSIDE, inner.top(), 0, inner.height())
        text.setRight(there.left() - INSIDE)
        words = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(self._mirrored(option, text), middle | leading, words)
        painter.restore()

    def _mirrored(self, option: QStyleOptionViewItem, rect: QRect) -> QRect:
        if option.direction == Qt.LayoutDirection.LeftToRight:
            return rect
        row = option.rect
        return QRect(row.left() + row.right() - rect.right(), rect.top(), rect.width(), rect.height())
