"""The rows of the request log: what has just come on top, older ones page by page as they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from workbench.domain.journal import LogPage, LogRow
from workbench.ui.gateway.requests.words import Words, took_ms

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW = Qt.ItemDataRole.UserRole
"""Role of the LogRow itself; None where its page has not come yet."""
KEPT_PAGES = 200


class Column(IntEnum):
    TIME = 0
    MODEL = 1
    STATUS = 2
    UPSTREAM = 3
    TOKENS = 4
    COST = 5
    DURATION = 6
    FIRST_BYTE = 7


RIGHT = frozenset({Column.TOKENS, Column.COST, Column.DURATION, Column.FIRST_BYTE})


class RequestRows(QAbstractTableModel):
    """A hundred thousand rows cost what is seen of them. Signals: pages_wanted (numbers from 1, as the user comes to them)."""

    pages_wanted = Signal(object)  # list[int]

    def __init__(self, page_size: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = Words(self)
        self._size = page_size
        self._live: list[LogRow] = []
        self._pages: dict[int, tuple[LogRow, ...]] = {}
        self._asked: set[int] = set()
        self._total = 0
        self._seen = (0, 0)

    @property
    def live(self) -> int:
        """How many rows have come since the pages were first read."""
        return len(self._live)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._live) + self._total

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def begin(self, page: LogPage) -> None:
        """Everything anew, with its first page."""
        self.beginResetModel()
        self._live = []
        self._pages = {1: page.rows} if page.rows else {}
        self._asked = set()
        self._total = page.total
        self.endResetModel()

    def put(self, number: int, rows: Sequence[LogRow]) -> None:
        """A page that was wanted; an empty one ends the list before it."""
        self._asked.discard(number)
        first = len(self._live) + (number - 1) * self._size
        if not rows and (number - 1) * self._size < self._total:
            self.beginRemoveRows(ROOT, first, self.rowCount() - 1)
            self._total = (number - 1) * self._size
            self.endRemoveRows()
            return
        self._pages[number] = tuple(rows)
        self._forget_far_from(number)
        last = min(first + self._size, self.rowCount()) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def lose(self, numbers: Sequence[int]) -> None:
        """Those pages did not come; they may be wanted again."""
        self._asked -= set(numbers)

    def look_again(self, numbers: Sequence[int]) -> None:
        """Those pages came for a question that is not asked any more."""
        self.lose(numbers)
        self.look(*self._seen)

    def add(self, rows: Sequence[LogRow]) -> None:
        """What has just come, newest first; goes on top."""
        if rows:
            self.beginInsertRows(ROOT, 0, len(rows) - 1)
            self._live[:0] = rows
            self.endInsertRows()

    def replace(self, row: LogRow) -> None:
        """The same row with something changed about it."""
        at = self.place_of(row.id)
        if at < 0:
            return
        if at < len(self._live):
            self._live[at] = row
        else:
            number, inside = divmod(at - len(self._live), self._size)
            page = list(self._pages[number + 1])
            page[inside] = row
            self._pages[number + 1] = tuple(page)
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(Column) - 1))

    def at(self, row: int) -> LogRow | None:
        if row < len(self._live):
            return self._live[row] if row >= 0 else None
        number, inside = divmod(row - len(self._live), self._size)
        page = self._pages.get(number + 1, ())
        return page[inside] if inside < len(page) else None

    def place_of(self, log_id: str) -> int:
        """Where a row is, among those that are here; -1 else."""
        for at, row in enumerate(self._live):
            if row.id == log_id:
                return at
        for number, page in self._pages.items():
            for inside, row in enumerate(page):
                if row.id == log_id:
                    return len(self._live) + (number - 1) * self._size + inside
        return -1

    def look(self, first: int, last: int) -> None:
        """The user sees these rows: pages of them that are not here are wanted, each once."""
        self._seen = (first, last)
        start, end = max(0, first - len(self._live)), min(last - len(self._live), self._total - 1)
        if end < start:
            return
        numbers = range(start // self._size + 1, end // self._size + 2)
        wanted = [one for one in numbers if one not in self._pages and one not in self._asked]
        if wanted:
            self._asked.update(wanted)
            self.pages_wanted.emit(wanted)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.at(index.row())
        if role == ROW or row is None:
            return row
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(row, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                whole = index.column() == Column.TIME
                return self.words.spoken(row) if whole else self.text(row, index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignTrailing if section in RIGHT else Qt.AlignmentFlag.AlignLeading
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def titles(self) -> tuple[str, ...]:
        """Of the columns, in their order."""
        return (
            self.tr("Time"),
            self.tr("Model"),
            self.tr("Status"),
            self.tr("Answered by"),
            self.tr("Tokens"),
            self.tr("Cost"),
            self.tr("Duration"),
            self.tr("First byte"),
        )

    def text(self, row: LogRow, column: int) -> str:
        words = self.words
        match column:
            case Column.TIME:
                return words.time(row)
            case Column.MODEL:
                return words.model(row)
            case Column.STATUS:
                return words.status(row)
            case Column.UPSTREAM:
                return words.upstream(row)
            case Column.TOKENS:
                return words.tokens(row)
            case Column.COST:
                return words.cost(row)
            case Column.DURATION:
                return words.took(took_ms(row))
        return words.took(row.first_byte_ms)

    def _tooltip(self, row: LogRow, column: int) -> str:
        match column:
            case Column.TIME:
                return self.words.moment(row)
            case Column.MODEL:
                parts = (self.words.route(row), row.provider, row.model)
                return " · ".join(part for part in parts if part)
            case Column.STATUS:
                return " · ".join(part for part in (self.words.status(row), row.error) if part)
            case Column.COST:
                return self.words.cost_source(row)
            case Column.TOKENS if row.tokens_estimated:
                return self.tr("Estimated: the provider told no count.")
            case Column.TOKENS if row.cached_tokens:
                return self.tr("{0} of the input from the provider’s prompt cache").format(row.cached_tokens)
        return ""

    def _forget_far_from(self, number: int) -> None:
        if len(self._pages) > KEPT_PAGES:
            near = sorted(self._pages, key=lambda one: abs(one - number))[: KEPT_PAGES // 2]
            self._pages = {one: self._pages[one] for one in near}
