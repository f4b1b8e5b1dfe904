"""The rows of the model picker, and how they are drawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from workbench.domain.images.abilities import Abilities
from workbench.domain.models import Model
from workbench.ui.images.form.words import facts_text, price_text
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, ICON, INSIDE, RADIUS, ROW, Theme

ENTRY = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_BOX, _STAR, _PRICE, _BADGES = 30, 28, 84, 84
_START = Qt.AlignmentFlag.AlignLeading
_END = Qt.AlignmentFlag.AlignTrailing


@dataclass(frozen=True, slots=True)
class Entry:
    """usd: of a picture with nothing set. typed: what no list has, to be used as it is written."""

    model: Model
    abilities: Abilities
    usd: float | None = None
    chosen: bool = False
    favourite: bool = False
    typed: bool = False

    @property
    def badges(self) -> tuple[str, ...]:
        """Icons of what sets models apart."""
        able = self.abilities
        if not able.known:
            return ()
        marks = ((able.source, "image"), (able.mask, "brush"), (able.references > 0, "images"))
        return tuple(icon for has, icon in marks if has)


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

    def row_of(self, model_ids: Collection[str]) -> int:
        return next((at for at, row in enumerate(self._rows) if row.model.id in model_ids), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        match role:
            case _ if role == ENTRY:
                return row
            case Qt.ItemDataRole.DisplayRole:
                return (
                    self.tr("Use “{0}” as it is").format(row.model.id) if row.typed else row.model.short_name
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.chosen else Qt.CheckState.Unchecked
        return None

    def _spoken(self, row: Entry) -> str:
        parts = [row.model.short_name, row.model.author, *facts_text(row.abilities)]
        if row.chosen:
            parts.append(self.tr("chosen"))
        if row.favourite:
            parts.append(self.tr("favourite"))
        return ", ".join(part for part in parts if part)


class ModelDelegate(QStyledItemDelegate):
    """box | name and author | what it takes | price | star.

    Signals: box_clicked, star_clicked, name_clicked: anywhere else (id of the model).
    """

    box_clicked = Signal(str)
    star_clicked = Signal(str)
    name_clicked = Signal(str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW))

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonRelease:
            return False
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        entry, at = index.data(ENTRY), event.position().toPoint()
        if self.star_rect(option).contains(at) and not entry.typed:
            self.star_clicked.emit(entry.model.id)
        elif self.box_rect(option).contains(at):
            self.box_clicked.emit(entry.model.id)
        else:
            self.name_clicked.emit(entry.model.id)
        return True

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        entry = index.data(ENTRY)
        if isinstance(entry, Entry):
            QToolTip.showText(
                event.globalPos(), "\n".join((entry.model.id, *facts_text(entry.abilities))), view
            )
            return True
        return False

    def box_rect(self, option: QStyleOptionViewItem) -> QRect:
        return self._part(option, 0, self._theme.px(_BOX))

    def star_rect(self, option: QStyleOptionViewItem) -> QRect:
        width = self._theme.px(_STAR)
        return self._part(option, option.rect.width() - width, width)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry = index.data(ENTRY)
        self._draw_ground(painter, option)
        self._draw_box(painter, option, chosen=entry.chosen)
        if entry.typed:
            painter.setPen(QColor(self._theme.tokens.accent))
            painter.setFont(self._theme.font())
            rest = option.rect.width() - self._theme.px(_BOX)
            self._text(painter, self._part(option, self._theme.px(_BOX), rest), str(index.data()))
        else:
            self._draw_model(painter, option, entry)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            ground = self._theme.tint(ground="raised") if selected else self._theme.hover("raised")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(QRectF(option.rect), RADIUS, RADIUS)

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

    def _draw_model(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        px, tokens, width = self._theme.px, self._theme.tokens, option.rect.width()
        shown = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        if entry.favourite or shown:
            self._icon(painter, self.star_rect(option), "star", "accent" if entry.favourite else "muted")
        price = width - px(_STAR) - px(_PRICE)
        badges = price - px(_BADGES)
        left = px(_BOX)
        painter.setFont(self._theme.font())
        painter.setPen(QColor(tokens.muted if entry.model.deprecated else tokens.text))
        used = self._text(painter, self._part(option, left, badges - left), entry.model.short_name)
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        room = badges - left - used - 2 * INSIDE
        if room > px(24):
            self._text(painter, self._part(option, left + used + INSIDE, room), entry.model.author)
        self._text(painter, self._part(option, price, px(_PRICE) - INSIDE), price_text(entry.usd), _END)
        for place, name in enumerate(entry.badges):
            step = ICON + 6
            self._icon(painter, self._part(option, badges + place * step, ICON), name, "muted", 14)

    def _part(self, option: QStyleOptionViewItem, left: int, width: int) -> QRect:
        """A piece of the row, counted from where reading begins."""
        rect = QRect(option.rect.left() + left, option.rect.top(), width, option.rect.height())
        return QStyle.visualRect(option.direction, option.rect, rect)

    def _text(self, painter: QPainter, rect: QRect, text: str, side: Qt.AlignmentFlag = _START) -> int:
        """Draw it elided; the width it takes."""
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | side), shown)
        return metrics.horizontalAdvance(shown)

    def _icon(self, painter: QPainter, rect: QRect, name: str, role: str, size: int = ICON) -> None:
        picture = pixmap(self._theme, name, role, size, painter.device().devicePixelRatioF())
        centre = rect.center()
        painter.drawPixmap(centre.x() - size // 2 + 1, centre.y() - size // 2 + 1, picture)
