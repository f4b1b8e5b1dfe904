"""Values of JSON that may be anything: what they are taken for, and nothing where they are not that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any


def number(value: Any) -> float | None:
    """A number that may come as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        known = float(value)
    except (ValueError, OverflowError):
        return None
    return known if math.isfinite(known) else None


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def as_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def objects_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Those of a list that are objects."""
    entries = value if isinstance(value, list) else ()
    return (entry for entry in entries if isinstance(entry, dict))
