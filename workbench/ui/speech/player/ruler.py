"""The marks of a time ruler: as many as there is room for, at times that people count in."""

from __future__ import annotations

import math
from typing import NamedTuple

from workbench.ui.speech.player.words import clock

_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # fmt: skip


class Tick(NamedTuple):
    """words: "" for a small mark between two with words."""

    seconds: float
    words: str


def ticks(start: float, end: float, seconds_per_pixel: float, least: float) -> list[Tick]:
    """Those between two moments. least: pixels that a mark with words needs."""
    wanted = least * seconds_per_pixel
    step = next((one for one in _STEPS if one >= wanted), math.ceil(wanted / 3600) * 3600)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    parts = 4 if step in (60, 120, 3600) or step % 4 == 0 else 5
    first, last = math.floor(start / step), math.ceil(end / step)
    made = []
    for number in range(first * parts, last * parts + 1):
        at = number * step / parts
        if start <= at <= end:
            made.append(Tick(at, clock(at + 1e-9, decimals) if number % parts == 0 else ""))
    return made
