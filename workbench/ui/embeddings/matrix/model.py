"""Which rows are compared with one another, in which order, and the pair that is pointed at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.likeness import Matrix
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.likeness import MOST_ROWS, matrix, pair, sample, shaded
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

SAMPLE = 400
"""Rows of many that are shown unless others are asked for: each cell can still be pointed at."""
AT_ONCE = 2
"""Matrices side by side."""


class Which(StrEnum):
    """ALL is offered while it can be seen at once. LABEL: those of `MatrixModel.label`."""

    ALL = "all"
    SAMPLE = "sample"
    SELECTED = "selected"
    LABEL = "label"


class Order(StrEnum):
    """BY_ROW: by their likeness to the row of the pair that is pointed at."""

    GIVEN = "given"
    LABEL = "label"
    CLUSTERED = "clustered"
    BY_ROW = "by-row"


@dataclass(frozen=True, slots=True)
class Picture:
    """One column's matrix. order: places among matrix.rows, as they are shown. shades: see services.embeddings.likeness.shaded."""

    column: Column
    matrix: Matrix
    order: tuple[int, ...] = field(repr=False)
    shades: bytes = field(repr=False)

    @property
    def rows(self) -> tuple[int, ...]:
        """Of the set, as they are shown."""
        return tuple(self.matrix.rows[place] for place in self.order)

    def score(self, across: int, down: int) -> float:
        """Of a cell, as it is shown."""
        return self.matrix.at(self.order[down], self.order[across])


class MatrixModel(QObject):
    """pictures: of the columns in `keys`, side by side, all in the order of the first. pair: two rows of the set, or None;
    scores: theirs for each chosen column, None where they cannot be compared.

    Signals: changed (pictures, trouble, working), pair_changed, failed (Exception).
    """

    changed = Signal()
    pair_changed = Signal()
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.which = Which.ALL
        self.label = ""
        self.order = Order.CLUSTERED
        self.keys: tuple[str, ...] = ()
        self.pictures: tuple[Picture, ...] = ()
        self.trouble: Trouble | None = None
        self.working: float | None = None
        self.pair: tuple[int, int] | None = None
        self.scores: tuple[tuple[Column, float | None], ...] = ()
        self._seen = False
        self._stale = True
        self._selected: tuple[int, ...] = ()
        shared.opened.connect(self._opened)
        for change in (shared.columns_changed, shared.measure_changed):
            change.connect(self._outdated)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    # looking

    @property
    def rows(self) -> tuple[int, ...]:
        """Those that are compared with one another."""
        count = len(self.shared.rows)
        match self.which:
            case Which.SELECTED:
                return self._selected
            case Which.LABEL:
                found = [row for row, text in enumerate(self.shared.rows) if text.label == self.label]
                return sample(found, MOST_ROWS)
            case Which.SAMPLE:
                return sample(range(count), SAMPLE)
            case _:
                return sample(range(count), MOST_ROWS)

    @property
    def whiches(self) -> tuple[Which, ...]:
        """What can be chosen; labels apart."""
        count = len(self.shared.rows)
        found = [Which.ALL] if count <= MOST_ROWS else []
        found += [Which.SAMPLE] if count > SAMPLE else []
        found += [Which.SELECTED] if len(self.shared.selected) > 1 or self.which is Which.SELECTED else []
        return tuple(found)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.label for row in self.shared.rows if row.label))

    # changing

    def set_seen(self, seen: bool) -> None:
        """Nothing is reckoned while nobody looks."""
        self._seen = seen
        if seen and self._stale:
            self.reckon()

    def choose_rows(self, which: Which, label: str = "") -> None:
        if which is Which.SELECTED:
            self._selected = tuple(sorted(self.shared.selected))
        self.which, self.label = which, label
        self._outdated()

    def set_order(self, order: Order) -> None:
        if order is not self.order:
            self.order = order
            self._outdated()

    def show_columns(self, keys: Iterable[str]) -> None:
        """At most AT_ONCE of the chosen ones, side by side."""
        self.keys = tuple(keys)[:AT_ONCE]
        self._outdated()

    def point(self, left: int, right: int) -> None:
        """At a pair of rows of the set; the first is the current row from now on."""
        if self.pair == (left, right):
            return
        self.pair = (left, right)
        self.shared.select((right, left) if left != right else (left,))
        self._tasks.start("pair", self._score(left, right))
        if self.order is Order.BY_ROW:
            self._outdated()

    def stop(self) -> None:
        self._tasks.cancel("matrix")
        self.working = None
        self.changed.emit()

    def reckon(self) -> None:
        self._stale = False
        self._tasks.start("matrix", self._reckon())

    @Slot()
    def _opened(self) -> None:
        self._tasks.cancel("pair")
        self.pictures, self.pair, self.scores, self.keys = (), None, (), ()
        self.which = Which.SAMPLE if len(self.shared.rows) > SAMPLE else Which.ALL
        self.order = Order.CLUSTERED
        self._outdated()
        self.pair_changed.emit()

    @Slot()
    def _outdated(self) -> None:
        self._stale = True
        if self._seen:
            self.reckon()
        if self.pair is not None:
            self._tasks.start("pair", self._score(*self.pair))

    async def _reckon(self) -> None:
        study, rows, measure = self.shared.study, self.rows, self.shared.measure
        columns = self._columns()
        if study is None or not columns or not rows:
            self.pictures, self.trouble, self.working = (), None, None
            self.changed.emit()
            return
        self.working, self.trouble = 0.0, None
        self.changed.emit()
        pictures: list[Picture] = []
        try:
            for number, column in enumerate(columns):
                vectors = await study.vectors(column.key)

                def tell(part: float, number: int = number) -> None:
                    self.working = (number + part) / len(columns)
                    self.changed.emit()

                found = await matrix(vectors, rows, measure, tell)
                order = pictures[0].order if pictures else self._arranged(found)
                pictures.append(Picture(column, found, order, await shaded(found, order)))
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        else:
            self.pictures = tuple(pictures)
        self.working = None
        self.changed.emit()

    async def _score(self, left: int, right: int) -> None:
        study, measure = self.shared.study, self.shared.measure
        scores: list[tuple[Column, float | None]] = []
        try:
            for column in self.shared.chosen if study is not None else ():
                assert study is not None
                vectors = await study.vectors(column.key)
                scores.append((column, await pair(vectors, left, right, measure)))
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
            self.changed.emit()
        self.scores = tuple(scores)
        self.pair_changed.emit()

    def _columns(self) -> list[Column]:
        chosen = {column.key: column for column in self.shared.chosen}
        found = [chosen[key] for key in self.keys if key in chosen]
        return found or list(chosen.values())[:1]

    def _arranged(self, found: Matrix) -> tuple[int, ...]:
        places, rows = range(len(found.rows)), self.shared.rows
        match self.order:
            case Order.CLUSTERED:
                return found.clustered
            case Order.LABEL:
                return tuple(sorted(places, key=lambda place: (rows[found.rows[place]].label, place)))
            case Order.BY_ROW if self.pair is not None and self.pair[0] in found.rows:
                own = found.rows.index(self.pair[0])
                sign = -1.0 if found.measure.higher_is_closer else 1.0
                return tuple(sorted(places, key=lambda place: (place != own, sign * found.at(own, place))))
            case _:
                return tuple(places)
