"""How a population's kinds of requests flow along the wires of a route, with what they wait and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.domain.routes.elements import (
    FALLBACK,
    FALSE,
    NEXT,
    SUCCESS,
    TRUE,
    AnyElement,
    Conditional,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Start,
)
from workbench.routing.combinations import DICE, Look, borders_of
from workbench.routing.kinds import Kinds, kinds_of
from workbench.routing.population import Population, TokenPrice
from workbench.routing.steady import turned_away
from workbench.routing.tries import Chances, chances_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Prices = Callable[[str, str], TokenPrice | None]
"""What a provider's model costs; None where that is not known."""
_ROUNDS = 60


class Mass(NamedTuple):
    """By kind: the share of requests, and how long they have waited (ms) times that share."""

    share: Floats
    waited: Floats

    def times(self, factor: Any) -> Mass:
        return Mass(self.share * factor, self.waited * factor)

    def plus(self, other: Mass | None) -> Mass:
        return self if other is None else Mass(self.share + other.share, self.waited + other.waited)


By = dict[str, Mass]
"""By the model element that answered last, "" for none yet."""


@dataclass(slots=True)
class Flow:
    """met: what comes to an element. ended: what ends at one, answered or not. wires: shares of all requests."""

    met: dict[str, By] = field(default_factory=dict)
    ended: dict[str, By] = field(default_factory=dict)
    wires: dict[tuple[str, str], float] = field(default_factory=dict)


class Course:
    """A route with a population going through. over: by limit and bucket, the share that is turned away."""

    def __init__(self, look: Look, prices: Prices) -> None:
        self.look = look
        self.population = look.population
        self.kinds: Kinds = kinds_of(look)
        self.none: Floats = self.kinds.share * 0.0
        self.over: dict[str, Floats] = {}
        self.chances: dict[str, Chances] = {}
        self.costs: dict[str, Floats] = {}
        self.unpriced: dict[str, None] = {}
        for element in look.elements:
            if isinstance(element, ModelCall):
                self.chances[element.id] = chances_of(element, self.population)
                self.costs[element.id] = self._cost_of(element, prices)

    def _cost_of(self, element: ModelCall, prices: Prices) -> Floats:
        """Of one answer, by kind."""
        price = price_of(element, self.population, prices)
        if price is None:
            self.unpriced[f"{element.provider}/{element.model}"] = None
            return self.none
        return (self.kinds.prompt * price.input + self.kinds.output * price.output) / 1e6

    def settle(self) -> Flow:
        """The flow where every limit turns away what its arrivals, and what they cost, make it turn away."""
        budgets = [
            one.id
            for one in self.look.elements
            if isinstance(one, Rate)
            and one.limit_type is LimitType.COST
            and one.id not in self.population.limits
        ]
        flow = self._flow({})
        for _ in range(_ROUNDS if budgets else 0):
            before = dict(self.over)
            flow = self._flow(self._to_come())
            if all(abs(self.over[id] - before[id]).max(initial=0) < 1e-9 for id in budgets):
                break
            for id in budgets:  # half way, lest limits that feed each other swing
                self.over[id] = (before[id] + self.over[id]) / 2
        return flow

    def share_at(self, flow: Flow, id: str) -> Floats:
        return sum((one.share for one in flow.met[id].values()), start=self.none)

    def parts(self, element: AnyElement) -> Iterator[tuple[str, Any]]:
        """What part of each kind takes which output, for all that is no model."""
        match element:
            case Start():
                yield NEXT, 1.0
            case Conditional():
                holds = self.kinds.columns[element.id]
                yield TRUE, holds * 1.0
                yield FALSE, 1.0 - holds
            case Percentage():
                yield from self._shares(element)
            case Rate():
                over = self.over[element.id][self.kinds.columns[element.id]]
                yield SUCCESS, 1 - over
                yield FALLBACK, over

    def _shares(self, element: Percentage) -> Iterator[tuple[str, Any]]:
        borders, ports = borders_of(element)
        stuck = self.kinds.columns.get(element.id)
        for place, (port, low, high) in enumerate(
            zip(ports, [0.0, *borders], [*borders, 100.0], strict=True)
        ):
            by_dice = max(0.0, high - low) / 100
            yield port, by_dice if stuck is None else (stuck == place) * 1.0 + (stuck == DICE) * by_dice

    def _to_come(self) -> dict[str, Floats]:
        """By element: what a request of each kind costs on average from there on."""
        costs: dict[str, Floats] = {}
        for element in reversed(self.look.elements):
            after = {port: costs[target] for port, target in element.outputs.items() if target}
            if isinstance(element, ModelCall):
                ok = self.chances[element.id].ok
                answered = ok * (self.costs[element.id] + after.get(SUCCESS, self.none))
                costs[element.id] = answered + (1 - ok) * after.get(FALLBACK, self.none)
            else:
                parts = (factor * after.get(port, self.none) for port, factor in self.parts(element))
                costs[element.id] = sum(parts, start=self.none)
        return costs

    def _flow(self, to_come: Mapping[str, Floats]) -> Flow:
        flow = Flow({one.id: {} for one in self.look.elements})
        flow.met[self.look.start][""] = Mass(self.kinds.share, self.none)
        for element in self.look.elements:
            came = flow.met[element.id]
            if isinstance(element, Rate):
                self.over[element.id] = self._turned_away(element, self.share_at(flow, element.id), to_come)
            stays = True
            for by, mass in came.items():
                for port, after, onward in self._onward(element, by, mass):
                    stays = False
                    self._go(flow, element, port, after, onward)
            if stays and came:
                flow.ended[element.id] = came
        return flow

    def _go(self, flow: Flow, element: AnyElement, port: str, by: str, mass: Mass) -> None:
        share = float(mass.share.sum())
        wire = (element.id, port)
        flow.wires[wire] = flow.wires.get(wire, 0.0) + share
        if share <= 0:
            return
        target = element.outputs.get(port)
        there = flow.ended.setdefault(element.id, {}) if not target else flow.met[target]
        there[by] = mass.plus(there.get(by))

    def _onward(self, element: AnyElement, by: str, mass: Mass) -> Iterator[tuple[str, str, Mass]]:
        """(port, who answered last, what takes it)."""
        if not isinstance(element, ModelCall):
            for port, factor in self.parts(element):
                yield port, by, mass.times(factor)
            return
        chances = self.chances[element.id]
        for port, after, chance, waited in (
            (SUCCESS, element.id, chances.ok, chances.ok_ms),
            (FALLBACK, by, 1 - chances.ok, chances.failed_ms),
        ):
            yield port, after, Mass(mass.share * chance, mass.waited * chance + mass.share * waited)

    def _turned_away(self, element: Rate, share: Floats, to_come: Mapping[str, Floats]) -> Floats:
        """By bucket."""
        import numpy as np

        many = np.array(self.look.keys[element.id].many, float)
        if element.id in self.population.limits:
            return np.full(len(many), self.population.limits[element.id])
        column = self.kinds.columns[element.id]
        came = np.bincount(column, share, len(many))
        arrivals = came * self.population.requests_per_hour * element.window_s / 3600 / many
        limits = np.full(len(many), element.limit)
        if element.limit_type is LimitType.COST and element.limit > 0:
            after = to_come.get(element.outputs.get(SUCCESS, ""), self.none)
            cost = np.bincount(column, share * after, len(many))
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                limits = np.where(cost > 0, element.limit * came / cost + 0.5, np.inf)
        pairs = zip(arrivals.tolist(), limits.tolist(), strict=True)
        return np.array([turned_away(*pair) for pair in pairs])


def price_of(element: ModelCall, population: Population, prices: Prices) -> TokenPrice | None:
    behaviour = population.behaviour(element.id, element.provider, element.model)
    return behaviour.price or prices(element.provider, element.model)
