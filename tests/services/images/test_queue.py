from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.fakes import FULL, refused
from tests.services.virtual_time import VirtualTime
from tests.waiting import until
from workbench.domain.errors import Failure, InvalidInput, RequestFailed, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import Draft, ImageSettings, PlannedImage
from workbench.domain.trouble import Trouble
from workbench.services.images.generation import Generated, PicturesNotStored
from workbench.services.images.queue import BatchAdded, ImageQueue, JobChanged, QueueChanged, QueueEvent
from workbench.storage.database import Database
from workbench.storage.image_jobs import Claim, ImageJobStore, QueueState

LIMIT = refused(Failure.RATE_LIMITED, 429, retry_after_s=30.0)
FLAGGED = refused(Failure.BLOCKED, 400, code=3030, why="The prompt was flagged.")


class FakeGeneration:
    """calls: prompts in the order they were asked. scripts: what happens to a prompt, one step a call; else a picture comes.

    A prompt in `hanging` is answered when its event is set. running, most: calls at this moment, and at the busiest one.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.scripts: dict[str, list[Exception | None]] = {}
        self.hanging: dict[str, asyncio.Event] = {}
        self.held: set[str] = set()
        self.full = False
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.cut: list[str] = []

    async def run(self, job: ImageJob, batch: ImageBatch, exchange: Exchange | None = None) -> Generated:
        prompt = job.settings.prompt
        if job.id in self.held:
            return self._stored(job)
        self.calls.append(prompt)
        if exchange is not None:
            exchange.method = "POST"
        for name in (job.model, ""):
            self.running[name] += 1
            self.most[name] = max(self.most[name], self.running[name])
        try:
            if prompt in self.hanging:
                await self.hanging[prompt].wait()
            await asyncio.sleep(0)
            script = self.scripts.get(prompt)
            if script and (error := script.pop(0)) is not None:
                raise error
        except asyncio.CancelledError:
            self.cut.append(prompt)
            raise
        finally:
            for name in (job.model, ""):
                self.running[name] -= 1
        return self._stored(job)

    def _stored(self, job: ImageJob) -> Generated:
        if self.full:
            self.held.add(job.id)
            raise PicturesNotStored(1, FULL)
        self.held.discard(job.id)
        image = GalleryImage(f"image of {job.settings.prompt}", 1.0, "d", "image/png", 1, 1)
        return Generated((image,), f"exchange of {job.settings.prompt}")

    def unstored(self, job_id: str) -> bool:
        return job_id in self.held

    def forget(self, job_id: str) -> None:
        self.held.discard(job_id)


class FullDisk(ImageJobStore):
    """The real store, which fails every write while `failing`. written: rows of jobs that were written, by method."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.failing = False
        self.written: Counter[str] = Counter()

    def _write(self, what: str, rows: int = 1) -> None:
        if self.failing:
            raise FULL
        self.written[what] += rows

    async def add(self, batch: ImageBatch, jobs: Any) -> list[ImageJob]:
        self._write("add", len(jobs))
        return await super().add(batch, jobs)

    async def claim(self, job_id: str, now: float) -> Claim:
        self._write("claim")
        return await super().claim(job_id, now)

    async def save(self, jobs: Iterable[ImageJob]) -> None:
        jobs = tuple(jobs)
        self._write("save", len(jobs))
        await super().save(jobs)

    async def cancel(self, ids: Iterable[str], now: float) -> list[ImageJob]:
        self._write("cancel")
        return await super().cancel(ids, now)

    async def set_state(self, state: QueueState) -> None:
        self._write("state")
        await super().set_state(state)


class Desk:
    """One window: its queue, on the database of a folder, with what it is made of."""

    def __init__(self, database: Database, **options: Any) -> None:
        self.database = database
        self.store = FullDisk(database)
        self.generation: FakeGeneration = options.pop("generation", None) or FakeGeneration()
        self.time: VirtualTime = options.pop("time", None) or VirtualTime()
        self.queue = ImageQueue(
            self.store,
            self.generation,
            clock=self.time,
            sleep=self.time.sleep,
            dice=random.Random(1),
            **options,
        )
        self.events: list[QueueEvent] = []
        self.queue.on_change(self.events.append)

    async def submit(self, *prompts: str, model: str = "m", **more: Any) -> ImageBatch:
        planned = [PlannedImage(model, ImageSettings(prompt)) for prompt in prompts]
        return await self.queue.submit(
            Draft((model,), ImageSettings(prompts[0] if prompts else "")), planned, **more
        )

    async def over(self, batch: ImageBatch) -> None:
        """Wait until nothing of the batch is open."""
        await until(lambda: all(job.batch_id != batch.id for job in self.queue.jobs))

    async def waits(self, prompt: str) -> ImageJob:
        """Wait until this job has a time before which it does not begin."""
        await until(lambda: self.open(prompt).not_before > 0)
        return self.open(prompt)

    async def called(self, times: int) -> None:
        await until(lambda: len(self.generation.calls) == times)

    async def rest(self) -> None:
        """Give everything that could go on the time to do so."""
        for _ in range(6):
            await self.database.read(lambda connection: None)
            await asyncio.sleep(0)

    def open(self, prompt: str) -> ImageJob:
        return next(job for job in self.queue.jobs if job.settings.prompt == prompt)

    def order(self) -> str:
        return "".join(job.settings.prompt for job in self.queue.jobs)

    async def job(self, batch: ImageBatch, prompt: str) -> ImageJob:
        jobs = await self.queue.batch_jobs(batch.id)
        return next(job for job in jobs if job.settings.prompt == prompt)

    async def states(self, batch: ImageBatch) -> str:
        """The first letter of each state, in the order planned: d, f, c, w, r."""
        return "".join(job.state[0] for job in await self.queue.batch_jobs(batch.id))


Opener = Callable[..., AbstractAsyncContextManager[Desk]]
Story = Callable[[Callable[[Opener], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    """Runs a coroutine that is given `open_desk`: each call opens a window on the same database."""

    @asynccontextmanager
    async def open_desk(**options: Any) -> AsyncIterator[Desk]:
        database = await Database.open(tmp_path / "workbench.db")
        one = Desk(database, **options)
        try:
            await one.queue.load()
            yield one
        finally:
            one.store.failing = False
            await one.queue.aclose()
            await database.aclose()

    return lambda told: run_async(told(open_desk))


def test_every_job_is_called_once_in_order_and_its_pictures_are_noted(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            batch = await one.submit("a", "b", "c")
            await one.over(batch)
            assert one.generation.calls == ["a", "b", "c"]
            job = await one.job(batch, "b")
            assert (job.state, job.images) == (JobState.DONE, ("image of b",))
            assert (job.exchange_id, job.attempts) == ("exchange of b", 1)

    story(told)


def test_a_batch_is_told_of_before_its_jobs_and_titled_by_its_prompt(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            batch = await one.submit("a fox\nin snow", notes={"k": "v"}, recipe="try-on", target_id="t")
            assert (batch.title, batch.recipe, batch.target_id) == ("a fox", "try-on", "t")
            long = await one.submit("word " * 40)
            assert len(long.title) <= 80
            assert long.title.endswith("…")
            await one.over(long)
            assert await one.queue.batches() == [long, batch]
            assert await one.queue.batches(before=long.id) == [batch]
            news = [type(event) for event in one.events]
            assert news.index(BatchAdded) < news.index(JobChanged)
            states = [event.job.state for event in one.events if isinstance(event, JobChanged)]
            assert states[-1] is JobState.DONE

    story(told)


def test_so_many_calls_run_at_a_time_for_each_model_and_in_all(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        limit = [2]
        async with open_desk(per_model=lambda: limit[0], at_once=5) as one:
            go = asyncio.Event()
            one.generation.hanging = dict.fromkeys("abcd", go)
            for model in "xyz":
                last = await one.submit(*"abcd", model=model)
            await until(lambda: one.generation.running[""] == 5)
            await one.rest()
            assert one.generation.running == {"x": 2, "y": 2, "z": 1, "": 5}
            go.set()
            await one.over(last)
            go.clear()
            limit[0] = 3
            await one.submit(*"abcd", model="w")
            await until(lambda: one.generation.running["w"] == 3)
            await one.rest()
            assert one.generation.running["w"] == 3
            assert one.generation.most.pop("z") <= 2
            assert one.generation.most == {"x": 2, "y": 2, "w": 3, "": 5}

    story(told)


def test_a_paused_queue_begins_nothing_until_it_is_resumed(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            await one.queue.pause()
            batch = await one.submit("a")
            await one.rest()
            assert one.queue.paused
            assert one.generation.calls == []
            assert await one.states(batch) == "w"
            await one.queue.resume()
            await one.over(batch)
            assert await one.states(batch) == "d"

    story(told)


def test_what_runs_when_the_queue_is_paused_runs_to_its_end(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            go = one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a", "b")
            await until(lambda: one.generation.calls == ["a"])
            await one.queue.pause()
            go.set()
            await until(lambda: one.order() == "b")
            await one.rest()
            assert await one.states(batch) == "dw"

    story(told)


def test_jobs_are_served_in_the_order_they_are_moved_to(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            await one.queue.pause()
            batch = await one.submit(*"abcd")
            ids = {prompt: one.open(prompt).id for prompt in "abcd"}
            await one.queue.move(ids["d"], ids["b"])
            await one.queue.move(ids["a"], "")
            await one.queue.move(ids["c"], ids["c"])
            assert one.order() == "dbca"
            await one.queue.resume()
            await one.over(batch)
            assert "".join(one.generation.calls) == "dbca"

    story(told)


def test_the_order_the_pause_and_what_is_left_survive_a_restart(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            await one.queue.pause()
            batch = await one.submit("a", "b", "c")
            await one.queue.move(one.open("c").id, one.open("a").id)
        async with open_desk(per_model=lambda: 1) as two:
            assert two.queue.paused
            assert two.order() == "cab"
            await two.rest()
            assert two.generation.calls == []
            await two.queue.resume()
            await two.over(batch)
            assert two.generation.calls == ["c", "a", "b"]

    story(told)


def test_what_ran_when_the_window_closed_runs_again_in_the_next(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a")
            await until(lambda: one.generation.calls == ["a"])
        assert one.generation.cut == ["a"]
        async with open_desk() as two:
            await two.over(batch)
            assert two.generation.calls == ["a"]
            assert await two.states(batch) == "d"

    story(told)


def test_a_running_call_is_cut_off_when_it_is_cancelled_and_the_next_begins(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a", "b")
            await until(lambda: one.generation.calls == ["a"])
            await one.queue.cancel([one.open("a").id])
            assert one.generation.cut == ["a"]
            assert (await one.job(batch, "a")).state is JobState.CANCELLED
            await one.over(batch)
            assert await one.states(batch) == "cd"
            assert one.generation.calls == ["a", "b"]

    story(told)


def test_cancelling_a_batch_leaves_the_others(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.hanging["a"] = asyncio.Event()
            first, second = await one.submit("a", "b"), await one.submit("c")
            await until(lambda: one.generation.calls == ["a"])
            await one.queue.cancel_all(first.id)
            await one.over(second)
            assert (await one.states(first), await one.states(second)) == ("cc", "d")

    story(told)


def test_cancelling_all_leaves_nothing(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.generation.hanging["a"] = asyncio.Event()
            first, second = await one.submit("a", "a", "b"), await one.submit("c", model="n")
            await one.over(second)
            await one.queue.cancel_all()
            assert one.queue.jobs == ()
            assert await one.states(first) == "ccc"

    story(told)


def test_cancelled_and_failed_jobs_are_called_again_when_retried(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.generation.scripts["a"] = [FLAGGED]
            batch = await one.submit("a", "b")
            await one.over(batch)
            failed = await one.job(batch, "a")
            assert (failed.state, failed.trouble) == (JobState.FAILED, Trouble.of(FLAGGED))
            assert failed.attempts == 1
            await one.queue.retry_failed(batch.id)
            await one.over(batch)
            again = await one.job(batch, "a")
            assert (again.state, again.attempts, again.trouble) == (JobState.DONE, 1, None)
            assert one.generation.calls == ["a", "b", "a"]

    story(told)


@pytest.mark.parametrize(
    "error",
    [
        FLAGGED,
        refused(Failure.BAD_REQUEST, 400),
        refused(Failure.UNAUTHORIZED, 401),
        refused(Failure.OUT_OF_NEURONS, 429),
        InvalidInput("This model changes a picture: give it one to start from."),
        StorageFailed("The picture to start from is gone."),
    ],
)
def test_what_cannot_succeed_fails_at_once_with_its_cause_and_the_rest_goes_on(
    story: Story, error: Exception
) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.scripts["a"] = [error]
            batch = await one.submit("a", "b")
            await one.over(batch)
            assert one.generation.calls == ["a", "b"]
            assert await one.states(batch) == "fd"
            trouble = (await one.job(batch, "a")).trouble
            assert trouble is not None
            assert trouble.what == str(error)
            assert not one.queue.paused

    story(told)


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.CONNECT, Failure.SERVER, Failure.NO_CAPACITY])
def test_what_can_pass_is_tried_again_a_few_times_each_after_a_longer_pause(
    story: Story, failure: Failure
) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(attempts=4) as one:
            one.generation.scripts["a"] = [refused(failure)] * 9
            batch = await one.submit("a")
            pauses = []
            for number in range(1, 4):
                job = await one.waits("a")
                assert len(one.generation.calls) == number
                assert job.trouble == Trouble.of(refused(failure))
                pauses.append(job.not_before - one.time.now)
                one.time.advance(pauses[-1] - 0.01)
                await one.rest()
                assert one.open("a").state is JobState.WAITING
                one.time.advance(0.01)
                await one.called(number + 1)
            await one.over(batch)
            assert one.generation.calls == ["a"] * 4
            assert await one.states(batch) == "f"
            assert 1 <= pauses[0] <= 2 <= pauses[1] <= 4 <= pauses[2] <= 8

    story(told)


def test_a_job_that_pauses_does_not_keep_others_of_its_model_waiting(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.scripts["a"] = [refused(Failure.SERVER, 500)]
            await one.submit("a", "b")
            await until(lambda: one.order() == "a" and one.open("a").not_before > 0)
            assert one.generation.calls == ["a", "b"]

    story(told)


BUSY = refused(Failure.NO_CAPACITY, 429, code=3040, retry_after_s=30.0)
DOWN = refused(Failure.SERVER, 503, retry_after_s=30.0)


@pytest.mark.parametrize("error", [LIMIT, BUSY, DOWN])
def test_a_limit_holds_back_its_model_as_long_as_told_and_no_other(
    story: Story, error: RequestFailed
) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.scripts["a"] = [error]
            batch = await one.submit("a", "b", "c")
            await one.waits("a")
            await one.over(await one.submit("x", model="other"))
            assert [(job.not_before, job.trouble) for job in one.queue.jobs] == [
                (1030.0, Trouble.of(error))
            ] * 3
            assert (await one.job(batch, "c")).not_before == 1030.0
            one.time.advance(29.9)
            await one.rest()
            assert one.generation.calls == ["a", "x"]
            one.time.advance(0.1)
            await one.over(batch)
            assert one.generation.calls == ["a", "x", "a", "b", "c"]
            assert await one.states(batch) == "ddd"

    story(told)


def test_a_model_that_answers_429_forever_is_given_up_after_a_few_calls(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(attempts=3) as one:
            one.generation.scripts["a"] = [LIMIT] * 9
            batch = await one.submit("a")
            for number in (1, 2):
                await one.waits("a")
                one.time.advance(30)
                await one.called(number + 1)
            await one.over(batch)
            assert one.generation.calls == ["a"] * 3
            job = await one.job(batch, "a")
            assert (job.state, job.trouble) == (JobState.FAILED, Trouble.of(LIMIT))

    story(told)


def test_a_hold_is_known_in_other_windows_and_after_a_restart(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk() as two:
            one.generation.scripts["a"] = [LIMIT]
            await one.submit("a")
            await one.waits("a")
            batch = await two.submit("b")
            assert (await two.waits("b")).not_before == 1030.0
            assert two.generation.calls == []
            two.time.advance(30)
            await two.over(batch)
        async with open_desk() as three:
            await three.waits("a")
            assert three.generation.calls == []

    story(told)


def test_a_window_takes_over_what_another_leaves_and_no_job_runs_twice(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as two:
            async with open_desk(per_model=lambda: 1) as one:
                one.generation.hanging["b"] = asyncio.Event()
                batch = await one.submit("a", "b", "c")
                await until(lambda: one.generation.calls == ["a", "b"])
                two.time.advance(30)
                await two.rest()
                assert two.generation.calls == []
            two.time.advance(30)
            await until(lambda: len(two.generation.calls) == 2)
            await two.over(batch)
            assert sorted(two.generation.calls) == ["b", "c"]
            assert await two.states(batch) == "ddd"

    story(told)


def test_pausing_and_resuming_reaches_other_windows(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk() as two:
            await one.queue.pause()
            batch = await two.submit("a")
            await until(lambda: two.queue.paused)
            assert two.generation.calls == []
            await one.queue.resume()
            two.time.advance(30)
            await two.over(batch)
            assert two.generation.calls == ["a"]

    story(told)


def test_a_job_that_another_window_cancels_is_not_begun(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one, open_desk() as two:
            go = one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a", "b")
            await until(lambda: one.generation.calls == ["a"])
            await two.queue.cancel_all(batch.id)
            assert await two.states(batch) == "rc"
            go.set()
            await one.over(batch)
            assert one.generation.calls == ["a"]
            assert await one.states(batch) == "dc"

    story(told)


def test_a_batch_that_cannot_be_stored_is_not_queued(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.store.failing = True
            with pytest.raises(StorageFailed, match="full"):
                await one.submit("a")
            await one.rest()
            assert one.queue.jobs == ()
            assert one.generation.calls == []

    story(told)


def test_a_disk_that_fails_pauses_the_queue_before_any_call_and_says_why(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            await one.queue.pause()
            batch = await one.submit("a", "b")
            await one.queue.resume()
            one.store.failing = True
            await until(lambda: one.queue.paused)
            assert one.generation.calls == []
            assert one.queue.trouble is not None
            assert "The disk is full" in one.queue.trouble.why
            one.time.advance(60)
            await one.rest()
            assert one.queue.paused
            with pytest.raises(StorageFailed):
                await one.queue.resume()
            assert one.queue.paused
            one.store.failing = False
            await one.queue.resume()
            await one.over(batch)
            assert one.queue.trouble is None
            assert await one.states(batch) == "dd"

    story(told)


def test_a_picture_that_cannot_be_stored_is_stored_on_retry_without_another_call(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.full = True
            batch = await one.submit("a", "b")
            await until(lambda: one.queue.paused and one.order() == "b")
            job = await one.job(batch, "a")
            assert job.state is JobState.FAILED
            assert job.trouble is not None
            assert "kept in memory" in job.trouble.fix
            await one.rest()
            assert one.generation.calls == ["a"]
            one.generation.full = False
            await one.queue.retry([job.id])
            await one.over(batch)
            assert one.generation.calls == ["a", "b"]
            assert (await one.job(batch, "a")).images == ("image of a",)
            assert not one.queue.paused

    story(told)


def test_resuming_stores_first_what_could_not_be_stored(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.full = True
            batch = await one.submit("a", "b")
            await until(lambda: one.queue.paused and one.order() == "b")
            one.generation.full = False
            await one.queue.resume()
            await one.over(batch)
            assert one.generation.calls == ["a", "b"]
            assert await one.states(batch) == "dd"

    story(told)


def test_a_picture_in_memory_is_stored_at_the_end_if_it_can_be_by_then(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.generation.full = True
            batch = await one.submit("a")
            await until(lambda: one.queue.paused)
            await one.rest()
            one.generation.full = False
        async with open_desk() as two:
            assert await two.states(batch) == "d"
            assert (await two.job(batch, "a")).images == ("image of a",)
            assert two.generation.calls == []

    story(told)


def test_how_a_call_ended_is_written_later_when_it_cannot_be_written_at_once(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            go = one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a")
            await until(lambda: one.generation.calls == ["a"])
            one.store.failing = True
            go.set()
            await one.over(batch)
            assert one.queue.paused
            assert await one.states(batch) == "d"
            one.store.failing = False
            await one.queue.resume()
        async with open_desk() as two:
            assert await two.states(batch) == "d"
            assert two.generation.calls == []

    story(told)


def test_a_cancel_that_cannot_be_written_still_ends_the_call(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a")
            await until(lambda: one.generation.calls == ["a"])
            one.store.failing = True
            await one.queue.cancel_all()
            assert one.generation.cut == ["a"]
            assert one.queue.paused
            assert await one.states(batch) == "c"
            one.store.failing = False
        async with open_desk() as two:
            assert await two.states(batch) == "c"

    story(told)


def test_a_deleted_batch_is_cut_off_and_gone(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.hanging["a"] = asyncio.Event()
            batch = await one.submit("a", "b")
            await until(lambda: one.generation.calls == ["a"])
            await one.queue.delete_batch(batch.id)
            assert one.generation.cut == ["a"]
            assert await one.queue.batches() == []
            assert one.queue.jobs == ()
            assert isinstance(one.events[-1], QueueChanged)

    story(told)


def test_a_bug_fails_its_job_only(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.generation.scripts["a"] = [ZeroDivisionError("division by zero")]
            batch = await one.submit("a", "b")
            await one.over(batch)
            assert await one.states(batch) == "fd"

    story(told)
    assert "ZeroDivisionError" in caplog.text


def test_a_listener_that_fails_does_not_stop_the_queue(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(event: QueueEvent) -> None:
        raise ZeroDivisionError

    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            end = one.queue.on_change(stumble)
            await one.over(await one.submit("a"))
            end()
            count = len(caplog.records)
            await one.over(await one.submit("b"))
            assert count == len(caplog.records) > 0

    story(told)


def test_a_thousand_jobs_write_each_job_when_it_begins_and_ends_and_no_other(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            batch = await one.submit(*map(str, range(1000)))
            await one.over(batch)
            assert one.generation.calls == list(map(str, range(1000)))
            assert one.store.written == {"add": 1000, "claim": 1000, "save": 1000}
            changed = [event for event in one.events if isinstance(event, JobChanged)]
            assert len(changed) == 2000
            assert (await one.queue.tallies([batch.id]))[batch.id] == {JobState.DONE: 1000}

    story(told)


def test_the_record_of_a_call_that_failed_is_named_and_an_unsent_one_is_not(story: Story) -> None:
    class Unsent(FakeGeneration):
        async def run(self, job: ImageJob, batch: ImageBatch, exchange: Exchange | None = None) -> Generated:
            raise InvalidInput("No.")

    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.generation.scripts["a"] = [FLAGGED]
            batch = await one.submit("a")
            await one.over(batch)
            assert (await one.job(batch, "a")).exchange_id != ""
        async with open_desk(generation=Unsent()) as two:
            batch = await two.submit("a")
            await two.over(batch)
            assert (await two.job(batch, "a")).exchange_id == ""

    story(told)
