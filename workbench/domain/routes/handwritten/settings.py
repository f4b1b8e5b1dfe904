"""A model's time-out and retries as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable

from workbench.domain.routes.elements import MAX_RETRIES
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.handwritten.shapes import Keys, word

_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|m)")
_IN_MS = {"ms": 1, "s": 1000, "m": 60_000}


def timeout_of(keys: Keys, say: Callable[[str], None]) -> int:
    """Milliseconds, 0 where none is given: 30000, "30s", or seconds under `timeout_s`. Raises RouteError."""
    value, at = keys.take("timeout")
    if value is None:
        return 0
    unit = "s" if word(str(at[-1])) in ("timeouts", "timeoutseconds") else "ms"
    if isinstance(value, str):
        found = _DURATION.fullmatch(value.strip())
        if not found:
            raise RouteError(f"“{value}” is no time-out.", pointer=pointer(*at), fix="Write 30s or 500ms.")
        value, unit = float(found[1]), found[2]
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise RouteError("A time-out is a number of milliseconds.", pointer=pointer(*at))
    if unit == "ms" and 0 < value < 1000:
        say(f"{pointer(*at)}: a time-out of {value:g} is read as milliseconds.")
    return round(value * _IN_MS[unit])


def retries_of(keys: Keys) -> int:
    """0 where none are given. Raises RouteError."""
    value, at = keys.take("retries")
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_RETRIES:
        raise RouteError(f"Retries are a whole number from 0 to {MAX_RETRIES}.", pointer=pointer(*at))
    return value
