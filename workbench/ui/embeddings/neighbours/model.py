"""What is looked around from, a text of the set or a query, and who is nearest to it by each model."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.likeness import Neighbour, Neighbours
from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Cost, short_name
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.neighbours import of_query, of_row, query_vector
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

KS = (5, 10, 20, 50)
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked around from: a row of the set, or, where that is None, a query."""

    row: int | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Of one model. column: None for the reranker, whose scores are its own and not a measure's. exchange_id: of what was asked for it."""

    title: str
    column: Column | None = None
    found: Neighbours | None = None
    trouble: Trouble | None = None
    working: bool = True
    exchange_id: str = ""
    cost: Cost | None = None


class NeighboursModel(QObject):
    """rankings: of the chosen columns in their order, the reranker's last. reranker: the id of its model, "" for none.

    Signals: changed (rankings), subject_changed, failed (Exception).
    """

    changed = Signal()
    subject_changed = Signal()
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.subject = Subject()
        self.k = 10
        self.reranker = ""
        self.rankings: tuple[Ranking, ...] = ()
        self._before: list[Subject] = []
        self._after: list[Subject] = []
        self._seen = False
        self._stale = True
        shared.opened.connect(self._opened)
        shared.selection_changed.connect(self._selected)
        for change in (shared.columns_changed, shared.measure_changed):
            change.connect(self._outdated)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    # looking

    @property
    def can_go_back(self) -> bool:
        return bool(self._before)

    @property
    def can_go_on(self) -> bool:
        return bool(self._after)

    @property
    def rerankers(self) -> tuple[str, ...]:
        """Models that can order texts by a query, on the connection there is now."""
        return tuple(model.id for model in self._desk.models.reranking(self._desk.targets.current.id))

    @property
    def text(self) -> str:
        """Of what is looked around from."""
        row = self.subject.row
        return self.subject.query if row is None else self.shared.rows[row].text

    # changing

    def set_seen(self, seen: bool) -> None:
        """Nothing is reckoned, nor asked, while nobody looks."""
        self._seen = seen
        if seen:
            self._selected()
            if self._stale:
                self.reckon()

    def ask(self, query: str) -> None:
        """Look around from a query."""
        if query.strip():
            self._look(Subject(query=query.strip()))

    def follow(self, row: int) -> None:
        """Look around from a row."""
        self._look(Subject(row))

    def go_back(self) -> None:
        if self._before:
            self._after.append(self.subject)
            self._show(self._before.pop())

    def go_on(self) -> None:
        if self._after:
            self._before.append(self.subject)
            self._show(self._after.pop())

    def set_k(self, k: int) -> None:
        if k != self.k:
            self.k = k
            self._outdated()

    def set_reranker(self, model: str) -> None:
        if model != self.reranker:
            self.reranker = model
            self._outdated()

    def select(self, row: int) -> None:
        """On every page, without looking around from it here."""
        keep = self.subject.row
        self.shared.select((row,) if keep is None or keep == row else (row, keep))

    def reckon(self) -> None:
        self._stale = False
        self._tasks.start("rankings", self._reckon())

    def try_again(self, place: int) -> None:
        """Ask once more for one ranking that failed."""
        ranking = self.rankings[place]
        self._put(place, replace(ranking, trouble=None, working=True))
        if ranking.column is not None:
            self._tasks.start(f"again {place}", self._rank(place, ranking.column))
        else:
            self._tasks.start(f"again {place}", self._rerank(place))

    def stop(self) -> None:
        self._tasks.cancel("rankings")
        self.rankings = tuple(replace(each, working=False) for each in self.rankings)
        self.changed.emit()

    # inside

    def _look(self, subject: Subject) -> None:
        if subject == self.subject:
            return
        if self.subject != Subject():
            self._before = [*self._before, self.subject][-_REMEMBERED:]
        self._after.clear()
        self._show(subject)

    def _show(self, subject: Subject) -> None:
        self.subject = subject
        if subject.row is not None:
            self.shared.select((subject.row,))
        self.subject_changed.emit()
        self._outdated()

    @Slot()
    def _opened(self) -> None:
        self.subject = Subject()
        self._before.clear()
        self._after.clear()
        self.rankings = ()
        self.subject_changed.emit()
        self._outdated()

    @Slot()
    def _selected(self) -> None:
        """Another page points at a row: it is looked around from when this one is opened."""
        selected = self.shared.selected
        if self._seen and selected and selected[-1] != self.subject.row and not self.subject.query:
            self._look(Subject(selected[-1]))

    @Slot()
    def _outdated(self) -> None:
        self._stale = True
        if self._seen:
            self.reckon()

    async def _reckon(self) -> None:
        titled = [(self.shared.title_of(column), column) for column in self.shared.chosen]
        rankings = [Ranking(title, column) for title, column in titled]
        if self.subject == Subject() or self.shared.study is None:
            rankings = []
        elif self.reranker:
            rankings.append(Ranking(short_name(self.reranker)))
        self.rankings = tuple(rankings)
        self.changed.emit()
        for place, (_, column) in enumerate(titled if rankings else ()):
            await self._rank(place, column)
        if rankings and self.reranker:
            await self._rerank(len(rankings) - 1)

    async def _rank(self, place: int, column: Column) -> None:
        study, subject, measure = self.shared.study, self.subject, self.shared.measure
        ranking = self.rankings[place]
        if study is None:
            return
        try:
            vectors = await study.vectors(column.key)
            if subject.row is not None:
                found = await of_row(column.key, vectors, subject.row, self.k, measure)
            else:
                query = await query_vector(self._desk.calls, column, subject.query)
                found = await of_query(column, vectors, query, self.k, measure)
        except WorkbenchError as error:
            self._put(place, replace(ranking, trouble=Trouble.of(error), working=False))
        else:
            self._put(place, replace(ranking, found=found, working=False))

    async def _rerank(self, place: int) -> None:
        """What any of the models found, put in order by the reranker."""
        ranking, exchange = self.rankings[place], Exchange(new_id(), time.time())
        rows = list(dict.fromkeys(_rows(self.rankings[:place])))
        if not rows:
            self._put(place, replace(ranking, found=Neighbours("", ()), working=False))
            return
        texts = [self.shared.rows[row].text for row in rows]
        calls = self._desk.calls
        assert self.shared.texts is not None
        try:
            ranked = await calls.rerank("", self.reranker, self.text, texts, exchange, self.shared.texts.id)
        except WorkbenchError as error:
            self._put(
                place, replace(ranking, trouble=Trouble.of(error), working=False, exchange_id=exchange.id)
            )
            return
        scored = sorted(zip(ranked.scores, rows, strict=True), key=lambda pair: -pair[0])
        found = tuple(Neighbour(row, score) for score, row in scored[: self.k])
        self._put(
            place,
            replace(
                ranking,
                found=Neighbours("", found),
                working=False,
                exchange_id=exchange.id,
                cost=ranked.cost,
            ),
        )

    def _put(self, place: int, ranking: Ranking) -> None:
        """Where it still belongs."""
        if place < len(self.rankings) and self.rankings[place].title == ranking.title:
            self.rankings = (*self.rankings[:place], ranking, *self.rankings[place + 1 :])
            self.changed.emit()


def _rows(rankings: Sequence[Ranking]) -> Iterable[int]:
    """Rank by rank, so that the first of each come first."""
    lists = [ranking.found.found for ranking in rankings if ranking.found is not None]
    for rank in range(max(map(len, lists), default=0)):
        for found in lists:
            if rank < len(found):
                yield found[rank].row
