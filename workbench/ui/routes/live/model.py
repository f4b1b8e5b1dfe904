"""The route at work in the local gateway: the requests that pass it, how many took which wire, and some sent to try it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.services.route_watch import Missed, Passed, Request, Sent
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import NOTHING, Overlay, Wire, way_of
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope

SHOWN = 100
"""Requests that are listed."""
MOST_SENT = 100
_LOCAL = "local"


class Watch(Protocol):
    """services.route_watch.RouteWatch."""

    async def recent(self, route: str, gateway: str = "default") -> tuple[Passed, ...]: ...
    def follow(self, route: str, gateway: str = "default") -> AsyncGenerator[Passed | Missed, None]: ...
    async def send(self, target_id: str, route: str, request: Request, gateway: str = "") -> Sent: ...
    async def faults(self, route: str) -> Mapping[str, str]: ...
    async def order(self, route: str, element: str, order: str) -> Mapping[str, str]: ...


class Phase(StrEnum):
    IDLE = "idle"
    STARTING = "starting"
    WATCHING = "watching"


class LiveModel(QObject):
    """Signals: changed; added (Passed: a request has just passed); overlay_changed; faults_changed; sent_changed.

    passed: newest last. counts: requests by wire, met: by element, both only of those whose trace is known; total: of all.
    """

    changed = Signal()
    added = Signal(object)
    overlay_changed = Signal()
    faults_changed = Signal()
    sent_changed = Signal()

    def __init__(
        self,
        document: RouteDocument,
        watch: Watch,
        request: Callable[[], Request],
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """request: what is sent to try the route: that of the dry run."""
        super().__init__(parent)
        self._document = document
        self._watch = watch
        self._request = request
        self.phase = Phase.IDLE
        self.problem: WorkbenchError | None = None
        self.passed: deque[Passed] = deque(maxlen=SHOWN)
        self.chosen: Passed | None = None
        self.faults: Mapping[str, str] = {}
        self.fault_problem: WorkbenchError | None = None
        self.sent: list[Sent] = []
        self.to_send = 0
        self._sending = False
        self._wanted_trace = ""
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._name = document.route.name
        self.clear()
        document.edited.connect(self._edited)

    @property
    def route_name(self) -> str:
        return self._document.route.name

    @property
    def sending(self) -> bool:
        return self._sending

    @property
    def overlay(self) -> Overlay:
        """The way of the chosen request, else how many requests took which wire."""
        if self.chosen is not None and self.chosen.trace is not None:
            return way_of(self.chosen.trace.visits)
        if not self.traced:
            return NOTHING
        return Overlay(
            flow={wire: count / self.traced for wire, count in self.counts.items()},
            labels={wire: str(count) for wire, count in self.counts.items()},
            figures={element: str(count) for element, count in self.met.items()},
        )

    def start(self) -> None:
        """Watch the route of this name in the local gateway, from its latest requests on."""
        if self.phase is Phase.IDLE and self.route_name:
            self._tasks.start("follow", self._follow())
            self._tasks.start("faults", self._read_faults())

    def stop(self) -> None:
        self._tasks.cancel("follow")
        self._set(Phase.IDLE)

    @Slot()
    def clear(self) -> None:
        """Count from here on."""
        self.counts: Counter[Wire] = Counter()
        self.met: Counter[str] = Counter()
        self.total = self.traced = self.missed = 0
        self.passed.clear()
        self.chosen = None
        self.changed.emit()
        self.overlay_changed.emit()

    def choose(self, passed: Passed | None) -> None:
        """Light this request's way; None lights none."""
        if passed is not self.chosen:
            self.chosen = passed
            self.overlay_changed.emit()

    def choose_trace(self, trace_id: str) -> None:
        """Light the way of the request with this trace, once it has been read."""
        self._wanted_trace = trace_id
        self._look_for_wanted()

    def send(self, number: int) -> None:
        """Send the dry run's request so often, one after another."""
        self.sent = []
        self.to_send = max(1, min(number, MOST_SENT))
        self._sending = True
        self._tasks.start("send", self._send(self._request()))
        self.sent_changed.emit()

    @Slot()
    def stop_sending(self) -> None:
        self._tasks.cancel("send")
        self._stopped()

    def order(self, element: str, order: str) -> None:
        """Have the sandbox misbehave for this element, "" for no more."""
        self._tasks.start("faults", self._order(element, order))

    @Slot()
    def clear_faults(self) -> None:
        """The sandbox does as it should for every element of this route."""
        self._tasks.start("faults", self._clear_faults())

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _follow(self) -> None:
        name = self.route_name
        self.problem = None
        self._set(Phase.STARTING)
        try:
            if not self.total:
                for passed in await self._watch.recent(name):
                    self._add(passed, new=False)
            self._set(Phase.WATCHING)
            self.overlay_changed.emit()
            async for event in self._watch.follow(name):
                if isinstance(event, Missed):
                    self.missed += event.rows
                else:
                    self._add(event, new=True)
                self.changed.emit()
        except WorkbenchError as error:
            self.problem = error
        self._set(Phase.IDLE)

    def _add(self, passed: Passed, *, new: bool) -> None:
        self.total += 1
        self.passed.append(passed)
        if passed.trace is not None:
            self.traced += 1
            for visit in passed.trace.visits:
                self.met[visit.element] += 1
                if visit.port:
                    self.counts[visit.element, visit.port] += 1
        self._look_for_wanted()
        if new:
            self.added.emit(passed)
            if self.chosen is None:
                self.overlay_changed.emit()

    def _look_for_wanted(self) -> None:
        found = next((one for one in self.passed if one.row.trace_id == self._wanted_trace), None)
        if self._wanted_trace and found is not None:
            self._wanted_trace = ""
            self.choose(found)
            self.changed.emit()

    async def _send(self, request: Request) -> None:
        for _ in range(self.to_send):
            try:
                sent = await self._watch.send(_LOCAL, self.route_name, request)
            except WorkbenchError as error:
                self.problem = error
                self.changed.emit()
                break
            self.sent.append(sent)
            self.sent_changed.emit()
        self._stopped()

    def _stopped(self) -> None:
        self._sending = False
        self.to_send = len(self.sent)
        self.sent_changed.emit()

    async def _read_faults(self) -> None:
        try:
            self._set_faults(await self._watch.faults(self.route_name))
        except WorkbenchError as error:
            self._fail_faults(error)

    async def _order(self, element: str, order: str) -> None:
        try:
            self._set_faults(await self._watch.order(self.route_name, element, order))
        except WorkbenchError as error:
            self._fail_faults(error)

    async def _clear_faults(self) -> None:
        try:
            for element in tuple(self.faults):
                self._set_faults(await self._watch.order(self.route_name, element, ""))
        except WorkbenchError as error:
            self._fail_faults(error)

    def _set_faults(self, faults: Mapping[str, str]) -> None:
        self.faults, self.fault_problem = faults, None
        self.faults_changed.emit()

    def _fail_faults(self, error: WorkbenchError) -> None:
        self.fault_problem = error
        self.faults_changed.emit()

    @Slot(object)
    def _edited(self, edited: Edited) -> None:
        """Another name is another route."""
        if edited.after.name == self._name:
            return
        self._name = edited.after.name
        watched = self.phase is not Phase.IDLE
        self.stop()
        self.clear()
        if watched:
            self.start()

    def _set(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()
