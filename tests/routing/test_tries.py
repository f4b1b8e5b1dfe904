"""What becomes of a model's tries, against tries that are drawn one by one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.gateways import is_retried
from workbench.domain.routes.elements import ModelCall
from workbench.routing.population import Behaviour, LogNormal, Population
from workbench.routing.tries import GIVEN_UP_MS, chances_of


def element(timeout_ms: int = 0, retries: int = 0) -> ModelCall:
    return ModelCall(id="m", provider="p", model="m", timeout_ms=timeout_ms, retries=retries)


def drawn(
    timeout_ms: int, retries: int, behaviour: Behaviour, dice: random.Random
) -> tuple[bool, int, float]:
    """(answered, tries, time) of one attempt, as the docstring of the module tells it."""
    waited = 0.0
    for number in range(1, retries + 2):
        if dice.random() < behaviour.timeouts:
            waited += timeout_ms or GIVEN_UP_MS
            continue
        median, sigma = behaviour.first_byte.median, behaviour.first_byte.sigma
        first_byte = median * 2.718281828459045 ** (sigma * dice.gauss(0, 1))
        if timeout_ms and first_byte > timeout_ms:
            waited += timeout_ms
            continue
        waited += first_byte
        at, status = dice.random(), 200
        for failure, share in behaviour.failures.items():
            if at < share:
                status = failure
                break
            at -= share
        if status == 200:
            return True, number, waited
        if not is_retried(status):
            return False, number, waited
    return False, number, waited


@given(
    st.sampled_from([0, 400, 1500]),
    st.integers(0, 3),
    st.sampled_from([{}, {500: 0.3}, {400: 0.2, 429: 0.4}]),
    st.sampled_from([0.0, 0.3]),
)
@settings(max_examples=25)
def test_chances_are_what_drawn_tries_come_to(
    timeout_ms: int, retries: int, failures: dict[int, float], timeouts: float
) -> None:
    behaviour = Behaviour(failures, timeouts, LogNormal(500, 1200))
    told = chances_of(element(timeout_ms, retries), Population(models={"*": behaviour}))
    dice, many = random.Random(9), 6000
    runs = [drawn(timeout_ms, retries, behaviour, dice) for _ in range(many)]
    assert told.ok == pytest.approx(sum(ok for ok, _, _ in runs) / many, abs=0.04)
    assert told.tries == pytest.approx(sum(tries for _, tries, _ in runs) / many, rel=0.05)
    scale = told.worst_ms if timeouts or timeout_ms else 2000
    assert told.ok_ms == pytest.approx(sum(ms for ok, _, ms in runs if ok) / many, abs=0.04 * scale)
    assert told.failed_ms == pytest.approx(sum(ms for ok, _, ms in runs if not ok) / many, abs=0.04 * scale)


def test_an_attempt_fails_only_where_all_its_tries_do() -> None:
    population = Population(models={"*": Behaviour({500: 0.1})})
    assert chances_of(element(retries=2), population).ok == pytest.approx(1 - 0.1**3)


def test_a_failure_that_no_gateway_repeats_ends_the_attempt() -> None:
    population = Population(models={"*": Behaviour({400: 0.1})})
    told = chances_of(element(retries=5), population)
    assert told.ok == pytest.approx(0.9)
    assert told.tries == 1


def test_the_longest_is_time_out_by_tries() -> None:
    told = chances_of(element(1000, 2), Population())
    assert (told.worst_ms, told.bounded) == (3000, True)
    waits = chances_of(element(1000, 2), Population(last_try_waits=True))
    assert waits.worst_ms == pytest.approx(2000 + Behaviour().first_byte.p99)
    assert not waits.bounded


def test_a_last_try_that_waits_is_not_lost_to_its_time_out() -> None:
    slow = {"*": Behaviour(first_byte=LogNormal(5000, 5000))}
    assert chances_of(element(1000, 1), Population(models=slow)).ok == 0
    waits = chances_of(element(1000, 1), Population(models=slow, last_try_waits=True))
    assert waits.ok == 1
    assert waits.ok_ms == 6000
