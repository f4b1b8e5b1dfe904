"""How one that was spoken is drawn in the history: a button to play it, its text, and what it was spoken with."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.ui.speech.speaking import words
from workbench.ui.speech.speaking.history import SPOKEN
from workbench.ui.speech.speaking.model import SpeakingModel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, INSIDE, RADIUS, Theme

Index = QModelIndex | QPersistentModelIndex
_TALL, _BUTTON = 46, 34


class HistoryDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: SpeakingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_TALL))

    def button_in(self, row: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where the button that plays lies in a row."""
        return QStyle.visualRect(
            direction, row, QRect(row.left(), row.top(), self._theme.px(_BUTTON), row.height())
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, tokens, spoken = self._theme, self._theme.tokens, index.data(SPOKEN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = option.rect.adjusted(0, 1, 0, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.tint() if selected else theme.hover()))
            painter.drawRoundedRect(QRectF(row), RADIUS, RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        plays = spoken.id == self._model.plays
        centre = self.button_in(option.rect, option.direction).center()
        icon = pixmap(theme, "pause" if plays else "play", "accent", 16, painter.device().devicePixelRatioF())
        painter.drawPixmap(centre.x() - 7, centre.y() - 7, icon)
        left = theme.px(_BUTTON)
        width = row.width() - left - INSIDE
        text, small = QFontMetrics(theme.font(BODY)), QFontMetrics(theme.font(CAPTION))
        top = row.center().y() - (text.height() + small.height() + 1) // 2 + 1
        painter.setFont(theme.font(BODY))
        painter.setPen(QColor(tokens.text))
        self._write(painter, option, QRect(row.left() + left, top, width, text.height()), str(index.data()))
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        below = QRect(row.left() + left, top + text.height() + 1, width, small.height())
        self._write(painter, option, below, words.facts(spoken))
        painter.restore()

    def _write(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, text: str) -> None:
        align = QStyle.visualAlignment(
            option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        place = QStyle.visualRect(option.direction, option.rect, rect)
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(place, int(align), shown)
