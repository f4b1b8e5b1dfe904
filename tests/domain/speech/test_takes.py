from __future__ import annotations

import pytest

from workbench.domain.models import Cost
from workbench.domain.speech.takes import Part, Take, TakeState, state_of, total_cost, trouble_of
from workbench.domain.trouble import Trouble

WAITING, RUNNING, DONE, FAILED, STOPPED = TakeState


def parts(*states: TakeState) -> tuple[Part, ...]:
    return tuple(
        Part(number, number * 50.0, number * 50.0 + 60.0, state) for number, state in enumerate(states)
    )


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((DONE, DONE), DONE),
        ((DONE, FAILED, WAITING), WAITING),
        ((RUNNING, WAITING, FAILED), RUNNING),
        ((DONE, STOPPED, FAILED), FAILED),
        ((DONE, STOPPED), STOPPED),
    ],
)
def test_a_take_is_over_when_all_of_its_parts_are(states: tuple[TakeState, ...], state: TakeState) -> None:
    assert state_of(parts(*states)) is state
    assert state.over is not any(one in (WAITING, RUNNING) for one in states)


def test_the_first_failure_is_told() -> None:
    first, second = Trouble("First."), Trouble("Second.")
    assert trouble_of((Part(0, 0, 1, WAITING, trouble=second), Part(1, 1, 2, FAILED, trouble=first))) is first
    assert trouble_of(parts(DONE)) is None


def test_overlaps_count_once_in_what_was_heard() -> None:
    assert Take("t", "r", "m", parts=parts(DONE, DONE, WAITING)).heard_s == 110.0
    assert Take("t", "r", "m", parts=parts(DONE, WAITING, DONE)).heard_s == 120.0


def test_a_sum_with_an_unknown_share_is_unknown() -> None:
    assert total_cost([None, None]) is None
    assert total_cost([Cost(1.0, charged=True), None, Cost(2.0, charged=True)]) == Cost(3.0, charged=True)
    assert total_cost([Cost(1.0, charged=True), Cost(2.0)]) == Cost(3.0)
    assert total_cost([Cost(1.0, charged=True), Cost(None)]) == Cost(None)


def test_the_time_of_a_take_is_that_of_its_calls() -> None:
    take = Take("t", "r", "m", parts=(Part(0, 0, 1, DONE, took_ms=500.0), Part(1, 1, 2, DONE)))
    assert take.took_ms == 500.0
    assert Take("t", "r", "m").took_ms is None
