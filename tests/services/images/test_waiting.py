from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.jobs import ImageJob
from workbench.domain.images.settings import ImageSettings
from workbench.services.images.waiting import Hold, Lane, WaitingJobs

A, B = Lane("t", "a"), Lane("t", "b")


def job(id: str, position: float = 0.0, not_before: float = 0.0) -> ImageJob:
    return ImageJob(id, "b1", "a", ImageSettings(), position, not_before=not_before)


def always(lane: Lane) -> bool:
    return True


def test_jobs_come_in_the_order_of_the_queue_whatever_their_model() -> None:
    waiting = WaitingJobs()
    for id, position, lane in (("3", 3.0, A), ("1", 1.0, A), ("2", 2.0, B)):
        waiting.add(job(id, position), lane)
    assert [waiting.take(0, always) for _ in range(4)] == ["1", "2", "3", None]


def test_a_busy_model_does_not_keep_another_one_waiting() -> None:
    waiting = WaitingJobs()
    waiting.add(job("1", 1.0), A)
    waiting.add(job("2", 2.0), B)
    assert waiting.take(0, lambda lane: lane != A) == "2"
    assert waiting.take(0, lambda lane: lane != A) is None
    assert waiting.take(0, always) == "1"


def test_a_hold_lasts_until_its_end_and_is_not_shortened() -> None:
    waiting = WaitingJobs()
    waiting.add(job("1"), A)
    waiting.hold(A, Hold(60.0))
    waiting.hold(A, Hold(30.0))
    assert waiting.take(59.9, always) is None
    assert waiting.next_change(59.9) == 60.0
    assert waiting.take(60.0, always) == "1"
    assert waiting.next_change(60.0) is None


def test_a_delayed_job_is_passed_over_until_its_time() -> None:
    waiting = WaitingJobs()
    waiting.add(job("1", 1.0, not_before=10.0), A)
    waiting.add(job("2", 2.0), A)
    assert waiting.take(5.0, always) == "2"
    assert waiting.next_change(5.0) == 10.0
    assert waiting.take(10.0, always) == "1"


def test_a_job_that_is_added_again_has_only_its_new_time_and_place() -> None:
    waiting = WaitingJobs()
    waiting.add(job("1", not_before=10.0), A)
    waiting.add(job("1", not_before=90.0), A)
    assert waiting.next_change(0.0) == 90.0
    assert waiting.take(50.0, always) is None
    waiting.add(job("1", not_before=10.0), A)
    assert waiting.take(50.0, always) == "1"
    assert waiting.take(99.0, always) is None


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
    jobs: dict[str, tuple[ImageJob, Lane]] = {}
    holds: dict[Lane, float] = {}
    for now, (what, number, lane, position, until) in enumerate(steps):
        id = str(number)
        if what == "add":
            one = job(id, float(position), float(until))
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
            assert waiting.take(float(now), always) == expected
            if expected:
                del jobs[expected]
        assert {id for id in map(str, range(10)) if id in waiting} == set(jobs)
