"""What the parts of the page have in common: nothing is reckoned while nobody looks, and what is out of date is given up."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.study import Column, Study
from workbench.ui.embeddings.decide.known import KnownModel
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

_WORK = "work"


def stamp(column: Column) -> tuple[str, int]:
    """Another one means that there are other vectors. While more keep coming those that there were at first have to do."""
    return (column.key, column.done if column.over else -1)


class PartModel(QObject):
    """working: the part that is done, None while nothing is reckoned. trouble: why there is no result. What was reckoned last stays
    until something newer has come.

    A subclass reckons in `work`, forgets in `clear`, and says in `asked` what its result depends on.
    Signals: changed, failed (Exception).
    """

    changed = Signal()
    failed = Signal(object)

    least_columns = 1

    def __init__(
        self,
        shared: EmbeddingsModel,
        desk: EmbeddingsDesk,
        known: KnownModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.shared = shared
        self.desk = desk
        self.known = known
        self.tasks = TaskScope(self)
        self.tasks.failed.connect(self.failed)
        self.working: float | None = None
        self.trouble: Trouble | None = None
        self.stopped = False
        self._seen_by: set[str] = set()
        self._reckoned: Hashable = None
        shared.opened.connect(self._opened)
        shared.columns_changed.connect(self.refresh)
        shared.measure_changed.connect(self.refresh)
        known.changed.connect(self.refresh)
        self._quiet = desk.runs.on_change(lambda _: self._run_changed())

    async def aclose(self) -> None:
        self._quiet()
        await self.tasks.aclose()

    # for subclasses

    async def work(self, study: Study) -> None:
        raise NotImplementedError

    def clear(self) -> None:
        raise NotImplementedError

    def asked(self) -> Hashable:
        """Equal while there is nothing new to reckon."""
        columns = tuple(map(stamp, self.shared.chosen))
        return (self.set_id, columns, self.shared.measure)

    @property
    def set_id(self) -> str:
        return self.shared.texts.id if self.shared.texts is not None else ""

    def tell(self, part: float) -> None:
        """How far it is."""
        self.working = part
        self.changed.emit()

    def titles(self) -> dict[str, str]:
        """Of the chosen columns, by their keys."""
        return {column.key: self.shared.title_of(column) for column in self.shared.chosen}

    # for the page

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.shared.chosen

    @property
    def coming(self) -> bool:
        """Some model makes vectors of the set that is open."""
        return any(run.text_set_id == self.set_id for run in self.desk.runs.open)

    @property
    def seen(self) -> bool:
        return bool(self._seen_by)

    def set_seen(self, seen: bool, by: str = "") -> None:
        """by: which page, where several show it."""
        if seen:
            self._seen_by.add(by)
            self.refresh()
        else:
            self._seen_by.discard(by)

    @Slot()
    def refresh(self) -> None:
        """Reckon what is out of date, if somebody looks."""
        if self.seen and self.asked() != self._reckoned:
            self.reckon()
        elif self.seen:
            self.changed.emit()

    @Slot()
    def reckon(self) -> None:
        self._reckoned = self.asked()
        self.stopped = False
        self.tasks.start(_WORK, self._work())

    @Slot()
    def stop(self) -> None:
        self.tasks.cancel(_WORK)
        self.working, self.stopped = None, True
        self.changed.emit()

    def _run_changed(self) -> None:
        """It is said that vectors are coming as long as there are none."""
        if self.seen and len(self.columns) < self.least_columns:
            self.changed.emit()

    @Slot()
    def _opened(self) -> None:
        self.tasks.cancel(_WORK)
        self._reckoned, self.working, self.trouble = None, None, None
        self.clear()
        self.refresh()

    async def _work(self) -> None:
        study = self.shared.study
        if study is None or len(self.columns) < self.least_columns:
            self.working, self.trouble = None, None
            self.clear()
            self.changed.emit()
            return
        self.trouble = None
        self.tell(0.0)
        try:
            await self.work(study)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        except Exception:
            self._reckoned, self.working = None, None
            self.changed.emit()
            raise
        self.working = None
        self.changed.emit()
