"""How the lists of the panels are drawn: an icon, a line, a smaller one under it, a pill, and something to click."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import bidirectional

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import (
    BODY,
    CAPTION,
    GRID,
    ICON,
    INSIDE,
    RELATED,
    ROW,
    SEMIBOLD,
    Theme,
    follow,
    mixed,
)

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
DETAIL = CAPTION + 1
_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect
_WRAP = int(Qt.TextFlag.TextWordWrap)


class Row(NamedTuple):
    """What a model gives as ROW_ROLE. icon: (name, role). pill: (text, role). action: what a click at its end does. dim: quieter."""

    title: str
    detail: str = ""
    icon: tuple[str, str] = ("", "muted")
    pill: tuple[str, str] = ("", "muted")
    action: str = ""
    dim: bool = False


class RowDelegate(QStyledItemDelegate):
    """Signals: acted (index: its action was clicked)."""

    acted = Signal(object)

    def __init__(self, theme: Theme, parent: QObject | None = None, *, lines: int = 1) -> None:
        """lines: that a row's detail may take."""
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self._took = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row = index.data(ROW_ROLE)
        height = self._theme.px(ROW)
        if row.detail:
            metrics = QFontMetrics(self._theme.font(DETAIL))
            below = self._below(self._width(option), row)
            height = self._title_height() + self._detail_height(metrics, below, row)
            height += 2 * GRID + 2
        return QSize(0, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW_ROLE)
        theme, box = self._theme, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.tint("accent", "surface")))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.hover("surface")))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.tokens.accent), 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        self._icon(painter, option, row)
        self._ends(painter, option, row)
        self._text(painter, option, row)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            row: Row = index.data(ROW_ROLE)
            place = self.action_box(option, row)
            if row.action and place.contains(event.position().toPoint()):
                self._took = True
                self.acted.emit(QPersistentModelIndex(index))
                return True
        return super().editorEvent(event, model, option, index)

    def took_click(self) -> bool:
        """Whether the last click was for an action; asking forgets it."""
        took, self._took = self._took, False
        return took

    def action_box(self, option: QStyleOptionViewItem, row: Row) -> QRect:
        """Where the action is drawn; empty where there is none."""
        if not row.action:
            return QRect()
        width = self._action_width(option.rect.width(), row)
        line = self._first_line(option, row)
        box = QRect(option.rect.right() - INSIDE - width, line.top() + 1, width, line.height() - 2)
        return QStyle.visualRect(option.direction, option.rect, box)

    def _icon(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        if not row.icon[0]:
            return
        line = self._first_line(option, row)
        box = QRect(line.left() + RELATED, line.center().y() - ICON // 2 + 1, ICON, ICON)
        box = QStyle.visualRect(option.direction, option.rect, box)
        if row.dim:
            painter.setOpacity(0.6)
        painter.drawPixmap(box.topLeft(), pixmap(self._theme, row.icon[0], row.icon[1], ICON))
        painter.setOpacity(1.0)

    def _ends(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        theme, align = self._theme, Qt.AlignmentFlag.AlignCenter
        if row.action:
            box = self.action_box(option, row)
            painter.setPen(QPen(QColor(mixed(theme.tokens.line, theme.tokens.edge, 0.35)), 1))
            painter.setBrush(QColor(theme.tokens.raised))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(QColor(theme.tokens.accent))
            painter.setFont(theme.font(DETAIL))
            words = QFontMetrics(painter.font()).elidedText(
                row.action, Qt.TextElideMode.ElideRight, box.width() - 2 * INSIDE + 4
            )
            painter.drawText(box, _flags(align, words), words)
        if row.pill[0]:
            box = self._pill_box(option, row)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tint(row.pill[1], "surface")))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(theme.tokens.colour(row.pill[1])))
            painter.setFont(theme.font(CAPTION, SEMIBOLD))
            painter.drawText(box, _flags(align, row.pill[0]), row.pill[0])

    def _text(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        theme, tokens = self._theme, self._theme.tokens
        side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        line = self._first_line(option, row)
        width = self._words(option.rect.width(), row)
        left = option.rect.left() + self._indent(row)
        title = QRect(left, line.top(), width, line.height())
        painter.setFont(theme.font(BODY))
        painter.setPen(QColor(tokens.muted if row.dim else tokens.text))
        words = QFontMetrics(painter.font()).elidedText(row.title, Qt.TextElideMode.ElideRight, width)
        where = QStyle.visualRect(option.direction, option.rect, title)
        painter.drawText(where, _flags(side | Qt.AlignmentFlag.AlignVCenter, words), words)
        if not row.detail:
            return
        top, width = line.bottom() + 1, self._below(option.rect.width(), row)
        detail = QRect(left, top, width, option.rect.bottom() - top - GRID + 1)
        painter.setFont(theme.font(DETAIL))
        painter.setPen(QColor(tokens.muted))
        where = QStyle.visualRect(option.direction, option.rect, detail)
        if self._lines == 1:
            words = QFontMetrics(painter.font()).elidedText(row.detail, Qt.TextElideMode.ElideRight, width)
            painter.drawText(where, _flags(side | Qt.AlignmentFlag.AlignTop, words), words)
        else:
            painter.drawText(where, _flags(side | Qt.AlignmentFlag.AlignTop, row.detail) | _WRAP, row.detail)

    def _first_line(self, option: QStyleOptionViewItem, row: Row) -> QRect:
        box = option.rect
        if not row.detail:
            return QRect(box)
        return QRect(box.left(), box.top() + GRID, box.width(), self._title_height())

    def _title_height(self) -> int:
        return max(QFontMetrics(self._theme.font(BODY)).height(), self._theme.px(20))

    def _detail_height(self, metrics: QFontMetrics, width: int, row: Row) -> int:
        if self._lines == 1:
            return metrics.height()
        found = metrics.boundingRect(QRect(0, 0, max(40, width), 10_000), _WRAP, row.detail).height()
        return min(found, self._lines * metrics.lineSpacing())

    def _indent(self, row: Row) -> int:
        return RELATED + (ICON + INSIDE if row.icon[0] else 0)

    def _words(self, width: int, row: Row) -> int:
        """What is left for words between the icon and what stands at the end."""
        ends = self._action_width(width, row) + self._pill_width(row)
        ends += INSIDE if row.action and row.pill[0] else 0
        return max(40, width - self._indent(row) - ends - 2 * INSIDE)

    def _below(self, width: int, row: Row) -> int:
        """What is left for the detail, which has its lines to itself."""
        return max(40, width - self._indent(row) - INSIDE)

    def _width(self, option: QStyleOptionViewItem) -> int:
        """Of the row; a view asks for heights before it tells it."""
        view = self.parent()
        if isinstance(view, QListView):
            return view.viewport().width()
        return option.rect.width()

    def _action_width(self, width: int, row: Row) -> int:
        """No more than half of a row that wide."""
        if not row.action:
            return 0
        wide = QFontMetrics(self._theme.font(DETAIL)).horizontalAdvance(row.action) + 2 * INSIDE
        return min(wide, self._theme.px(220), width // 2)

    def _pill_width(self, row: Row) -> int:
        if not row.pill[0]:
            return 0
        return QFontMetrics(self._theme.font(CAPTION, SEMIBOLD)).horizontalAdvance(row.pill[0]) + 12

    def _pill_box(self, option: QStyleOptionViewItem, row: Row) -> QRect:
        width, line = self._pill_width(row), self._first_line(option, row)
        after = self._action_width(option.rect.width(), row) + (INSIDE if row.action else 0)
        height = QFontMetrics(self._theme.font(CAPTION, SEMIBOLD)).height() + 2
        right = option.rect.right() - INSIDE - after
        box = QRect(right - width, line.center().y() - height // 2 + 1, width, height)
        return QStyle.visualRect(option.direction, option.rect, box)


class RowList(QListView):
    """A list of Rows; where a detail has one line, all of them have one or none has. Signals: chosen (row number: Enter, or a click, on it)."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, lines: int = 1) -> None:
        super().__init__(parent)
        self.rows = RowDelegate(theme, self, lines=lines)
        self.setItemDelegate(self.rows)
        self.setAccessibleName(name)
        self.setUniformItemSizes(lines == 1)
        if lines > 1:  # each row is measured: not all of a long list at once
            self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.clicked.connect(self._clicked)
        follow(self, theme, self.scheduleDelayedItemsLayout)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        editing = self.state() == QAbstractItemView.State.EditingState
        if pressed and not event.modifiers() and not editing and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row the current one; it is selected too, so that it looks it."""
        super().focusInEvent(event)
        if self.currentIndex().isValid() and not self.selectionModel().hasSelection():
            self.setCurrentIndex(self.currentIndex())
            self.selectionModel().select(self.currentIndex(), _SELECT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        if not self.rows.took_click():
            self.chosen.emit(index.row())


def _flags(align: Qt.AlignmentFlag, text: str) -> int:
    """A text runs in its own direction, whichever way the window does."""
    rtl = next((kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), "L") != "L"
    return int(align) | int(Qt.TextFlag.TextForceRightToLeft if rtl else Qt.TextFlag.TextForceLeftToRight)
