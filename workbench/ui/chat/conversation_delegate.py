"""How a conversation, a heading and a search hit are drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.domain.conversations import Conversation, SearchHit
from workbench.ui.chat.conversation_rows import ENTRY, STREAMING, Index, focused
from workbench.ui.chat.groups import Group
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, GRID, ICON, INSIDE, RADIUS, ROW, SEMIBOLD, Theme

_DOT = 7
_HEADING = 30
_HIT_LINES = 2


def _ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Selected rows are tinted, those under the pointer greyed; a ring shows where the keyboard is."""
    state = option.state
    selected = bool(state & QStyle.StateFlag.State_Selected)
    if not selected and not state & QStyle.StateFlag.State_MouseOver:
        return
    colour = theme.tint(ground="surface") if selected else theme.hover("surface")
    painter.setBrush(QColor(colour))
    focused = selected and bool(state & QStyle.StateFlag.State_HasFocus)
    painter.setPen(QColor(theme.tokens.accent) if focused else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class ConversationDelegate(QStyledItemDelegate):
    """One line a conversation: title, a dot while it is answered, a pin; "more" under the pointer and on focus."""

    menu_requested = Signal(object)
    """QModelIndex of the row whose "more" was clicked."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = _HEADING if isinstance(index.data(ENTRY), Group) else ROW
        return QSize(0, self._theme.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Conversation):
            _ground(painter, option, self._theme)
            self._draw_row(painter, option, index, entry)
        else:
            self._draw_heading(painter, option, str(index.data()))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Title of the conversation"))
        editor.setStyleSheet("padding: 0 6px; min-height: 0;")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and isinstance(index.data(ENTRY), Conversation)
            and self.more_rect(option).contains(event.position().toPoint())
        ):
            self.menu_requested.emit(index)
            return True
        return False

    def more_rect(self, option: QStyleOptionViewItem) -> QRect:
        """Where the "more" button of a row is."""
        side = option.rect.height()
        rect = QRect(option.rect.right() - side, option.rect.top(), side, side)
        return QStyle.visualRect(option.direction, option.rect, rect)

    def _draw_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        painter.setFont(self._theme.font(CAPTION, SEMIBOLD))
        painter.setPen(QColor(self._theme.tokens.muted))
        rect = option.rect.adjusted(INSIDE, 0, -INSIDE, -GRID)
        painter.drawText(rect, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading, text)

    def _draw_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, entry: Conversation
    ) -> None:
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        active = bool(state & QStyle.StateFlag.State_MouseOver) or (
            selected and bool(state & QStyle.StateFlag.State_HasFocus)
        )
        rect = option.rect.adjusted(INSIDE, 0, -INSIDE, 0)
        side = option.rect.height()
        if active:
            self._draw_icon(painter, option, "ellipsis", self.more_rect(option))
            rect.setRight(rect.right() - side + INSIDE)
        elif entry.pinned:
            self._draw_icon(painter, option, "pin", self.more_rect(option), 12)
            rect.setRight(rect.right() - side + INSIDE)
        if index.data(STREAMING):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.tokens.accent))
            dot = QRectF(rect.left(), rect.center().y() - _DOT / 2 + 0.5, _DOT, _DOT)
            painter.drawEllipse(QStyle.visualRect(option.direction, option.rect, dot.toAlignedRect()))
            rect.setLeft(rect.left() + _DOT + INSIDE)
        rect = QStyle.visualRect(option.direction, option.rect, rect)
        muted = not entry.title
        painter.setPen(QColor(self._theme.tokens.muted if muted else self._theme.tokens.text))
        painter.setFont(self._theme.font())
        metrics = QFontMetrics(painter.font())
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, title)

    def _draw_icon(
        self, painter: QPainter, option: QStyleOptionViewItem, name: str, rect: QRect, size: int = ICON
    ) -> None:
        image = pixmap(self._theme, name, "muted", size, painter.device().devicePixelRatioF())
        offset = (rect.height() - size) / 2
        painter.drawPixmap(QPointF(rect.left() + offset, rect.top() + offset), image)


class HitDelegate(QStyledItemDelegate):
    """Title of the conversation and two lines of the message, the matched words in strong type."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        caption = QFontMetrics(self._theme.font(CAPTION)).lineSpacing()
        body = QFontMetrics(self._theme.font(12)).lineSpacing()
        return QSize(0, caption + body * _HIT_LINES + 2 * INSIDE + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(ENTRY)
        assert isinstance(hit, SearchHit)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, option, self._theme)
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
