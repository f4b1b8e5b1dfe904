"""How a set is drawn in the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.model import ENTRY, SetsModel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, ICON, INSIDE, RADIUS, REGULAR, SEMIBOLD, Theme

Index = QModelIndex | QPersistentModelIndex
_TALL = 46


class SetDelegate(QStyledItemDelegate):
    """An icon, the name, and below it how many texts and since when. The one that is open is bold."""

    def __init__(self, theme: Theme, model: SetsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_TALL))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The name's line, not the whole row."""
        height = editor.sizeHint().height()
        top = option.rect.center().y() - height // 2
        editor.setGeometry(option.rect.left(), top, option.rect.width(), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        if entry is None:
            return
        theme, tokens = self._theme, self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, option)
        is_open = entry.id == self._model.open_id
        mark = self._part(option, INSIDE, ICON).center()
        picture = pixmap(
            theme, "file-text", "accent" if is_open else "muted", ICON, painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(mark.x() - ICON // 2 + 1, mark.y() - ICON // 2 + 1, picture)
        at = 2 * INSIDE + ICON
        box = self._part(option, at, option.rect.width() - at - INSIDE)
        name, small = QFontMetrics(theme.font(BODY)), QFontMetrics(theme.font(CAPTION))
        top = box.center().y() - (name.height() + small.height() + 1) // 2 + 1
        painter.setFont(theme.font(BODY, SEMIBOLD if is_open else REGULAR))
        painter.setPen(QColor(tokens.text))
        self._write(painter, QRect(box.left(), top, box.width(), name.height()), option, entry.name)
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(tokens.muted))
        below = QRect(box.left(), top + name.height() + 1, box.width(), small.height())
        self._write(painter, below, option, words.facts(entry))
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme = self._theme
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.tint(ground="surface") if selected else theme.hover("surface")))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 1, -2, -1), RADIUS, RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 1.5, -2.5, -1.5), RADIUS, RADIUS)

    def _part(self, option: QStyleOptionViewItem, left: int, width: int) -> QRect:
        """A piece of the row, counted from where reading begins."""
        rect = QRect(option.rect.left() + left, option.rect.top(), max(0, width), option.rect.height())
        return QStyle.visualRect(option.direction, option.rect, rect)

    def _write(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, text: str) -> None:
        side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        align = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each name in its own direction
        painter.drawText(rect, int(align), shown)
