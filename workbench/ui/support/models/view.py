"""The list of a picker, and what its rows are drawn with."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import ICON, RADIUS, Theme

_STEPS: dict[int, int] = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 10,
    Qt.Key.Key_PageUp: -10,
}


class ModelView(QListView):
    """The keyboard is in the search field above it."""

    def __init__(self, rows: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(rows)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Models"))

    def moves(self, event: QKeyEvent) -> bool:
        """Arrows and pages, pressed elsewhere, move the cursor. Whether it was such a key."""
        step = _STEPS.get(event.key())
        last = self.model().rowCount() - 1
        if step is not None and last >= 0:
            row = min(last, max(0, self.currentIndex().row() + step))
            self.setCurrentIndex(self.model().index(row, 0))
        return step is not None


class RowDelegate(QStyledItemDelegate):
    """A subclass draws the row of a model with these."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def part(self, row: QRect, direction: Qt.LayoutDirection, left: int, width: int) -> QRect:
        """A piece of the row, counted from where reading begins."""
        rect = QRect(row.left() + left, row.top(), max(0, width), row.height())
        return QStyle.visualRect(direction, row, rect)

    def draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Where the cursor or the pointer is."""
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            ground = self._theme.tint(ground="raised") if selected else self._theme.hover("raised")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(QRectF(option.rect), RADIUS, RADIUS)

    def draw_box(self, painter: QPainter, rect: QRect, *, chosen: bool) -> None:
        """A box in the middle of rect."""
        tokens = self._theme.tokens
        box = QRectF(0, 0, ICON - 1, ICON - 1)
        box.moveCenter(QPointF(rect.center()))
        painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.edge), 1))
        painter.setBrush(QColor(tokens.accent if chosen else tokens.canvas))
        painter.drawRoundedRect(box, 4, 4)
        if chosen:
            picture = pixmap(self._theme, "check", "on_accent", 12, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(box.center().x() - 6, box.center().y() - 6), picture)

    def draw_text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
    ) -> int:
        """One line, elided; the width it takes."""
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | side), shown)
        return metrics.horizontalAdvance(shown)

    def draw_icon(self, painter: QPainter, rect: QRect, name: str, role: str, size: int = ICON) -> None:
        """In the middle of rect."""
        picture = pixmap(self._theme, name, role, size, painter.device().devicePixelRatioF())
        centre = rect.center()
        painter.drawPixmap(centre.x() - size // 2 + 1, centre.y() - size // 2 + 1, picture)
