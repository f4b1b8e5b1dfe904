"""The rows of the model picker, and how they are drawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QToolTip, QWidget

from workbench.domain.models import Model
from workbench.ui.chat.conversation_rows import ENTRY
from workbench.ui.support import figures
from workbench.ui.support.listing import ROOT, Index
from workbench.ui.support.models.view import RowDelegate
from workbench.ui.support.theme import CAPTION, ICON, INSIDE, ROW, Theme

FAVOURITE = Qt.ItemDataRole.UserRole + 2

_LTR, _END = "\u2066", "\u2069"
"""Around figures, which read from left to right in every language."""
STAR_WIDTH, CONTEXT_WIDTH, PRICE_WIDTH, BADGES_WIDTH = 28, 56, 112, 132


class ModelRows(QAbstractListModel):
    """Models, and last, where what was typed is an id that no list has, that id (a str) to be used as it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Model | str] = ()
        self._favourites: Collection[str] = ()

    def show(self, models: Sequence[Model], typed: str, favourites: Collection[str]) -> None:
        rows = (*models, *((typed,) if typed else ()))
        if rows != self._rows or favourites != self._favourites:
            self.beginResetModel()
            self._rows, self._favourites = rows, favourites
            self.endResetModel()

    def row_of(self, model_id: str) -> int:
        return next((at for at, row in enumerate(self._rows) if _id(row) == model_id), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == ENTRY:
            return row
        if isinstance(row, str):
            names = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return self.tr("Use “{0}” as it is").format(row) if role in names else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.short_name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case _ if role == FAVOURITE:
                return row.id in self._favourites
        return None

    def _spoken(self, model: Model) -> str:
        parts = [model.short_name, model.author, *(words for _, words in self.badges(model))]
        if model.id in self._favourites:
            parts.append(self.tr("favourite"))
        return ", ".join(part for part in parts if part)

    def badges(self, model: Model) -> tuple[tuple[str, str], ...]:
        """(icon, words) for what a model can do; an empty icon means that the words are drawn."""
        known = (
            (model.function_calling, "wrench", self.tr("calls tools")),
            (model.vision, "eye", self.tr("sees pictures")),
            (model.reasoning, "brain", self.tr("reasons")),
            (model.requires_workers_paid, "coins", self.tr("needs the paid plan")),
            (model.beta, "", self.tr("beta")),
            (model.deprecated, "", self.tr("retired")),
        )
        return tuple((icon, words) for has, icon, words in known if has)


class ModelDelegate(RowDelegate):
    """star | name and author | context | $ in → out | badges."""

    star_clicked = Signal(str)
    """Id of the model."""

    def __init__(self, theme: Theme, rows: ModelRows, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW))

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        entry = index.data(ENTRY)
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(entry, Model)
            and self.star_rect(option).contains(event.position().toPoint())
        ):
            self.star_clicked.emit(entry.id)
            return True
        return False

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        entry = index.data(ENTRY)
        if isinstance(entry, Model):
            words = [entry.id, *(text for _, text in self._rows.badges(entry))]
            QToolTip.showText(event.globalPos(), "\n".join(words), view)
            return True
        return False

    def star_rect(self, option: QStyleOptionViewItem) -> QRect:
        return self.part(option.rect, option.direction, 0, self._theme.px(STAR_WIDTH))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_ground(painter, option)
        entry = index.data(ENTRY)
        if isinstance(entry, Model):
            self._draw_model(painter, option, entry, bool(index.data(FAVOURITE)))
        else:
            painter.setPen(QColor(self._theme.tokens.accent))
            painter.setFont(self._theme.font())
            rect = option.rect.adjusted(self._theme.px(STAR_WIDTH), 0, -INSIDE, 0)
            self.draw_text(painter, rect, str(index.data()))
        painter.restore()

    def _draw_model(
        self, painter: QPainter, option: QStyleOptionViewItem, model: Model, favourite: bool
    ) -> None:
        px, tokens = self._theme.px, self._theme.tokens
        rect = QRect(option.rect)
        hovered = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        if favourite or hovered:
            self.draw_icon(painter, self.star_rect(option), "star", "accent" if favourite else "muted")
        end = rect.right()
        badges = QRect(end - px(BADGES_WIDTH), rect.top(), px(BADGES_WIDTH) - INSIDE, rect.height())
        prices = QRect(badges.left() - px(PRICE_WIDTH), rect.top(), px(PRICE_WIDTH) - INSIDE, rect.height())
        context = QRect(
            prices.left() - px(CONTEXT_WIDTH), rect.top(), px(CONTEXT_WIDTH) - INSIDE, rect.height()
        )
        left = rect.left() + px(STAR_WIDTH)
        name = QRect(left, rect.top(), context.left() - left, rect.height())

        def placed(part: QRect) -> QRect:
            return QStyle.visualRect(option.direction, option.rect, part)

        painter.setFont(self._theme.font())
        painter.setPen(QColor(tokens.muted if model.deprecated else tokens.text))
        used = self.draw_text(painter, placed(name), model.short_name)
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        author = name.adjusted(used + INSIDE, 0, 0, 0)
        if author.width() > px(24):
            self.draw_text(painter, placed(author), model.author)
        right = Qt.AlignmentFlag.AlignTrailing
        window = figures.context(model.context_window) if model.context_window else ""
        self.draw_text(painter, placed(context), window, right)
        self.draw_text(painter, placed(prices), f"{_LTR}{price_text(model)}{_END}", right)
        self._draw_badges(painter, placed(badges), option.direction, model)

    def _draw_badges(
        self, painter: QPainter, rect: QRect, direction: Qt.LayoutDirection, model: Model
    ) -> None:
        x = rect.left() + INSIDE
        metrics = QFontMetrics(painter.font())
        for name, words in self._rows.badges(model):
            width = ICON if name else metrics.horizontalAdvance(words) + 2
            part = QRect(x, rect.top(), width, rect.height())
            part = QStyle.visualRect(direction, rect, part)
            if name:
                self.draw_icon(painter, part, name, "muted", 14)
            else:
                painter.setPen(
                    QColor(self._theme.tokens.warn if model.deprecated else self._theme.tokens.muted)
                )
                painter.drawText(part, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)
            x += width + 5


def price_text(model: Model) -> str:
    """“$0.06 → $0.40”, what is not priced as “–”, nothing without any price."""
    into, out = model.price_per_m("input"), model.price_per_m("output")
    if into is None and out is None:
        return ""
    return " → ".join("–" if each is None else figures.price(each) for each in (into, out))


def _id(row: Model | str) -> str:
    return row.id if isinstance(row, Model) else row
