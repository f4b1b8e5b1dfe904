"""A population that is described beside the route, and what it comes to: reckoned after every edit, simulated on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.journal import LogRow
from workbench.domain.routes.elements import AnyElement, Kind, ModelCall, Rate, Route
from workbench.domain.routes.errors import RouteError
from workbench.services.route_odds import (
    POPULATION,
    Behaviour,
    LogNormal,
    Odds,
    Population,
    Simulated,
    TokenPrice,
    TooManyCombinations,
    ValueShare,
)
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import NOTHING, Overlay
from workbench.ui.support.figures import percent, usd
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once
from workbench.ui.support.work import RunningWork

LATER_MS = 150
REQUESTS = 1_000_000
DESCRIBED_BY = 500
"""Rows of the log that describe a population."""

Rows = Callable[[int], Awaitable[Sequence[LogRow]]]
"""The last so many requests, whole: services.route_replay.RouteReplay.rows."""


class Reckoner(Protocol):
    """services.route_odds.RouteOdds."""

    def population_of(self, route: Route) -> Population: ...
    def with_population(self, route: Route, population: Population) -> Route: ...
    def described_by(self, rows: Sequence[LogRow], route: Route) -> Population: ...
    def fields_of(self, route: Route) -> Mapping[str, tuple[Any, ...]]: ...
    def keys_of(self, route: Route) -> tuple[str, ...]: ...
    def price_of(self, provider: str, model: str) -> TokenPrice | None: ...
    async def odds(self, route: Route, population: Population) -> Odds: ...
    async def simulate(
        self,
        route: Route,
        population: Population,
        *,
        requests: int = ...,
        seed: int = ...,
        progress: Callable[[float], None] | None = ...,
    ) -> Simulated: ...


class Phase(Enum):
    """READY: odds are of the route as it is. RECKONING: those of before, if any, are still there. FAILED: see problem."""

    IDLE = auto()
    RECKONING = auto()
    READY = auto()
    FAILED = auto()


class Asked(NamedTuple):
    """A model that the route asks. key: what a population calls it. price: None where nobody knows."""

    key: str
    provider: str
    model: str
    behaviour: Behaviour
    price: TokenPrice | None


class Agreement(NamedTuple):
    """How far a simulation is from the exact odds: at most, of all wires' shares; and of the cost, as a part of it."""

    share: float
    cost: float


class OddsModel(QObject):
    """Signals: population_changed; changed (odds, phase or problem); simulation_changed; overlay_changed; described (rows)."""

    population_changed = Signal()
    changed = Signal()
    simulation_changed = Signal()
    overlay_changed = Signal()
    described = Signal(int)

    def __init__(
        self,
        document: RouteDocument,
        odds: Reckoner,
        notifier: Notifier,
        running: RunningWork,
        rows: Rows | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self._service = odds
        self._notifier = notifier
        self._running = running
        self._rows = rows
        self.phase = Phase.IDLE
        self.odds: Odds | None = None
        self.problem: WorkbenchError | None = None
        self.population = Population()
        self.population_problem: RouteError | None = None
        """Why what is in the file is no population."""
        self.simulated: Simulated | None = None
        self.simulation_problem: WorkbenchError | None = None
        self.progress: float | None = None
        """Of the simulation, None while there is none."""
        self.describing = False
        """The log is being read."""
        self._watching = False
        self._stale = True
        self._again = False
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._later = once(self, LATER_MS, self.reckon)
        document.edited.connect(self._edited)
        self._read()

    # What the route has

    @property
    def fields(self) -> Mapping[str, tuple[Any, ...]]:
        """What can be described: fields the route looks at with the values it knows, then what else is described."""
        looked = dict(self._service.fields_of(self.document.route))
        return {**looked, **{name: () for name in self.population.fields if name not in looked}}

    @property
    def keys(self) -> tuple[str, ...]:
        """What limits count by and no field describes, so that it matters how many values there are."""
        return tuple(
            key for key in self._service.keys_of(self.document.route) if key not in self.population.fields
        )

    @property
    def models(self) -> tuple[Asked, ...]:
        """Those the route asks, each once."""
        found: dict[str, Asked] = {}
        for one in self.document.route.elements:
            if isinstance(one, ModelCall) and one.model:
                key = self._key(one)
                if key not in found:
                    behaviour = self.population.behaviour(one.id, one.provider, one.model)
                    price = behaviour.price or self._service.price_of(one.provider, one.model)
                    found[key] = Asked(key, one.provider, one.model, behaviour, price)
        return tuple(found.values())

    @property
    def can_describe(self) -> bool:
        return self._rows is not None

    @property
    def too_many(self) -> bool:
        """There is too much to tell apart for exact odds; a simulation can."""
        return isinstance(self.problem, TooManyCombinations)

    @property
    def shown(self) -> Odds | Simulated | None:
        """What the canvas shows: the odds, or the simulation where there are none."""
        return self.odds if self.odds is not None else self.simulated

    @property
    def agreement(self) -> Agreement | None:
        exact, drawn = self.odds, self.simulated
        if exact is None or drawn is None:
            return None
        wires = exact.wires.keys() | drawn.wires.keys()
        share = max((abs(exact.wires.get(wire, 0) - drawn.wires.get(wire, 0)) for wire in wires), default=0.0)
        cost = abs(drawn.cost_per_request - exact.cost_per_request)
        return Agreement(share, cost / exact.cost_per_request if exact.cost_per_request else 0.0)

    @property
    def overlay(self) -> Overlay:
        found = self.shown
        if found is None:
            return NOTHING
        figures = {
            one.id: self._figure(one, found)
            for one in self.document.route.elements
            if one.kind is not Kind.START and one.id in found.elements
        }
        wires = {wire: share for wire, share in found.wires.items() if self.document.has_wire(wire)}
        return Overlay(
            figures=figures, flow=wires, labels={wire: percent(share) for wire, share in wires.items()}
        )

    def _figure(self, element: AnyElement, found: Odds | Simulated) -> str:
        words = percent(found.elements[element.id])
        if isinstance(element, ModelCall) and f"{element.provider}/{element.model}" not in found.unpriced:
            return f"{words} · {usd(found.cost.get(element.id, 0.0))}"
        if isinstance(element, Rate):
            return self.tr("{0} · {1} over").format(words, percent(found.over.get(element.id, 0.0)))
        return words

    # Describing

    def describe(self, name: str, population: Population, merge: str = "") -> None:
        """Keep this population beside the route, as a step of that name."""
        step = f"population:{merge}" if merge else ""
        route = self._service.with_population(self.document.route, population)
        self.document.edit(name, route, merge=step)

    def set_field(self, name: str, shares: Sequence[tuple[Any, float]]) -> None:
        """shares: of each value, 0–1; none: nothing is said of the field."""
        fields = dict(self.population.fields)
        fields.pop(name, None)
        if shares:
            fields[name] = tuple(ValueShare(value, share) for value, share in shares)
        words = self.tr("Describe {0}").format(name)
        self.describe(words, replace(self.population, fields=fields), name)

    def set_prompt(self, lengths: LogNormal) -> None:
        self.describe(self.tr("Describe prompts"), replace(self.population, prompt=lengths), "prompt")

    def set_output(self, lengths: LogNormal) -> None:
        self.describe(self.tr("Describe answers"), replace(self.population, output=lengths), "output")

    def set_requests(self, per_hour: float) -> None:
        changed = replace(self.population, requests_per_hour=per_hour)
        self.describe(self.tr("Requests per hour"), changed, "requests")

    def set_users(self, key: str, many: int) -> None:
        """many: different values of a limit's key; 0: nobody says."""
        users = {name: count for name, count in self.population.users.items() if name != key}
        if many:
            users[key] = many
        self.describe(self.tr("Describe {0}").format(key), replace(self.population, users=users), key)

    def set_behaviour(self, key: str, behaviour: Behaviour) -> None:
        """key: Asked.key."""
        models = {**self.population.models, key: behaviour}
        if behaviour == Behaviour() and "*" not in models:
            del models[key]
        words = self.tr("Describe {0}").format(key)
        self.describe(words, replace(self.population, models=models), f"model {key}")

    def by_hand(self) -> None:
        """Without the kinds of requests that a log described: what is said of fields counts again."""
        self.describe(self.tr("Describe requests by hand"), replace(self.population, segments=()))

    def start_over(self) -> None:
        """The usual population, as after nobody said anything. Also where the file's cannot be read."""
        self.describe(self.tr("Describe requests anew"), Population())

    @Slot()
    def describe_by_log(self) -> None:
        if self._rows is not None and not self.describing:
            self.describing = True
            self._tasks.start("describe", self._describe_by_log(self._rows))
            self.population_changed.emit()

    # Reckoning

    def watch(self, watching: bool) -> None:
        """While nobody watches, nothing is reckoned."""
        self._watching = watching
        if watching and self._stale:
            self.reckon()
        elif not watching:
            self._later.stop()

    @Slot()
    def reckon(self) -> None:
        """The odds of the route as it is; where they are being reckoned, once more after that."""
        self._later.stop()
        if self.population_problem is not None:
            self._failed(self.population_problem)
        elif self._tasks.running("odds"):
            self._again = True
        else:
            self.phase = Phase.RECKONING
            self._tasks.start("odds", self._reckon())

    @Slot()
    def simulate(self) -> None:
        if self.population_problem is None and self.progress is None:
            self.progress = 0.0
            self.simulated, self.simulation_problem = None, None
            self._tasks.start("simulate", self._simulate())
            self.simulation_changed.emit()

    @Slot()
    def stop_simulation(self) -> None:
        self._tasks.cancel("simulate")

    async def aclose(self) -> None:
        self._watching = False
        self._later.stop()
        await self._tasks.aclose()

    async def _reckon(self) -> None:
        try:
            await self._reckon_until_current()
        finally:
            if self.phase is Phase.RECKONING:
                self.phase, self._stale = Phase.IDLE, True
                self.changed.emit()

    async def _reckon_until_current(self) -> None:
        self._again = True
        while self._again:
            self._again, self._stale = False, False
            self.phase = Phase.RECKONING
            self.changed.emit()
            try:
                found = await self._service.odds(self.document.route, self.population)
            except WorkbenchError as error:
                if not self._again:
                    self._failed(error)
                continue
            if not self._again:
                self.odds, self.problem, self.phase = found, None, Phase.READY
                self._say()

    def _failed(self, error: WorkbenchError) -> None:
        self.odds, self.problem, self.phase, self._stale = None, error, Phase.FAILED, False
        self._say()

    def _say(self) -> None:
        self.changed.emit()
        self.simulation_changed.emit()
        self.overlay_changed.emit()

    async def _simulate(self) -> None:
        work = self._running.add(self.tr("Simulating requests"), self.stop_simulation)

        def progress(part: float) -> None:
            if self.progress is not None:
                self.progress = part
                work.set_progress(part)
                self.simulation_changed.emit()

        route = self.document.route
        try:
            self.simulated = await self._service.simulate(
                route, self.population, requests=REQUESTS, progress=progress
            )
        except WorkbenchError as error:
            self.simulation_problem = error
        finally:
            self.progress = None
            work.done()
            self.simulation_changed.emit()
        self.overlay_changed.emit()

    async def _describe_by_log(self, rows: Rows) -> None:
        import asyncio

        try:
            found = await rows(DESCRIBED_BY)
            route = self.document.route
            population = await asyncio.to_thread(self._service.described_by, found, route)
        except WorkbenchError as error:
            self._notifier.error(error, key="odds-log")
        else:
            if population.segments:
                self.describe(self.tr("Describe requests by the log"), population)
            self.described.emit(sum(round(one.share) for one in population.segments))
        finally:
            self.describing = False
            self.population_changed.emit()

    def _key(self, element: ModelCall) -> str:
        """The name in the population that says how it behaves; a new one says it for the model, wherever it is asked."""
        full = f"{element.provider}/{element.model}"
        names = (element.id, full, element.model)
        return next((name for name in names if name in self.population.models), full)

    @Slot(object)
    def _edited(self, edited: Edited) -> None:
        """A note, a place or a test changes no odds."""
        before, after = edited.before, edited.after
        described = before.sidecar.get(POPULATION) is not after.sidecar.get(POPULATION)
        if not described and before.elements is after.elements:
            return
        self._stale = True
        self.simulated = None
        if self.progress is not None:
            self.stop_simulation()
        self._read()
        self.simulation_changed.emit()
        if self._watching:
            self._later.start()

    def _read(self) -> None:
        try:
            self.population, self.population_problem = (
                self._service.population_of(self.document.route),
                None,
            )
        except RouteError as error:
            self.population, self.population_problem = Population(), error
        self.population_changed.emit()
