"""The tab as a whole: the set that is open, which vectors of it are looked at, and what is selected in all of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.models import short_name
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.study import Column, Study
from workbench.ui.support.tasks import TaskScope


class PageId(StrEnum):
    TEXTS = "texts"
    SIMILARITY = "similarity"
    MAP = "map"
    NEIGHBOURS = "neighbours"
    DECIDE = "decide"


class EmbeddingsModel(QObject):
    """study: of the set that is open, None while there is none. trouble: why it could not be opened. columns: all of it that has
    vectors; chosen: the keys of those that are compared, in their order. selected: rows, the current one last.

    Signals: opened (another set, or none, is open), columns_changed (some came, went or grew, or others are chosen),
    measure_changed, selection_changed, page_changed, record_changed (see record, record_shown),
    connection_wanted (the user wants to mend it), failed (Exception).
    """

    opened = Signal()
    columns_changed = Signal()
    measure_changed = Signal()
    selection_changed = Signal()
    page_changed = Signal()
    record_changed = Signal()
    connection_wanted = Signal()
    failed = Signal(object)

    def __init__(self, desk: EmbeddingsDesk, page: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.page = PageId(page) if page in set(PageId) else PageId.TEXTS
        self.study: Study | None = None
        self.trouble: Trouble | None = None
        self.opening = ""
        self.measure = Measure.COSINE
        self.selected: tuple[int, ...] = ()
        self.record: Exchange | None = None
        self.record_shown = False
        self._left_out: set[str] = set()

    async def aclose(self) -> None:
        await self._tasks.aclose()
        self._leave()

    # looking

    @property
    def texts(self) -> TextSet | None:
        return self.study.texts if self.study is not None else None

    @property
    def rows(self) -> Sequence[TextRow]:
        return self.study.texts.rows if self.study is not None else ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.study.columns if self.study is not None else ()

    @property
    def chosen(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.key not in self._left_out)

    def title_of(self, column: Column) -> str:
        """Its model's short name, with the options where another column has the same model."""
        same = [each for each in self.columns if each.choice.model == column.choice.model]
        name = short_name(column.choice.model)
        if len(same) < 2:
            return name
        return " · ".join((name, *_options(column.choice))) if _options(column.choice) else name

    # changing

    def open(self, set_id: str) -> None:
        """Open a set that is kept; "" closes what is open."""
        self.opening = set_id
        self._tasks.start("open", self._open(set_id))

    def reload(self) -> None:
        """Look again for what there is of the set, such as vectors that were brought along just now."""
        if self.study is not None:
            self._tasks.start("reload", self.study.load())

    def show_page(self, page: PageId) -> None:
        if page is not self.page:
            self.page = page
            self.page_changed.emit()

    def set_measure(self, measure: Measure) -> None:
        if measure is not self.measure:
            self.measure = measure
            self.measure_changed.emit()

    def compare(self, key: str, wanted: bool) -> None:
        """Whether a column is among those that are compared."""
        if wanted is (key in self._left_out):
            self._left_out ^= {key}
            self.columns_changed.emit()

    def select(self, rows: Iterable[int]) -> None:
        """In all pages, the current one last."""
        selected = tuple(dict.fromkeys(rows))
        if selected != self.selected:
            self.selected = selected
            self.selection_changed.emit()

    def show_record(self, exchange_id: str) -> None:
        """Open the wire record of a call."""
        self._tasks.start("record", self._show_record(exchange_id))

    def close_record(self) -> None:
        self.record_shown = False
        self.record_changed.emit()

    async def _open(self, set_id: str) -> None:
        study, trouble = None, None
        try:
            texts = await self._desk.sets.get(set_id) if set_id else None
            if texts is not None:
                study = self._desk.study(texts)
                await study.load()
        except WorkbenchError as error:
            if study is not None:
                study.close()
            study, trouble = None, Trouble.of(error)
        self._leave()
        self.study, self.trouble, self.opening = study, trouble, ""
        self.selected, self._left_out = (), set()
        if study is not None:
            study.on_change(lambda _: self.columns_changed.emit())
        self.opened.emit()
        self.columns_changed.emit()
        self.selection_changed.emit()

    def _leave(self) -> None:
        if self.study is not None:
            self.study.close()
            self.study = None

    async def _show_record(self, exchange_id: str) -> None:
        try:
            found = await self._desk.runs.exchange(exchange_id) if exchange_id else None
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.record, self.record_shown = found, True
        self.record_changed.emit()


def _options(choice: ModelChoice) -> list[str]:
    options = choice.options
    told = [options.pooling]
    if options.dimensions is not None:
        told.append(f"{options.dimensions} d")
    if options.instruction:
        told.append(f"“{options.instruction}”")
    return [each for each in told if each]
