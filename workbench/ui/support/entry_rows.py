"""How rows of lists are drawn, above all of those at a side."""

from __future__ import annotations

from types import TracebackType

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, ICON, INSIDE, RADIUS, REGULAR, SEMIBOLD, Theme

Index = QModelIndex | QPersistentModelIndex
_TALL = 46


class RowPainter:
    """Draws one row, as long as it is entered. Places are counted from where reading begins."""

    def __init__(self, theme: Theme, painter: QPainter, option: QStyleOptionViewItem) -> None:
        self._theme = theme
        self._painter = painter
        self._option = option

    def __enter__(self) -> RowPainter:
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._painter.restore()

    def part(self, left: int, width: int) -> QRect:
        """A piece of the row."""
        row = self._option.rect
        rect = QRect(row.left() + left, row.top(), max(0, width), row.height())
        return QStyle.visualRect(self._option.direction, row, rect)

    def ground(self) -> None:
        """Selected rows are tinted, those under the pointer greyed; a ring shows where the keyboard is."""
        theme, painter, state = self._theme, self._painter, self._option.state
        row = QRectF(self._option.rect)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.tint(ground="surface") if selected else theme.hover("surface")))
            painter.drawRoundedRect(row.adjusted(0, 1, -2, -1), RADIUS, RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row.adjusted(0.5, 1.5, -2.5, -1.5), RADIUS, RADIUS)

    def icon(self, rect: QRect, name: str, role: str, size: int = ICON) -> None:
        """In the middle of rect."""
        picture = pixmap(self._theme, name, role, size, self._painter.device().devicePixelRatioF())
        centre = rect.center()
        self._painter.drawPixmap(centre.x() - size // 2 + 1, centre.y() - size // 2 + 1, picture)

    def write(
        self, rect: QRect, text: str, role: str = "text", size: float = BODY, weight: int = REGULAR
    ) -> None:
        """What has no room is cut at its end."""
        painter = self._painter
        painter.setFont(self._theme.font(size, weight))
        painter.setPen(QColor(self._theme.tokens.colour(role)))
        start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        align = QStyle.visualAlignment(self._option.direction, start)
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(align), shown)

    def entry(
        self, icon: tuple[str, str], name: str, below: str, *, is_open: bool, below_role: str = "muted"
    ) -> None:
        """An icon (its name and role), the name, and a line below it. The one that is open is bold."""
        self.icon(self.part(INSIDE, ICON), *icon)
        at = 2 * INSIDE + ICON
        box = self.part(at, self._option.rect.width() - at - INSIDE)
        above, under = (QFontMetrics(self._theme.font(size)).height() for size in (BODY, CAPTION))
        top = box.center().y() - (above + under + 1) // 2 + 1
        weight = SEMIBOLD if is_open else REGULAR
        self.write(QRect(box.left(), top, box.width(), above), name, weight=weight)
        self.write(QRect(box.left(), top + above + 1, box.width(), under), below, below_role, CAPTION)


class EntryDelegate(QStyledItemDelegate):
    """Rows high enough for an entry, whose names are edited in place."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_TALL))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The name's line, not the whole row."""
        height = editor.sizeHint().height()
        top = option.rect.center().y() - height // 2
        editor.setGeometry(option.rect.left(), top, option.rect.width(), height)
