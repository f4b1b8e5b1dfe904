"""How a recording and a take are drawn in the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.ui.speech import words as speech
from workbench.ui.speech.library import words
from workbench.ui.speech.library.model import ENTRY, LibraryModel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, ICON, INSIDE, RADIUS, ROW, SEMIBOLD, Theme

Index = QModelIndex | QPersistentModelIndex
_TALL = 46


class LibraryDelegate(QStyledItemDelegate):
    """A recording: icon, name, and below it length, date and how many takes. A take: icon of its state, model, state."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW if index.internalId() else _TALL))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The name's line, not the whole row."""
        height = editor.sizeHint().height()
        editor.setGeometry(
            option.rect.left(), option.rect.center().y() - height // 2, option.rect.width(), height
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, option)
        if isinstance(entry, Recording):
            self._draw_recording(painter, option, entry)
        elif isinstance(entry, Take):
            self._draw_take(painter, option, entry)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            theme = self._theme
            painter.setBrush(QColor(theme.tint(ground="surface") if selected else theme.hover("surface")))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 1, -2, -1), RADIUS, RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self._theme.tokens.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 1.5, -2.5, -1.5), RADIUS, RADIUS)

    def _draw_recording(self, painter: QPainter, option: QStyleOptionViewItem, recording: Recording) -> None:
        theme, tokens = self._theme, self._theme.tokens
        mishap = words.mishap(recording)
        icon = "mic" if recording.own else "audio-lines"
        at = INSIDE
        self._icon(
            painter,
            self._part(option, at, ICON),
            "triangle-alert" if mishap else icon,
            "warn" if mishap else "muted",
        )
        at += ICON + INSIDE
        box = self._part(option, at, option.rect.width() - at - INSIDE)
        name, small = QFontMetrics(theme.font(BODY)), QFontMetrics(theme.font(CAPTION))
        top = box.center().y() - (name.height() + small.height() + 1) // 2 + 1
        painter.setFont(theme.font(BODY, SEMIBOLD if recording.id == self._model.open.recording_id else 400))
        painter.setPen(QColor(tokens.text))
        self._write(painter, QRect(box.left(), top, box.width(), name.height()), option, recording.name)
        painter.setFont(theme.font(CAPTION))
        below = QRect(box.left(), top + name.height() + 1, box.width(), small.height())
        painter.setPen(QColor(tokens.warn if mishap else tokens.muted))
        facts = words.facts(recording, self._model.count_of(recording))
        self._write(painter, below, option, f"{mishap} · {facts}" if mishap else facts)

    def _draw_take(self, painter: QPainter, option: QStyleOptionViewItem, take: Take) -> None:
        theme, tokens = self._theme, self._theme.tokens
        icon, role = speech.STATES[take.state]
        if take.state is TakeState.DONE and take.edited:
            icon, role = "pencil", "good"
        at = GRID
        self._icon(painter, self._part(option, at, ICON), icon, role, 14)
        at += ICON + GRID
        painter.setFont(theme.font(CAPTION))
        word = words.take_state(take)
        room = QFontMetrics(painter.font()).horizontalAdvance(word) + GRID
        painter.setPen(QColor(tokens.bad if take.state is TakeState.FAILED else tokens.muted))
        end = self._part(option, option.rect.width() - room - INSIDE, room)
        self._write(painter, end, option, word)
        shown = self._model.take
        painter.setFont(theme.font(BODY, SEMIBOLD if shown is not None and shown.id == take.id else 400))
        painter.setPen(QColor(tokens.text))
        name = self._part(option, at, option.rect.width() - at - room - INSIDE - GRID)
        self._write(painter, name, option, words.take_title(take))

    def _part(self, option: QStyleOptionViewItem, left: int, width: int) -> QRect:
        """A piece of the row, counted from where reading begins."""
        rect = QRect(option.rect.left() + left, option.rect.top(), max(0, width), option.rect.height())
        return QStyle.visualRect(option.direction, option.rect, rect)

    def _write(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, text: str) -> None:
        align = QStyle.visualAlignment(
            option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(align), shown)

    def _icon(self, painter: QPainter, rect: QRect, name: str, role: str, size: int = ICON) -> None:
        picture = pixmap(self._theme, name, role, size, painter.device().devicePixelRatioF())
        centre = rect.center()
        painter.drawPixmap(centre.x() - size // 2 + 1, centre.y() - size // 2 + 1, picture)


class LibraryTree(QTreeView):
    """A tree whose branches are the theme's chevrons, and are not tinted with what is selected."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.fillRect(rect, QColor(self._theme.tokens.surface))
        if not index.model().hasChildren(index):
            return
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        closed = "chevron-left" if mirrored else "chevron-right"
        name = (
            "chevron-down" if self.isExpanded(self.model().index(index.row(), 0, index.parent())) else closed
        )
        picture = pixmap(self._theme, name, "muted", 14, self.devicePixelRatioF())
        painter.drawPixmap(rect.center().x() - 6, rect.center().y() - 6, picture)
