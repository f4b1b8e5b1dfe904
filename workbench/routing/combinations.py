"""What tells a population's requests apart as far as a route looks: its axes, and what each combination means to an element.

An axis is a field with its values and their shares; the length of the prompt is one, cut where a condition compares it.
Conditions are evaluated by the engine's own code, once for each combination of what they look at, and kept as tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from workbench.domain.routes.elements import AnyElement, Conditional, Percentage, Rate, Route
from workbench.domain.routes.errors import RouteError
from workbench.routing.conditions import compile_condition
from workbench.routing.engine import compile_route
from workbench.routing.facts import MISSING, Facts
from workbench.routing.lint.uses import uses_of
from workbench.routing.population import Lengths, LogNormal, Population, Segment, ValueShare, canonical
from workbench.routing.soundness import in_order, start_of
from workbench.routing.sticky import buckets_of, positions, text_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_COMBINATIONS = 200_000
MOST_USERS = 2000
"""Values of a key that nobody lists, which a condition is nevertheless to look at."""
PROMPT = "request.prompt_tokens_estimate"
DICE = -1
"""In the table of a sticky split: dice decide."""
_TEXTS = ("messages", "prompt", "system", "input")
_DERIVED_FROM = {
    PROMPT: _TEXTS,
    "request.has_image": ("image", "messages"),
    "request.has_tools": ("tools", "functions"),
    "request.stream": ("stream",),
}


class TooManyCombinations(RouteError):
    """There is more to tell apart than can be gone through; fields: whose values make it so many."""

    def __init__(self, many: int, fields: Sequence[str], *, drawn: bool = False) -> None:
        named = ", ".join(fields)
        super().__init__(
            f"The route tells {many:,} kinds of requests apart, more than {MOST_COMBINATIONS:,}.",
            why=f"It looks at {named}." if named else "",
            fix="Describe fewer values of these fields"
            + ("." if drawn else ", or simulate the route: drawn requests are told apart as they come."),
        )
        self.fields = tuple(fields)


class Described(Facts):
    """Facts of a request that is described rather than there: what is said of it goes before what its body tells."""

    __slots__ = ("_said",)

    def __init__(self, segment: Segment, values: Mapping[str, Any]) -> None:
        metadata, body = dict(segment.metadata), segment.body
        headers = {name.lower(): value for name, value in segment.headers.items()}
        said = dict(segment.request)
        for name, value in values.items():
            root, _, rest = name.partition(".")
            if value is MISSING:
                continue
            if root == "metadata":
                metadata.setdefault(rest, value)
            elif root == "headers":
                headers.setdefault(rest, value)
            elif root == "body":
                body = _with(body, rest.split("."), value)
            else:
                said.setdefault(rest, value)
        super().__init__(metadata, headers, body)
        self._said = said

    def derived(self, name: str) -> Any:
        return self._said[name] if name in self._said else super().derived(name)


def _with(body: Any, path: list[str], value: Any) -> Any:
    """A body that leads along the path to the value, unless it leads somewhere already."""
    if not path:
        return value
    if body is None:
        body = {}
    if not isinstance(body, Mapping):
        return body
    inner = body.get(path[0])
    if path[0] in body and len(path) == 1:
        return body
    return {**body, path[0]: _with(inner, path[1:], value)}


@dataclass(frozen=True, slots=True)
class Axis:
    field: str
    values: tuple[Any, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What each combination of these axes comes to, for each segment. values: of shape (segments, *lengths of the axes)."""

    axes: tuple[int, ...]
    values: NDArray[np.int32]


@dataclass(slots=True)
class Keys:
    """The buckets of a limit. many: how many buckets each number in the table stands for."""

    table: Table
    many: list[int] = field(default_factory=list)


class Look:
    """A route as it looks at a population. Raises RouteError for a route that cannot run, TooManyCombinations.

    elements: those that requests can come to, each before those it leads to. cuts: the prompt's last token of each part but
    the last; empty where no condition compares it.
    """

    def __init__(self, route: Route, population: Population) -> None:
        compile_route(route)
        self.route = route
        self.population = population = replace(
            population,
            fields={canonical(name): shares for name, shares in population.fields.items()},
            users={name if name == "*" else canonical(name): many for name, many in population.users.items()},
        )
        self.segments = tuple(one for one in population.segments if one.share > 0) or (Segment(),)
        total = math.fsum(one.share for one in self.segments)
        self.shares = tuple(one.share / total for one in self.segments)
        self.elements: tuple[AnyElement, ...] = _reachable(route)
        self.fields = _fields(self.elements)
        self.axes: list[Axis] = []
        self._axis: dict[str, int] = {}
        for name in self._told_apart():
            self._add_axis(name)
        self.cuts = _cuts(self.elements) if PROMPT in self.fields and PROMPT not in self._axis else ()
        if self.cuts:
            self._axis[PROMPT] = len(self.axes)
            firsts = (0, *(cut + 1 for cut in self.cuts))
            self.axes.append(Axis(PROMPT, firsts, ()))

    @property
    def start(self) -> str:
        return start_of(self.route).id

    @property
    def undescribed(self) -> tuple[str, ...]:
        """What the route looks at and the population says nothing of."""
        return tuple(name for name in self.fields if not self._described(name))

    @cached_property
    def lengths(self) -> tuple[tuple[Lengths, Lengths], ...]:
        """Prompt and output of each segment."""
        usual = self.population
        return tuple((self._prompt(one), one.output or usual.output) for one in self.segments)

    def _prompt(self, segment: Segment) -> Lengths:
        if segment.prompt is not None:
            return segment.prompt
        said = segment.request.get("prompt_tokens_estimate")
        if isinstance(said, int | float) and not isinstance(said, bool):
            return LogNormal(said, said)
        if _has_text(segment):
            tokens = Described(segment, {}).derived("prompt_tokens_estimate")
            return LogNormal(tokens, tokens)
        return self.population.prompt

    @cached_property
    def tables(self) -> dict[str, Table]:
        """By id: 1 where a condition holds; the place among its ports that a sticky split takes, or DICE."""
        found = {}
        for element in self.elements:
            if isinstance(element, Conditional):
                holds = compile_condition(element.conditions).holds
                found[element.id] = self._table(_fields((element,)), holds)
            elif isinstance(element, Percentage) and element.sticky:
                found[element.id] = self._table([canonical(element.sticky)], self._stuck(element))
        return found

    def _stuck(self, element: Percentage) -> Callable[[Facts], int]:
        placed = positions(self.route.name, element.id)
        borders, _ = borders_of(element)

        def port(facts: Facts) -> int:
            who = text_of(facts.get(element.sticky))
            if not who:
                return DICE
            at = placed(who) * 100
            return sum(border <= at for border in borders)

        return port

    @cached_property
    def keys(self) -> dict[str, Keys]:
        """The buckets of each limit, by id."""
        return {one.id: self._keys(one) for one in self.elements if isinstance(one, Rate)}

    def _keys(self, element: Rate) -> Keys:
        key, bucket = canonical(element.key), buckets_of(element.key)
        unlisted = 0 if key in self._axis else self.population.users_of(key)
        places: dict[str | None, int] = {}
        many: list[int] = []

        def place(facts: Facts) -> int:
            value = facts.get(element.key)
            name = None if unlisted and value is MISSING else bucket(value)
            if name not in places:
                places[name] = len(places)
                many.append(unlisted if name is None else 1)
            return places[name]

        return Keys(self._table([key], place), many)

    def _table(self, fields: Sequence[str], told: Callable[[Facts], int | bool]) -> Table:
        import numpy as np

        axes = tuple(sorted({place for name in fields for place in self._axes_of(name)}))
        size = len(self.segments) * math.prod(len(self.axes[place].values) for place in axes)
        if size > MOST_COMBINATIONS:
            raise TooManyCombinations(size, [self.axes[place].field for place in axes], drawn=True)
        rows = [list(self._row(segment, axes, told)) for segment in self.segments]
        shape = (len(rows), *(len(self.axes[place].values) for place in axes))
        return Table(axes, np.array(rows, np.int32).reshape(shape))

    def _row(
        self, segment: Segment, axes: tuple[int, ...], told: Callable[[Facts], int | bool]
    ) -> Iterator[int]:
        names = [self.axes[place].field for place in axes]
        for values in product(*(self.axes[place].values for place in axes)):
            said = dict(zip(names, values, strict=True))
            if PROMPT in said and _has_text(segment):
                del said[PROMPT]
            yield int(told(Described(segment, said)))

    def _axes_of(self, name: str) -> Iterator[int]:
        for other, place in self._axis.items():
            if _related(name, other):
                yield place

    def _told_apart(self) -> Iterator[str]:
        """The fields that become axes, without the prompt where it is only a length."""
        listed = self.population.fields
        looked = {*self.fields}
        for name in listed:
            if any(_related(one, name) for one in looked):
                yield name
        in_conditions = _fields([one for one in self.elements if isinstance(one, Conditional)])
        for name in in_conditions:
            if name not in listed and name in self.population.users:
                yield name

    def _add_axis(self, name: str) -> None:
        self._axis[name] = len(self.axes)
        shares = self.population.fields.get(name)
        if shares is None:
            many = self.population.users[name]
            if many > MOST_USERS:
                raise TooManyCombinations(many, [name], drawn=True)
            shares = tuple(ValueShare(f"user-{number}", 1 / many) for number in range(many))
        told = [one for one in shares if one.share > 0]
        rest = 1 - math.fsum(one.share for one in told)
        if rest > 1e-9:
            told.append(ValueShare(MISSING, rest))
        total = math.fsum(one.share for one in told)
        self.axes.append(
            Axis(name, tuple(one.value for one in told), tuple(one.share / total for one in told))
        )

    def _described(self, name: str) -> bool:
        if name == PROMPT or name in self.population.users or any(_related(name, one) for one in self._axis):
            return True
        keys = {canonical(one.key) for one in self.elements if isinstance(one, Rate)}
        if name in keys and self.population.users_of(name):
            return True
        return any(Described(one, {}).get(name) is not MISSING and _says(one, name) for one in self.segments)

    def prompt_shares(self, segment: int) -> tuple[tuple[float, float], ...]:
        """For each part of the prompt's axis: its chance, and the mean of the prompt there times the chance."""
        if not self.cuts:
            prompt = self.lengths[segment][0]
            return ((1.0, prompt.mean),)
        lows = (-math.inf, *(cut + 1 for cut in self.cuts))
        return tuple(
            self.lengths[segment][0].within(low, high)
            for low, high in zip(lows, (*self.cuts, math.inf), strict=True)
        )


def borders_of(element: Percentage) -> tuple[list[float], list[str]]:
    """Where the shares of a split end, in percent, as the engine has them, and its ports, else last."""
    from itertools import accumulate

    from workbench.domain.routes.elements import ELSE
    from workbench.domain.routes.shares import share_of

    ports = [port for port in element.outputs if port != ELSE]
    borders = list(accumulate(share_of(port) or 0.0 for port in ports))
    if borders and borders[-1] > 100 - 1e-6:
        borders[-1] = 100.0
    return borders, [*ports, ELSE]


def _reachable(route: Route) -> tuple[AnyElement, ...]:
    by_id = {one.id: one for one in route.elements}
    met = {start_of(route).id}
    found = []
    for place in in_order(route):
        element = route.elements[place]
        if element.id in met:
            met |= {target for target in element.outputs.values() if target in by_id}
            found.append(element)
    return tuple(found)


def _fields(elements: Sequence[AnyElement]) -> tuple[str, ...]:
    """What they look at, in order, each once."""
    route = Route("", tuple(elements))
    return tuple(dict.fromkeys(canonical(use.field) for use in uses_of(route)))


def _related(looked: str, described: str) -> bool:
    """Whether what is said of one field tells something of the other."""
    if looked == described or looked.startswith(f"{described}.") or described.startswith(f"{looked}."):
        return True
    root, _, rest = described.partition(".")
    return root == "body" and rest.split(".")[0] in _DERIVED_FROM.get(looked, ())


def _says(segment: Segment, name: str) -> bool:
    root, _, rest = name.partition(".")
    if root != "request":
        return True
    return rest in segment.request or any(part in segment.body for part in _DERIVED_FROM[name])


def _has_text(segment: Segment) -> bool:
    return "prompt_tokens_estimate" in segment.request or any(part in segment.body for part in _TEXTS)


def _cuts(elements: Sequence[AnyElement]) -> tuple[int, ...]:
    """Between which whole numbers of tokens some condition changes its mind."""
    found: set[int] = set()
    for element in elements:
        if isinstance(element, Conditional):
            for number in _numbers(element.conditions, inside=False):
                found |= {math.ceil(number) - 1, math.floor(number)}
    return tuple(sorted(cut for cut in found if cut >= 0))


def _numbers(value: Any, *, inside: bool) -> Iterator[float]:
    """Every number that the length of the prompt is compared with."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, inside=inside or key == PROMPT)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _numbers(inner, inside=inside)
    elif inside and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        yield value
