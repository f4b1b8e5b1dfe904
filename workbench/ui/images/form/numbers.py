"""Numbers as they are typed into the form and shown there."""

from __future__ import annotations

import math


def read_number(text: str) -> float | None:
    """A finite number, with a point or a comma for the decimals; None for anything else."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    if "_" in plain:
        return None
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def read_whole(text: str) -> int | None:
    number = read_number(text)
    return int(number) if number is not None and number.is_integer() else None


def written_number(value: float | None) -> str:
    """As short as it can be read again; "" for None."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"
