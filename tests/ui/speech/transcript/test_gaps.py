"""Stretches without text yet, as they are shown."""

from __future__ import annotations

from workbench.domain.speech.takes import Part, TakeState
from workbench.domain.trouble import Trouble
from workbench.ui.speech.transcript.gaps import GapState, gaps_of

WAITING, RUNNING, DONE, FAILED, STOPPED = (
    TakeState.WAITING,
    TakeState.RUNNING,
    TakeState.DONE,
    TakeState.FAILED,
    TakeState.STOPPED,
)


def parts(*states: TakeState) -> list[Part]:
    trouble = Trouble("Too busy.")
    return [
        Part(number, 30.0 * number, 30.0 * number + 32, state, trouble=trouble if state is FAILED else None)
        for number, state in enumerate(states)
    ]


def test_parts_that_wait_or_run_are_one_stretch() -> None:
    (gap,) = gaps_of(parts(DONE, RUNNING, WAITING, RUNNING, DONE))
    assert gap.state is GapState.HEARING
    assert (gap.numbers, gap.running, gap.done, gap.of) == ((1, 2, 3), 2, 2, 5)
    assert (gap.start, gap.end) == (30.0, 122.0)


def test_parts_that_failed_alike_are_told_once() -> None:
    found = gaps_of(parts(FAILED, FAILED, DONE, FAILED))
    assert [gap.numbers for gap in found] == [(0, 1), (3,)]
    assert all(gap.state is GapState.FAILED and gap.trouble == Trouble("Too busy.") for gap in found)


def test_other_troubles_are_told_apart() -> None:
    one, other = parts(FAILED, FAILED)
    other = Part(1, 30, 60, FAILED, trouble=Trouble("Too long."))
    assert len(gaps_of([one, other])) == 2


def test_a_limit_is_waited_for_only_while_nothing_runs() -> None:
    waits = [Part(0, 0, 30, WAITING, not_before=90.0), Part(1, 30, 60, WAITING, not_before=80.0)]
    assert gaps_of(waits)[0].not_before == 80.0
    assert gaps_of([*waits, Part(2, 60, 90, RUNNING)])[0].not_before == 0.0
    assert gaps_of([*waits, Part(2, 60, 90, WAITING)])[0].not_before == 0.0


def test_nothing_is_shown_of_a_take_that_is_done() -> None:
    assert gaps_of(parts(DONE, DONE)) == ()
    assert gaps_of(parts(STOPPED))[0].state is GapState.STOPPED
