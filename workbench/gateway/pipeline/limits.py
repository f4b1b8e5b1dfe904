"""How much is let through: requests, or dollars, within a window of time. Pure: the time is an argument, in Unix seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from workbench.domain.routes.elements import LimitType, Rate, Technique
from workbench.routing.attempts import LimitKey, Standing

_SLICES = 256
"""A sliding window tells times apart to this part of its length, so that a bucket stays small whatever its limit is."""
_SWEEP_AT = 1024
SHORTEST_KEPT_S = 60

Key = tuple[str, ...]
Kept = tuple[list[str], int, str, list[tuple[float, float]]]
"""One bucket as it is written down: key, window, technique, and what was used when."""


class Ledger:
    """Amounts by key. A key means one limit's bucket; a limit whose window or technique changes starts anew.

    Buckets of past windows are dropped, so that memory holds what is in use and at most as much again.
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[Key, int, Technique], _Bucket] = {}
        self._sweep_at = _SWEEP_AT
        self.changed = False
        """Whether something was used since the last snapshot."""

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: Key, limit: float, window_s: int, technique: Technique, now: float) -> Standing:
        """Count one request, if it is still allowed."""
        bucket = self._bucket(key, window_s, technique, now)
        used = bucket.used(now)
        if used + 1 > limit:
            return Standing(False, used, limit, bucket.frees(used + 1 - limit, now))
        bucket.add(1, now)
        self.changed = True
        return Standing(True, used + 1, limit, 0.0)

    def look(self, key: Key, limit: float, window_s: int, technique: Technique, now: float) -> Standing:
        """Whether something of unknown size may still begin: yes, as long as less than the limit is used (ai-gateway §5.2)."""
        bucket = self._buckets.get((key, window_s, technique))
        used = bucket.used(now) if bucket is not None else 0.0
        if bucket is None or used < limit:
            return Standing(limit > 0, used, limit, 0.0 if limit > 0 else float(window_s))
        return Standing(False, used, limit, bucket.frees(used - limit, now))

    def book(self, key: Key, amount: float, window_s: int, technique: Technique, now: float) -> None:
        """Add what something turned out to cost."""
        self._bucket(key, window_s, technique, now).add(amount, now)
        self.changed = True

    def snapshot(self, now: float) -> list[Kept]:
        """What is used in windows of a minute and more, for `restore`; shorter ones are over before anything starts again."""
        self.changed = False
        return [
            (list(key), window_s, technique.value, parts)
            for (key, window_s, technique), bucket in self._buckets.items()
            if window_s >= SHORTEST_KEPT_S and (parts := bucket.parts(now))
        ]

    def restore(self, kept: list[Kept], now: float) -> None:
        """Go on from a snapshot; what has passed meanwhile is left out."""
        for key, window_s, technique, parts in kept:
            bucket = self._bucket(tuple(key), window_s, Technique(technique), now)
            for at, amount in parts:
                if at <= now:  # unless the clock was put back
                    bucket.add(amount, at)
        self.changed = False

    def _bucket(self, key: Key, window_s: int, technique: Technique, now: float) -> _Bucket:
        place = (key, window_s, technique)
        bucket = self._buckets.get(place)
        if bucket is None:
            if len(self._buckets) >= self._sweep_at:
                self._sweep(now)
            bucket = _Sliding(window_s) if technique is Technique.SLIDING else _Fixed(window_s)
            self._buckets[place] = bucket
        return bucket

    def _sweep(self, now: float) -> None:
        self._buckets = {place: bucket for place, bucket in self._buckets.items() if bucket.used(now) > 0}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._buckets))


class _Bucket(Protocol):
    def used(self, now: float) -> float: ...

    def add(self, amount: float, now: float) -> None: ...

    def frees(self, excess: float, now: float) -> float:
        """Seconds until so much of what is used no longer counts."""
        ...

    def parts(self, now: float) -> list[tuple[float, float]]:
        """What is used, with its times: added to an empty bucket, it makes this one."""
        ...


class _Fixed:
    """Windows as the clock cuts them: 12:00–12:10, 12:10–12:20 (ai-gateway §5.1)."""

    __slots__ = ("_amount", "_begun", "_window")

    def __init__(self, window_s: int) -> None:
        self._window = window_s
        self._begun = 0.0
        self._amount = 0.0

    def used(self, now: float) -> float:
        return self._amount if self._begun <= now < self._begun + self._window else 0.0

    def add(self, amount: float, now: float) -> None:
        self._amount = self.used(now) + amount
        self._begun = now - now % self._window

    def frees(self, excess: float, now: float) -> float:
        del excess  # all of it, at the turn of the window
        return self._window - now % self._window

    def parts(self, now: float) -> list[tuple[float, float]]:
        used = self.used(now)
        return [(self._begun, used)] if used else []


class _Sliding:
    """What was used in the last so many seconds, whenever now is."""

    __slots__ = ("_parts", "_slice", "_total", "_window")

    def __init__(self, window_s: int) -> None:
        self._window = window_s
        self._slice = window_s / _SLICES
        self._parts: deque[list[float]] = deque()
        self._total = 0.0

    def used(self, now: float) -> float:
        while self._parts and self._parts[0][0] + self._window <= now:
            self._total -= self._parts.popleft()[1]
        if not self._parts:
            self._total = 0.0  # so that rounding does not add up
        return self._total

    def add(self, amount: float, now: float) -> None:
        self.used(now)
        if self._parts and now < self._parts[-1][0] + self._slice:
            self._parts[-1][1] += amount
        else:
            self._parts.append([now, amount])
        self._total += amount

    def frees(self, excess: float, now: float) -> float:
        for at, amount in self._parts:
            excess -= amount
            if excess <= 0:
                return max(0.0, at + self._window - now)
        return float(self._window)

    def parts(self, now: float) -> list[tuple[float, float]]:
        self.used(now)
        return [(at, amount) for at, amount in self._parts]


class RouteLimits:
    """The `rate` elements of routes (routing.attempts.Limits). A bucket belongs to a route of one gateway."""

    def __init__(self, ledger: Ledger, gateway: str, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._gateway = gateway
        self._clock = clock

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        step = self._ledger.take if rate.limit_type is LimitType.COUNT else self._ledger.look
        return step(("route", self._gateway, *key), rate.limit, rate.window_s, rate.technique, self._clock())

    def book(self, key: LimitKey, rate: Rate, usd: float) -> None:
        """What a request that a cost limit let through turned out to cost."""
        self._ledger.book(("route", self._gateway, *key), usd, rate.window_s, rate.technique, self._clock())
