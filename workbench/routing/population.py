"""Who sends requests to a route, described: what they carry, how long they are, how the models behave.

It is kept in the route's file, with shares in percent; everything may be left out:

    "workbench": {"population": {
        "requests_per_hour": 1000,
        "users": {"metadata.user_id": 200},
        "fields": {"metadata.plan": {"free": 80, "pro": 15}, "request.has_image": {"true": 10},
                   "metadata.level": [{"value": 3, "share": 40}]},
        "segments": [{"share": 30, "metadata": {"team": "search"}, "headers": {}, "body": {}, "request": {"stream": true},
                      "prompt": 4000, "output": {"median": 200, "p95": 900}}],
        "prompt": {"median": 400, "p95": 4000}, "output": {"histogram": [[1, 500, 60], [501, 2000, 40]]},
        "models": {"openai/gpt-4o-mini": {"failures": {"429": 2, "500": 0.5}, "timeouts": 1,
                   "first_byte_ms": {"median": 600, "p95": 2000}, "price": {"input": 0.15, "output": 0.6}}},
        "limits": {"r1": 10}, "last_try_waits": false
    }}

fields are independent of each other; what is left of 100 % has no such field. segments are kinds of requests, whose values
belong together: what a segment says goes before fields, prompt and output. users: how many different values a limit's key
has where nothing else describes it, "*" for any key; each is as busy as the others. prompt, output: tokens. models: by
element, "provider/model", model or "*"; every try fails independently with these statuses, or never brings a first byte
(timeouts); price: US dollars for a million tokens, else the catalogue's. limits: the share that a limit turns away, else it
follows from requests_per_hour and users (routing.steady). last_try_waits: the last try of a model has no time-out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.properties import SIDECAR
from workbench.routing.facts import DERIVED, MISSING, parts_of
from workbench.routing.lengths import Histogram as Histogram
from workbench.routing.lengths import Lengths as Lengths
from workbench.routing.lengths import LogNormal as LogNormal
from workbench.routing.lengths import number, read_lengths, read_log_normal

POPULATION: Final = "population"
MOST_SEGMENTS = 20_000
MOST_VALUES = 2000
_BOOLEANS = {"true": True, "false": False}
_PARTS = ("metadata", "headers", "body", "request")
Path = tuple[str | int, ...]


class TokenPrice(NamedTuple):
    """US dollars for a million tokens."""

    input: float
    output: float


class ValueShare(NamedTuple):
    """share: from 0 to 1. value: MISSING for requests without the field."""

    value: Any
    share: float


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a model does, for each try of it. failures: chance by status. timeouts: chance that no first byte ever comes.

    first_byte: milliseconds to it, also to a failure's. price: None for the catalogue's.
    """

    failures: Mapping[int, float] = field(default_factory=dict)
    timeouts: float = 0.0
    first_byte: LogNormal = LogNormal(600, 2000)
    price: TokenPrice | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A kind of requests. share: a weight among segments. request: what is said of it without a body, by what follows
    `request.`. prompt: None for its body's text, or where that has none for the population's; output likewise.
    """

    share: float = 1.0
    metadata: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    prompt: Lengths | None = None
    output: Lengths | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """fields: by name; shares of one field make at most 1, and the rest is without it. segments: none is one that says nothing."""

    fields: Mapping[str, tuple[ValueShare, ...]] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()
    prompt: Lengths = LogNormal(400, 4000)
    output: Lengths = LogNormal(250, 1000)
    models: Mapping[str, Behaviour] = field(default_factory=dict)
    requests_per_hour: float = 1000.0
    users: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    last_try_waits: bool = False

    def behaviour(self, element: str, provider: str, model: str) -> Behaviour:
        names = (element, f"{provider}/{model}", model, "*")
        return next((self.models[name] for name in names if name in self.models), Behaviour())

    def users_of(self, key: str) -> int:
        """How many different values a limit's key has; 0 where nobody says."""
        return self.users.get(key, self.users.get("*", 0))

    def document(self) -> dict[str, Any]:
        """As it is kept in a file; what is as it would be without it is left out."""
        usual = Population()
        found: dict[str, Any] = {}
        if self.requests_per_hour != usual.requests_per_hour:
            found["requests_per_hour"] = _plain(self.requests_per_hour)
        if self.users:
            found["users"] = dict(self.users)
        if self.fields:
            found["fields"] = {name: _shares_document(name, shares) for name, shares in self.fields.items()}
        if self.segments:
            found["segments"] = [_segment_document(one) for one in self.segments]
        for name in ("prompt", "output"):
            if getattr(self, name) != getattr(usual, name):
                found[name] = getattr(self, name).document()
        if self.models:
            found["models"] = {name: _behaviour_document(one) for name, one in self.models.items()}
        if self.limits:
            found["limits"] = {name: _percent(share) for name, share in self.limits.items()}
        if self.last_try_waits:
            found["last_try_waits"] = True
        return found


def population_of(route: Route) -> Population:
    """The one in the route's file; the usual one where there is none. Raises RouteError."""
    return read_population(route.sidecar.get(POPULATION, {}), (SIDECAR, POPULATION))


def with_population(route: Route, population: Population) -> Route:
    """With this one in its file."""
    sidecar = {**route.sidecar, POPULATION: population.document()}
    if not sidecar[POPULATION]:
        del sidecar[POPULATION]
    return replace(route, sidecar=sidecar)


def read_population(value: Any, at: Path = ()) -> Population:
    """Raises RouteError, below `at`, with the place of what cannot be read."""
    found = _object(value, at, "A population")
    _only(found, _READERS, at, "a population")
    parts = {key: _READERS[key](inner, (*at, key)) for key, inner in found.items() if inner is not None}
    return Population(**parts)


def _fields(value: Any, at: Path) -> dict[str, tuple[ValueShare, ...]]:
    return {
        canonical(name, (*at, name)): _shares(name, shares, (*at, name))
        for name, shares in _object(value, at, "“fields”").items()
    }


def canonical(name: str, at: Path = ()) -> str:
    """A field as it is compared: headers in lower case. Raises RouteError, at `at`, for what is no field."""
    try:
        root, rest = parts_of(name)
    except RouteError as error:
        raise RouteError(error.what, pointer=pointer(*at), fix=error.fix) from None
    return f"{root}.{rest.lower()}" if root == "headers" else name


def _shares(name: str, value: Any, at: Path) -> tuple[ValueShare, ...]:
    """Of {"free": 80, …}, or of [{"value": 3, "share": 40}, {"missing": true, "share": 60}]."""
    found: list[ValueShare] = []
    if isinstance(value, Mapping):
        for text, share in value.items():
            told = _BOOLEANS.get(text, text) if name.startswith("request.") else text
            found.append(ValueShare(told, number(share, (*at, text), least=0, most=100) / 100))
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            entry = _object(one, (*at, place), "A value with its share")
            _only(entry, ("value", "missing", "share"), (*at, place), "a value with its share")
            share = number(entry.get("share"), (*at, place, "share"), least=0, most=100) / 100
            found.append(ValueShare(entry.get("value", MISSING), share))
    else:
        raise RouteError("A field is described by values with their shares.", pointer=pointer(*at))
    if len(found) > MOST_VALUES:
        raise RouteError(f"A field has more than {MOST_VALUES} values.", pointer=pointer(*at))
    total = math.fsum(share for _, share in found)
    if total > 1 + 1e-6:
        raise RouteError(
            f"The shares make {total * 100:g} %.", pointer=pointer(*at), why="There are 100 % to share."
        )
    return tuple(found)


def _segments(value: Any, at: Path) -> tuple[Segment, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_SEGMENTS:
        raise RouteError(f"“segments” is a list of at most {MOST_SEGMENTS}.", pointer=pointer(*at))
    found = tuple(_segment(one, (*at, place)) for place, one in enumerate(value))
    if found and not any(one.share > 0 for one in found):
        raise RouteError("The segments share nothing.", pointer=pointer(*at))
    return found


def _segment(value: Any, at: Path) -> Segment:
    found = _object(value, at, "A segment")
    _only(found, ("share", *_PARTS, "prompt", "output"), at, "a segment")
    metadata, headers, body, request = (
        _object(found.get(part) or {}, (*at, part), f"“{part}”") for part in _PARTS
    )
    for name in request:
        if name not in DERIVED:
            fix = f"There are {', '.join(DERIVED)}."
            raise RouteError(
                f"“{name}” is nothing of a request.", pointer=pointer(*at, "request", name), fix=fix
            )
    prompt, output = (
        None if found.get(name) is None else read_lengths(found[name], (*at, name))
        for name in ("prompt", "output")
    )
    return Segment(
        number(found.get("share", 1), (*at, "share"), least=0),
        dict(metadata),
        {name.lower(): str(text) for name, text in headers.items()},
        dict(body),
        dict(request),
        prompt,
        output,
    )


def _models(value: Any, at: Path) -> dict[str, Behaviour]:
    return {name: _behaviour(one, (*at, name)) for name, one in _object(value, at, "“models”").items()}


def _behaviour(value: Any, at: Path) -> Behaviour:
    found = _object(value, at, "How a model behaves")
    _only(found, ("failures", "timeouts", "first_byte_ms", "price"), at, "how a model behaves")
    failures = {
        int(number(status, (*at, "failures", status), least=400, most=599)): number(
            share, (*at, "failures", status), least=0, most=100
        )
        / 100
        for status, share in _object(found.get("failures") or {}, (*at, "failures"), "“failures”").items()
    }
    timeouts = number(found.get("timeouts", 0), (*at, "timeouts"), least=0, most=100) / 100
    if math.fsum([*failures.values()]) > 1 + 1e-9:
        raise RouteError("A model fails in more than 100 % of its tries.", pointer=pointer(*at, "failures"))
    first_byte = Behaviour().first_byte
    if found.get("first_byte_ms") is not None:
        first_byte = read_log_normal(found["first_byte_ms"], (*at, "first_byte_ms"))
    return Behaviour(failures, timeouts, first_byte, _price(found.get("price"), (*at, "price")))


def _price(value: Any, at: Path) -> TokenPrice | None:
    if value is None:
        return None
    found = _object(value, at, "A price")
    _only(found, ("input", "output"), at, "a price")
    return TokenPrice(*(number(found.get(part, 0), (*at, part), least=0) for part in ("input", "output")))


def _users(value: Any, at: Path) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {"*": int(number(value, at, least=1))}
    return {
        name if name == "*" else canonical(name, (*at, name)): int(number(many, (*at, name), least=1))
        for name, many in value.items()
    }


def _limits(value: Any, at: Path) -> dict[str, float]:
    return {
        name: number(share, (*at, name), least=0, most=100) / 100
        for name, share in _object(value, at, "“limits”").items()
    }


def _flag(value: Any, at: Path) -> bool:
    if not isinstance(value, bool):
        raise RouteError("Here goes true or false.", pointer=pointer(*at))
    return value


_READERS: Mapping[str, Any] = {
    "fields": _fields,
    "segments": _segments,
    "prompt": read_lengths,
    "output": read_lengths,
    "models": _models,
    "requests_per_hour": lambda value, at: number(value, at, least=0),
    "users": _users,
    "limits": _limits,
    "last_try_waits": _flag,
}


def _object(value: Any, at: Path, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RouteError(f"{what} is an object.", pointer=pointer(*at))
    return value


def _only(value: Mapping[str, Any], known: Iterable[str], at: Path, what: str) -> None:
    for key in value:
        if key not in known:
            fix = f"There are {', '.join(known)}."
            raise RouteError(f"“{key}” is no part of {what}.", pointer=pointer(*at, key), fix=fix)


def _shares_document(name: str, shares: Sequence[ValueShare]) -> Any:
    plain = {True: "true", False: "false"} if name.startswith("request.") else {}
    texts = [plain.get(value, value) if isinstance(value, bool) else value for value, _ in shares]
    short = all(isinstance(text, str) for text in texts) and len(set(texts)) == len(texts)
    # A text of a derived field that spells a boolean would be read as one.
    if short and not (plain and any(isinstance(value, str) and value in _BOOLEANS for value, _ in shares)):
        return {text: _percent(share) for text, (_, share) in zip(texts, shares, strict=True)}
    return [
        {**({"missing": True} if value is MISSING else {"value": value}), "share": _percent(share)}
        for value, share in shares
    ]


def _segment_document(segment: Segment) -> dict[str, Any]:
    found: dict[str, Any] = {"share": _plain(segment.share)}
    found |= {part: dict(getattr(segment, part)) for part in _PARTS if getattr(segment, part)}
    lengths = {"prompt": segment.prompt, "output": segment.output}
    return found | {name: one.document() for name, one in lengths.items() if one is not None}


def _behaviour_document(behaviour: Behaviour) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if behaviour.failures:
        found["failures"] = {str(status): _percent(share) for status, share in behaviour.failures.items()}
    if behaviour.timeouts:
        found["timeouts"] = _percent(behaviour.timeouts)
    if behaviour.first_byte != Behaviour().first_byte:
        found["first_byte_ms"] = behaviour.first_byte.document()
    if behaviour.price is not None:
        found["price"] = {"input": _plain(behaviour.price.input), "output": _plain(behaviour.price.output)}
    return found


def _percent(share: float) -> float | int:
    return _plain(round(share * 100, 10))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
