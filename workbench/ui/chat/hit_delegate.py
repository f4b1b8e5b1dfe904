"""How a search hit is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from workbench.domain.conversations import SearchHit
from workbench.ui.chat.conversation_delegate import RowState, draw_ground
from workbench.ui.chat.conversation_rows import ENTRY, focused
from workbench.ui.support.listing import Index
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme

_HIT_LINES = 2


class HitDelegate(QStyledItemDelegate):
    """Title of the conversation and two lines of the message, the matched words in strong type."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        caption = QFontMetrics(self._theme.font(CAPTION)).lineSpacing()
        body = QFontMetrics(self._theme.font(12)).lineSpacing()
        return QSize(0, caption + body * _HIT_LINES + 2 * INSIDE + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(ENTRY)
        assert isinstance(hit, SearchHit)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, option.rect, RowState.of(self._view, index), self._theme)
        rect = option.rect.adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE)
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(QColor(self._theme.tokens.muted))
        metrics = QFontMetrics(painter.font())
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading, title)
        rect.setTop(rect.top() + metrics.lineSpacing() + GRID)
        self._draw_excerpt(painter, rect, hit.excerpt)
        painter.restore()

    def _draw_excerpt(self, painter: QPainter, rect: QRect, excerpt: str) -> None:
        text, ranges = focused(excerpt)
        layout = QTextLayout(text, self._theme.font(12))
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        layout.setTextOption(option)
        strong = QTextCharFormat()
        strong.setFontWeight(SEMIBOLD)
        strong.setBackground(QColor(self._theme.tint("warn", "surface")))
        formats = []
        for start, length in ranges:
            part = QTextLayout.FormatRange()
            part.start, part.length, part.format = start, length, strong
            formats.append(part)
        layout.setFormats(formats)
        layout.beginLayout()
        y = 0.0
        for _ in range(_HIT_LINES):
            line: QTextLine = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(rect.width())
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        painter.setPen(QColor(self._theme.tokens.text))
        layout.draw(painter, QPointF(rect.topLeft()))
