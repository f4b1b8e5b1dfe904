"""Vectors that are brought along in a file: looked at first, then added to the set that is open, or with a set of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings import own_files
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.own_files import Brought, Fitted, Match
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.support.tasks import TaskScope

Work = Callable[[], Awaitable[None]]


class BringingModel(QObject):
    """brought: what was read, None before. ways: how it can be used; way: how it will be. fitted: what that comes to; None while it
    is reckoned, and for a new set. progress: of reading, None while nothing is read. busy: something of it is under way. added: titles
    of what was added last.

    Signals: changed, progressed, set_made (TextSet that is kept now, to be opened), failed (Exception).
    """

    changed = Signal()
    progressed = Signal()
    set_made = Signal(object)
    failed = Signal(object)

    def __init__(self, shared: EmbeddingsModel, desk: EmbeddingsDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = shared
        self._desk = desk
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.brought: Brought | None = None
        self.ways: tuple[Match, ...] = ()
        self.way = Match.ORDER
        self.fitted: Fitted | None = None
        self.progress: float | None = None
        self.busy = False
        self.trouble: Trouble | None = None
        self.added: tuple[str, ...] = ()
        self._path = Path()
        shared.opened.connect(self._opened)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @property
    def can_add(self) -> bool:
        return (
            self.brought is not None and not self.busy and (self.way is Match.NEW or self.fitted is not None)
        )

    @property
    def idle(self) -> bool:
        """There is nothing to be seen of it."""
        return not self.busy and self.brought is None and self.trouble is None

    def load(self, path: str) -> None:
        """Read a file; nothing is added before `add`."""
        self._path = Path(path)
        self.read_again()

    @Slot()
    def read_again(self) -> None:
        self._clear()
        self.progress = 0.0
        self._start(partial(self._read, self._path))

    def set_way(self, way: Match) -> None:
        if way is not self.way and way in self.ways:
            self.way = way
            self._start(self._fit)

    @Slot()
    def add(self) -> None:
        if self.can_add:
            self._start(self._make_set if self.way is Match.NEW else self._add)

    @Slot()
    def discard(self) -> None:
        """Also what is being read."""
        self._tasks.cancel("work")
        self.busy = False
        self._clear()
        self.changed.emit()

    def _clear(self) -> None:
        self.brought, self.fitted, self.trouble = None, None, None
        self.ways, self.added, self.progress = (), (), None

    def _start(self, work: Work) -> None:
        """The only thing under way; what was before is given up."""
        self.busy, self.trouble = True, None
        self._tasks.start("work", self._tried(work))
        self.changed.emit()

    async def _tried(self, work: Work) -> None:
        try:
            await work()
        except asyncio.CancelledError:  # who cancelled it says what is so now
            raise
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        except BaseException:
            self._end()
            raise
        self._end()

    def _end(self) -> None:
        self.busy, self.progress = False, None
        self.changed.emit()

    async def _read(self, path: Path) -> None:
        found = await own_files.read_vectors(path, self._tell)
        rows = self.shared.rows
        self.ways = await asyncio.to_thread(own_files.ways, found, rows)
        self.brought, self.way = found, self.ways[0]
        await self._fit()

    async def _fit(self) -> None:
        self.fitted = None
        if self.brought is not None and self.way is not Match.NEW:
            self.fitted = await own_files.fitted(self.brought, self.shared.rows, self.way)

    async def _add(self) -> None:
        texts, fitted = self.shared.texts, self.fitted
        if texts is None or fitted is None:
            return
        for title, vectors in fitted.columns.items():
            await self._desk.own.add(texts.id, title, vectors)
        self._clear()
        self.added = tuple(fitted.columns)
        self.shared.reload()

    async def _make_set(self) -> None:
        brought = self.brought
        if brought is None:
            return
        texts = await own_files.new_set(brought)
        await self._desk.sets.put(texts)
        for name, vectors in brought.columns.items():
            await self._desk.own.add(texts.id, brought.title(name), vectors)
        self._clear()
        self.set_made.emit(texts)

    def _tell(self, part: float) -> None:
        self.progress = part
        self.progressed.emit()

    @Slot()
    def _opened(self) -> None:
        """What was read is looked at anew beside other texts."""
        self.added = ()
        if self.brought is not None:
            self._start(partial(self._again, self.brought))
        else:
            if not self.busy:
                self.trouble = None
            self.changed.emit()

    async def _again(self, brought: Brought) -> None:
        self.brought, self.ways, self.fitted = None, (), None
        self.ways = await asyncio.to_thread(own_files.ways, brought, self.shared.rows)
        self.brought, self.way = brought, self.ways[0]
        await self._fit()
