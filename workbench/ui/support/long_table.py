"""A table of more rows than are read at once."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from workbench.ui.support.rows import choose_row
from workbench.ui.support.theme import CAPTION, INSIDE, REGULAR, ROW, Theme
from workbench.ui.support.timers import once


class LongTable(QTableView):
    """Whole rows are chosen. It tells which are in view, at most once in look_ms; `hovered` is the one under the pointer, or -1.

    Signals: looked (first row in view, last).
    """

    looked = Signal(int, int)

    def __init__(
        self, theme: Theme, rows: QAbstractItemModel, look_ms: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hovered = -1
        self.setModel(rows)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads, heights = self.horizontalHeader(), self.verticalHeader()
        heights.hide()
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(48)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heads.setAccessibleName(self.tr("Columns"))
        self._looking = once(self, look_ms, self._look)
        self.entered.connect(self._hover)
        self.verticalScrollBar().valueChanged.connect(self.look_soon)

    @Slot()
    def look_soon(self) -> None:
        """Other rows may be in view now."""
        if not self._looking.isActive():
            self._looking.start()

    def dress_heads(self, weight: int = REGULAR) -> None:
        """As the theme is now. weight: of the words in the heads."""
        theme, tokens, heads = self._theme, self._theme.tokens, self.horizontalHeader()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        heads.setFixedHeight(theme.px(ROW))
        heads.setFont(theme.font(CAPTION + 1, weight))
        heads.setStyleSheet(
            f"QHeaderView {{ background: {tokens.canvas}; border: none; }}"
            f"QHeaderView::section {{ background: {tokens.canvas}; color: {tokens.muted}; border: none;"
            f" border-bottom: 1px solid {tokens.line}; padding: 0 {INSIDE}px; }}"
            f"QHeaderView::section:hover {{ color: {tokens.text}; }}"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            last = self.model().rowCount() - 1
            choose_row(self, self.model().index(0 if event.key() == Qt.Key.Key_Home else last, 0))
            self.scrollTo(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look_soon()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QModelIndex())

    @Slot(QModelIndex)
    def _hover(self, index: QModelIndex) -> None:
        if index.row() != self.hovered:
            self.hovered = index.row()
            self.viewport().update()

    @Slot()
    def _look(self) -> None:
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        self.looked.emit(first, last if last >= 0 else self.model().rowCount() - 1)
