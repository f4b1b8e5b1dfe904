"""The open batch as Qt's views want it: a list of cards, or a table of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.results import words
from workbench.ui.images.results.layout import Layout
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.result import Phase, Result
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
RESULT = Qt.ItemDataRole.UserRole + 1
"""The Result of an item; None for a cell without a call."""
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

MimeOf = Callable[[Sequence[GalleryImage]], QMimeData]


def result_of(index: Index) -> Result | None:
    found = index.data(RESULT)
    return found if isinstance(found, Result) else None


def pictures_of(indexes: Sequence[Index]) -> list[GalleryImage]:
    """The pictures among the items, in their order on the screen."""
    ordered = sorted(indexes, key=lambda one: (one.row(), one.column()))
    return [found.image for one in ordered if (found := result_of(one)) is not None and found.image]


class _Shared:
    """What both say of a result."""

    def __init__(self, model: ResultsModel, mime_of: MimeOf) -> None:
        self.model = model
        self.mime_of = mime_of

    def data(self, result: Result | None, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return words.spoken(result, self.model.clock(), paused=self.model.paused) if result else ""
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(self._tip(result)) if result else ""
        return None

    def flags(self, result: Result | None) -> Qt.ItemFlag:
        dragged = result is not None and result.image is not None
        return _FLAGS | Qt.ItemFlag.ItemIsDragEnabled if dragged else _FLAGS

    def _tip(self, result: Result) -> str:
        job = result.job
        lines = [" · ".join(part for part in (job.model, words.seed(result)) if part)]
        if result.phase is not Phase.DONE:
            lines.append(words.state(result, self.model.clock(), paused=self.model.paused))
        lines += words.reasons(result)
        lines.append(" · ".join(words.metrics(result)))
        lines.append(job.settings.prompt)
        return "\n".join(line for line in lines if line)


class CardItems(QAbstractListModel):
    """One item for each picture, or for a call that has none yet."""

    def __init__(self, model: ResultsModel, mime_of: MimeOf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shared = _Shared(model, mime_of)
        self._results: list[Result] = []
        self._span: dict[str, tuple[int, int]] = {}
        model.batch_changed.connect(self.reset)
        model.job_changed.connect(self._renew)
        self.reset()

    @Slot()
    def reset(self) -> None:
        self.beginResetModel()
        self._results = [one for job in self._model.jobs for one in self._model.results(job.id)]
        self._place()
        self.endResetModel()

    @property
    def results(self) -> tuple[Result, ...]:
        return tuple(self._results)

    def row_of(self, job_id: str) -> int:
        """Of the first picture of a call, -1 where it has none here."""
        return self._span.get(job_id, (-1, 0))[0]

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._results)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._results):
            return None
        result = self._results[index.row()]
        return result if role == RESULT else self._shared.data(result, role)

    def shown(self, row: int, column: int) -> tuple[Result | None, int]:
        """What an item shows, and how many further pictures its call has that have no item of their own."""
        return (self._results[row], 0) if 0 <= row < len(self._results) else (None, 0)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return (
            self._shared.flags(self.shown(index.row(), 0)[0]) if index.isValid() else Qt.ItemFlag.NoItemFlags
        )

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return self._shared.mime_of(pictures_of(indexes))

    @Slot(str)
    def _renew(self, job_id: str) -> None:
        fresh = self._model.results(job_id)
        first, old = self._span.get(job_id, (len(self._results), 0))
        if len(fresh) > old:
            self.beginInsertRows(ROOT, first + old, first + len(fresh) - 1)
        elif len(fresh) < old:
            self.beginRemoveRows(ROOT, first + len(fresh), first + old - 1)
        self._results[first : first + old] = fresh
        if len(fresh) != old:
            self._place()
        if len(fresh) > old:
            self.endInsertRows()
        elif len(fresh) < old:
            self.endRemoveRows()
        self.dataChanged.emit(self.index(first), self.index(first + len(fresh) - 1))

    def _place(self) -> None:
        self._span = {}
        for at, result in enumerate(self._results):
            first, count = self._span.get(result.job.id, (at, 0))
            self._span[result.job.id] = (first, count + 1)


class CellItems(QAbstractTableModel):
    """One page of a grid: a cell shows the first picture of its call."""

    def __init__(self, model: ResultsModel, mime_of: MimeOf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shared = _Shared(model, mime_of)
        self._layout: Layout | None = None
        self.page = 0
        self._place_of: dict[str, tuple[int, int]] = {}
        self._shown: dict[tuple[int, int], tuple[Result | None, int]] = {}
        model.job_changed.connect(self._renew)

    @property
    def grid(self) -> Layout | None:
        return self._layout

    def show_grid(self, layout: Layout | None, page: int = 0) -> None:
        """Another grid, or another page of it."""
        self.beginResetModel()
        self._layout = layout
        self._shown = {}
        self.page = min(max(0, page), len(layout.pages) - 1) if layout else 0
        cells = layout.pages[self.page].cells if layout else {}
        self._place_of = {job_id: place for place, job_id in cells.items()}
        self.endResetModel()

    def place_of(self, job_id: str) -> QModelIndex:
        """Where a call lies on this page; an invalid index where it does not."""
        column, row = self._place_of.get(job_id, (-1, -1))
        return self.index(row, column) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        return len(self._layout.rows) if self._layout and not parent.isValid() else 0

    def columnCount(self, parent: Index = ROOT) -> int:
        return len(self._layout.columns) if self._layout and not parent.isValid() else 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        result, _ = self.shown(index.row(), index.column())
        return result if role == RESULT else self._shared.data(result, role)

    def shown(self, row: int, column: int) -> tuple[Result | None, int]:
        """What a cell shows, and how many further pictures its call has."""
        known = self._shown.get((row, column))
        if known is None:
            known = self._shown[row, column] = self._look(row, column)
        return known

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self._layout is None:
            return None
        across = orientation is Qt.Orientation.Horizontal
        axis = self._layout.x if across else self._layout.y
        if axis is None or not 0 <= section < len(axis.values):
            return None
        written = axis.values[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return words.value(axis.field, written)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return as_tip(f"{words.axis_name(axis)}: {written}")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return self._shared.flags(self.shown(index.row(), index.column())[0])

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return self._shared.mime_of(pictures_of(indexes))

    def _look(self, row: int, column: int) -> tuple[Result | None, int]:
        job_id = self._layout.pages[self.page].cells.get((column, row)) if self._layout else None
        if job_id is None or self._model.job(job_id) is None:
            return None, 0
        results = self._model.results(job_id)
        return results[0], len(results) - 1

    @Slot(str)
    def _renew(self, job_id: str) -> None:
        if (index := self.place_of(job_id)).isValid():
            self._shown.pop((index.row(), index.column()), None)
            self.dataChanged.emit(index, index)
