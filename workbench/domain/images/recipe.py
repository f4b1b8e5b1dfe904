"""A recipe: the settings that a picture file carries, whoever wrote them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from workbench.domain.images.settings import ImageSettings

MAX_SEED = 2**64 - 1
MAX_SIDE = 100_000
MAX_STEPS = 10_000
_MOST_LEFTOVERS = 60
_LONGEST_LEFTOVER = 300
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Recipe:
    """made_by: the program, with its version where it tells. model: as that program names it; "" where it does not tell.

    leftovers: what has no field of ours, name and value as the file has them (sampler, LoRAs, clip skip …).
    """

    made_by: str
    model: str
    settings: ImageSettings
    leftovers: tuple[tuple[str, str], ...] = ()


class Leftovers:
    """Collects what has no field of ours, readable and within reason."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def add(self, name: str, value: Any) -> None:
        """Nothing is told of a value that is empty, None or False."""
        text = shown(value)
        if text and len(self._found) < _MOST_LEFTOVERS and (name, text) not in self._found:
            self._found.append((clean(name).strip(), text))

    def all(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._found)


def clean(value: Any) -> str:
    """Text that can be stored and shown; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def whole(value: Any, least: int, most: int) -> int | None:
    """A whole number within limits, also from text and from 20.0; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        if not (len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdecimal()):
            return None
        value = int(text)
    elif isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    return (
        value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None
    )


def real(value: Any, least: float, most: float) -> float | None:
    """A number within limits, also from text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and least <= number <= most else None


def shown(value: Any) -> str:
    """A value of a foreign file in one short line."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, str):
        text = clean(value)
    elif isinstance(value, float):
        text = f"{value:g}"
    elif isinstance(value, int):
        text = str(value) if abs(value) <= MAX_SEED else ""
    elif isinstance(value, list | tuple):
        text = ", ".join(filter(None, map(_inner, value[:20])))
    elif isinstance(value, dict):
        text = _named(value) or ", ".join(
            f"{clean(key)}: {inner}" for key, each in list(value.items())[:20] if (inner := _inner(each))
        )
    else:
        text = ""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LEFTOVER else text[: _LONGEST_LEFTOVER - 1] + "…"


def _inner(value: Any) -> str:
    """One level down and no further: a foreign file may nest as deep as it likes."""
    if isinstance(value, dict):
        return _named(value)
    return "" if isinstance(value, list | tuple) else shown(value)


def _named(value: dict[Any, Any]) -> str:
    for key in ("name", "model_name", "image_name"):
        if isinstance(value.get(key), str):
            return clean(value[key])
    return ""
