"""The list of all batches: a picture, a title and how each ended."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.images.jobs import ImageBatch
from workbench.ui.images.results import words
from workbench.ui.images.results.items import ROOT, Index
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.pictures import Pictures
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.theme import (
    BODY,
    CAPTION,
    CARD_RADIUS,
    GRID,
    ICON,
    INSIDE,
    RELATED,
    SEMIBOLD,
    Theme,
    follow,
)

BATCH = Qt.ItemDataRole.UserRole + 1
DETAIL = Qt.ItemDataRole.UserRole + 2
"""When it was, and how it ended."""
_SIDE = 44


class BatchRows(QAbstractListModel):
    """All batches, newest first; older ones are fetched as the list comes to its end."""

    def __init__(self, model: ResultsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._batches = model.batches
        model.history_changed.connect(self._reset)
        model.face_changed.connect(self._renew)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._batches)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._batches):
            return None
        batch = self._batches[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return words.title(batch)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{words.title(batch)}, {self._detail(batch)}"
        return batch if role == BATCH else self._detail(batch) if role == DETAIL else None

    def _detail(self, batch: ImageBatch) -> str:
        face = self._model.face(batch.id)
        parts = [words.moment(batch.created_at)]
        if face is not None:
            parts += words.facts(face.counts)
        return " · ".join(parts)

    def canFetchMore(self, parent: Index) -> bool:
        return self._model.has_more

    def fetchMore(self, parent: Index) -> None:
        self._model.load_more()

    @Slot()
    def _reset(self) -> None:
        self.beginResetModel()
        self._batches = self._model.batches
        self.endResetModel()

    @Slot(str)
    def _renew(self, batch_id: str) -> None:
        for row, batch in enumerate(self._batches):
            if batch.id == batch_id:
                self.dataChanged.emit(self.index(row), self.index(row))


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: ResultsModel, pictures: Pictures, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_SIDE) + INSIDE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, tokens, batch = self._theme, self._theme.tokens, index.data(BATCH)
        if not isinstance(batch, ImageBatch):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_open = self._model.batch is not None and self._model.batch.id == batch.id
        ground = QPainterPath()
        ground.addRoundedRect(option.rect.adjusted(2, 1, -2, -1), 6, 6)
        if is_open or option.state & QStyle.StateFlag.State_Selected:
            painter.fillPath(ground, QColor(theme.tint(ground="raised")))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillPath(ground, QColor(theme.hover("raised")))
        side = theme.px(_SIDE)
        inside = option.rect.adjusted(INSIDE, GRID, -INSIDE, -GRID)
        place = QStyle.visualRect(option.direction, inside, QRect(inside.left(), inside.top(), side, side))
        self._draw_picture(painter, place, batch)
        said = QRect(
            inside.left() + side + RELATED, inside.top(), inside.width() - side - RELATED, inside.height()
        )
        said = QStyle.visualRect(option.direction, inside, said)
        for text, size, role, top in (
            (str(index.data()), BODY, "text", 0),
            (str(index.data(DETAIL) or ""), CAPTION, "muted", side // 2),
        ):
            painter.setFont(theme.font(size, SEMIBOLD if is_open and role == "text" else 400))
            painter.setPen(QColor(tokens.colour(role)))
            metrics = QFontMetrics(painter.font())
            line = QRect(said.left(), said.top() + top, said.width(), side // 2)
            align = QStyle.visualAlignment(
                option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            )
            painter.drawText(
                line, int(align), metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            )
        painter.restore()

    def _draw_picture(self, painter: QPainter, place: QRect, batch: ImageBatch) -> None:
        """Its first picture, or up to four in a square."""
        face = self._model.face(batch.id)
        shape = QPainterPath()
        shape.addRoundedRect(place, 4, 4)
        painter.fillPath(shape, QColor(self._theme.tokens.surface))
        digests = face.digests if face is not None else ()
        if not digests:
            corner = place.center() - QPoint(ICON // 2, ICON // 2)
            painter.drawPixmap(corner, pixmap(self._theme, "image", "muted"))
            return
        painter.setClipPath(shape)
        half = place.width() // 2
        boxes = (
            [place]
            if len(digests) < 4
            else [
                QRect(place.left() + dx * half, place.top() + dy * half, half, half)
                for dy in (0, 1)
                for dx in (0, 1)
            ]
        )
        for box, digest in zip(boxes, digests, strict=False):
            dpr = painter.device().devicePixelRatioF()
            picture = self._pictures.fitted(digest, box.size(), dpr, covering=True)
            if picture is not None:
                painter.drawPixmap(box.topLeft(), picture)
        painter.setClipping(False)


class History(QFrame):
    """A panel that floats below the button it was opened with. Signals: chosen (batch id), delete_wanted (batch id)."""

    chosen = Signal(str)
    delete_wanted = Signal(str)

    def __init__(
        self, theme: Theme, model: ResultsModel, pictures: Pictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self._model = model
        self.rows = BatchRows(model, self)
        self.list = QListView(self)
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_RowDelegate(theme, model, pictures, self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("All batches"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.clicked.connect(self._choose)
        self.list.installEventFilter(self)
        hint = TextLabel(theme, self.tr("Enter opens, Del deletes"), self, size=CAPTION, role="muted")
        hint.setContentsMargins(INSIDE, 0, INSIDE, GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.list, 1)
        column.addWidget(hint)
        follow(self, theme, self._dress)

    def open_under(self, anchor: QWidget) -> None:
        rows = min(max(3, self.rows.rowCount()), 9)
        theme = self._theme
        self.resize(theme.px(380), rows * (theme.px(_SIDE) + INSIDE) + theme.px(40))
        rtl = anchor.layoutDirection() is Qt.LayoutDirection.RightToLeft
        at = anchor.mapToGlobal(anchor.rect().bottomRight() if rtl else anchor.rect().bottomLeft())
        self.move(at - QPoint(self.width() if rtl else 0, -GRID))
        self.show()
        self.list.setFocus()
        if self._model.place >= 0:
            self.list.setCurrentIndex(self.rows.index(self._model.place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            index = self.list.currentIndex()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(index)
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._delete(index)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return False

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        batch = index.data(BATCH)
        if isinstance(batch, ImageBatch):
            self.hide()
            self.chosen.emit(batch.id)

    def _delete(self, index: QModelIndex) -> None:
        batch = index.data(BATCH)
        if isinstance(batch, ImageBatch):
            self.hide()
            self.delete_wanted.emit(batch.id)

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        opens = menu.addAction(self.tr("Open"))
        opens.triggered.connect(lambda: self._choose(index))
        deletes = menu.addAction(self.tr("Delete…"))
        set_icon(deletes, self._theme, "trash-2")
        deletes.triggered.connect(lambda: self._delete(index))
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"History {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: {CARD_RADIUS}px; }}"
        )
