"""How a cell of the table of texts is drawn."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.ui.embeddings.texts.model import CellState
from workbench.ui.embeddings.texts.rows import Field, TextRows
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow

Index = QModelIndex | QPersistentModelIndex
_MARK = 14
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_LEFT, _RIGHT = int(_MIDDLE | Qt.AlignmentFlag.AlignLeft), int(_MIDDLE | Qt.AlignmentFlag.AlignRight)
_STATES = {
    CellState.DONE: ("check", "good"),
    CellState.BAD: ("circle-x", "bad"),
    CellState.COMING: ("clock", "muted"),
    CellState.ABSENT: ("circle-dashed", "muted"),
    CellState.NONE: ("minus", "muted"),
}
"""Lucide name and role; each has a form of its own, and its word is the tooltip."""
_SMALL = frozenset({Field.ID, Field.LANGUAGE, Field.GROUP, Field.TOKENS, Field.MARKS})


class TextDelegate(QStyledItemDelegate):
    """selected: whether a row of the set is, here or in another page. hovered: the place the pointer is over."""

    def __init__(
        self,
        theme: Theme,
        rows: TextRows,
        selected: Callable[[int], bool],
        hovered: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows
        self._selected = selected
        self._hovered = hovered
        follow(self, theme, self._dress)

    def _dress(self) -> None:
        theme = self._theme
        self._fonts = {field: theme.font(CAPTION if field in _SMALL else BODY) for field in Field}
        self._fonts[Field.LABEL] = theme.font(CAPTION, SEMIBOLD)
        self._metrics = {field: QFontMetrics(font) for field, font in self._fonts.items()}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, tokens = self._theme, self._theme.tokens
        number, column, rect = self._rows.number(index.row()), index.column(), option.rect
        if option.state & QStyle.StateFlag.State_Selected or self._selected(number):
            painter.fillRect(rect, QColor(theme.tint()))
        elif index.row() == self._hovered():
            painter.fillRect(rect, QColor(theme.hover()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, QColor(tokens.accent))
        if column >= len(Field):
            self._draw_state(painter, option, self._rows.state(number, column))
            return
        field = Field(column)
        text = self._rows.text(number, column)
        if not text:
            return
        box = rect.adjusted(INSIDE, 0, -INSIDE, 0)
        colour = tokens.text if field is Field.TEXT or field is Field.LABEL else tokens.muted
        if field is Field.MARKS:
            colour = tokens.warn
            box = self._draw_mark(painter, option, box)
        metrics = self._metrics[field]
        painter.setFont(self._fonts[field])
        painter.setPen(QColor(colour))
        at_right = (field is Field.TOKENS) is (option.direction == Qt.LayoutDirection.LeftToRight)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each text in its own direction
        painter.drawText(box, _RIGHT if at_right else _LEFT, shown)

    def _draw_mark(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> QRect:
        """The sign before the words; what is left for these."""
        size = _MARK
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        left = box.right() - size + 1 if mirrored else box.left()
        self._icon(painter, QRect(left, box.top(), size, box.height()), "triangle-alert", "warn")
        room = size + GRID
        return box.adjusted(0, 0, -room, 0) if mirrored else box.adjusted(room, 0, 0, 0)

    def _draw_state(self, painter: QPainter, option: QStyleOptionViewItem, state: CellState) -> None:
        if state in _STATES:
            name, role = _STATES[state]
            box = option.rect.adjusted(INSIDE, 0, -INSIDE, 0)
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            left = box.right() - _MARK + 1 if mirrored else box.left()
            self._icon(painter, QRect(left, box.top(), _MARK, box.height()), name, role)

    def _icon(self, painter: QPainter, box: QRect, name: str, role: str) -> None:
        picture = pixmap(self._theme, name, role, _MARK, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left(), box.center().y() - _MARK // 2 + 1, picture)
