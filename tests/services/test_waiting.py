from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from workbench.services.waiting import Hold, Lane, WaitingJobs

A, B = Lane("t", "a"), Lane("t", "b")


class Job(NamedTuple):
    id: str
    position: float = 0.0
    not_before: float = 0.0


def always(lane: Lane) -> bool:
    return True


def taken(waiting: WaitingJobs, now: float, has_room: Callable[[Lane], bool] = always) -> str | None:
    turn = waiting.take(now, has_room)
    return turn and turn[0]


def test_jobs_come_in_the_order_of_the_queue_whatever_their_model() -> None:
    waiting = WaitingJobs()
    for id, position, lane in (("3", 3.0, A), ("1", 1.0, A), ("2", 2.0, B)):
        waiting.add(Job(id, position), lane)
    assert [taken(waiting, 0) for _ in range(4)] == ["1", "2", "3", None]


def test_a_busy_model_does_not_keep_another_one_waiting() -> None:
    waiting = WaitingJobs()
    waiting.add(Job("1", 1.0), A)
    waiting.add(Job("2", 2.0), B)
    assert taken(waiting, 0, lambda lane: lane != A) == "2"
    assert taken(waiting, 0, lambda lane: lane != A) is None
    assert taken(waiting, 0) == "1"


def test_a_hold_lasts_until_its_end_and_is_not_shortened() -> None:
    waiting = WaitingJobs()
    waiting.add(Job("1"), A)
    waiting.hold(A, Hold(60.0))
    waiting.hold(A, Hold(30.0))
    assert taken(waiting, 59.9) is None
    assert waiting.next_change(59.9) == 60.0
    assert taken(waiting, 60.0) == "1"
    assert waiting.next_change(60.0) is None


def test_a_delayed_job_is_passed_over_until_its_time() -> None:
    waiting = WaitingJobs()
    waiting.add(Job("1", 1.0, not_before=10.0), A)
    waiting.add(Job("2", 2.0), A)
    assert taken(waiting, 5.0) == "2"
    assert waiting.next_change(5.0) == 10.0
    assert taken(waiting, 10.0) == "1"


def test_a_job_that_is_added_again_has_only_its_new_time_and_place() -> None:
    waiting = WaitingJobs()
    waiting.add(Job("1", not_before=10.0), A)
    waiting.add(Job("1", not_before=90.0), A)
    assert waiting.next_change(0.0) == 90.0
    assert taken(waiting, 50.0) is None
    waiting.add(Job("1", not_before=10.0), A)
    assert taken(waiting, 50.0) == "1"
    assert taken(waiting, 99.0) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "discard", "take", "hold"]),
            st.integers(0, 9),
            st.sampled_from([A, B]),
            st.integers(0, 50),
            st.integers(0, 50),
        ),
        max_size=60,
    )
)
def test_it_gives_what_a_plain_search_through_all_jobs_would_give(
    steps: list[tuple[str, int, Lane, int, int]],
) -> None:
    waiting = WaitingJobs()
    jobs: dict[str, tuple[Job, Lane]] = {}
    holds: dict[Lane, float] = {}
    for now, (what, number, lane, position, until) in enumerate(steps):
        id = str(number)
        if what == "add":
            one = Job(id, float(position), float(until))
            jobs[id] = (one, lane)
            waiting.add(one, lane)
        elif what == "discard":
            jobs.pop(id, None)
            waiting.discard(id)
        elif what == "hold":
            holds[lane] = max(holds.get(lane, 0), until)
            waiting.hold(lane, Hold(float(until)))
        else:
            free = [
                (one.position, one.id)
                for one, of in jobs.values()
                if one.not_before <= now and holds.get(of, 0) <= now
            ]
            expected = min(free)[1] if free else None
            assert taken(waiting, float(now)) == expected
            if expected:
                del jobs[expected]
        assert {id for id in map(str, range(10)) if id in waiting} == set(jobs)
