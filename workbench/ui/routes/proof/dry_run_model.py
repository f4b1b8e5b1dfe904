"""A dry run: a request, what is chosen on its way, and where it goes. It runs on every change of either and of the route."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.journal import LogRow
from workbench.domain.models import short_name
from workbench.domain.routes.elements import ModelCall, Percentage, Rate, Route
from workbench.domain.routes.errors import RouteError
from workbench.services.route_proof import (
    Pick,
    Rehearsed,
    Request,
    RouteProof,
    as_test,
    expected_of,
    free_test_name,
    request_from,
    rolls_of,
    told_headers,
    with_test,
)
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING, Overlay
from workbench.ui.routes.proof.choices import Choices
from workbench.ui.routes.proof.lit import lit
from workbench.ui.routes.proof.steps import Steps
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

LATER_MS = 15
AT_ONCE = 1_000
"""Elements of a route that runs within a frame; a larger one is run on a thread."""
RECENT = 100


class Phase(Enum):
    """Of the logged requests. IDLE: nobody has looked yet. FAILED: see log_problem."""

    IDLE = auto()
    LOADING = auto()
    READY = auto()
    FAILED = auto()


class DryRunModel(QObject):
    """Signals: request_changed; ran (steps, result and choices are new); log_changed; overlay_changed; saved (name of a test)."""

    request_changed = Signal()
    ran = Signal()
    log_changed = Signal()
    overlay_changed = Signal()
    saved = Signal(str)

    def __init__(
        self, document: RouteDocument, proof: RouteProof, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self._proof = proof
        self.request = Request()
        self.note = ""
        """What is not as it was sent, of a request out of the log."""
        self.outcomes: dict[str, Any] = {}
        self.picks: dict[str, Pick] = {}
        self.result: Rehearsed | None = None
        self.problem: RouteError | None = None
        self.choices = Choices(self)
        self.steps = Steps(self)
        self.phase = Phase.IDLE
        self.log: tuple[LogRow, ...] = ()
        self.log_problem: WorkbenchError | None = None
        self._watching = False
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._later = once(self, LATER_MS, self.run)
        document.edited.connect(self._route_edited)

    @property
    def overlay(self) -> Overlay:
        return lit(self.steps.visits) if self.result is not None else NOTHING

    @property
    def empty(self) -> bool:
        """Nothing has been put into the request."""
        return self.request == Request()

    @property
    def tries(self) -> int:
        """At the models, their retries not counted."""
        return len(self.result.tried) if self.result is not None else 0

    @property
    def problem_element(self) -> str:
        """Id of the element because of which the route cannot run, "" where it is none's fault."""
        match (self.problem.pointer if self.problem is not None else "").split("/"):
            case ["", "elements", index, *_] if index.isdigit() and int(index) < len(
                self.document.route.elements
            ):
                return self.document.route.elements[int(index)].id
        return ""

    @Slot()
    def reveal_problem(self) -> None:
        if self.problem_element:
            self.document.reveal(self.problem_element)

    def watch(self, watching: bool) -> None:
        """While nobody watches, nothing runs."""
        self._watching = watching
        if watching:
            self.run()
        else:
            self._later.stop()

    def set_request(self, request: Request, note: str = "") -> None:
        if repr(request) != repr(self.request) or note != self.note:  # 1 is not true, though Python says so
            self.request, self.note = request, note
            self.request_changed.emit()
            self._again()

    def set_json(self, text: str) -> str:
        """Take the request from JSON; why it cannot be, "" where it can."""
        try:
            request = request_from(json.loads(text or "{}"))
        except json.JSONDecodeError as error:
            return self.tr("Line {0}, column {1}: this is not JSON.").format(error.lineno, error.colno)
        except RouteError as error:
            return " ".join(part for part in (error.what, error.fix) if part)
        except (ValueError, RecursionError):
            return self.tr("This is not JSON that a request could be.")
        self.set_request(request)
        return ""

    @Slot(object, object, object)
    def take_request(
        self, headers: Mapping[str, str], metadata: Mapping[str, Any], body: Mapping[str, Any]
    ) -> None:
        """One that was made elsewhere, as in the chat."""
        told = told_headers(headers.items())
        self.set_request(request_from({"headers": told, "metadata": metadata, "body": body}))

    def set_outcome(self, id: str, value: Any) -> None:
        """How a model ends or a limit stands; None: as if nothing were chosen."""
        _put(self.outcomes, id, value)
        self._again()

    def set_pick(self, id: str, pick: Pick | None) -> None:
        """Which way a split goes; None: the likeliest."""
        _put(self.picks, id, pick)
        self._again()

    @Slot()
    def forget_choices(self) -> None:
        self.outcomes.clear()
        self.picks.clear()
        self._again()

    def load_log(self) -> None:
        """The newest logged requests."""
        if not self._tasks.running("log"):
            self.phase, self.log_problem = Phase.LOADING, None
            self.log_changed.emit()
            self._tasks.start("log", self._load_log())

    def choose(self, row: LogRow) -> None:
        """Take a logged request."""
        self._tasks.start("row", self._choose(row))

    def proposed_name(self) -> str:
        """For a test that wants this to stay as it is: what is said of the request, and who answers."""
        says = [f"{key} {value}" for key, value in list(self.request.metadata.items())[:2]]
        says += [f"{id} {value}" for id, value in list(self.outcomes.items())[:2]]
        run = self.result
        ends = short_name(run.model) if run is not None and run.answered else self.tr("no answer")
        stem = f"{', '.join(says)} → {ends}" if says else self.tr("goes to {0}").format(ends)
        try:
            return free_test_name(self.document.route, stem)
        except RouteError:
            return stem

    def expectations(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """(words, what a test expects): this model, this element, any answer; or an error."""
        run = self.result
        if run is None:
            return ()
        if not run.answered:
            return ((self.tr("nobody answers"), {"error": True}),)
        return (
            (self.tr("{0} answers").format(f"{run.provider}/{run.model}"), expected_of(run)),
            (self.tr("the element “{0}” answers").format(run.by), {"element": run.by}),
            (self.tr("somebody answers"), {"error": False}),
        )

    def save_test(self, name: str, expected: Mapping[str, Any], *, pin_dice: bool = True) -> None:
        """Put it into the route's file as a test. pin_dice: it holds for this way only, not for every one dice can fall."""
        if self.result is None:
            return
        dice = self.result.dice if pin_dice else ()
        test = as_test(name, self.request, self.outcomes, expected, dice)
        route = self.document.route
        self.document.edit(self.tr("Save the dry run as a test"), with_test(route, test))
        self.saved.emit(name)

    @Slot()
    def run(self) -> None:
        """Where the request goes, now."""
        self._later.stop()
        self._forget_gone()
        route = self.document.route
        if len(route.elements) > AT_ONCE:
            self._tasks.start("run", self._run_aside(route))
        else:
            self._became(route, self._rehearsed(route, self.request, self.outcomes, self.picks))

    async def _run_aside(self, route: Route) -> None:
        import asyncio

        asked = (self.request, dict(self.outcomes), dict(self.picks))
        self._became(route, await asyncio.to_thread(self._rehearsed, route, *asked))

    def _rehearsed(
        self, route: Route, request: Request, outcomes: Mapping[str, Any], picks: Mapping[str, Pick]
    ) -> Rehearsed | RouteError:
        try:
            return self._proof.dry_run(route, request, outcomes, picks=picks)
        except RouteError as error:
            return error

    def _became(self, route: Route, found: Rehearsed | RouteError) -> None:
        run = found if isinstance(found, Rehearsed) else None
        self.result, self.problem = run, found if isinstance(found, RouteError) else None
        visits = run.visits() if run is not None else ()
        self.steps.show(route, visits)
        rolls = rolls_of(run) if run is not None else {}
        way = [visit.element for visit in visits]
        self.choices.show(route.elements, way, self.outcomes, self.picks, rolls)
        self.ran.emit()
        self.overlay_changed.emit()

    async def aclose(self) -> None:
        self._later.stop()
        await self._tasks.aclose()

    async def _load_log(self) -> None:
        try:
            self.log = await self._proof.recent(RECENT)
            self.phase = Phase.READY
        except WorkbenchError as error:
            self.phase, self.log_problem = Phase.FAILED, error
        self.log_changed.emit()

    async def _choose(self, row: LogRow) -> None:
        found = await self._proof.request_of(row)
        self.set_request(found.request, found.note)

    def _again(self) -> None:
        if self._watching:
            self._later.start()

    @Slot(object)
    def _route_edited(self, _: object) -> None:
        self._again()

    def _forget_gone(self) -> None:
        """A choice for an element that is not there any more would be refused."""
        elements = {element.id: element for element in self.document.route.elements}
        for id in list(self.outcomes):
            if not isinstance(elements.get(id), ModelCall | Rate):
                del self.outcomes[id]
        for id in list(self.picks):
            if not isinstance(elements.get(id), Percentage):
                del self.picks[id]


def _put(into: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        into.pop(key, None)
    else:
        into[key] = value
