"""How the sandbox is told to behave, and to misbehave.

Three places, the earlier wins, key by key:
1. the request header `x-sandbox: status=429, retry-after=3`
2. a line of its own in the newest user message, in a system message, in the prompt of a picture, in a text to be spoken or
   in the prompt of a transcription (nova-3: a `keyterm`): `[sandbox latency=800ms pace=50/s]`
3. until it is changed, `PUT /workbench/faults` with `{"@cf/meta/*": "error-rate=0.3", "*": "pace=max"}`, or the same in
   `faults.json` in the data folder, read at start; a glob may name a model with or without its provider (`gpt-4o*`,
   `openai/*`), or an element of a route (`route/support/m1`), which wins over its model; among rules that fit, the
   longest glob wins

Entries are separated by commas or spaces. Times are milliseconds unless they end in `s`. An entry that begins with
`element.m1:` is for the calls of that element of a route only: `element.m1:status=500`.

    latency=800ms        wait before the first byte; `normal(800ms,200ms)` and `uniform(100ms,2s)` draw the time
    pace=50/s            tokens a second; `pace=max` for as fast as it goes. Streams have 120/s if not told; a whole
                         answer waits for its tokens only when it is told
    tokens=2000          answer with this many tokens of mixed markdown
    status=429           answer with this status; the body is the documented one of the maker
    code=3036            the maker's own error number; alone it brings its documented status with it
    message=out_of_luck  the error's text; underscores stand for spaces
    retry-after=3        seconds, sent with an error as `Retry-After`
    maker=provider       who made the error: `provider` (default) or `gateway`
    error-rate=0.3       fail that share of requests (with `status`, else 500); the same request fails or passes each time, and
                         each try of the gateway at it throws anew
    unseeded             throw real dice for `error-rate` and `latency`
    hang                 never send a first byte
    hang-after=5         stop sending after five tokens, and hold the connection
    cut-after=20         close the connection after twenty tokens, without an end; a whole answer breaks off in the middle
    error-after=20       send an error frame after twenty tokens, and close
    malformed-after=5    send one broken frame after five tokens, and go on; of a whole answer, a picture or speech only half is sent,
                         as if that were all
    refuse               answer with a refusal, in the maker's way of telling one; for a picture that is often an error
    json-instead-of-sse  answer a request for a stream with one JSON reply
    none                 forget what a later place says
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import lru_cache
from random import Random
from typing import Any

DEFAULT_PACE = 120.0
MAX_TOKENS = 200_000


class Spread(StrEnum):
    FIXED = "fixed"
    NORMAL = "normal"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class Latency:
    """A time in seconds, or one to be drawn. NORMAL: first is the mean, second the deviation. UNIFORM: from, to."""

    first: float
    second: float = 0.0
    spread: Spread = Spread.FIXED

    def drawn(self, dice: Random) -> float:
        match self.spread:
            case Spread.NORMAL:
                return max(0.0, dice.gauss(self.first, self.second))
            case Spread.UNIFORM:
                return dice.uniform(self.first, self.second)
        return self.first


@dataclass(frozen=True, slots=True)
class Faults:
    """One request's orders; None and False mean "not ordered". pace: tokens a second (inf for "max")."""

    latency: Latency | None = None
    pace: float | None = None
    tokens: int | None = None
    status: int | None = None
    code: int | None = None
    message: str | None = None
    retry_after: int | None = None
    maker: str | None = None
    error_rate: float | None = None
    unseeded: bool = False
    hang: bool = False
    hang_after: int | None = None
    cut_after: int | None = None
    error_after: int | None = None
    malformed_after: int | None = None
    refuse: bool = False
    json_instead_of_sse: bool = False
    none: bool = False

    def over(self, later: Faults) -> Faults:
        """These orders, with what they leave open taken from a later place."""
        if self.none or later is NO_FAULTS:
            return self
        if self is NO_FAULTS:
            return later
        ordered = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(later, **{k: v for k, v in ordered.items() if v is not None and v is not False})


NO_FAULTS = Faults()


class BadFaults(ValueError):
    """The text is not in the grammar; it says which entry and why."""


_ENTRY = re.compile(r"(?:[^,\s(]|\([^)]*\)?)+")
_SCOPE = re.compile(r"element\.([^:=\s]+):")


@lru_cache(maxsize=256)
def parse(text: str, element: str = "") -> Faults:
    """Faults from the grammar above, as they hold for an element (`{route}/{element}`, "" for none); raises BadFaults."""
    if not text:
        return NO_FAULTS
    found: dict[str, Any] = {}
    scoped: dict[str, Any] = {}
    for entry in _ENTRY.findall(text):
        if (scope := _SCOPE.match(entry)) is None:
            name, value = _entry(entry)
            found[name] = value
        else:
            name, value = _entry(entry[scope.end() :])
            if scope[1] in (element, element.rpartition("/")[2]):
                scoped[name] = value
    return Faults(**{**found, **scoped})


def _entry(entry: str) -> tuple[str, Any]:
    key, given, value = entry.partition("=")
    name = key.lower().replace("-", "_")
    if name in _FLAGS:
        if given and value.lower() not in ("true", "false"):
            raise BadFaults(f"“{key}” takes no value")
        return name, value.lower() != "false"
    if name not in _VALUES:
        raise BadFaults(f"“{key}” is not known; there are {', '.join(KEYS)}")
    try:
        return name, _VALUES[name](value)
    except ValueError as error:
        raise BadFaults(f"“{entry}”: {error}") from error


def _latency(value: str) -> Latency:
    drawn = re.fullmatch(r"(normal|uniform)\(([^,()]+),([^,()]+)\)", value)
    if drawn is None:
        return Latency(_seconds(value))
    first, second = _seconds(drawn[2].strip()), _seconds(drawn[3].strip())
    if drawn[1] == Spread.UNIFORM and first > second:
        raise ValueError("the shorter time comes first")
    return Latency(first, second, Spread(drawn[1]))


def _seconds(value: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)?", value)
    if match is None:
        raise ValueError("a time such as 800ms, 1.5s, normal(800ms,200ms) or uniform(1s,2s) is wanted")
    return float(match[1]) / (1 if match[2] == "s" else 1000)


def _pace(value: str) -> float:
    if value == "max":
        return math.inf
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:/s)?", value)
    if match is None or float(match[1]) <= 0:
        raise ValueError("tokens a second such as 50/s, or max, are wanted")
    return float(match[1])


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high} is wanted")
        return int(value)

    return read


def _share(value: str) -> float:
    if re.fullmatch(r"(0(\.\d+)?|1(\.0+)?|\.\d+)", value) is None:
        raise ValueError("a share from 0 to 1 is wanted")
    return float(value)


def _maker(value: str) -> str:
    if value not in ("provider", "gateway"):
        raise ValueError("provider or gateway is wanted")
    return value


def _message(value: str) -> str:
    if not value:
        raise ValueError("a text is wanted")
    return value.replace("_", " ")


_VALUES: Mapping[str, Callable[[str], Any]] = {
    "latency": _latency,
    "pace": _pace,
    "tokens": _whole(1, MAX_TOKENS),
    "status": _whole(400, 599),
    "code": _whole(1, 99_999),
    "message": _message,
    "retry_after": _whole(0, 86_400),
    "maker": _maker,
    "error_rate": _share,
    "hang_after": _whole(0, MAX_TOKENS),
    "cut_after": _whole(0, MAX_TOKENS),
    "error_after": _whole(0, MAX_TOKENS),
    "malformed_after": _whole(0, MAX_TOKENS),
}
_FLAGS = ("unseeded", "hang", "refuse", "json_instead_of_sse", "none")
KEYS = tuple(name.replace("_", "-") for name in (*_VALUES, *_FLAGS))

_DIRECTIVE = re.compile(r"^[ \t]*\[sandbox[ \t]+([^\]\n]*)\][ \t]*\n?", re.MULTILINE | re.IGNORECASE)


def taken_from(text: str) -> tuple[str, str]:
    """A prompt without its directive lines, and what they ordered."""
    if "[sandbox" not in text.lower():
        return text, ""
    orders = " ".join(match[1] for match in _DIRECTIVE.finditer(text))
    return _DIRECTIVE.sub("", text), orders
