"""Where a value lies on an axis, and which values are written beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Scale:
    """From least to most, which is more. base: of a logarithmic axis, 0 for an even one; least is above 0 then."""

    least: float
    most: float
    base: float = 0.0

    @classmethod
    def around(
        cls,
        values: Iterable[float],
        *,
        least: float | None = None,
        most: float | None = None,
        base: float = 0.0,
        span: float = 0.0,
    ) -> Scale:
        """With a little room beside the values. least, most: of the axis, whatever the values are. span: an even one is at least so long,
        so that what is nearly equal looks so.
        """
        known = [value for value in values if math.isfinite(value) and (not base or value > 0)]
        low, high = (min(known), max(known)) if known else (1.0, 1.0) if base else (0.0, 0.0)
        if base:
            room = max((high / low) ** 0.08, 1.15)
            low, high = low / room, high * room
        else:
            room = (high - low) * 0.08 or abs(high) * 0.1 or 0.5
            low, high = low - room, high + room
        low = low if least is None else least
        high = high if most is None else most
        short = 0.0 if base else max(span - (high - low), 0.0)
        if least is None:
            low -= short / 2 if most is None else short
        if most is None:
            high += short / 2 if least is None else short
        return cls(low, high if high > low else low + 1.0, base)

    def place(self, value: float) -> float:
        """0 at least, 1 at most; beyond them outside of that."""
        if self.base:
            low = math.log(self.least)
            return (math.log(max(value, 1e-300)) - low) / (math.log(self.most) - low)
        return (value - self.least) / (self.most - self.least)

    def value(self, place: float) -> float:
        """What lies at a place."""
        if self.base:
            return float(self.least * (self.most / self.least) ** place)
        return self.least + (self.most - self.least) * place

    def ticks(self, most: int) -> list[float]:
        """At most so many round values."""
        return self._powers(max(most, 2)) if self.base else self._even(max(most, 2))

    @staticmethod
    def decimals(ticks: Sequence[float]) -> int:
        """As many as tell each of even ticks from the next, and say what it is."""
        steps = [
            abs(after - before) for before, after in pairwise(ticks if len(ticks) > 1 else (0.0, *ticks))
        ]
        step = min((each for each in steps if each > 0), default=0.0)
        known = range(_MOST_DECIMALS)
        return next((many for many in known if abs(round(step, many) - step) < step * 1e-3), 0) if step else 0

    def _even(self, most: int) -> list[float]:
        rough = (self.most - self.least) / most
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * each for each in _STEPS if size * each >= rough * 0.999)
        first, last = math.ceil(self.least / step - 1e-9), math.floor(self.most / step + 1e-9)
        return [0.0 if number == 0 else number * step for number in range(first, last + 1)]

    def _powers(self, most: int) -> list[float]:
        first = math.ceil(math.log(self.least, self.base) - 1e-9)
        last = math.floor(math.log(self.most, self.base) + 1e-9)
        every = max(1, math.ceil((last - first + 1) / most))
        powers = [self.base**power for power in range(first, last + 1) if (power - first) % every == 0]
        if len(powers) > 1 or self.base <= 2:
            return powers
        between = [
            factor * self.base**power for power in range(first - 1, last + 1) for factor in (1.0, 2.0, 5.0)
        ]
        return [value for value in between if self.least <= value <= self.most][:most]
