"""A request sent through a route with nobody behind it: what would happen if the models did as they are told here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.routes.elements import ModelCall, Rate, Route
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.trace import Visit
from workbench.routing.attempts import Attempt, Ending, LimitKey, Outcome, Standing
from workbench.routing.engine import CompiledRoute
from workbench.routing.facts import Facts

OK, TIMEOUT, OVER = "ok", "timeout", "over"
ANY = "*"
"""Stands for every model in a mapping of outcomes."""
_METADATA_HEADER = "cf-aig-metadata"
_PARTS = ("headers", "metadata", "body")


@dataclass(frozen=True, slots=True)
class Request:
    """What a route can look at."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        return Facts(self.metadata, self.headers, self.body)


def read_request(value: Any, at: tuple[str | int, ...] = ()) -> Request:
    """From {"headers", "metadata", "body"}, each of them optional, or from a chat body alone. Raises RouteError, below `at`.

    Metadata may also be where a client sends it, in the header cf-aig-metadata.
    """
    if not isinstance(value, Mapping):
        raise RouteError("A request is an object with metadata, headers and a body.", pointer=pointer(*at))
    if value and not any(part in value for part in _PARTS):
        if "messages" not in value:
            raise RouteError(
                f"“{next(iter(value))}” is no part of a request.",
                pointer=pointer(*at),
                fix="A request has “metadata”, “headers” and “body”.",
            )
        return Request(body=value)
    for part in value:
        if part not in _PARTS:
            raise RouteError(
                f"“{part}” is no part of a request.",
                pointer=pointer(*at, part),
                fix="A request has “metadata”, “headers” and “body”.",
            )
    metadata, headers, body = (_object(value, part, at) for part in ("metadata", "headers", "body"))
    texts = {str(name).lower(): str(value) for name, value in headers.items()}
    return Request({**_sent_metadata(texts.get(_METADATA_HEADER, "")), **metadata}, texts, body)


def _object(value: Mapping[str, Any], part: str, at: tuple[str | int, ...]) -> Mapping[str, Any]:
    found = value.get(part) or {}
    if not isinstance(found, Mapping):
        raise RouteError(f"“{part}” of a request is an object.", pointer=pointer(*at, part))
    return found


def _sent_metadata(header: str) -> dict[str, Any]:
    try:
        found = json.loads(header) if header else {}
    except ValueError:
        return {}  # as a gateway does with metadata that it cannot read
    return found if isinstance(found, dict) else {}


class Outcomes:
    """How attempts end and limits stand. An attempt ends well unless told otherwise; a limit has room.

    told: by element id, "provider/model", model or "*"; values: "ok", "timeout", a status, and for limits "over".
    Raises RouteError, below `at`, for a name that the route does not have and for a value that is none.
    """

    def __init__(self, route: Route, told: Mapping[str, Any], at: tuple[str | int, ...] = ()) -> None:
        known = _names_in(route)
        self._over: set[str] = set()
        self._outcomes: dict[str, Outcome] = {}
        for name, value in told.items():
            if name not in known:
                raise RouteError(
                    f"“{name}” is no model, limit or element of the route.",
                    pointer=pointer(*at, name),
                    fix=f"There are {', '.join(sorted(known - {ANY}))}." if known - {ANY} else "",
                )
            if isinstance(route.find(name), Rate):
                self._tell_limit(name, value, at)
            else:
                self._outcomes[name] = outcome_of(value, (*at, name))

    def _tell_limit(self, name: str, value: Any, at: tuple[str | int, ...]) -> None:
        if value not in (OK, OVER):
            raise RouteError(
                f"The limit “{name}” is “ok” or “over”, not {value!r}.", pointer=pointer(*at, name)
            )
        if value == OVER:
            self._over.add(name)

    def of(self, attempt: Attempt) -> Outcome:
        names = (attempt.element, f"{attempt.provider}/{attempt.model}", attempt.model, ANY)
        return next((self._outcomes[name] for name in names if name in self._outcomes), _ANSWERED)

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        """As routing.engine.Limits."""
        if rate.id in self._over:
            return Standing(False, rate.limit, rate.limit, rate.window_s)
        return Standing(True, 0, rate.limit, 0)

    def __bool__(self) -> bool:
        """Whether anything is told that a real gateway would have to be made to do."""
        return bool(self._over) or any(not outcome.ok for outcome in self._outcomes.values())


_ANSWERED = Outcome(True, 200)


def _names_in(route: Route) -> set[str]:
    names = {ANY}
    for element in route.elements:
        if isinstance(element, ModelCall):
            names |= {element.id, element.model, f"{element.provider}/{element.model}"}
        elif isinstance(element, Rate):
            names.add(element.id)
    return names


def outcome_of(value: Any, at: tuple[str | int, ...] = ()) -> Outcome:
    """ "ok", "timeout" or an HTTP status, as a number or as text. Raises RouteError."""
    if value == OK:
        return _ANSWERED
    if value == TIMEOUT:
        return Outcome(False, 0, "no first byte in time")
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:
        raise RouteError(
            f"An attempt does not end with {value!r}.",
            pointer=pointer(*at),
            fix="It ends with “ok”, “timeout” or a status such as 429.",
        )
    return Outcome(True, value) if value < 400 else Outcome(False, value, f"HTTP {value}")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How it went. provider, model: of the element that answered, "" where none did. tried: "m1: ok", in order."""

    ending: Ending
    provider: str
    model: str
    tried: tuple[tuple[Attempt, Outcome], ...]
    dice: tuple[float, ...]

    @property
    def answered(self) -> bool:
        return self.ending.answered

    @property
    def by(self) -> str:
        """Id of the element that answered, "" where none did."""
        return self.ending.by

    def visits(self) -> tuple[Visit, ...]:
        return self.ending.visits()


def rehearse(
    route: CompiledRoute, request: Request, outcomes: Outcomes, dice: Callable[[], float]
) -> Rehearsed:
    fallen: list[float] = []
    tried: list[tuple[Attempt, Outcome]] = []

    def remembered() -> float:
        fallen.append(dice())
        return fallen[-1]

    steps = route.run(request.facts, dice=remembered, limits=outcomes)
    try:
        attempt = next(steps)
        while True:
            tried.append((attempt, outcomes.of(attempt)))
            attempt = steps.send(tried[-1][1])
    except StopIteration as end:
        ending: Ending = end.value
    element = route.route.find(ending.by) if ending.by else None
    provider, model = (element.provider, element.model) if isinstance(element, ModelCall) else ("", "")
    return Rehearsed(ending, provider, model, tuple(tried), tuple(fallen))
