"""The texts of the set that is open: what can be told of each row, which are shown, in which order."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import WorkbenchError
from workbench.domain.models import short_name
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.reckoning import reckoned
from workbench.services.embeddings.row_facts import (
    Order,
    RowFacts,
    SortBy,
    arranged,
    cut_by,
    row_facts,
    without_vector,
)
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.embeddings.texts import words
from workbench.ui.embeddings.texts.ports import Desk
from workbench.ui.support.tasks import TaskScope


class Show(StrEnum):
    """Which rows are shown. CUT: those that one of the models does not read to their end. FAILED: those without a vector of a model
    that are to have one.
    """

    ALL = "all"
    DUPLICATES = "duplicates"
    EMPTY = "empty"
    CUT = "cut"
    FAILED = "failed"


class CellState(StrEnum):
    """Of a row in a column of vectors. NONE: there is nothing to embed. COMING: the run goes on. ABSENT: it does not. UNKNOWN: not
    looked up yet.
    """

    DONE = "done"
    BAD = "bad"
    NONE = "none"
    COMING = "coming"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Filled:
    """How far a column is. bad: why, by row. complete: every other row with a text has a vector; else known says of those that were
    looked up whether they have.
    """

    column: Column
    bad: dict[int, str] = field(default_factory=dict)
    complete: bool = False
    known: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limit:
    """Of a model's tokens. name: for people."""

    name: str
    tokens: int


class TextsModel(QObject):
    """Works only while it is active. facts: None while rows are counted.

    Signals: changed (all but which rows are shown), rows_changed (which, and their order), cells_changed (more is known of columns),
    set_wanted (rows, name: make a set of these),
    reopen_wanted (the set did not open: try again), failed (Exception).
    """

    changed = Signal()
    rows_changed = Signal()
    cells_changed = Signal()
    set_wanted = Signal(object, str)
    reopen_wanted = Signal()
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._active = False
        self._stale = True
        self._asked: tuple[str, ...] = ()
        self._seen = (0, -1)
        self.facts: RowFacts | None = None
        self.tokens = 0
        """Of all rows together, estimated."""
        self.progress: float | None = None
        self.limits: tuple[Limit, ...] = ()
        self.cut: dict[int, tuple[int, ...]] = {}
        """By limit, the rows that are longer."""
        self.filled: dict[str, Filled] = {}
        self.words = ""
        self.show = Show.ALL
        self.order = Order()
        self.rows: Sequence[int] = range(0)
        """The rows that are shown, from the top."""
        self.places: Sequence[int] = range(0)
        """Of each row where it is shown, -1 for nowhere."""
        shared.opened.connect(self._opened)
        shared.columns_changed.connect(self._columns_changed)
        self._begin()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    # looking

    @property
    def arranging(self) -> bool:
        return self._tasks.running("arrange")

    @property
    def current(self) -> int | None:
        return self.shared.selected[-1] if self.shared.selected else None

    def row(self, number: int) -> TextRow:
        return self.shared.rows[number]

    def count(self, show: Show) -> int:
        """How many rows there are of a kind, as far as it is known."""
        among = self._among(show)
        return len(self.shared.rows) if among is None else len(among)

    def cut_names(self, number: int) -> list[str]:
        """The models that do not read the row to its end."""
        if self.facts is None:
            return []
        tokens = self.facts.tokens[number]
        return [limit.name for limit in self.limits if tokens > limit.tokens]

    def state_of(self, key: str, number: int) -> CellState:
        filled = self.filled.get(key)
        if filled is None:
            return CellState.UNKNOWN
        if number in filled.bad:
            return CellState.BAD
        if filled.column.own is None and not self.row(number).text.strip():
            return CellState.NONE
        if filled.complete:
            return CellState.DONE
        known = filled.known.get(number)
        if known is None:
            return CellState.UNKNOWN
        if known:
            return CellState.DONE
        return CellState.ABSENT if filled.column.over else CellState.COMING

    def why_bad(self, key: str, number: int) -> str:
        filled = self.filled.get(key)
        return filled.bad.get(number, "") if filled is not None else ""

    def troubles(self) -> list[tuple[Column, int, Trouble]]:
        """Of the columns that are compared: how many rows have no vector, and why."""
        found = []
        for column in self.shared.chosen:
            if column.model is not None:
                found += [(column, len(bad.rows), bad.trouble) for bad in column.model.bad if bad.rows]
        return found

    # doing

    def set_active(self, active: bool) -> None:
        """Whether somebody sees the page."""
        self._active = active
        if active and self._stale:
            self._begin()

    def search(self, text: str) -> None:
        if text != self.words:
            self.words = text
            self._arrange()

    def show_only(self, show: Show) -> None:
        if show is not self.show:
            self.show = show
            self._arrange()
            self.changed.emit()

    def sort(self, by: SortBy) -> None:
        """The same again turns it round, and the third time all is as the set has it."""
        if by is not self.order.by or by is SortBy.NUMBER:
            self.order = Order(by)
        else:
            self.order = Order() if self.order.descending else Order(by, True)
        self._arrange()
        self.changed.emit()

    def set_models(self, models: Iterable[str]) -> None:
        """What else is chosen to embed: rows that such a model would cut are marked before anything is paid for."""
        asked = tuple(models)
        if asked != self._asked:
            self._asked = asked
            self._find_limits()

    def look(self, first: int, last: int) -> None:
        """The user sees these places: what is not known of them is looked up."""
        self._seen = (first, last)
        if self._active and any(not filled.complete for filled in self.filled.values()):
            self._tasks.start("look", self._look())

    @Slot()
    def tidy(self) -> None:
        """A set without the duplicates and the empty rows."""
        if self.facts is not None:
            self.make_set_without([*self.facts.duplicates, *self.facts.empty])

    def make_set_of(self, numbers: Collection[int]) -> None:
        """Of these rows, in the order of the set."""
        wanted = frozenset(numbers)
        rows = tuple(row for number, row in enumerate(self.shared.rows) if number in wanted)
        if rows and self.shared.texts is not None:
            self.set_wanted.emit(rows, words.part_of(self.shared.texts.name))

    def make_set_without(self, numbers: Collection[int]) -> None:
        left_out = frozenset(numbers)
        self.make_set_of([number for number in range(len(self.shared.rows)) if number not in left_out])

    # work

    @Slot()
    def _opened(self) -> None:
        self._stale = True
        for name in ("facts", "arrange", "look", "cuts"):
            self._tasks.cancel(name)
        self.facts, self.tokens, self.progress = None, 0, None
        self.limits, self.cut, self.filled = (), {}, {}
        self.words, self.show, self.order = "", Show.ALL, Order()
        self.rows = self.places = range(len(self.shared.rows))
        self.rows_changed.emit()
        self.changed.emit()
        if self._active:
            self._begin()

    def _begin(self) -> None:
        if not self._active:
            return
        self._stale = False
        self.rows = self.places = range(len(self.shared.rows))
        self.rows_changed.emit()
        self._columns_changed()
        if self.shared.study is not None:
            self.progress = 0.0
            self._tasks.start("facts", self._count(self.shared.rows))
        self.changed.emit()

    async def _count(self, rows: Sequence[TextRow]) -> None:
        facts = await reckoned(lambda watch: row_facts(rows, watch), self._counting)
        self.facts, self.tokens, self.progress = facts, sum(facts.tokens), None
        self._find_limits()
        if self.show is not Show.ALL or self.order.by is SortBy.TOKENS:
            self._arrange()
        self.changed.emit()

    def _counting(self, part: float) -> None:
        self.progress = part
        self.changed.emit()

    def _find_limits(self) -> None:
        models = [column.choice.model for column in self.shared.chosen if column.own is None]
        found: dict[str, Limit] = {}
        for model in (*models, *self._asked):
            most = self._desk.models.abilities(model).most_tokens
            if most is not None:
                found[model] = Limit(short_name(model), most)
        self.limits = tuple(found.values())
        if self.facts is not None and {limit.tokens for limit in self.limits} != self.cut.keys():
            self._tasks.start("cuts", self._find_cuts(self.facts))
        self.changed.emit()

    async def _find_cuts(self, facts: RowFacts) -> None:
        limits = {limit.tokens for limit in self.limits}
        for most in sorted(limits - self.cut.keys()):
            self.cut[most] = await reckoned(partial(cut_by, facts.tokens, most))
        self.cut = {most: rows for most, rows in self.cut.items() if most in limits}
        if self.show is Show.CUT:
            self._arrange()
        self.cells_changed.emit()
        self.changed.emit()

    def _arrange(self) -> None:
        if self._active and self.shared.study is not None:
            self._tasks.start("arrange", self._arranged())

    async def _arranged(self) -> None:
        rows, facts, among = self.shared.rows, self.facts, self._among(self.show)
        text, order = self.words, self.order
        if not text.strip() and among is None and order == Order():
            self.rows = self.places = range(len(rows))
        else:
            self.rows, self.places = await reckoned(
                lambda watch: _placed(arranged(rows, facts, text, among, order, watch), len(rows))
            )
        self.rows_changed.emit()
        self.changed.emit()

    def _among(self, show: Show) -> frozenset[int] | None:
        facts = self.facts
        match show:
            case Show.DUPLICATES:
                return frozenset(facts.duplicates if facts is not None else ())
            case Show.EMPTY:
                return frozenset(facts.empty if facts is not None else ())
            case Show.CUT:
                return frozenset().union(*self.cut.values())
            case Show.FAILED:
                return frozenset().union(*(filled.bad for filled in self.filled.values()))
        return None

    # columns

    @Slot()
    def _columns_changed(self) -> None:
        """Columns came, went, grew, or others are compared."""
        if not self._active:
            self._stale = True
            return
        filled: dict[str, Filled] = {}
        partly = []
        for column in self.shared.columns:
            known = self.filled.get(column.key)
            one = Filled(column)
            if column.model is not None:
                one.bad = {row: words.told(bad.trouble) for bad in column.model.bad for row in bad.rows}
                one.complete = column.model.done + len(one.bad) >= column.model.rows
                if known is not None:
                    one.known = {row: True for row, there in known.known.items() if there}
            elif known is not None:
                one = known
            else:
                one.complete = True
                if column.done < len(self.shared.rows):
                    partly.append(one)
            filled[column.key] = one
        self.filled = filled
        self._find_limits()
        if partly:
            self._tasks.start("own", self._find_missing(partly))
        if self.show is Show.FAILED:
            self._arrange()
        self.cells_changed.emit()
        self.look(*self._seen)

    async def _find_missing(self, partly: Sequence[Filled]) -> None:
        """Rows of vectors that were brought along which cannot be compared."""
        study = self.shared.study
        for one in partly:
            if study is None:
                return
            try:
                vectors = await study.vectors(one.column.key)
            except WorkbenchError as error:
                self.failed.emit(error)
                continue
            missing = await reckoned(partial(without_vector, vectors))
            one.bad = dict.fromkeys(missing, words.no_vector())
            self.cells_changed.emit()
            self.changed.emit()

    async def _look(self) -> None:
        first, last = self._seen
        seen = [self.rows[place] for place in range(max(0, first), min(last + 1, len(self.rows)))]
        for key, filled in tuple(self.filled.items()):
            if filled.complete or filled.column.own is not None:
                continue
            wanted = [number for number in seen if not filled.known.get(number)]
            texts = [self.row(number).text for number in wanted]
            try:
                there = await self._desk.calls.known(key, texts)
            except WorkbenchError as error:
                self.failed.emit(error)
                return
            filled.known.update(zip(wanted, there, strict=True))
        self.cells_changed.emit()


def _placed(rows: array[int], many: int) -> tuple[array[int], array[int]]:
    """With where each row is among them."""
    places = array("l", [-1]) * many
    for place, row in enumerate(rows):
        places[row] = place
    return rows, places
