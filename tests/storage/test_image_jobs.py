from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.storage.conftest import Loop
from workbench.domain.exchange import Exchange
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, SeedMode
from workbench.domain.trouble import Trouble
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.image_jobs import Claim, ImageJobStore, QueueState

FULL_SETTINGS = ImageSettings(
    "a fox", "blur", 1024, 768, "4:3", 20, 7.5, 2**64 - 1, 0.4, "source", "mask", ("one", "two")
)
DRAFT = Draft(
    ("m", "n"), FULL_SETTINGS, SeedMode.INCREMENT, 3, (Axis(AxisField.PROMPT, ("fox", "ox"), "fox"),)
)
BATCH = ImageBatch("b1", 5.0, DRAFT, "t1", "a fox", "try-on", {"person": "digest"})


def job(id: str, **more: object) -> ImageJob:
    return replace(
        ImageJob(id, "b1", "m", FULL_SETTINGS),
        **more,  # type: ignore[arg-type]  # replace checks no keywords given as a dict
    )


@pytest.fixture
def store(run: Loop, database: Database) -> ImageJobStore:
    return ImageJobStore(database)


def test_a_batch_and_its_jobs_come_back_as_they_were_stored(run: Loop, store: ImageJobStore) -> None:
    over = job(
        "j2",
        cell=(0, 2),
        state=JobState.FAILED,
        attempts=3,
        trouble=Trouble("No.", "Flagged.", "Reword.", "blocked", "workers-ai", 400, 3030, False, 2.5, "x"),
        images=("i1", "i2"),
        exchange_id="e",
        started_at=7.0,
        ended_at=9.5,
    )
    placed = run(store.add(BATCH, [job("j1"), over]))
    assert run(store.batch("b1")) == BATCH
    assert run(store.jobs("b1")) == placed == [job("j1", position=1.0), replace(over, position=2.0)]


def test_a_new_batch_waits_behind_all_others(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1"), job("j2")]))
    run(store.place([("j1", 40.0)]))
    (later,) = run(store.add(replace(BATCH, id="b2"), [replace(job("j3"), batch_id="b2")]))
    assert later.position == 41.0


def test_a_batch_without_jobs_can_be_stored(run: Loop, store: ImageJobStore) -> None:
    assert run(store.add(BATCH, [])) == []
    assert run(store.jobs("b1")) == []


def test_a_claimed_job_runs_and_cannot_be_claimed_again(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1", not_before=3.0, trouble=Trouble("Wait."))]))
    claimed = run(store.claim("j1", 50.0)).job
    assert claimed == job("j1", position=1.0, state=JobState.RUNNING, attempts=1, started_at=50.0)
    assert run(store.jobs("b1")) == [claimed]
    assert run(store.claim("j1", 51.0)) == Claim()


def test_a_job_of_another_living_window_cannot_be_claimed_or_adopted(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1")]))
    second = ImageJobStore(run.database())
    assert run(second.claim("j1", 1.0)) == Claim()
    assert run(second.adopt()).jobs == ()
    assert run(store.claim("j1", 1.0)).job is not None


def test_jobs_of_a_window_that_is_gone_are_adopted_by_one_other_and_wait_again(
    run: Loop, store: ImageJobStore, database: Database
) -> None:
    run(store.add(BATCH, [job("j1"), job("j2"), job("j3"), job("j4", state=JobState.DONE)]))
    run(store.place([("j3", 0.5)]))
    run(store.claim("j1", 1.0))
    run(database.aclose())
    one, other = ImageJobStore(run.database()), ImageJobStore(run.database())
    adopted = run(one.adopt())
    assert [found.id for found in adopted.jobs] == ["j3", "j1", "j2"]
    assert {found.state for found in adopted.jobs} == {JobState.WAITING}
    assert adopted.jobs[1].attempts == 1
    assert adopted.batches == (BATCH,)
    assert run(other.adopt()).jobs == ()
    assert run(other.claim("j1", 2.0)) == Claim()
    assert run(one.claim("j1", 2.0)).job is not None


def test_released_jobs_can_be_adopted_while_their_window_still_lives(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1"), job("j2")]))
    run(store.claim("j1", 1.0))
    run(store.release())
    assert [found.id for found in run(ImageJobStore(run.database()).adopt()).jobs] == ["j1", "j2"]


def test_a_pause_holds_for_every_window_and_over_restarts(run: Loop, store: ImageJobStore) -> None:
    assert run(store.state()) == QueueState()
    why = QueueState(True, Trouble("Full.", "No room.", "Make some."))
    run(store.set_state(why))
    second = ImageJobStore(run.database())
    run(second.add(BATCH, [job("j1")]))
    assert run(second.claim("j1", 1.0)) == Claim(paused=why)
    run(store.set_state(QueueState()))
    assert run(second.claim("j1", 1.0)).job is not None


def test_a_hold_keeps_one_model_of_one_target_back_in_every_window_until_it_ends(
    run: Loop, store: ImageJobStore
) -> None:
    run(store.add(BATCH, [job("j1"), job("j2", model="n")]))
    run(store.add(replace(BATCH, id="b2", target_id="t2"), [job("j3", batch_id="b2")]))
    second = ImageJobStore(run.database())
    run(second.hold("t1", "m", 60.0, 1.0))
    run(second.hold("t1", "m", 30.0, 1.0))
    assert run(store.claim("j1", 59.0)) == Claim(held_until=60.0)
    assert run(store.claim("j2", 59.0)).job is not None
    assert run(store.claim("j3", 59.0)).job is not None
    assert run(store.claim("j1", 60.0)).job is not None


def test_saving_changes_what_happened_and_not_the_place(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1")]))
    run(store.place([("j1", 7.0)]))
    done = job("j1", state=JobState.DONE, images=("i",), attempts=1, exchange_id="e", ended_at=3.0)
    run(store.save([done]))
    assert run(store.jobs("b1")) == [replace(done, position=7.0)]


def test_saving_a_removed_job_does_not_bring_it_back(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1")]))
    run(store.delete_batch("b1"))
    run(store.save([job("j1", state=JobState.DONE)]))
    assert run(store.jobs("b1")) == []


def test_cancelling_takes_ones_own_and_what_waits_elsewhere_but_nothing_that_is_over_or_runs_elsewhere(
    run: Loop, store: ImageJobStore
) -> None:
    second = ImageJobStore(run.database())
    run(store.add(BATCH, [job("mine"), job("running"), job("done", state=JobState.DONE)]))
    run(second.add(replace(BATCH, id="b2"), [job("theirs", batch_id="b2"), job("busy", batch_id="b2")]))
    run(store.claim("running", 1.0))
    run(second.claim("busy", 1.0))
    cancelled = run(store.cancel(["mine", "running", "done", "theirs", "busy", "nobody"], 9.0))
    assert {found.id for found in cancelled} == {"mine", "running", "theirs"}
    assert all(found.state is JobState.CANCELLED and found.ended_at == 9.0 for found in cancelled)
    assert run(second.claim("theirs", 2.0)) == Claim()


def test_reopened_jobs_wait_for_whoever_reopens_them_as_if_they_were_new(
    run: Loop, store: ImageJobStore
) -> None:
    over = {"trouble": Trouble("No."), "attempts": 5, "ended_at": 4.0, "started_at": 3.0}
    run(
        store.add(
            BATCH,
            [
                job("failed", state=JobState.FAILED, **over),
                job("cancelled", state=JobState.CANCELLED, **over),
                job("done", state=JobState.DONE),
                job("waiting"),
            ],
        )
    )
    second = ImageJobStore(run.database())
    opened = run(second.reopen(["waiting", "done", "cancelled", "failed"]))
    assert opened.jobs == (job("failed", position=1.0), job("cancelled", position=2.0))
    assert opened.batches == (BATCH,)
    assert run(second.claim("failed", 1.0)).job is not None


def test_batches_are_listed_newest_first_and_page_by_page(run: Loop, store: ImageJobStore) -> None:
    for number in range(5):
        run(store.add(replace(BATCH, id=f"b{number}"), []))
    assert [batch.id for batch in run(store.batches(2))] == ["b4", "b3"]
    assert [batch.id for batch in run(store.batches(9, before="b3"))] == ["b2", "b1", "b0"]


def test_tallies_count_the_states_of_several_batches(run: Loop, store: ImageJobStore) -> None:
    run(store.add(BATCH, [job("j1"), job("j2"), job("j3", state=JobState.FAILED)]))
    run(store.add(replace(BATCH, id="b2"), []))
    assert run(store.tallies(["b1", "b2"])) == {"b1": {JobState.WAITING: 2, JobState.FAILED: 1}}


def test_a_deleted_batch_takes_its_jobs_and_the_records_that_brought_nothing(
    run: Loop, store: ImageJobStore, database: Database
) -> None:
    records = ExchangeStore(database)
    run(
        store.add(
            BATCH,
            [job("j1", state=JobState.FAILED), job("j2", state=JobState.DONE, images=("i",)), job("j3")],
        )
    )
    for number in (1, 2):
        run(records.put(Exchange(f"e{number}", 1.0, method="POST"), f"j{number}"))
    run(store.delete_batch("b1"))
    assert run(store.batch("b1")) is None
    assert run(store.jobs("b1")) == []
    assert run(records.get("e1")) is None
    assert run(records.get("e2")) is not None


def test_open_jobs_and_batches_are_read_by_their_indexes(run: Loop, database: Database) -> None:
    is_open = "state IN ('waiting', 'running')"
    assert "image_jobs_open" in run.plan(database, f"SELECT DISTINCT owner FROM image_jobs WHERE {is_open}")
    assert "image_jobs_open" in run.plan(database, f"SELECT max(position) FROM image_jobs WHERE {is_open}")
    of_batch = run.plan(database, "SELECT * FROM image_jobs WHERE batch_id = 'b' ORDER BY id")
    assert "image_jobs_of_batch" in of_batch
    assert "TEMP B-TREE" not in of_batch


QUEUE = """
import asyncio, sys
from pathlib import Path
from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.domain.images.settings import Draft, ImageSettings
from workbench.storage.database import Database
from workbench.storage.image_jobs import ImageJobStore

async def main():
    store = ImageJobStore(await Database.open(Path(sys.argv[1])))
    jobs = [ImageJob(f"j{n:03}", "b1", "m", ImageSettings("p")) for n in range(200)]
    await store.add(ImageBatch("b1", 1.0, Draft()), jobs)
    for job in jobs:
        await store.claim(job.id, 1.0)
        sys.stdout.write(f"{job.id}\\n")
        sys.stdout.flush()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_a_killed_window_was_running_waits_again(run: Loop) -> None:
    with subprocess.Popen([sys.executable, "-c", QUEUE, str(run.path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    adopted = run(ImageJobStore(run.database()).adopt()).jobs
    assert len(adopted) == 200
    assert {found.state for found in adopted} == {JobState.WAITING}
    assert sum(found.attempts for found in adopted) >= 20
