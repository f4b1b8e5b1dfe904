"""The texts that are selected, listed beside the map."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.embeddings.neighbours.board import begins_at_the_right
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.figures import count
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import GRID, SEMIBOLD, Theme
from workbench.ui.support.tooltips import as_tip

_LINE = 200
_MOST = 1000
"""Rows that are listed: nobody reads more, and the list would take time to lay out."""
Index = QModelIndex | QPersistentModelIndex


class SelectedRows(QAbstractListModel):
    """The last of those that were selected, the current one first."""

    def __init__(self, shared: EmbeddingsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._shared = shared
        shared.selection_changed.connect(self._reset)

    def rowCount(self, parent: Index | None = None) -> int:
        if (parent is not None and parent.isValid()) or self._shared.study is None:
            return 0
        return min(len(self._shared.selected), _MOST)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        text = self._shared.rows[self.row_at(index)].text
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(text[:_LINE].split())
        return as_tip(text[: 5 * _LINE]) if role == Qt.ItemDataRole.ToolTipRole else None

    def row_at(self, index: Index) -> int:
        """The row of the set."""
        return self._shared.selected[-1 - index.row()]

    @Slot()
    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()


class _TextDelegate(QStyledItemDelegate):
    """Each text in the direction it has itself."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        from_right = begins_at_the_right(option.text)
        option.direction = Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight


class Selection(QWidget):
    """Hidden while nothing is selected. Signals: show_wanted (row)."""

    show_wanted = Signal(int)

    def __init__(self, theme: Theme, shared: EmbeddingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self.title = TextLabel(theme, "", self, weight=SEMIBOLD)
        self.none = small(IconButton(theme, "x", self.tr("Select nothing"), self))
        self.none.set_text(self.tr("Select nothing"), self.tr("Select nothing (Esc on the map)"))
        self.none.clicked.connect(lambda: shared.select(()))
        self.rows = QListView(self)
        self._model = SelectedRows(shared, self)
        self.rows.setModel(self._model)
        self.rows.setItemDelegate(_TextDelegate(self.rows))
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setUniformItemSizes(True)
        self.rows.setAccessibleName(self.tr("Selected texts"))
        self.rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.clicked.connect(self._show)
        self.rows.activated.connect(self._show)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.rows, 1)
        shared.selection_changed.connect(self._tell)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        many = len(self._shared.selected)
        self.setVisible(many > 0)
        self.title.setText(self.tr("{0} selected").format(count(many)))

    @Slot(QModelIndex)
    def _show(self, index: QModelIndex) -> None:
        self.show_wanted.emit(self._model.row_at(index))
