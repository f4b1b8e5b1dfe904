"""How the rows of the model picker are drawn: name and price, and below what the model can do."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from workbench.ui.support.icons import pixmap
from workbench.ui.support.listing import Index
from workbench.ui.support.models.rows import ENTRY
from workbench.ui.support.models.view import RowDelegate
from workbench.ui.support.theme import BODY, CAPTION, ICON, INSIDE, Theme

_TALL, _BOX = 44, 32


class ModelDelegate(RowDelegate):
    """many: a box before each name, for several may be chosen."""

    def __init__(self, theme: Theme, many: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._many = many

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_TALL))

    def box_in(self, row: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where the box of a row lies."""
        return self.part(row, direction, 0, self._theme.px(_BOX) if self._many else 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, theme, tokens = index.data(ENTRY), self._theme, self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_ground(painter, option)
        left = theme.px(_BOX) if self._many else 2 * INSIDE + ICON
        if self._many:
            self.draw_box(painter, self.box_in(option.rect, option.direction), chosen=entry.chosen)
        elif entry.chosen:
            at = self.part(option.rect, option.direction, INSIDE, ICON).center()
            painter.drawPixmap(at.x() - 7, at.y() - 7, pixmap(theme, "check", "accent", 14))
        name, small = QFontMetrics(theme.font(BODY)), QFontMetrics(theme.font(CAPTION))
        height = name.height() + (small.height() if entry.under else 0)
        top = option.rect.center().y() - height // 2 + 1
        price = small.horizontalAdvance(entry.price) + INSIDE
        whole = option.rect.width() - left - INSIDE
        painter.setFont(theme.font(BODY))
        painter.setPen(
            QColor(tokens.accent if entry.typed else tokens.muted if entry.model.deprecated else tokens.text)
        )
        self.draw_text(painter, self._line(option, left, whole - price, top, name), str(index.data()))
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        end = option.rect.width() - price - INSIDE // 2
        self.draw_text(painter, self._line(option, end, price, top, name), entry.price)
        under = self._line(option, left, whole, top + name.height(), small)
        self.draw_text(painter, under, entry.under)
        painter.restore()

    def _line(
        self, option: QStyleOptionViewItem, left: int, width: int, top: int, metrics: QFontMetrics
    ) -> QRect:
        """A line of text, counted from where reading begins."""
        part = self.part(option.rect, option.direction, left, width)
        return QRect(part.left(), top, part.width(), metrics.height())
