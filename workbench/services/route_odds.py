"""What a described population comes to on a route: exact odds, and a simulation, both in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any, Protocol, TypeVar

from workbench.domain.journal import LogRow
from workbench.domain.models import Model
from workbench.domain.routes.elements import Conditional, Route
from workbench.domain.routes.errors import RouteError
from workbench.routing import population as populations
from workbench.routing.facts import MISSING as MISSING
from workbench.routing.lint.uses import Use, uses_of
from workbench.routing.logged import Logged, described_by, logged
from workbench.routing.odds import PERIODS as PERIODS
from workbench.routing.odds import Odds as Odds
from workbench.routing.odds import Spend as Spend
from workbench.routing.odds import Times as Times
from workbench.routing.odds import TooManyCombinations as TooManyCombinations
from workbench.routing.odds import odds
from workbench.routing.population import POPULATION as POPULATION
from workbench.routing.population import Behaviour as Behaviour
from workbench.routing.population import Histogram as Histogram
from workbench.routing.population import LogNormal as LogNormal
from workbench.routing.population import Population as Population
from workbench.routing.population import Segment as Segment
from workbench.routing.population import TokenPrice as TokenPrice
from workbench.routing.population import ValueShare as ValueShare
from workbench.routing.simulation import REQUESTS, simulate
from workbench.routing.simulation import Percentiles as Percentiles
from workbench.routing.simulation import Simulated as Simulated

T = TypeVar("T")

PROMPT = "request.prompt_tokens_estimate"
"""The field that a population describes by the length of prompts."""
_EQUALS, _AMONG = ("$eq", "$ne"), ("$in", "$nin")
_KEY = ("properties", "key")

_PRICED_PROVIDER = "workers-ai"
"""Its models are listed by their own ids, those of others with the provider before."""


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    def find(self, model_id: str) -> Model: ...


class RouteOdds:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def population_of(self, route: Route) -> Population:
        """The one in the route's file, the usual one where there is none. Raises RouteError with its place."""
        return populations.population_of(route)

    def with_population(self, route: Route, population: Population) -> Route:
        return populations.with_population(route, population)

    def fields_of(self, route: Route) -> Mapping[str, tuple[Any, ...]]:
        """What conditions and sticky splits look at, but for PROMPT; with the values that they compare it with."""
        found: dict[str, dict[str, Any]] = {}
        for use in uses_of(route):
            name = _canonical(use.field)
            if name != PROMPT and use.path != _KEY:
                found.setdefault(name, {}).update({repr(value): value for value in _compared(route, use)})
        return {name: tuple(values.values()) for name, values in found.items()}

    def keys_of(self, route: Route) -> tuple[str, ...]:
        """What limits count by."""
        return tuple(dict.fromkeys(_canonical(use.field) for use in uses_of(route) if use.path == _KEY))

    def described_by(self, rows: Sequence[LogRow], route: Route) -> Population:
        """A population of these requests, of what the route looks at in them. Rows of no use are left out."""
        return described_by([found for row in rows if isinstance(found := logged(row), Logged)], route)

    def price_of(self, provider: str, model: str) -> TokenPrice | None:
        """By the catalogue; None where it does not know what input and output cost."""
        found = self._catalogue.find(model if provider == _PRICED_PROVIDER else f"{provider}/{model}")
        into, out = found.price_per_m("input"), found.price_per_m("output")
        return None if into is None or out is None else TokenPrice(into, out)

    async def odds(self, route: Route, population: Population) -> Odds:
        """Raises RouteError; TooManyCombinations where only a simulation can tell."""
        return await asyncio.to_thread(odds, route, population, self.price_of)

    async def simulate(
        self,
        route: Route,
        population: Population,
        *,
        requests: int = REQUESTS,
        seed: int = 0,
        progress: Callable[[float], None] | None = None,
    ) -> Simulated:
        """progress: called in the loop's thread with the part that is done. Cancelled, it stops drawing. Raises RouteError."""
        stop, tell = Event(), in_loop(progress)

        def work() -> Simulated:
            return simulate(
                route,
                population,
                self.price_of,
                requests,
                seed=seed,
                progress=tell,
                should_stop=stop.is_set,
            )

        return await stoppable(work, stop)


def _canonical(field: str) -> str:
    """As a population has it; what is no field at all stays as it is, for the linter to tell."""
    try:
        return populations.canonical(field)
    except RouteError:
        return field


def _compared(route: Route, use: Use) -> Sequence[Any]:
    element = route.elements[use.at]
    if not isinstance(element, Conditional):
        return ()
    value: Any = element.conditions
    for step in use.path[2:]:  # below properties, conditions
        value = value[step]
    if use.operator in _EQUALS:
        return [value] if not isinstance(value, Mapping | list | tuple) else ()
    many = use.operator in _AMONG and isinstance(value, list | tuple)
    return [one for one in value if not isinstance(one, Mapping | list | tuple)] if many else ()


def in_loop(progress: Callable[[float], None] | None) -> Callable[[float], None] | None:
    """progress, to be called from another thread."""
    if progress is None:
        return None
    loop = asyncio.get_running_loop()

    def tell(part: float) -> None:
        loop.call_soon_threadsafe(progress, part)

    return tell


async def stoppable(work: Callable[[], T], stop: Event) -> T:
    """work in a thread; stop is set when it is not wanted any more."""
    try:
        return await asyncio.to_thread(work)
    finally:
        stop.set()
