"""How high a voice is, which tells some speakers apart."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from statistics import median

_RATE = 4000
_WINDOW_S = 0.05
_LOWEST, _HIGHEST = 70, 350
_LOOKS = 7
_VOICED = 0.5
"""How alike a sound must be to itself one period later, from 0 to 1."""


def pitch_of(samples: array[int], rate: int, start: float, end: float) -> float | None:
    """Hertz, as of most of the moments from start to end in which there is a voice; None where there is none."""
    step = max(1, rate // _RATE)
    length = int(_WINDOW_S * rate)
    found = []
    for look in range(_LOOKS):
        at = int((start + (end - start) * (look + 0.5) / _LOOKS) * rate)
        window = [sum(samples[place : place + step]) for place in range(at, at + 2 * length, step)]
        if (period := _period(window, rate / step)) is not None:
            found.append(rate / step / period)
    return median(found) if found else None


def _period(window: Sequence[int], rate: float) -> int | None:
    half = len(window) // 2
    here = window[:half]
    power = sum(value * value for value in here)
    best, likest = None, _VOICED
    for lag in range(int(rate / _HIGHEST), min(half, int(rate / _LOWEST))):
        there = window[lag : lag + half]
        both = (power * sum(value * value for value in there)) ** 0.5
        if not both:
            continue
        alike = sum(a * b for a, b in zip(here, there, strict=False)) / both
        if alike > likest + 0.02:  # a longer lag that is no better is twice the period
            best, likest = lag, alike
    return best
