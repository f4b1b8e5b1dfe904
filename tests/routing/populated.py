"""Random routes with random populations, and what they come to when every way is gone with the engine itself."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise, product
from typing import Any

from hypothesis import strategies as st

from workbench.domain.routes.elements import (
    ELSE,
    AnyElement,
    Conditional,
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
)
from workbench.domain.routes.shares import share_of
from workbench.routing.attempts import LimitKey, Outcome, Standing
from workbench.routing.engine import CompiledRoute, compile_route
from workbench.routing.facts import MISSING, Facts
from workbench.routing.population import (
    Behaviour,
    Histogram,
    LogNormal,
    Population,
    Segment,
    TokenPrice,
    ValueShare,
)
from workbench.routing.tries import chances_of

FREE = TokenPrice(0, 0)


def no_prices(provider: str, model: str) -> TokenPrice | None:
    return None


def a_dollar(provider: str, model: str) -> TokenPrice | None:
    """A dollar for a million tokens, in and out."""
    return TokenPrice(1, 1)


# Random routes: an element leads only to later ones, so that none goes in a circle.

_QUERIES: list[Mapping[str, Any]] = [
    {"metadata.plan": {"$eq": "free"}},
    {"metadata.plan": {"$in": ["pro", "team"]}},
    {"metadata.plan": {"$exists": False}},
    {"headers.CF-IPCountry": "DE", "metadata.plan": {"$ne": "free"}},
    {"$or": [{"metadata.plan": "pro"}, {"request.has_image": True}]},
    {"request.prompt_tokens_estimate": {"$gt": 30}},
    {"request.prompt_tokens_estimate": {"$gte": 30, "$lt": 90.5}},
    {"$nor": [{"request.prompt_tokens_estimate": {"$in": [0, 30]}}, {"metadata.plan": "free"}]},
    {"body.stream": True},
    {"request.stream": {"$ne": True}},
    {"metadata.unknown": {"$exists": True}},
]
_CONDITIONS = st.sampled_from(_QUERIES)
_SHARES = st.sampled_from(
    [("100%",), ("70%", ELSE), ("10%", "50%", ELSE), ("33.3%", "33.3%"[:-1] + "0%", "33.4%"), ("0%", "25%")]
)


@st.composite
def routes(draw: st.DrawFn, most: int = 6) -> Route:
    many = draw(st.integers(1, most))
    names = [f"e{number}" for number in range(many)] + ["end"]
    elements: list[AnyElement] = [Start(id="start", outputs={"next": names[0]})]
    for number, name in enumerate(names[:-1]):
        later = st.sampled_from(names[number + 1 :])

        def outputs(*ports: str, later: st.SearchStrategy[str] = later) -> dict[str, str]:
            return {port: draw(later) for port in ports if draw(st.integers(0, 9)) > 0}

        elements.append(draw(_element(name, outputs)))
    return Route("random", (*elements, End(id="end")))


def _element(name: str, outputs: Any) -> st.SearchStrategy[AnyElement]:
    return st.one_of(
        _CONDITIONS.map(
            lambda found: Conditional(id=name, conditions=found, outputs=outputs("true", "false"))
        ),
        st.builds(
            lambda ports, sticky: Percentage(id=name, sticky=sticky, outputs=outputs(*ports)),
            _SHARES,
            st.sampled_from(["", "", "metadata.plan", "metadata.unknown"]),
        ),
        st.builds(
            lambda key: Rate(
                id=name,
                limit_type=LimitType.COUNT,
                key=key,
                limit=5,
                window_s=60,
                outputs=outputs("success", "fallback"),
            ),
            st.sampled_from(["metadata.plan", "metadata.user"]),
        ),
        st.builds(
            lambda model, timeout, retries: ModelCall(
                id=name,
                provider="p",
                model=model,
                timeout_ms=timeout,
                retries=retries,
                outputs=outputs("success", "fallback"),
            ),
            st.sampled_from(["a", "b"]),
            st.sampled_from([0, 500, 2000]),
            st.integers(0, 2),
        ),
    )


@st.composite
def populations(draw: st.DrawFn) -> Population:
    """With shares of limits that are told, so that what the engine comes to is exact."""
    plans: list[tuple[Any, float]] = draw(
        st.sampled_from(
            [
                [("free", 0.8), ("pro", 0.15)],
                [("free", 0.5), ("pro", 0.25), ("team", 0.25)],
                [("team", 0.3), (MISSING, 0.7)],
                [],
            ]
        )
    )
    fields = {
        "metadata.plan": tuple(ValueShare(*pair) for pair in plans),
        "headers.cf-ipcountry": (ValueShare("DE", 0.4), ValueShare("FR", 0.1)),
        "request.has_image": (ValueShare(True, 0.2),),
        "body.stream": (ValueShare(True, draw(st.sampled_from([0.0, 0.5, 1.0]))),),
    }
    segments = draw(
        st.sampled_from(
            [
                (),
                (Segment(1, metadata={"plan": "free"}), Segment(3, headers={"cf-ipcountry": "FR"})),
                (Segment(1, request={"has_image": True}), Segment(1, body={"stream": True})),
                (Segment(2, prompt=Histogram(((30, 30, 1), (31, 31, 1)))), Segment(1)),
            ]
        )
    )
    behaviours = st.builds(
        Behaviour,
        st.sampled_from([{}, {500: 0.2}, {429: 0.1, 400: 0.3}, {400: 1.0}]),
        st.sampled_from([0.0, 0.1]),
        st.sampled_from([LogNormal(300, 900), LogNormal(500, 500), LogNormal(1500, 3000)]),
        st.sampled_from([None, TokenPrice(1, 2)]),
    )
    return Population(
        fields={name: shares for name, shares in fields.items() if draw(st.booleans())},
        segments=segments,
        prompt=Histogram(((0, 0, 1), (29, 31, 6), (90, 92, 3))),
        output=LogNormal(100, 200),
        models={name: draw(behaviours) for name in ("p/a", "*")},
        limits={f"e{number}": draw(st.sampled_from([0.0, 0.25, 1.0])) for number in range(8)},
    )


# Going every way.


@dataclass(slots=True)
class Gone:
    wires: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    answers: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    error: float = 0.0


def every_way(route: Route, population: Population) -> Gone:
    """By the engine: each request that the population can send, each way that dice, limits and models can fall."""
    compiled, gone = compile_route(route), Gone()
    for facts, share in requests_of(population):
        for chance, wires, by in _ways(compiled, facts, population):
            for wire in wires:
                gone.wires[wire] += share * chance
            if by:
                gone.answers[by] += share * chance
            else:
                gone.error += share * chance
    return gone


def request_by_request(route: Route, population: Population, many: int, dice: random.Random) -> Gone:
    """Some requests, drawn, each sent through the engine."""
    compiled, gone = compile_route(route), Gone()
    facts, shares = zip(*requests_of(population), strict=True)
    limits = _Told(population, lambda chances: dice.choices(range(len(chances)), chances)[0])
    for request in dice.choices(facts, shares, k=many):
        steps = compiled.run(request, dice=dice.random, limits=limits)
        try:
            attempt = next(steps)
            while True:
                element = compiled.route.find(attempt.element)
                assert isinstance(element, ModelCall)
                ok = dice.random() < chances_of(element, population).ok
                attempt = steps.send(Outcome(True, 200) if ok else Outcome(False, 500))
        except StopIteration as end:
            ending = end.value
        for visit in ending.visits():
            if visit.port:
                gone.wires[visit.element, visit.port] += 1 / many
        if ending.by:
            gone.answers[ending.by] += 1 / many
        else:
            gone.error += 1 / many
    return gone


def requests_of(population: Population) -> Iterator[tuple[Facts, float]]:
    """As they would really be sent, with their shares."""
    segments = population.segments or (Segment(),)
    total = sum(one.share for one in segments)
    for segment in segments:
        axes = [
            [(name, *pair) for pair in (*shares, (MISSING, 1 - sum(share for _, share in shares)))]
            for name, shares in population.fields.items()
        ]
        prompt = segment.prompt or population.prompt
        assert isinstance(prompt, Histogram)
        lengths = [(tokens, prompt.within(tokens, tokens)[0]) for tokens in range(100)]
        for values in product(*axes):
            share = segment.share / total
            for _, _, chance in values:
                share *= chance
            for tokens, chance in lengths:
                if share * chance > 0:
                    yield _sent(segment, {name: value for name, value, _ in values}, tokens), share * chance


def _sent(segment: Segment, values: Mapping[str, Any], tokens: int) -> Facts:
    there = {name: value for name, value in values.items() if value is not MISSING}
    metadata = {"plan": there["metadata.plan"]} if "metadata.plan" in there else {}
    headers = {"cf-ipcountry": there["headers.cf-ipcountry"]} if "headers.cf-ipcountry" in there else {}
    image = segment.request.get("has_image", there.get("request.has_image", False))
    parts = [{"type": "text", "text": "four" * tokens}, *([{"type": "image_url"}] if image else [])]
    body = {"messages": [{"role": "user", "content": parts}]}
    stream = {"stream": there["body.stream"]} if "body.stream" in there else {}
    return Facts(
        {**metadata, **segment.metadata}, {**headers, **segment.headers}, {**body, **stream, **segment.body}
    )


def _ways(
    compiled: CompiledRoute, facts: Facts, population: Population
) -> Iterator[tuple[float, list[tuple[str, str]], str]]:
    """(chance, wires, who answered) of each way that a request can go."""
    cells = _cells(compiled.route)
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        chosen = waiting.pop()
        made: list[int] = []
        chance = 1.0

        def choose(chances: list[float], chosen: tuple[int, ...] = chosen, made: list[int] = made) -> int:
            nonlocal chance
            place = len(made)
            mine = chosen[place] if place < len(chosen) else 0
            if place >= len(chosen):
                waiting.extend((*made, other) for other in range(1, len(chances)))
            made.append(mine)
            chance *= chances[mine]
            return mine

        def dice(choose: Callable[[list[float]], int] = choose) -> float:
            return cells[choose([width for _, width in cells])][0]

        steps = compiled.run(facts, dice=dice, limits=_Told(population, choose))
        try:
            attempt = next(steps)
            while True:
                element = compiled.route.find(attempt.element)
                assert isinstance(element, ModelCall)
                ok = chances_of(element, population).ok
                failed = choose([ok, 1 - ok])
                attempt = steps.send(Outcome(False, 500) if failed else Outcome(True, 200))
        except StopIteration as end:
            ending = end.value
        visits = ending.visits()
        if chance > 0:
            yield chance, [(one.element, one.port) for one in visits if one.port], ending.by


class _Told:
    def __init__(self, population: Population, choose: Any) -> None:
        self._population = population
        self._choose = choose

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        over = self._population.limits[rate.id]
        return Standing(not self._choose([1 - over, over]), 0, rate.limit, 0)


def _cells(route: Route) -> list[tuple[float, float]]:
    """Between all borders of all splits: where dice may fall, and how likely that is."""
    borders = {0.0, 100.0}
    for element in route.elements:
        if isinstance(element, Percentage):
            borders |= set(accumulate(share_of(port) or 0.0 for port in element.outputs if port != ELSE))
    return [
        ((low + high) / 200, (high - low) / 100)
        for low, high in pairwise(sorted(min(border, 100.0) for border in borders))
        if high > low
    ]
