"""A million requests drawn from a population and sent through a route at once, in NumPy, with nobody behind it.

Drawn in pieces, so that somebody can watch and stop it. A piece is arrays with an entry for each request; elements are gone
through in order, each with the requests that come to it, and conditions are looked up in the tables of routing.combinations.
Limits turn away the share that the exact odds have (routing.steady); where those are too many to reckon, the share that
follows from what some drawn requests come to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.domain.errors import InvalidInput
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
    Route,
    Start,
)
from workbench.routing.combinations import DICE, Look, TooManyCombinations, borders_of
from workbench.routing.drawing import Drawing, Drawn, looked_up
from workbench.routing.flow import Course, Prices, price_of
from workbench.routing.population import Population, TokenPrice
from workbench.routing.steady import turned_away
from workbench.routing.tries import Try, tries_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int32]
    Floats = NDArray[np.float32]

REQUESTS = 1_000_000
MOST_REQUESTS = 20_000_000
_PIECE = 1 << 16
_PILOT = 50_000
_PILOTS = 8


class Percentiles(NamedTuple):
    """p50: half are no more than this."""

    p50: float
    p95: float
    p99: float
    mean: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """As Odds has it. requests: how many were drawn, fewer than asked for where it was stopped. first_byte_ms: of the requests
    that were answered, None where none was. cost_usd: of all requests."""

    requests: int
    elements: Mapping[str, float]
    wires: Mapping[tuple[str, str], float]
    answers: Mapping[str, float]
    error: float
    errors: Mapping[str, float]
    tries: Mapping[str, float]
    over: Mapping[str, float]
    cost: Mapping[str, float]
    cost_per_request: float
    unpriced: tuple[str, ...]
    undescribed: tuple[str, ...]
    first_byte_ms: Percentiles | None
    cost_usd: Percentiles


def simulate(
    route: Route,
    population: Population,
    prices: Prices,
    requests: int = REQUESTS,
    *,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Simulated:
    """progress: is told the part that is done, up to 1, after each piece. should_stop: asked before each piece.

    Raises RouteError for a route that cannot run, TooManyCombinations where one element alone looks at too much.
    """
    if not 1 <= requests <= MOST_REQUESTS:
        raise InvalidInput(f"Between 1 and {MOST_REQUESTS:,} requests can be simulated.", field="requests")
    import numpy as np

    look = Look(route, population)
    drawing = Drawing(look, np.random.Generator(np.random.SFC64(seed)))
    run = _Run(look, drawing, prices, requests)
    run.over = _shares_over(look, prices, run)
    done = 0
    while done < requests and not (should_stop is not None and should_stop()):
        many = min(_PIECE, requests - done)
        run.go(many)
        done += many
        if progress is not None:
            progress(done / requests)
    return run.result()


def _shares_over(look: Look, prices: Prices, run: _Run) -> dict[str, Any]:
    if not look.keys:
        return {}
    try:
        course = Course(look, prices)
    except TooManyCombinations:
        return _tried_out(look, prices, run)
    course.settle()
    return course.over


def _tried_out(look: Look, prices: Prices, run: _Run) -> dict[str, Any]:
    """What limits turn away where that cannot be reckoned: some requests are drawn again and again until it holds."""
    import numpy as np

    over = {id: np.zeros(len(keys.many)) for id, keys in look.keys.items()}
    for _ in range(_PILOTS):
        pilot = _Run(look, run.drawing, prices, _PILOT)
        pilot.over = over
        pilot.go(_PILOT)
        over = {id: pilot.turned_away(id, over[id]) for id in over}
    return over


class _Counts:
    """Of one element: how many came, how many took each output, and what it did."""

    __slots__ = ("answered", "came", "cost", "failed", "ports", "tries")

    def __init__(self) -> None:
        self.came = self.tries = self.answered = self.failed = 0
        self.cost = 0.0
        self.ports: dict[str, int] = {}


@dataclass(slots=True)
class _Piece:
    """by: the number of the model that answered last, 0 for none. waited, cost: so far."""

    drawn: Drawn
    by: NDArray[np.int16]
    waited: Floats
    cost: Floats
    coming: dict[str, list[Places]]


class _Run:
    def __init__(self, look: Look, drawing: Drawing, prices: Prices, requests: int) -> None:
        import numpy as np

        self.look = look
        self.drawing = drawing
        self.over: dict[str, Any] = {}
        self.counts = {element.id: _Counts() for element in look.elements}
        self.models = [one for one in look.elements if isinstance(one, ModelCall)]
        self.prices: dict[str, TokenPrice | None] = {
            one.id: price_of(one, look.population, prices) for one in self.models
        }
        self._numbers = {one.id: number for number, one in enumerate(self.models, 1)}
        self._tries = {one.id: tries_of(one, look.population) for one in self.models}
        self.priced = any(self.prices.values())
        self._done = 0
        self._waited = np.empty(requests, np.float32)
        self._cost = np.zeros(requests, np.float32)
        self._by = np.empty(requests, np.int16)
        self._passed: dict[str, tuple[Any, Any]] = {}

    def go(self, many: int) -> None:
        """Draw so many requests, and send them through."""
        import numpy as np

        here = slice(self._done, self._done + many)
        self._by[here] = 0
        self._waited[here] = 0
        drawn = self.drawing.draw(many, lengths=self.priced)
        start = self.look.start
        everyone = np.arange(many, dtype=np.int32)
        piece = _Piece(drawn, self._by[here], self._waited[here], self._cost[here], {start: [everyone]})
        seen: dict[str, tuple[Places, Places]] = {}
        for element in self.look.elements:
            parts = piece.coming.pop(element.id, [])
            who = parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else everyone[:0]
            self.counts[element.id].came += len(who)
            if len(who) and not self._pass(element, who, piece, seen):
                self._end(element.id, who, piece)
        for id, (came, through) in seen.items():
            self._note_passed(id, came, through, piece)
        self._done += many

    def _pass(self, element: AnyElement, who: Places, piece: _Piece, seen: dict[str, Any]) -> bool:
        """Send them on; False where the way ends."""
        match element:
            case Start():
                self._send(element, NEXT, who, piece)
            case Conditional():
                holds = looked_up(self.look.tables[element.id], piece.drawn, who) != 0
                self._send(element, TRUE, who[holds], piece)
                self._send(element, FALSE, who[~holds], piece)
            case Percentage():
                self._split(element, who, piece)
            case Rate():
                through = self._limit(element, who, piece)
                seen[element.id] = (who, through)
            case ModelCall():
                self._ask(element, who, piece)
            case _:
                return False
        return True

    def _send(self, element: AnyElement, port: str, who: Places, piece: _Piece) -> None:
        ports = self.counts[element.id].ports
        ports[port] = ports.get(port, 0) + len(who)
        target = element.outputs.get(port)
        if not len(who):
            return
        if not target:
            self._end(element.id, who, piece)
        else:
            piece.coming.setdefault(target, []).append(who)

    def _end(self, id: str, who: Places, piece: _Piece) -> None:
        import numpy as np

        self.counts[id].failed += len(who) - int(np.count_nonzero(piece.by[who]))

    def _split(self, element: Percentage, who: Places, piece: _Piece) -> None:
        borders, ports = borders_of(element)
        at = self.drawing.chances(len(who))
        if element.id in self.look.tables:
            import numpy as np

            stuck = looked_up(self.look.tables[element.id], piece.drawn, who)
            middles = [
                (low + high) / 200 for low, high in zip([0.0, *borders], [*borders, 100.0], strict=True)
            ]
            at = np.where(stuck == DICE, at, np.array([*middles, 0.0], np.float32)[stuck])
        for port, border in zip(ports, borders, strict=False):
            inside = at < border / 100
            self._send(element, port, who[inside], piece)
            who, at = who[~inside], at[~inside]
        self._send(element, ports[-1], who, piece)

    def _limit(self, element: Rate, who: Places, piece: _Piece) -> Places:
        over = self.over[element.id]
        share: Any = over[0]
        if len(over) > 1:
            share = over[looked_up(self.look.keys[element.id].table, piece.drawn, who)]
        turned = self.drawing.chances(len(who)) < share
        through: Places = who[~turned]
        self._send(element, SUCCESS, through, piece)
        self._send(element, FALLBACK, who[turned], piece)
        return through

    def _ask(self, element: ModelCall, who: Places, piece: _Piece) -> None:
        import numpy as np

        counts = self.counts[element.id]
        behaviour, tries = self._tries[element.id]
        answered: list[Places] = []
        failed: list[Places] = []
        for one in tries:
            counts.tries += len(who)
            waited = behaviour.first_byte.draw(self.drawing.dice, len(who))
            good, again = self._tried(one, waited)
            piece.waited[who] += waited
            if good is None:
                answered.append(who)
                who = who[:0]
                break
            answered.append(who[good])
            if again is None:
                who = who[~good]
            else:
                failed.append(who[~good & ~again])
                who = who[again]
            if not len(who):
                break
        through: Places = answered[0] if len(answered) == 1 else np.concatenate(answered)
        counts.answered += len(through)
        price = self.prices[element.id]
        if price is not None and len(through):
            cost = piece.drawn.prompt[through] * np.float32(price.input / 1e6)
            cost += piece.drawn.output[through] * np.float32(price.output / 1e6)
            piece.cost[through] += cost
            counts.cost += float(cost.sum(dtype=np.float64))
        piece.by[through] = self._numbers[element.id]
        self._send(element, SUCCESS, through, piece)
        self._send(element, FALLBACK, np.concatenate([*failed, who]) if failed else who, piece)

    def _tried(self, one: Try, waited: Floats) -> tuple[Any, Any]:
        """Who is answered, None for all, and of the others who may be tried again, None for all. Ends `waited` where the try ends."""
        import numpy as np

        risky = one.lost + one.retried + one.final > 0
        if not risky and one.timeout_ms == np.inf:
            return None, None
        late = waited > one.timeout_ms
        good = ~late
        again = None
        if risky:
            at = self.drawing.chances(len(waited))
            there = 1 - one.lost
            lost = at < one.lost
            good &= at >= one.lost + there * (one.retried + one.final)
            if one.final:
                wanted = at < one.lost + there * one.retried
                again = late | wanted
            if one.lost:
                waited[lost] = one.lost_after_ms
        np.minimum(waited, one.timeout_ms, out=waited)
        return good, again

    def _note_passed(self, id: str, came: Places, through: Places, piece: _Piece) -> None:
        """For `turned_away`: by bucket, how many came, how many passed, and what those cost."""
        import numpy as np

        keys = self.look.keys[id]
        many = len(keys.many)
        came_to = np.bincount(looked_up(keys.table, piece.drawn, came), minlength=many)
        passed = looked_up(keys.table, piece.drawn, through)
        counted = np.bincount(passed, minlength=many)
        self._passed[id] = (came_to, (counted, np.bincount(passed, piece.cost[through], many)))

    def turned_away(self, id: str, before: Any) -> Any:
        """By bucket, the share over that the last piece comes to; half way from the share before, so that it settles."""
        import numpy as np

        element = self.look.route.find(id)
        population, many = self.look.population, np.array(self.look.keys[id].many, float)
        assert isinstance(element, Rate)
        if id in population.limits:
            return np.full(len(many), population.limits[id])
        came, (passed, cost) = self._passed.get(id, (np.zeros(len(many)), (np.zeros(len(many)),) * 2))
        arrivals = came / self._done * population.requests_per_hour * element.window_s / 3600 / many
        limits = np.full(len(many), element.limit)
        if element.limit_type is LimitType.COST and element.limit > 0:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                limits = np.where(cost > 0, element.limit * passed / cost + 0.5, np.inf)
        pairs = zip(arrivals.tolist(), limits.tolist(), strict=True)
        return (before + np.array([turned_away(*pair) for pair in pairs])) / 2

    def result(self) -> Simulated:
        import numpy as np

        many = self._done
        of = max(many, 1)
        by = self._by[:many]
        answers = np.bincount(by, minlength=len(self.models) + 1)
        limits = {id: self.counts[id] for id in self.look.keys}
        costs = {one.id: self.counts[one.id].cost / of for one in self.models}
        unpriced = (f"{one.provider}/{one.model}" for one in self.models if self.prices[one.id] is None)
        return Simulated(
            requests=many,
            elements={id: one.came / of for id, one in self.counts.items()},
            wires={
                (id, port): count / of for id, one in self.counts.items() for port, count in one.ports.items()
            },
            answers={one.id: int(answers[number]) / of for number, one in enumerate(self.models, 1)},
            error=int(answers[0]) / of,
            errors={id: one.failed / of for id, one in self.counts.items() if one.failed},
            tries={one.id: self.counts[one.id].tries / of for one in self.models},
            over={id: one.ports.get(FALLBACK, 0) / max(one.came, 1) for id, one in limits.items()},
            cost=costs,
            cost_per_request=sum(costs.values()),
            unpriced=tuple(dict.fromkeys(unpriced)),
            undescribed=self.look.undescribed,
            first_byte_ms=_percentiles(self._waited[:many][by > 0]),
            cost_usd=_percentiles(self._cost[:many]) or Percentiles(0, 0, 0, 0),
        )


def _percentiles(values: Floats) -> Percentiles | None:
    import numpy as np

    if not len(values):
        return None
    mean = float(values.mean(dtype=np.float64))
    places: Sequence[int] = [min(int(len(values) * share), len(values) - 1) for share in (0.5, 0.95, 0.99)]
    ordered = np.partition(values, places)
    p50, p95, p99 = (float(ordered[place]) for place in places)
    return Percentiles(p50, p95, p99, mean)
