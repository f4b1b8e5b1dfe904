"""How the cells of the request log are drawn."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.domain.journal import LogRow
from workbench.domain.models import short_name
from workbench.ui.gateway.requests.rows import RIGHT, ROW, Column, Index, RequestRows
from workbench.ui.gateway.requests.words import Words, upstream_icon
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, Theme
from workbench.ui.support.theme import ROW as ROW_HEIGHT

_ICON = 14
_LEAST = 40


class RequestDelegate(QStyledItemDelegate):
    """hovered: the row under the pointer, all of which lights up, not a cell alone."""

    def __init__(self, theme: Theme, hovered: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hovered = hovered

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, theme = index.data(ROW), self._theme
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.tint()))
        elif self._hovered() == index.row():
            painter.fillRect(option.rect, QColor(theme.hover()))
        box = option.rect.adjusted(INSIDE, 0, -INSIDE, 0)
        if row is None:
            self._draw_waiting(painter, box, index.column())
        else:
            self._draw(painter, option, box, index, row)
        painter.restore()

    def _draw(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: Index, row: LogRow
    ) -> None:
        theme, column = self._theme, index.column()
        text, role = str(index.data()), "text"
        if column in (Column.TIME, Column.UPSTREAM) or text == "–":
            role = "muted"
        icon = ("", "muted")
        if column == Column.STATUS:
            icon = _words(index).status_icon(row)
            role = icon[1] if not row.success else "text"
        elif column == Column.UPSTREAM:
            icon = (upstream_icon(row), "muted")
        elif column == Column.MODEL:
            self._draw_model(painter, option, box, index, row)
            return
        if icon[0]:
            box = self._draw_icon(painter, option, box, *icon)
        painter.setFont(theme.font(CAPTION + 1 if column in RIGHT or column == Column.TIME else BODY))
        self._draw_text(painter, option, box, text, role, right=column in RIGHT)

    def _draw_model(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: Index, row: LogRow
    ) -> None:
        """The route first where there is one: that is what was asked for; then who was asked, and what went wrong."""
        theme, words = self._theme, _words(index)
        left = words.route(row)
        if left:
            box = self._draw_icon(painter, option, box, "waypoints", "accent")
        name = left or row.model.removeprefix("@cf/") or words.model(row)
        behind = short_name(row.model) if left else row.provider
        rest = box
        for text, role, size in (
            (name, "text", BODY),
            (behind, "muted", CAPTION + 1),
            ("" if row.success else row.error, "bad", CAPTION + 1),
        ):
            if text and rest.width() > _LEAST:
                painter.setFont(theme.font(size))
                self._draw_text(painter, option, QStyle.visualRect(option.direction, box, rest), text, role)
                used = QFontMetrics(painter.font()).horizontalAdvance(text)
                rest = rest.adjusted(min(used, rest.width()) + INSIDE, 0, 0, 0)

    def _draw_icon(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, name: str, role: str
    ) -> QRect:
        """What is left of box behind the icon."""
        place = QRect(box.left(), box.center().y() - _ICON // 2, _ICON, _ICON)
        place = QStyle.visualRect(option.direction, box, place)
        painter.drawPixmap(place.topLeft(), pixmap(self._theme, name, role, _ICON))
        rest = box.adjusted(_ICON + GRID + 2, 0, 0, 0)
        return QStyle.visualRect(option.direction, box, rest)

    def _draw_text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRect,
        text: str,
        role: str,
        right: bool = False,
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(option.direction, side | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(self._theme.tokens.colour(role)))
        elided = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.setLayoutDirection(
            Qt.LayoutDirection.LeftToRight
        )  # ids and figures read so in every language
        painter.drawText(box, int(align), elided)

    def _draw_waiting(self, painter: QPainter, box: QRect, column: int) -> None:
        """A page that has not come yet: quiet bars, where words will be."""
        width = round(box.width() * (0.7 if column == Column.MODEL else 0.45))
        bar = QRect(box.left(), box.center().y() - 4, width, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.hover()))
        painter.drawRoundedRect(bar, 3, 3)


def _words(index: Index) -> Words:
    model = index.model()
    assert isinstance(model, RequestRows)
    return model.words
