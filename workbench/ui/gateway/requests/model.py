"""The request log as its page has it: which rows are looked for, which one is looked into, what comes live."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import RequestFailed, WorkbenchError
from workbench.domain.gateways import PROVIDER_SLUGS
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.services.gateway_requests import PAGE, Details, FeedEvent, Missed, Warned, as_csv, as_json
from workbench.ui.gateway.requests.rows import RequestRows
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

FLUSH_MS = 100
"""How often rows that came are shown: a hundred at once cost what one does."""
REFRESH_MS = 400
MOST_LIVE, MOST_LATE = 2_000, 100
"""So many rows on top, or so many of them that began before the pages were read, are put into pages again."""
AGAIN_S = 1.0
FIRST_MODEL = "workers-ai/@cf/zai-org/glm-4.7-flash"


class Requests(Protocol):
    """services.gateway_requests.GatewayRequests."""

    async def page(self, query: LogQuery, number: int) -> LogPage: ...
    def feed(self, since: str = "") -> AsyncGenerator[FeedEvent, None]: ...
    async def details(self, row: LogRow) -> Details: ...
    async def rate(self, row: LogRow, *, feedback: int | None, score: float | None) -> None: ...
    async def ask(
        self, model: str, text: str, *, gateway: str = "default", metadata: Mapping[str, Any] | None = None
    ) -> None: ...
    async def delete(self, query: LogQuery) -> None: ...
    async def export(self, query: LogQuery) -> list[LogRow]: ...


class Phase(Enum):
    """IDLE: the gateway does not run, or nobody has looked yet. LOADING: the first page is on its way. FAILED: see problem."""

    IDLE = auto()
    LOADING = auto()
    READY = auto()
    FAILED = auto()


class RequestsModel(QObject):
    """Signals: changed (phase, query, what is held back), selected_changed, details_changed, routes_changed,
    warned (why nothing is recorded, "" when it is again).
    """

    changed = Signal()
    selected_changed = Signal()
    details_changed = Signal()
    routes_changed = Signal()
    warned = Signal(str)

    def __init__(self, requests: Requests, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._notifier = notifier
        self.rows = RequestRows(PAGE, self)
        self.rows.pages_wanted.connect(self._fetch)
        self.query = LogQuery()
        self.phase = Phase.IDLE
        self.problem: WorkbenchError | None = None
        self.paused = False
        self.missed = 0
        self.selected: LogRow | None = None
        self.details: Details | None = None
        self.details_problem: WorkbenchError | None = None
        self.providers: tuple[str, ...] = PROVIDER_SLUGS
        self.routes: tuple[str, ...] = ()
        self._held: list[LogRow] = []
        self._last_id = ""
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._flush = once(self, FLUSH_MS, self._show_held)
        self._again = once(self, REFRESH_MS, self._refresh)

    @property
    def held(self) -> int:
        """How many rows wait while the log is paused."""
        return len(self._held) if self.paused else 0

    @property
    def empty(self) -> bool:
        """There has never been a request, as far as is known."""
        return self.phase is Phase.READY and not self.rows.rowCount() and not self.query.narrowed

    @property
    def busy(self) -> bool:
        return self._tasks.running("ask")

    def open(self) -> None:
        """The gateway runs: read the newest rows, and follow what comes."""
        if self.phase in (Phase.IDLE, Phase.FAILED):
            self._load()

    def leave(self) -> None:
        """The gateway has gone; what was read stays."""
        self._tasks.cancel("load")
        self._tasks.cancel("follow")
        self._set_phase(Phase.IDLE)

    def reload(self) -> None:
        self._load()

    def narrow(self, **changes: Any) -> None:
        """Look for other rows: any fields of LogQuery but until."""
        query = replace(self.query, **changes)
        if query != self.query:
            self.query = query
            self.changed.emit()
            if self.phase is not Phase.IDLE:
                self._load()

    @Slot()
    def widen(self) -> None:
        """No filter any more."""
        unset = LogQuery(self.query.gateway)
        self.narrow(
            text=unset.text,
            ended=unset.ended,
            provider=unset.provider,
            route=unset.route,
            cached=unset.cached,
        )

    def set_paused(self, paused: bool) -> None:
        """While paused, what comes is counted and not shown."""
        if paused != self.paused:
            self.paused = paused
            if not paused:
                self._show_held()
            self.changed.emit()

    def set_routes(self, names: tuple[str, ...]) -> None:
        """What the filter offers."""
        if names != self.routes:
            self.routes = names
            self.routes_changed.emit()

    def select(self, row: LogRow | None) -> None:
        """Look into a row; its bodies and its trace are fetched now."""
        if row is not None and self.selected is not None and row.id == self.selected.id:
            return
        self.selected, self.details, self.details_problem = row, None, None
        self._tasks.cancel("details")
        self.selected_changed.emit()
        if row is not None:
            self._tasks.start("details", self._read_details(row))

    def rate(self, *, feedback: int | None, score: float | None) -> None:
        """Say what the selected row's answer was worth."""
        if self.selected is not None:
            self._tasks.start("rate", self._rate(self.selected, feedback, score))

    def ask_first(self) -> None:
        """Send a small question, so that there is something to see."""
        if not self.busy:
            self._tasks.start("ask", self._ask())
            self.changed.emit()

    async def ask_route(self, name: str) -> None:
        """Ask a route a small question; what comes of it is in the log."""
        await self._requests.ask(f"dynamic/{name}", "Hello", gateway=self.query.gateway)

    def delete(self) -> None:
        """Delete what is looked for; the view has asked the user."""
        self._tasks.start("delete", self._delete())

    def export(self, path: Path, *, as_table: bool) -> None:
        """Write what is looked for to a file, as CSV or JSON."""
        self._tasks.start("export", self._export(path, as_table))

    async def aclose(self) -> None:
        self._flush.stop()
        self._again.stop()
        await self._tasks.aclose()

    def _load(self) -> None:
        self._held.clear()
        self.problem = None
        if self.phase is not Phase.READY:
            self._set_phase(Phase.LOADING)
        self._tasks.start("load", self._read_first())

    async def _read_first(self) -> None:
        """The newest page; what comes later than now is the feed's."""
        self.query = replace(self.query, until=time.time(), without=())
        try:
            page = await self._requests.page(self.query, 1)
        except WorkbenchError as error:
            self.problem = error
            self._set_phase(Phase.FAILED)
            return
        self.rows.begin(page)
        self.phase = Phase.READY
        self.changed.emit()
        if not self._tasks.running("follow"):
            self._last_id = ""
            self._tasks.start("follow", self._follow())

    async def _follow(self) -> None:
        """Take what the feed tells; after a break it goes on where it was."""
        import asyncio

        while True:
            since = self._last_id or str(self.query.until or time.time())
            try:
                async with aclosing(self._requests.feed(since)) as events:
                    async for event in events:
                        self._take(event)
            except RequestFailed as error:
                if error.failure is not None and not error.retryable:
                    self.problem = error
                    self._set_phase(Phase.FAILED)
                    return
            await asyncio.sleep(AGAIN_S)

    def _take(self, event: FeedEvent) -> None:
        match event:
            case LogRow():
                self._last_id = event.id
                if self.query.everywhere.holds(event):
                    self._held.append(event)
                    if not self._flush.isActive():
                        self._flush.start()
            case Warned(text):
                self.warned.emit(text)
            case Missed(rows):
                self.missed += rows
                self._again.start()

    @Slot()
    def _show_held(self) -> None:
        if self.paused:
            self.changed.emit()
            return
        held, self._held = self._held, []
        once = {row.id: row for row in held}
        new = [row for row in reversed(once.values()) if self.rows.place_of(row.id) < 0]
        late = tuple(row.id for row in new if row.created_at < (self.query.until or 0.0))
        if self.rows.live + len(new) > MOST_LIVE or len(self.query.without) + len(late) > MOST_LATE:
            self._again.start()
            return
        if late:  # they stand on top, and not in the pages
            self.query = replace(self.query, without=(*self.query.without, *late))
        was_empty = not self.rows.rowCount()
        self.rows.add(new)
        if was_empty and held:
            self.changed.emit()

    @Slot()
    def _refresh(self) -> None:
        if self.phase is Phase.READY:
            self._load()

    @Slot(object)
    def _fetch(self, numbers: list[int]) -> None:
        self._tasks.start(f"pages/{numbers[0]}", self._read_pages(self.query, numbers))

    async def _read_pages(self, query: LogQuery, numbers: list[int]) -> None:
        try:
            for number in numbers:
                page = await self._requests.page(query, number)
                if query != self.query:
                    self.rows.look_again(numbers)
                    return
                self.rows.put(number, page.rows)
        except WorkbenchError:
            self.rows.lose(numbers)
            raise

    async def _read_details(self, row: LogRow) -> None:
        try:
            self.details = await self._requests.details(row)
        except WorkbenchError as error:
            self.details_problem = error
        except BaseExceptionGroup as group:
            failed, others = group.split(WorkbenchError)
            if others is not None or failed is None:
                raise
            self.details_problem = _first(failed)
        self.details_changed.emit()

    async def _rate(self, row: LogRow, feedback: int | None, score: float | None) -> None:
        await self._requests.rate(row, feedback=feedback, score=score)
        rated = replace(row, feedback=feedback, score=score)
        self.rows.replace(rated)
        if self.selected is not None and self.selected.id == row.id:
            self.selected = rated
            if self.details is not None:
                changed = replace(self.details.row, feedback=feedback, score=score)
                self.details = replace(self.details, row=changed)
            self.details_changed.emit()

    async def _ask(self) -> None:
        try:
            await self._requests.ask(
                FIRST_MODEL, self.tr("Say hello in one sentence."), gateway=self.query.gateway
            )
        finally:
            self.changed.emit()

    async def _delete(self) -> None:
        self.select(None)
        await self._requests.delete(replace(self.query.everywhere, until=time.time()))
        self._load()

    async def _export(self, path: Path, as_table: bool) -> None:
        import asyncio

        rows = await self._requests.export(replace(self.query.everywhere, until=time.time()))
        text = as_csv(rows) if as_table else as_json(rows)
        try:
            await asyncio.to_thread(path.write_text, text, encoding="utf-8", newline="")
        except OSError as error:
            raise WorkbenchError(
                self.tr("{0} could not be written.").format(path.name), why=error.strerror or str(error)
            ) from error
        self._notifier.info(self.tr("Wrote {0} requests to {1}.").format(len(rows), path.name), key="export")

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.changed.emit()


def _first(group: BaseExceptionGroup[WorkbenchError]) -> WorkbenchError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, WorkbenchError)
    return error
