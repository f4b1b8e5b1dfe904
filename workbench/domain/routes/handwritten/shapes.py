"""Which shape something hand-written has, and the spellings of its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from workbench.domain.routes.elements import ELSE
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.shares import share_of

Where = tuple[str | int, ...]


class Shape(StrEnum):
    """What a route was written as. GRAPH: elements, in either dialect of the API. MODEL: one model and nothing else."""

    GRAPH = "graph"
    RULES = "rules"
    DISTRIBUTION = "distribution"
    FALLBACKS = "fallbacks"
    GEOGRAPHIC = "geographic"
    MODEL = "model"


SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "rules": ("rules", "routes", "routingrules", "branches", "cases", "conditions"),
    "condition": ("condition", "conditions", "when", "if", "match", "filter", "query", "expression", "expr"),
    "countries": ("countries", "country", "regions", "region"),
    "model": ("model", "use", "then", "target", "to", "route", "modelid"),
    "provider": ("provider",),
    "default": ("default", "otherwise", "else", "defaultmodel", "defaulttarget"),
    "distribution": (
        "distribution",
        "split",
        "percentages",
        "weights",
        "traffic",
        "variants",
        "models",
        "targets",
    ),
    "share": ("percentage", "percent", "share", "traffic", "pct", "weight"),
    "primary": ("primary", "primarymodel", "main"),
    "fallbacks": (
        "fallbacks",
        "fallback",
        "fallbackmodels",
        "fallbackmodel",
        "backup",
        "backups",
        "chain",
        "models",
        "targets",
    ),
    "geographic": (
        "geo",
        "geographic",
        "bycountry",
        "countries",
        "regions",
        "geography",
        "georouting",
        "locations",
    ),
    "timeout": ("timeout", "timeoutms", "timeouts", "timeoutseconds", "requesttimeout"),
    "retries": ("retries", "maxretries", "retry"),
    "sticky": ("sticky", "stickykey", "stickyby", "stickyon", "hashon", "hashby"),
    "notes": ("description", "comment", "note", "notes"),
    "label": ("name", "id", "label", "title"),
    "marks": ("type", "strategy", "kind", "mode", "version", "$schema"),
}
"""By what is meant; keys are told without regard to case, “_” and “-”."""

_SHAPES = (
    (Shape.RULES, "rules"),
    (Shape.GEOGRAPHIC, "geographic"),
    (Shape.DISTRIBUTION, "distribution"),
    (Shape.FALLBACKS, "primary"),
    (Shape.FALLBACKS, "fallbacks"),
    (Shape.MODEL, "model"),
)


def shape_of(value: Any, at: Where = ()) -> Shape:
    """Raises RouteError where it is none of them. A list is one of models to try in turn, unless elements or shares are in it."""
    if isinstance(value, str):
        return Shape.MODEL
    if isinstance(value, list) and value:
        return _shape_of_list(value)
    if isinstance(value, Mapping):
        if isinstance(value.get("elements"), list):
            return Shape.GRAPH
        for shape, meaning in _SHAPES:
            if any(_fits(meaning, key, inner) for key, inner in value.items()):
                return shape
    raise RouteError(
        "This is not a route.",
        pointer=pointer(*at),
        why="It has no elements, and is none of the shapes that are known.",
        fix="Give rules with a default, a distribution, a primary with fallbacks, or models by country.",
    )


def _fits(meaning: str, key: str, value: Any) -> bool:
    """Some keys mean one thing or the other by what they hold."""
    if word(key) not in SPELLINGS[meaning]:
        return False
    if meaning == "rules":
        return isinstance(value, list) and all(isinstance(rule, Mapping) for rule in value)
    if meaning == "geographic":
        return isinstance(value, Mapping) or (
            isinstance(value, list) and any(isinstance(one, Mapping) for one in value)
        )
    if meaning == "distribution" and word(key) in SPELLINGS["fallbacks"]:
        return _has_shares(value)  # else they are tried in turn
    return meaning != "distribution" or isinstance(value, Mapping | list)


def _shape_of_list(value: list[Any]) -> Shape:
    first = value[0]
    if isinstance(first, Mapping) and "type" in first and "id" in first:
        return Shape.GRAPH
    if isinstance(first, Mapping) and any(word(key) in SPELLINGS["condition"] for key in first):
        return Shape.RULES
    return Shape.DISTRIBUTION if _has_shares(value) else Shape.FALLBACKS


def _has_shares(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value)
    return isinstance(value, list) and any(
        isinstance(part, Mapping) and any(word(key) in SPELLINGS["share"] for key in part) for part in value
    )


def has_share_ports(value: Mapping[str, Any]) -> bool:
    """{"70%": model, "else": model} rather than {model: 70}."""
    return bool(value) and all(share_of(key) is not None or key == ELSE for key in value)


def word(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def label_of(value: Any, otherwise: str) -> str:
    """What a rule is called, if it is."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if word(key) in SPELLINGS["label"] and isinstance(inner, str) and inner:
                return inner
    return otherwise


@contextmanager
def placed(at: Where) -> Iterator[None]:
    """Give a RouteError that comes without a place this one."""
    try:
        yield
    except RouteError as error:
        if error.pointer:
            raise
        raise RouteError(error.what, pointer=pointer(*at), why=error.why, fix=error.fix) from None


class Keys:
    """An object's keys by what is meant; whatever nobody asked for is refused by `close`."""

    def __init__(self, value: Mapping[str, Any], at: Where) -> None:
        self._left = dict(value)
        self.at = at

    def take(self, meaning: str) -> tuple[Any, Where]:
        """The value, and where it stands; (None, …) where there is none."""
        for key in self._left:
            if word(key) in SPELLINGS[meaning]:
                return self._left.pop(key), (*self.at, key)
        return None, self.at

    def rest(self) -> dict[str, Any]:
        """What has not been taken; it is somebody else's to read."""
        left, self._left = self._left, {}
        return left

    def skip(self, meaning: str) -> None:
        self._left = {key: value for key, value in self._left.items() if word(key) not in SPELLINGS[meaning]}

    def text(self, meaning: str) -> str:
        value, at = self.take(meaning)
        if value is not None and not isinstance(value, str):
            raise RouteError(f"“{at[-1]}” is text.", pointer=pointer(*at))
        return value or ""

    def close(self) -> None:
        for key in self._left:
            raise RouteError(
                f"“{key}” is not understood here.",
                pointer=pointer(*self.at, key),
                why="It would be lost, and the route might then mean something else.",
                fix="Take it out, or write the route as elements.",
            )
