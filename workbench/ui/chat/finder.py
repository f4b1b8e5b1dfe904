"""Full-text search over all messages, as one types."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.domain.conversations import SearchHit
from workbench.ui.chat.ports import ConversationsBackend
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

WAIT_MS = 120


class Finder(QObject):
    """The hits of the newest query. An empty query has none, and is not `active`."""

    changed = Signal()

    def __init__(
        self, store: ConversationsBackend, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._query = ""
        self._hits: tuple[SearchHit, ...] = ()
        self._searching = False
        self._timer = once(self, WAIT_MS, self._start)

    @property
    def query(self) -> str:
        return self._query

    @property
    def active(self) -> bool:
        return bool(self._query)

    @property
    def searching(self) -> bool:
        return self._searching

    @property
    def hits(self) -> tuple[SearchHit, ...]:
        return self._hits

    def search(self, query: str) -> None:
        """Look for query when typing pauses; the old hits stay until the new ones are here."""
        query = query.strip()
        if query == self._query:
            return
        self._query = query
        if query:
            self._searching = True
            self._timer.start()
        else:
            self._timer.stop()
            self._tasks.cancel("search")
            self._searching = False
            self._hits = ()
        self.changed.emit()

    async def aclose(self) -> None:
        self._timer.stop()
        await self._tasks.aclose()

    def _start(self) -> None:
        self._tasks.start("search", self._find(self._query))

    async def _find(self, query: str) -> None:
        try:
            hits = tuple(await self._store.search(query))
        finally:
            if query == self._query:
                self._searching = False
        if query == self._query:
            self._hits = hits
            self.changed.emit()
