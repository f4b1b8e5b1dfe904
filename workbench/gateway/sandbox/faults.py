"""How the sandbox is told to behave, and to misbehave.

Three places, the earlier wins, key by key:
1. the request header `x-sandbox: status=429, retry-after=3`
2. a line of its own in the newest user message or in a system message: `[sandbox latency=800ms pace=50/s]`
3. per model, `PUT /-/sandbox` with `{"@cf/meta/*": "error-rate=0.3", "*": "pace=max"}`; a glob may
   name a model with or without its provider (`gpt-4o*`, `openai/*`); among rules that fit, the longest glob wins

Entries are separated by commas or spaces. Times are milliseconds unless they end in `s`.

    latency=800ms        wait before the first byte
    pace=50/s            tokens a second; `pace=max` for as fast as it goes (120/s if not told)
    tokens=2000          answer with this many tokens of mixed markdown
    status=429           answer with this status; the body is the documented one of the maker
    code=3036            the maker's own error number; alone it brings its documented status with it
    message=out_of_luck  the error's text; underscores stand for spaces
    retry-after=3        seconds, sent with an error as `Retry-After`
    maker=provider       who made the error: `provider` (default) or `gateway`
    error-rate=0.3       fail that share of requests (with `status`, else 500); the same request fails or passes each time
    unseeded             throw real dice for `error-rate`
    hang                 never send a first byte
    hang-after=5         stop sending after five tokens, and hold the connection
    cut-after=20         close the connection after twenty tokens, without an end
    error-after=20       send an error frame after twenty tokens, and close
    malformed-after=5    send one broken frame after five tokens, and go on
    json-instead-of-sse  answer a request for a stream with one JSON reply
    none                 forget what a later place says
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from typing import Any

DEFAULT_PACE = 120.0
MAX_TOKENS = 200_000


@dataclass(frozen=True, slots=True)
class Faults:
    """One request's orders; None and False mean "not ordered". Times are seconds, pace tokens a second (inf for "max")."""

    latency: float | None = None
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
    json_instead_of_sse: bool = False
    none: bool = False

    def over(self, later: Faults) -> Faults:
        """These orders, with what they leave open taken from a later place."""
        if self.none:
            return self
        ordered = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(later, **{k: v for k, v in ordered.items() if v is not None and v is not False})


NO_FAULTS = Faults()


class BadFaults(ValueError):
    """The text is not in the grammar; it says which entry and why."""


def parse(text: str) -> Faults:
    """Faults from the grammar above; raises BadFaults."""
    found: dict[str, Any] = {}
    for entry in re.split(r"[,\s]+", text.strip()):
        if not entry:
            continue
        key, given, value = entry.partition("=")
        name = key.strip().lower().replace("-", "_")
        if name in _FLAGS:
            if given and value.lower() not in ("true", "false"):
                raise BadFaults(f"“{key}” takes no value")
            found[name] = value.lower() != "false"
        elif name in _VALUES:
            try:
                found[name] = _VALUES[name](value)
            except ValueError as error:
                raise BadFaults(f"“{entry}”: {error}") from error
        else:
            raise BadFaults(f"“{key}” is not known; there are {', '.join(KEYS)}")
    return Faults(**found)


def _seconds(value: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)?", value)
    if match is None:
        raise ValueError("a time such as 800ms or 1.5s is wanted")
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
    "latency": _seconds,
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
_FLAGS = ("unseeded", "hang", "json_instead_of_sse", "none")
KEYS = tuple(name.replace("_", "-") for name in (*_VALUES, *_FLAGS))

_DIRECTIVE = re.compile(r"^[ \t]*\[sandbox[ \t]+([^\]\n]*)\][ \t]*\n?", re.MULTILINE | re.IGNORECASE)


def taken_from(text: str) -> tuple[str, str]:
    """A prompt without its directive lines, and what they ordered."""
    if "[sandbox" not in text.lower():
        return text, ""
    orders = " ".join(match[1] for match in _DIRECTIVE.finditer(text))
    return _DIRECTIVE.sub("", text), orders


class ModelFaults:
    """The orders that hold for models until they are changed: globs and what each one orders."""

    def __init__(self) -> None:
        self._rules: list[tuple[str, str, Faults]] = []

    def set(self, rules: Mapping[str, Any]) -> None:
        """Replace all rules; raises BadFaults and changes nothing when one cannot be read."""
        parsed = []
        for glob, order in rules.items():
            if isinstance(order, Mapping):
                order = _as_text(order)
            if not isinstance(order, str):
                raise BadFaults(f'“{glob}”: a text such as "latency=800ms, pace=50/s" is wanted')
            parsed.append((glob, order, parse(order)))
        self._rules = sorted(parsed, key=lambda rule: len(rule[0]), reverse=True)

    def of(self, *names: str) -> Faults:
        """What is ordered for a model that goes by these names."""
        return next(
            (faults for glob, _, faults in self._rules if any(fnmatchcase(name, glob) for name in names)),
            NO_FAULTS,
        )

    def as_told(self) -> dict[str, str]:
        return {glob: order for glob, order, _ in self._rules}


def _as_text(order: Mapping[str, Any]) -> str:
    """{"retry-after": 3, "hang": true} in the grammar."""
    entries = []
    for key, value in order.items():
        if isinstance(value, bool):
            entries.append(f"{key}={str(value).lower()}")
        else:
            entries.append(f"{key}={str(value).replace(' ', '_')}")
    return ", ".join(entries)
