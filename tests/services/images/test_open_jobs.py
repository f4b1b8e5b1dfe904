from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.domain.images.settings import Draft, ImageSettings
from workbench.services.images.open_jobs import OpenJobs


def filled(count: int) -> OpenJobs:
    jobs = OpenJobs()
    jobs.add(
        [ImageBatch("b", 1.0, Draft(), "t")],
        [ImageJob(f"j{number}", "b", "m", ImageSettings(), number + 1.0) for number in range(count)],
    )
    return jobs


def move(jobs: OpenJobs, job_id: str, before_id: str) -> int:
    moved = jobs.moved(jobs[job_id], before_id)
    for job in moved:
        jobs.put(job)
    return len(moved)


def ids(jobs: OpenJobs) -> list[str]:
    return [job.id for job in jobs]


def test_a_move_changes_one_job_only() -> None:
    jobs = filled(4)
    assert move(jobs, "j3", "j1") == 1
    assert move(jobs, "j0", "") == 1
    assert ids(jobs) == ["j3", "j1", "j2", "j0"]


def test_moves_never_run_out_of_room() -> None:
    jobs = filled(3)
    counts = [move(jobs, f"j{2 - turn % 2}", f"j{1 + turn % 2}") for turn in range(200)]
    assert max(counts) == 3
    assert counts.count(3) < 10


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=120))
def test_moves_do_what_moves_in_a_list_do(moves: list[tuple[int, int]]) -> None:
    jobs, expected = filled(6), [f"j{number}" for number in range(6)]
    for one, other in moves:
        if one == other:
            continue
        job_id, before_id = f"j{one}", f"j{other}" if other < 6 else ""
        move(jobs, job_id, before_id)
        expected.remove(job_id)
        expected.insert(expected.index(before_id) if before_id else len(expected), job_id)
        assert ids(jobs) == expected


def test_a_batch_is_forgotten_with_the_last_of_its_jobs() -> None:
    jobs = filled(2)
    jobs.drop("j0")
    assert jobs.batch("b") is not None
    jobs.drop("j1")
    assert jobs.batch("b") is None
    assert ids(jobs) == []
