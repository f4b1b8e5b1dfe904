"""How a conversation and a heading are drawn.

What state a row is in is asked of the view, not of the option: the first touch of QStyle, which has the option's flags, or
of a viewport costs 5 to 8 ms, and the first rows are drawn while the window starts.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.domain.conversations import Conversation
from workbench.ui.chat.conversation_rows import ENTRY, STREAMING
from workbench.ui.chat.groups import Group
from workbench.ui.support.icons import pixmap
from workbench.ui.support.listing import Index
from workbench.ui.support.theme import CAPTION, GRID, ICON, INSIDE, RADIUS, ROW, SEMIBOLD, Theme

_DOT = 7
_HEADING = 30


class RowState(NamedTuple):
    """focused: the keyboard is there. hovered: the pointer is."""

    selected: bool
    focused: bool
    hovered: bool

    @classmethod
    def of(cls, view: QAbstractItemView, index: Index) -> RowState:
        y = view.mapFromGlobal(QCursor.pos()).y() - view.contentsRect().top()
        row = view.visualRect(index)
        over_rows = view.underMouse() and not view.verticalScrollBar().underMouse()
        return cls(
            view.selectionModel().isSelected(index),
            view.hasFocus() and view.currentIndex() == index,
            over_rows and row.top() <= y <= row.bottom(),
        )


def draw_ground(painter: QPainter, rect: QRect, state: RowState, theme: Theme) -> None:
    """Selected rows are tinted, those under the pointer greyed; a ring shows where the keyboard is."""
    if not state.selected and not state.hovered:
        return
    colour = theme.tint(ground="surface") if state.selected else theme.hover("surface")
    painter.setBrush(QColor(colour))
    ringed = state.selected and state.focused
    painter.setPen(QColor(theme.tokens.accent) if ringed else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _mirrored(option: QStyleOptionViewItem, rect: QRect) -> QRect:
    """The place of rect in a row that may be written from right to left."""
    if option.direction == Qt.LayoutDirection.LeftToRight:
        return rect
    row = option.rect
    return QRect(row.left() + row.right() - rect.right(), rect.top(), rect.width(), rect.height())


class ConversationDelegate(QStyledItemDelegate):
    """One line a conversation: title, a dot while it is answered, a pin; "more" under the pointer and on focus."""

    menu_requested = Signal(object)
    """QModelIndex of the row whose "more" was clicked."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = _HEADING if isinstance(index.data(ENTRY), Group) else ROW
        return QSize(0, self._theme.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, Conversation):
            state = RowState.of(self._view, index)
            draw_ground(painter, option.rect, state, self._theme)
            self._draw_row(painter, option, index, entry, state)
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
        return _mirrored(option, rect)

    def _draw_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        painter.setFont(self._theme.font(CAPTION, SEMIBOLD))
        painter.setPen(QColor(self._theme.tokens.muted))
        rect = option.rect.adjusted(INSIDE, 0, -INSIDE, -GRID)
        painter.drawText(rect, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading, text)

    def _draw_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        entry: Conversation,
        state: RowState,
    ) -> None:
        active = state.hovered or (state.selected and state.focused)
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
            painter.drawEllipse(_mirrored(option, dot.toAlignedRect()))
            rect.setLeft(rect.left() + _DOT + INSIDE)
        rect = _mirrored(option, rect)
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
