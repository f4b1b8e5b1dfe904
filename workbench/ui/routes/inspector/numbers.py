"""Numbers and lengths of time as they are typed and shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """factor: how many of the smallest unit it is."""

    key: str
    factor: int


MILLISECONDS = (Unit("s", 1000), Unit("ms", 1))
WINDOW = (Unit("d", 86_400), Unit("h", 3600), Unit("min", 60), Unit("s", 1))


def read_number(text: str) -> float | None:
    """A finite number, with a point or a comma for the decimals; None for anything else."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    if "_" in text:
        return None
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def written_number(value: float) -> str:
    """As short as it can be read again."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def narrowed(value: float) -> int | float:
    """A whole number as an int, so that it is written as one."""
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def unit_of(value: int, units: Sequence[Unit]) -> Unit:
    """The largest that tells the value exactly; the first for nothing at all."""
    return next((unit for unit in units if value % unit.factor == 0), units[-1])
