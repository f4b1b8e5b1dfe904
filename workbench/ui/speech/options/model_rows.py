"""The rows of the model picker, and how they are drawn: name and price, and below what the model can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.domain.models import Model
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, ICON, INSIDE, RADIUS, Theme

ENTRY = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_TALL, _BOX = 44, 32


@dataclass(frozen=True, slots=True)
class Entry:
    """price, facts: in the user's words. typed: what no list has, to be used as it is written."""

    model: Model
    price: str = ""
    facts: str = ""
    chosen: bool = False
    typed: bool = False


class ModelRows(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Entry] = ()

    def show(self, rows: Sequence[Entry]) -> None:
        """The same models in the same order keep the view's cursor."""
        if [row.model.id for row in rows] == [row.model.id for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, model_ids: Sequence[str]) -> int:
        return next((at for at, row in enumerate(self._rows) if row.model.id in model_ids), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        match role:
            case _ if role == ENTRY:
                return row
            case Qt.ItemDataRole.DisplayRole:
                name = row.model.short_name
                return self.tr("Use “{0}” as it is").format(row.model.id) if row.typed else name
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(part for part in (row.model.id, row.facts, row.model.note) if part)
            case Qt.ItemDataRole.AccessibleTextRole:
                chosen = self.tr("chosen") if row.chosen else ""
                parts = (row.model.short_name, row.model.author, row.price, row.facts, chosen)
                return ", ".join(part for part in parts if part)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.chosen else Qt.CheckState.Unchecked
        return None


class ModelDelegate(QStyledItemDelegate):
    """many: a box before each name, for several may be chosen."""

    def __init__(self, theme: Theme, many: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._many = many

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_TALL))

    def box_rect(self, option: QStyleOptionViewItem) -> QRect:
        return self._part(option.rect, option.direction, 0, self._theme.px(_BOX) if self._many else 0)

    def box_in(self, row: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where the box of a row lies."""
        return self._part(row, direction, 0, self._theme.px(_BOX) if self._many else 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, theme, tokens = index.data(ENTRY), self._theme, self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tint(ground="raised") if selected else theme.hover("raised")))
            painter.drawRoundedRect(QRectF(option.rect), RADIUS, RADIUS)
        left = theme.px(_BOX) if self._many else 2 * INSIDE + ICON
        if self._many:
            self._draw_box(painter, option, chosen=entry.chosen)
        elif entry.chosen:
            at = self._part(option.rect, option.direction, INSIDE, ICON).center()
            painter.drawPixmap(at.x() - 7, at.y() - 7, pixmap(theme, "check", "accent", 14))
        name, small = QFontMetrics(theme.font(BODY)), QFontMetrics(theme.font(CAPTION))
        height = name.height() + (small.height() if entry.facts else 0)
        top = option.rect.center().y() - height // 2 + 1
        price = small.horizontalAdvance(entry.price) + INSIDE
        whole = option.rect.width() - left - INSIDE
        painter.setFont(theme.font(BODY))
        painter.setPen(
            QColor(tokens.accent if entry.typed else tokens.muted if entry.model.deprecated else tokens.text)
        )
        self._write(
            painter, option, self._line(option, left, whole - price, top, name.height()), str(index.data())
        )
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        end = self._line(option, option.rect.width() - price - INSIDE // 2, price, top, name.height())
        self._write(painter, option, end, entry.price)
        self._write(
            painter, option, self._line(option, left, whole, top + name.height(), small.height()), entry.facts
        )
        painter.restore()

    def _draw_box(self, painter: QPainter, option: QStyleOptionViewItem, *, chosen: bool) -> None:
        tokens = self._theme.tokens
        box = QRectF(0, 0, ICON - 1, ICON - 1)
        box.moveCenter(QPointF(self.box_rect(option).center()))
        painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.edge), 1))
        painter.setBrush(QColor(tokens.accent if chosen else tokens.canvas))
        painter.drawRoundedRect(box, 4, 4)
        if chosen:
            picture = pixmap(self._theme, "check", "on_accent", 12, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(box.center().x() - 6, box.center().y() - 6), picture)

    def _line(self, option: QStyleOptionViewItem, left: int, width: int, top: int, height: int) -> QRect:
        """A line of text, counted from where reading begins."""
        part = self._part(option.rect, option.direction, left, width)
        return QRect(part.left(), top, part.width(), height)

    def _part(self, row: QRect, direction: Qt.LayoutDirection, left: int, width: int) -> QRect:
        rect = QRect(row.left() + left, row.top(), max(0, width), row.height())
        return QStyle.visualRect(direction, row, rect)

    def _write(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, text: str) -> None:
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        align = QStyle.visualAlignment(
            option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        painter.drawText(rect, int(align), shown)
