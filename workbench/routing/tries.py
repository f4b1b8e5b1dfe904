"""What becomes of asking a model as an element asks it: so many tries, each with its time-out and its chances.

A try either brings no first byte, or brings after `first_byte` milliseconds the answer or one of the failures. A time-out
ends it sooner. Repeated are time-outs and the statuses that a gateway repeats; there are no pauses between tries. Whether the
last try waits for its first byte however long it takes is the population's to say: a gateway's own retries do so (ai-gateway
§6), the elements of a route fall back after their time-out (§7.2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.domain.gateways import is_retried
from workbench.domain.routes.elements import ModelCall
from workbench.routing.population import Behaviour, Population

GIVEN_UP_MS = 300_000.0
"""When a try without a time-out is over that never brings a first byte (inferred)."""


@dataclass(frozen=True, slots=True)
class Try:
    """One of an element's tries. timeout_ms: math.inf for none. retried, final: chance of such a failure once a first byte
    is there; lost: that none ever comes."""

    timeout_ms: float
    retried: float
    final: float
    lost: float

    @property
    def lost_after_ms(self) -> float:
        return self.timeout_ms if math.isfinite(self.timeout_ms) else GIVEN_UP_MS


@dataclass(frozen=True, slots=True)
class Chances:
    """Of one attempt, all its tries together. ok: that it answers. tries: how many are made. ok_ms, failed_ms: how long it
    takes, times the chance that it ends so. worst_ms: how long it can take; where there is no time-out (bounded False) as
    long as 99 of 100 first bytes take, or a try takes to be given up.
    """

    ok: float
    tries: float
    ok_ms: float
    failed_ms: float
    worst_ms: float
    bounded: bool


def tries_of(element: ModelCall, population: Population) -> tuple[Behaviour, tuple[Try, ...]]:
    behaviour = population.behaviour(element.id, element.provider, element.model)
    retried = math.fsum(share for status, share in behaviour.failures.items() if is_retried(status))
    final = math.fsum(share for status, share in behaviour.failures.items() if not is_retried(status))
    many = element.retries + 1
    timeouts = [float(element.timeout_ms) or math.inf] * many
    if population.last_try_waits:
        timeouts[-1] = math.inf
    return behaviour, tuple(Try(timeout, retried, final, behaviour.timeouts) for timeout in timeouts)


def chances_of(element: ModelCall, population: Population) -> Chances:
    behaviour, tries = tries_of(element, population)
    first_byte = behaviour.first_byte
    reach, elapsed = 1.0, 0.0  # elapsed: the mean time so far, times the chance to come so far
    ok = made = ok_ms = failed_ms = worst = 0.0
    for number, one in enumerate(tries, 1):
        came = (1 - one.lost) * first_byte.up_to(one.timeout_ms)
        came_ms = (1 - one.lost) * first_byte.mass_up_to(one.timeout_ms)
        late = 1 - came
        good, final, again = came * (1 - one.retried - one.final), came * one.final, came * one.retried
        ok += reach * good
        made += reach
        ok_ms += elapsed * good + reach * came_ms * (1 - one.retried - one.final)
        failed_ms += elapsed * final + reach * came_ms * one.final
        left, left_ms = reach * (again + late), elapsed * (again + late)
        left_ms += reach * (came_ms * one.retried + late * one.lost_after_ms)
        if number == len(tries):
            failed_ms += left_ms
        reach, elapsed = left, left_ms
        worst += _longest(one, behaviour)
    return Chances(ok, made, ok_ms, failed_ms, worst, all(math.isfinite(one.timeout_ms) for one in tries))


def _longest(one: Try, behaviour: Behaviour) -> float:
    if math.isfinite(one.timeout_ms):
        return one.timeout_ms
    return GIVEN_UP_MS if one.lost else behaviour.first_byte.p99
