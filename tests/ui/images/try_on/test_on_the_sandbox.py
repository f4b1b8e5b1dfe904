"""The recipe from the first click to the pictures, with a real database, real files, and a gateway that really runs."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.fakes.running_local import OnlyHere
from tests.running_gateway import running_gateway
from tests.waiting import until
from workbench.client.chat import ChatClient
from workbench.client.connection import HttpClient
from workbench.client.images.client import ImageClient
from workbench.domain.images.abilities import Abilities, abilities_of
from workbench.domain.images.formats import digest_of
from workbench.domain.images.recipes import recipe_in
from workbench.domain.images.schema_form import problems_with
from workbench.domain.images.try_on import FIELDS, StepState
from workbench.domain.models import Model
from workbench.services.chat import ChatService
from workbench.services.images.gallery import Gallery
from workbench.services.images.generation import Generation
from workbench.services.images.incoming import IncomingPictures
from workbench.services.images.queue import ImageQueue
from workbench.services.images.try_on import TryOn
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.image_files import ImageFiles
from workbench.storage.image_jobs import ImageJobStore
from workbench.storage.image_thumbnails import ImageThumbnails
from workbench.storage.images import ImageStore
from workbench.ui.images.try_on.examples import examples
from workbench.ui.images.try_on.model import TryOnModel
from workbench.ui.support.pixels import QtPixels

TOKEN = "canary-access-token-for-the-try-on"
FLUX, GEMINI = "@cf/black-forest-labs/flux-2-dev", "google-ai-studio/gemini-2.5-flash-image"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_gateway(tmp_path_factory.mktemp("gateway"), TOKEN) as found:
        yield found


class Here(OnlyHere):
    """Also the abilities of the models."""

    favourites: tuple[str, ...] = ()

    def __init__(self, address: str) -> None:
        super().__init__(address, TOKEN)
        self.current = self.named("")

    def cached(self, target_id: str) -> tuple[Model, ...]:
        return tuple(self._models.values())

    async def models(self, target_id: str) -> tuple[Model, ...]:
        return self.cached(target_id)

    def set_favourite(self, model_id: str, favourite: bool) -> None: ...

    def of(self, model_id: str) -> Abilities:
        return abilities_of(self.find(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> Abilities:
        return self.of(model_id)


@dataclass
class Desk:
    targets: Here
    catalogue: Here
    abilities: Here
    queue: ImageQueue
    gallery: Gallery
    incoming: IncomingPictures
    try_on: TryOn


@asynccontextmanager
async def opened(folder: Path, address: str) -> AsyncGenerator[tuple[Desk, Generation]]:
    here, pixels, http = Here(address), QtPixels(), HttpClient()
    database = await Database.open(folder / "workbench.db")
    thumbnails = ImageThumbnails(folder / "thumbnails.db")
    gallery = Gallery(ImageStore(database), ImageFiles(folder / "images"), thumbnails, pixels)
    records = ExchangeStore(database)
    generation = Generation(here, here, here, ImageClient(http), gallery, records, pixels)
    queue = ImageQueue(ImageJobStore(database), generation)
    wire = ChatClient(http, model_of=here.find)
    chat = ChatService(None, records, None, here, here, wire)  # type: ignore[arg-type]  # no conversations here
    try_on = TryOn(here, chat, here, here, queue, gallery, pixels, records)
    await queue.load()
    try:
        yield Desk(here, here, here, queue, gallery, IncomingPictures(gallery, pixels), try_on), generation
    finally:
        await queue.aclose()
        await thumbnails.aclose()
        pixels.close()
        await http.aclose()
        await database.aclose()


def test_an_example_goes_through_both_steps_and_step_2_goes_again_alone(
    run_qt: Run, qapp: QApplication, tmp_path: Path, address: str
) -> None:
    async def story() -> None:
        async with opened(tmp_path, address) as (desk, generation):
            model = TryOnModel(desk)
            failed: list[Exception] = []
            model.failed.connect(failed.append)
            example = examples()[0]
            model.try_example(example.photos, example.title)
            await until(lambda: model.results.counts.done == 1)
            report = model.report
            assert report is not None
            assert report.trouble is None
            assert report.sandbox
            assert report.took_ms
            assert problems_with(FIELDS, model.description) == ()
            sent = await generation.exchange(report.exchange_ids[0])
            assert sent is not None
            assert "json_schema" in json.loads(sent.request_body)["response_format"]["type"]
            model.toggle_model(GEMINI)
            model.set_seeds("1,2")
            model.dress()
            await until(lambda: model.results.counts.done == 4)
            assert model.second_step is StepState.DONE
            assert {job.model for job in model.results.jobs} == {FLUX, GEMINI}
            photos = tuple(digest_of(photo) for photo in example.photos())
            for job in model.results.jobs:
                (image,) = await desk.gallery.images(job.images)
                assert image.settings.references == photos
                recipe = recipe_in(await desk.gallery.data(image.digest))
                assert recipe is not None
                assert recipe.settings == image.settings
                record = await generation.exchange(job.exchange_id)
                assert record is not None
                assert ("generateContent" in record.url) is (job.model == GEMINI)
            assert report == model.report
            assert failed == []
            await model.aclose()

    run_qt(story())
