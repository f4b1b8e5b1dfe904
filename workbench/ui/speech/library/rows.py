"""How a recording and a take are drawn in the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QTreeView, QWidget

from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.ui.speech import words as speech
from workbench.ui.speech.library import words
from workbench.ui.speech.library.model import ENTRY, Index, LibraryModel
from workbench.ui.support.entry_rows import EntryDelegate, RowPainter
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, GRID, ICON, INSIDE, REGULAR, ROW, SEMIBOLD, Theme


class LibraryDelegate(EntryDelegate):
    """A recording: icon, name, and below it length, date and how many takes. A take: icon of its state, model, state."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(ROW)) if index.internalId() else super().sizeHint(option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        with RowPainter(self._theme, painter, option) as row:
            row.ground()
            if isinstance(entry, Recording):
                self._draw_recording(row, entry)
            elif isinstance(entry, Take):
                self._draw_take(row, option.rect.width(), entry)

    def _draw_recording(self, row: RowPainter, recording: Recording) -> None:
        is_open = recording.id == self._model.open.recording_id
        facts = words.facts(recording, self._model.count_of(recording))
        if mishap := words.mishap(recording):
            icon, below = ("triangle-alert", "warn"), f"{mishap} · {facts}"
            row.entry(icon, recording.name, below, is_open=is_open, below_role="warn")
        else:
            icon = ("mic" if recording.own else "audio-lines", "muted")
            row.entry(icon, recording.name, facts, is_open=is_open)

    def _draw_take(self, row: RowPainter, width: int, take: Take) -> None:
        icon, role = speech.STATES[take.state]
        if take.state is TakeState.DONE and take.edited:
            icon, role = "pencil", "good"
        row.icon(row.part(GRID, ICON), icon, role, 14)
        at = 2 * GRID + ICON
        word = words.take_state(take)
        room = QFontMetrics(self._theme.font(CAPTION)).horizontalAdvance(word) + GRID
        state_role = "bad" if take.state is TakeState.FAILED else "muted"
        row.write(row.part(width - room - INSIDE, room), word, state_role, CAPTION)
        shown = self._model.take
        weight = SEMIBOLD if shown is not None and shown.id == take.id else REGULAR
        row.write(row.part(at, width - at - room - INSIDE - GRID), words.take_title(take), weight=weight)


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
