"""From the form's draft to stored pictures: a real database and real files, and a gateway that really runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.fakes.pixels import png
from tests.fakes.running_local import OnlyHere
from tests.running_gateway import running_gateway
from tests.waiting import until
from workbench.client.connection import HttpClient
from workbench.client.images.client import ImageClient
from workbench.domain.images.abilities import Abilities, abilities_of
from workbench.domain.images.formats import size_of
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.planning import planned
from workbench.domain.images.recipes import recipe_in
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, SeedMode
from workbench.services.images import grid_export
from workbench.services.images.gallery import Gallery
from workbench.services.images.generation import Generation
from workbench.services.images.queue import ImageQueue
from workbench.services.images.repeat import Repeats, Verdict
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.image_files import ImageFiles
from workbench.storage.image_jobs import ImageJobStore
from workbench.storage.image_thumbnails import ImageThumbnails
from workbench.storage.images import ImageStore
from workbench.ui.support.pixels import QtPixels

TOKEN = "canary-access-token-for-the-queue"
LIGHTNING = "@cf/bytedance/stable-diffusion-xl-lightning"
KLEIN = "@cf/black-forest-labs/flux-2-klein-4b"
SCHNELL = "@cf/black-forest-labs/flux-1-schnell"
INPAINTING = "@cf/runwayml/stable-diffusion-v1-5-inpainting"
SMALL = ImageSettings("a red fox", width=256, height=256)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_gateway(tmp_path_factory.mktemp("gateway"), TOKEN) as found:
        yield found


class Here(OnlyHere):
    async def learn(self, model_id: str, target_id: str = "") -> Abilities:
        return abilities_of(self.find(model_id))


class Desk:
    def __init__(self, database: Database, folder: Path, address: str) -> None:
        here, self.pixels, self.http = Here(address, TOKEN), QtPixels(), HttpClient()
        self.thumbnails = ImageThumbnails(folder / "thumbnails.db")
        self.gallery = Gallery(
            ImageStore(database), ImageFiles(folder / "images"), self.thumbnails, self.pixels
        )
        self.records = ExchangeStore(database)
        self.generation = Generation(
            here, here, here, ImageClient(self.http), self.gallery, self.records, self.pixels
        )
        self.queue = ImageQueue(ImageJobStore(database), self.generation)

    async def submit(self, draft: Draft) -> ImageBatch:
        return await self.queue.submit(draft, planned(draft, Random(1)), target_id="local")

    async def jobs(self, draft: Draft) -> list[ImageJob]:
        """All of the draft's calls, when they are over."""
        batch = await self.submit(draft)
        await until(lambda: not self.queue.jobs)
        return await self.queue.batch_jobs(batch.id)


Story = Callable[[Callable[[Desk], Awaitable[None]]], None]


@pytest.fixture
def story(tmp_path: Path, address: str, run_async: Run, qapp: QApplication) -> Story:
    """Runs a coroutine that is given a desk, on a folder of the test's own."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Desk]:
        database = await Database.open(tmp_path / "workbench.db")
        desk = Desk(database, tmp_path, address)
        try:
            await desk.queue.load()
            yield desk
        finally:
            await desk.queue.aclose()
            await desk.http.aclose()
            await desk.thumbnails.aclose()
            desk.pixels.close()
            await database.aclose()

    async def all_of(told: Callable[[Desk], Awaitable[None]]) -> None:
        async with opened() as desk:
            await told(desk)

    return lambda told: run_async(all_of(told))


def test_a_grid_over_models_and_steps_is_made_stored_and_handed_out(story: Story) -> None:
    async def told(desk: Desk) -> None:
        axes = (Axis(AxisField.MODEL, (LIGHTNING, SCHNELL, KLEIN)), Axis(AxisField.STEPS, ("2", "6")))
        draft = Draft((), SMALL, SeedMode.FIXED, axes=axes)
        jobs = await desk.jobs(draft)
        assert [job.state for job in jobs] == [JobState.DONE] * 6, [job.trouble for job in jobs]
        images = await desk.gallery.images([id for job in jobs for id in job.images])
        assert len(images) == 6
        by_cell = {job.cell: image for job, image in zip(jobs, images, strict=True)}
        assert by_cell[0, 1].settings.steps == 6
        assert by_cell[2, 0].settings.steps is None
        assert by_cell[1, 0].settings.width is None
        assert (by_cell[0, 0].width, by_cell[0, 0].height) == (256, 256)
        for image in images:
            assert image.sandbox
            assert image.cost is not None
            assert image.took_ms
            recipe = recipe_in(await desk.gallery.data(image.digest))
            assert recipe is not None
            assert (recipe.model, recipe.settings) == (image.model, image.settings)
            record = await desk.records.get(image.exchange_id)
            assert record is not None
            assert record.status == 200
            assert TOKEN not in repr(record)
        (batch,) = await desk.queue.batches()
        page = await grid_export.html(batch, jobs, desk.gallery)
        assert page.count(b"<img") == 6
        assert grid_export.manifest(batch, jobs, images)["calls"][5]["at"] == [KLEIN, "6"]

    story(told)


def test_a_mask_edit_sends_the_kept_pictures(story: Story) -> None:
    async def told(desk: Desk) -> None:
        source = await desk.gallery.keep(png(512, 384, 90))
        mask = await desk.gallery.keep(png(512, 384, 255))
        settings = ImageSettings("a hat", strength=0.8, source=source.digest, mask=mask.digest)
        (job,) = await desk.jobs(Draft((INPAINTING,), settings))
        assert job.state is JobState.DONE, job.trouble
        (image,) = await desk.gallery.images(job.images)
        assert (image.settings.source, image.settings.mask) == (source.digest, mask.digest)
        assert size_of(await desk.gallery.data(image.digest)) == (image.width, image.height)

    story(told)


def test_a_flagged_prompt_fails_with_its_cause_while_the_others_come(story: Story) -> None:
    async def told(desk: Desk) -> None:
        settings = ImageSettings("a fox{\n[sandbox refuse]| in snow}", width=256, height=256)
        refused, made = await desk.jobs(Draft((LIGHTNING,), settings))
        assert made.state is JobState.DONE
        assert refused.state is JobState.FAILED
        assert refused.attempts == 1
        assert refused.trouble is not None
        assert refused.trouble.code == 3030
        record = await desk.generation.exchange(refused.exchange_id)
        assert record is not None
        assert record.status == 400

    story(told)


def test_a_limit_is_waited_out_and_can_be_cancelled(story: Story) -> None:
    async def told(desk: Desk) -> None:
        fault = "a fox\n[sandbox status=429 retry-after=600]"
        limited = await desk.submit(Draft((LIGHTNING,), ImageSettings(fault)))
        await until(lambda: any(job.not_before for job in desk.queue.jobs))
        (job,) = desk.queue.jobs
        assert job.trouble is not None
        assert job.trouble.status == 429
        assert job.not_before - job.started_at > 500
        later = await desk.submit(Draft((LIGHTNING,), ImageSettings("a fox")))
        await until(lambda: all(job.not_before for job in desk.queue.jobs))
        await desk.queue.cancel_all(limited.id)
        await desk.queue.cancel_all(later.id)
        assert desk.queue.jobs == ()

    story(told)


def test_a_picture_made_again_from_the_same_request_is_the_same(story: Story) -> None:
    async def told(desk: Desk) -> None:
        (job,) = await desk.jobs(Draft((LIGHTNING,), ImageSettings("a fox", width=256, height=256, seed=7)))
        (image_id,) = job.images
        repeat = await Repeats(desk.generation, desk.gallery, desk.pixels).again(image_id)
        assert (repeat.verdict, repeat.distance) == (Verdict.SAME, 0)
        assert repeat.image.repeats == image_id
        assert await desk.gallery.get(repeat.image.id) is not None

    story(told)
