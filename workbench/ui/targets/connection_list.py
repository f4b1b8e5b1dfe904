"""The list of connections: name, kind, and how each is doing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.domain.targets import Target
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, ICON, INSIDE, RADIUS, REGULAR, SEMIBOLD, Theme
from workbench.ui.targets.model import ConnectionsModel
from workbench.ui.targets.words import ICONS, Words

_ROW = 48
_Index = QModelIndex | QPersistentModelIndex

CAPTION_ROLE = Qt.ItemDataRole.UserRole + 1
ICON_ROLE = Qt.ItemDataRole.UserRole + 2
CURRENT_ROLE = Qt.ItemDataRole.UserRole + 3


class _Rows(QAbstractListModel):
    def __init__(self, model: ConnectionsModel, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._words = words
        self.targets: tuple[Target, ...] = ()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self.targets)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        target = self.targets[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return target.name or self.tr("New connection")
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join((self.data(index), self.data(index, CAPTION_ROLE), self._status(target)))
            case Qt.ItemDataRole.ToolTipRole:
                return self._status(target)
        if role == CAPTION_ROLE:
            return " · ".join(part for part in (self._words.kind(target), self._mark(target)) if part)
        if role == ICON_ROLE:
            return ICONS[self._model.status(target.id).reach]
        if role == CURRENT_ROLE:
            return target.id == self._model.current_id
        return None

    def refresh(self) -> None:
        targets = self._model.connections
        if [one.id for one in targets] == [one.id for one in self.targets]:
            self.targets = targets
            self.dataChanged.emit(self.index(0), self.index(len(targets) - 1))
        else:
            self.beginResetModel()
            self.targets = targets
            self.endResetModel()

    def _mark(self, target: Target) -> str:
        if self._model.is_dirty(target.id):
            return self.tr("not saved")
        return self.tr("in use") if target.id == self._model.current_id else ""

    def _status(self, target: Target) -> str:
        return self._words.status(self._model.status(target.id))


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, self._theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, state = self._theme, QStyle.StateFlag
        box: QRect = option.rect.adjusted(0, 1, 0, -1)
        flags = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if flags & state.State_Selected:
            painter.setBrush(QColor(theme.tint("accent", "surface")))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        elif flags & state.State_MouseOver:
            painter.setBrush(QColor(theme.hover("surface")))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if flags & state.State_HasFocus and flags & state.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.tokens.accent), 1))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        self._draw_words(painter, box, option, index)
        painter.restore()

    def _draw_words(self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, direction = self._theme, option.direction
        name, role = index.data(ICON_ROLE)
        picture = QRect(box.left() + INSIDE, box.center().y() - ICON // 2, ICON, ICON)
        painter.drawPixmap(
            QStyle.visualRect(direction, box, picture).topLeft(), pixmap(theme, name, role, ICON)
        )
        left = picture.right() + INSIDE + 2
        title = theme.font(BODY, SEMIBOLD if index.data(CURRENT_ROLE) else REGULAR)
        caption = theme.font(CAPTION + 1)
        above, below = QFontMetrics(title), QFontMetrics(caption)
        top = box.top() + (box.height() - above.height() - below.height() - 2) // 2
        lines = (
            (title, above, theme.tokens.text, index.data(Qt.ItemDataRole.DisplayRole), top),
            (caption, below, theme.tokens.muted, index.data(CAPTION_ROLE), top + above.height() + 2),
        )
        for font, metrics, colour, text, y in lines:
            room = QRect(left, y, box.right() - INSIDE - left, metrics.height())
            painter.setFont(font)
            painter.setPen(QColor(colour))
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            alignment = QStyle.visualAlignment(
                direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            )
            painter.drawText(QStyle.visualRect(direction, box, room), int(alignment), elided)


class ConnectionList(QListView):
    """Signals: chosen (target id, by the user)."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, model: ConnectionsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = model
        self._rows = _Rows(model, Words(self), self)
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Connections"))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._current_moved)
        theme.changed.connect(self._restyled)
        model.changed.connect(self.refresh)
        model.opened.connect(self.refresh)
        model.edited.connect(self.refresh)
        model.status_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        draft = self._connections.draft
        self.selectionModel().blockSignals(True)
        self._rows.refresh()
        ids = [one.id for one in self._rows.targets]
        row = ids.index(draft.target.id) if draft is not None and draft.target.id in ids else -1
        if row != self.currentIndex().row():
            self.setCurrentIndex(self._rows.index(row))
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _current_moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._rows.targets[current.row()].id)

    @Slot()
    def _restyled(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
