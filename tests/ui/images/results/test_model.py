"""The open batch follows queue and gallery; the batches before it can be opened and deleted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.conftest import Run
from tests.ui.images.fakes import FakeGallery
from tests.ui.images.results.fakes import (
    NOW,
    FakeQueue,
    a_batch_of_four,
    batch_of,
    done,
    draft_of,
    failed,
    held,
    running,
)
from tests.waiting import until
from workbench.domain.errors import StorageFailed
from workbench.domain.images.jobs import JobState
from workbench.domain.trouble import Trouble
from workbench.ui.images.results.model import PAGE, ResultsModel
from workbench.ui.images.results.result import Phase


class Made:
    def __init__(self) -> None:
        self.queue = FakeQueue()
        self.gallery = FakeGallery()
        self.model = ResultsModel(
            self.queue, self.gallery, estimate=lambda model, settings: 0.002, clock=lambda: NOW
        )
        self.failures: list[Exception] = []
        self.model.failed.connect(self.failures.append)

    async def load(self) -> None:
        self.model.load()
        await until(lambda: self.model.loaded and not self.model.reading)

    def phases(self) -> list[Phase]:
        return [result.phase for job in self.model.jobs for result in self.model.results(job.id)]


@asynccontextmanager
async def made() -> AsyncGenerator[Made]:
    one = Made()
    try:
        yield one
    finally:
        await one.model.aclose()


def go(run_qt: Run, act: Callable[[Made], Awaitable[None]]) -> None:
    async def scenario() -> None:
        async with made() as one:
            await act(one)

    run_qt(scenario())


def test_the_newest_batch_is_open_at_first_with_its_pictures(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*batch_of(draft_of("older"), "older", created_at=1.0))
        one.queue.add(*a_batch_of_four(one.gallery))
        await one.load()
        assert one.model.batch is not None
        assert one.model.batch.id == "batch"
        await until(lambda: one.phases() == [Phase.DONE, Phase.RUNNING, Phase.HELD, Phase.FAILED])

    go(run_qt, act)


def test_a_batch_that_is_submitted_opens_and_fills(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.load()
        batch, jobs = batch_of(draft_of(count=2))
        one.queue.submit(batch, jobs)
        assert one.model.batch == batch
        one.queue.put(running(jobs[0]))  # while the batch is still being read
        await until(lambda: one.phases() == [Phase.RUNNING, Phase.WAITING])
        over, images = done(jobs[0], 1, pictures=2)
        for image in images:
            one.gallery.arrive(image)
        one.queue.put(over)
        assert one.phases() == [Phase.DONE, Phase.DONE, Phase.WAITING]

    go(run_qt, act)


def test_what_a_recipe_asks_for_does_not_take_the_place_of_the_open_batch(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*batch_of(draft_of()))
        await one.load()
        one.queue.submit(*batch_of(draft_of("a coat"), "try", recipe="try-on", created_at=NOW))
        assert one.model.batch is not None
        assert one.model.batch.id == "batch"
        assert one.model.place == 1

    go(run_qt, act)


def test_pictures_that_come_without_a_word_are_fetched(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        batch, jobs = batch_of(draft_of())
        one.queue.add(batch, jobs)
        await one.load()
        over, images = done(jobs[0], 1)
        one.gallery.entries[images[0].id] = images[0]
        one.queue.put(over)
        assert one.phases() == [Phase.COMING]
        await until(lambda: one.phases() == [Phase.DONE])

    go(run_qt, act)


def test_a_picture_that_is_deleted_is_gone_until_it_is_brought_back(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*a_batch_of_four(one.gallery))
        await one.load()
        await until(lambda: one.phases()[0] is Phase.DONE)
        id = one.model.jobs[0].images[0]
        await one.gallery.delete((id,))
        assert one.phases()[0] is Phase.GONE
        await one.gallery.restore((id,))
        assert one.phases()[0] is Phase.DONE

    go(run_qt, act)


def test_counts_tell_states_and_costs(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*a_batch_of_four(one.gallery))
        await one.load()
        await until(lambda: one.phases()[0] is Phase.DONE)
        counts = one.model.counts
        assert (counts.total, counts.done, counts.failed, counts.running, counts.waiting) == (4, 1, 1, 1, 1)
        assert counts.busy
        assert counts.share == 0.5
        assert counts.charged == 0.0011
        assert counts.exact
        assert counts.estimated == 0.008

    go(run_qt, act)


def test_calls_held_up_with_their_model_are_told(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        batch, jobs = batch_of(draft_of(count=2))
        one.queue.add(batch, jobs)
        await one.load()
        assert not one.model.ticking
        one.queue._jobs[jobs[1].id] = held(jobs[1])  # the queue tells of the model, not of each call
        one.queue._set_paused(False)
        await until(lambda: one.phases() == [Phase.WAITING, Phase.HELD])
        assert one.model.ticking

    go(run_qt, act)


def test_cancel_and_retry_reach_only_what_they_can_help(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*a_batch_of_four(one.gallery))
        await one.load()
        every = [job.id for job in one.model.jobs]
        one.model.cancel(every)
        await until(lambda: one.queue.asked == [("cancel", ("batch-1", "batch-2"))])
        one.queue.asked.clear()
        one.model.retry(every)
        await until(lambda: one.queue.asked == [("retry", ("batch-1", "batch-2", "batch-3"))])
        assert all(job.state is not JobState.FAILED for job in one.model.jobs)

    go(run_qt, act)


def test_what_was_cancelled_can_be_resumed_without_what_failed(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        batch, jobs = batch_of(draft_of(count=2))
        one.queue.add(batch, [failed(jobs[0]), replace(jobs[1], state=JobState.CANCELLED)])
        await one.load()
        one.model.resume_cancelled()
        await until(lambda: one.queue.asked == [("retry", ("batch-1",))])

    go(run_qt, act)


def test_older_and_newer_batches_are_opened_in_turn(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        for at in range(3):
            one.queue.add(*batch_of(draft_of(f"{at}"), f"b{at}", created_at=float(at)))
        await one.load()
        one.model.open_older()
        one.model.open_older()
        one.model.open_older()  # there is none
        assert one.model.batch is not None
        assert one.model.batch.id == "b0"
        one.model.open_newer()
        assert one.model.batch.id == "b1"
        await until(lambda: not one.model.reading)
        assert [job.batch_id for job in one.model.jobs] == ["b1"]

    go(run_qt, act)


def test_more_batches_are_read_as_they_are_wanted(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        for at in range(PAGE + 5):
            one.queue.add(*batch_of(draft_of(f"{at}"), f"b{at}", created_at=float(at)))
        await one.load()
        assert len(one.model.batches) == PAGE
        assert one.model.has_more
        one.model.load_more()
        await until(lambda: len(one.model.batches) == PAGE + 5)
        assert not one.model.has_more

    go(run_qt, act)


def test_a_batch_far_down_the_list_opens_all_the_same(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        for at in range(PAGE + 5):
            one.queue.add(*batch_of(draft_of(f"{at}"), f"b{at}", created_at=float(at)))
        await one.load()
        one.model.open("b0")
        await until(lambda: one.model.batch is not None and one.model.batch.id == "b0")
        await until(lambda: len(one.model.jobs) == 1)
        assert one.model.place == -1
        one.model.open_newer()  # nobody knows its neighbours yet
        assert one.model.batch is not None
        assert one.model.batch.id == "b0"

    go(run_qt, act)


def test_after_the_open_batch_is_deleted_its_neighbour_is_open(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        for at in range(2):
            one.queue.add(*batch_of(draft_of(f"{at}"), f"b{at}", created_at=float(at)))
        await one.load()
        one.model.delete("b1")
        await until(lambda: one.model.batch is not None and one.model.batch.id == "b0")
        one.model.delete("b0")
        await until(lambda: one.model.batch is None)
        assert one.model.batches == ()
        assert one.model.jobs == ()

    go(run_qt, act)


def test_a_face_tells_pictures_and_end_of_a_batch(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*a_batch_of_four(one.gallery))
        await one.load()
        told: list[str] = []
        one.model.face_changed.connect(told.append)
        assert one.model.face("batch") is None
        await until(lambda: told == ["batch"])
        face = one.model.face("batch")
        assert face is not None
        assert len(face.digests) == 1
        assert face.counts.failed == 1

    go(run_qt, act)


def test_what_cannot_be_read_is_told_in_place_and_read_again(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        one.queue.add(*batch_of(draft_of()))
        one.queue.problem = StorageFailed("The batches could not be read.", why="The disk is gone.")
        await one.load()
        assert one.model.problem is not None
        one.queue.problem = None
        await one.load()
        assert one.model.problem is None
        assert one.model.batch is not None
        assert one.failures == []

    go(run_qt, act)


def test_a_refused_wish_is_reported(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.load()
        one.queue.problem = StorageFailed("Not stored.")
        one.model.toggle_pause()
        await until(lambda: one.failures)

    go(run_qt, act)


def test_pausing_is_told_whoever_did_it(run_qt: Run) -> None:
    async def act(one: Made) -> None:
        await one.load()
        told: list[bool] = []
        one.model.paused_changed.connect(lambda: told.append(one.model.paused))
        one.model.toggle_pause()
        await until(lambda: told == [True])
        one.queue.trouble = Trouble("The disk is full.")
        one.model.toggle_pause()
        await until(lambda: told == [True, False])
        assert one.model.trouble is None

    go(run_qt, act)
