from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from tests.fakes.pixels import FakePixels, png
from tests.services.fakes import FULL
from tests.waiting import until
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.formats import digest_of, size_of
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.domain.images.recipes import recipe_in
from workbench.domain.images.requests import ImageReply, ImageRequest
from workbench.domain.images.settings import Draft, ImageSettings
from workbench.domain.models import Cost, Model, Price
from workbench.domain.targets import Connection, Target, TargetKind
from workbench.services.images.generation import Generation, PicturesNotStored

ABILITIES = Abilities(
    steps=Range(1, 8), seed=True, source=True, mask=True, references=2, input_side=512, known=True
)
BATCH = ImageBatch("b1", 1.0, Draft(), "t1")
REFUSED = RequestFailed("No.", failure=Failure.BLOCKED, maker=Maker.WORKERS_AI, status=400, code=3030)


def job(id: str = "j1", **settings: Any) -> ImageJob:
    return ImageJob(id, "b1", "m", ImageSettings(**{"prompt": "a fox", **settings}))


class FakeTargets:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def named(self, name: str) -> Target:
        if name != "Desk":
            raise InvalidInput(f"There is no target “{name}”.")
        return Target("t1", "Desk", TargetKind.LOCAL)

    async def connection(self, target_id: str = "") -> Connection:
        self.asked.append(target_id)
        return Connection(Target(target_id, "Desk", TargetKind.LOCAL))


class FakeWire:
    """reply: what comes, or is raised. hanging: the reply comes when it is set."""

    def __init__(self) -> None:
        self.requests: list[ImageRequest] = []
        self.reply: ImageReply | Exception = ImageReply((png(),), served=Served(sandbox=True))
        self.hanging: asyncio.Event | None = None
        self.closed = 0

    async def generate(self, connection: Connection, request: ImageRequest, exchange: Exchange) -> ImageReply:
        self.requests.append(request)
        exchange.method = "POST"
        try:
            if self.hanging is not None:
                await self.hanging.wait()
        finally:
            self.closed += 1
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class FakeGallery:
    """failing: raised by every add. slow: adding waits until it is set."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.images: dict[str, GalleryImage] = {}
        self.failing: Exception | None = None
        self.slow = asyncio.Event()
        self.slow.set()
        self.adding = 0

    def holds(self, data: bytes) -> str:
        digest = digest_of(data)
        self.files[digest] = data
        return digest

    async def add(self, image: GalleryImage, data: bytes) -> GalleryImage:
        self.adding += 1
        await self.slow.wait()
        if self.failing is not None:
            raise self.failing
        if not data.endswith(png()[-8:]):
            raise InvalidInput("The picture is cut off.")
        stored = replace(image, digest=self.holds(data), size=len(data))
        self.images[image.id] = stored
        return stored

    async def data(self, digest: str) -> bytes:
        if digest not in self.files:
            raise StorageFailed("The picture's file is gone.", fix="Choose another one.")
        return self.files[digest]


class FakeRecords:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[Exchange, str]] = {}
        self.failing = False

    async def put(self, exchange: Exchange, message_id: str = "") -> None:
        if self.failing:
            raise FULL
        self.kept[exchange.id] = (exchange, message_id)

    async def get(self, exchange_id: str) -> Exchange | None:
        return self.kept[exchange_id][0] if exchange_id in self.kept else None


class FakeModels:
    def __init__(self) -> None:
        self.model = Model("m", prices=(Price("per inference request", 0.02),))
        self.abilities = ABILITIES

    def find(self, model_id: str) -> Model:
        return self.model

    async def learn(self, model_id: str, target_id: str = "") -> Abilities:
        return self.abilities


class Desk:
    def __init__(self) -> None:
        self.targets, self.models, self.wire = FakeTargets(), FakeModels(), FakeWire()
        self.gallery, self.records, self.pixels = FakeGallery(), FakeRecords(), FakePixels()
        self.generation = Generation(
            self.targets,
            self.models,
            self.models,
            self.wire,
            self.gallery,
            self.records,
            self.pixels,
            clock=lambda: 50.0,
            ticks=lambda: 7.0,
        )

    async def run(self, of: ImageJob | None = None, exchange: Exchange | None = None) -> GalleryImage:
        made = await self.generation.run(of or job(), BATCH, exchange)
        (image,) = made.images
        return image


def test_a_picture_is_asked_for_as_the_model_takes_it_and_kept_with_all_that_is_known(
    run_async: Run,
) -> None:
    desk = Desk()
    exchange = Exchange("e1", 1.0, ended_ms=2100.0)
    desk.wire.reply = ImageReply((png(),), text="There.", served=Served(sandbox=True))
    image = run_async(desk.run(job(steps=20, seed=42, negative_prompt="blur"), exchange))
    (request,) = desk.wire.requests
    assert desk.targets.asked == ["t1"]
    assert request.settings == ImageSettings("a fox", steps=8, seed=42)
    assert image.settings == request.settings
    assert (image.model, image.target, image.batch_id, image.created_at) == ("m", "Desk", "b1", 50.0)
    assert (image.cost, image.took_ms, image.exchange_id) == (Cost(0.02), 2100.0, "e1")
    assert (image.sandbox, image.said, image.received) == (True, "There.", digest_of(png()))
    assert desk.records.kept["e1"] == (exchange, "j1")


def test_the_stored_file_carries_its_settings(run_async: Run) -> None:
    desk = Desk()
    image = run_async(desk.run(job(seed=42)))
    recipe = recipe_in(desk.gallery.files[image.digest])
    assert recipe is not None
    assert (recipe.model, recipe.settings) == ("m", ImageSettings("a fox", seed=42))


def test_what_the_model_cannot_do_without_is_told_before_anything_is_sent(run_async: Run) -> None:
    desk = Desk()
    desk.models.abilities = replace(ABILITIES, source_required=True)
    with pytest.raises(InvalidInput, match="start from"):
        run_async(desk.run())
    assert desk.wire.requests == []


def test_pictures_are_sent_along_no_larger_than_the_model_takes_them(run_async: Run) -> None:
    desk = Desk()
    large, small = png(1024, 768), png(100, 100)
    source = desk.gallery.holds(large)
    settings: dict[str, Any] = {
        "source": source,
        "mask": desk.gallery.holds(png(1024, 768, 9)),
        "references": (desk.gallery.holds(small),),
    }
    run_async(desk.run(job(**settings)))
    (request,) = desk.wire.requests
    assert request.source is not None
    assert request.mask is not None
    assert size_of(request.source) == size_of(request.mask) == (512, 384)
    assert request.references == (small,)
    assert desk.gallery.files[source] == large


def test_a_picture_without_a_limit_is_sent_as_it_is(run_async: Run) -> None:
    desk = Desk()
    desk.models.abilities = replace(ABILITIES, input_side=None)
    large = png(3000, 2000)
    run_async(desk.run(job(source=desk.gallery.holds(large))))
    assert desk.wire.requests[0].source == large


def test_a_picture_is_scaled_once_for_many_calls(run_async: Run) -> None:
    desk = Desk()
    digest = desk.gallery.holds(png(1024, 768))

    async def twice() -> None:
        await desk.run(job("j1", source=digest))
        del desk.gallery.files[digest]
        await desk.run(job("j2", source=digest))

    run_async(twice())
    assert desk.wire.requests[0].source is desk.wire.requests[1].source


def test_a_missing_picture_fails_the_call_before_it_is_made(run_async: Run) -> None:
    desk = Desk()
    with pytest.raises(StorageFailed, match="gone") as caught:
        run_async(desk.run(job(source="nowhere")))
    assert not isinstance(caught.value, PicturesNotStored)
    assert desk.wire.requests == []


def test_without_a_seed_the_gateway_is_asked_for_a_new_picture_each_time(run_async: Run) -> None:
    desk = Desk()

    async def both() -> None:
        await desk.run(job("j1"))
        await desk.run(job("j2", seed=3))

    run_async(both())
    assert [request.options.skip_cache for request in desk.wire.requests] == [True, False]


def test_pictures_of_one_call_share_its_cost(run_async: Run) -> None:
    desk = Desk()
    desk.wire.reply = ImageReply((png(), png(colour=9)), neurons=1000.0)
    made = run_async(desk.generation.run(job(), BATCH))
    assert [image.cost for image in made.images] == [Cost(0.0055, charged=True)] * 2


def test_a_failed_call_leaves_its_record(run_async: Run) -> None:
    desk = Desk()
    desk.wire.reply = REFUSED
    exchange = Exchange("e1", 1.0)
    with pytest.raises(RequestFailed):
        run_async(desk.run(exchange=exchange))
    assert desk.records.kept["e1"] == (exchange, "j1")
    assert not desk.generation.unstored("j1")


def test_a_cancelled_call_closes_its_connection_and_leaves_its_record(run_async: Run) -> None:
    desk = Desk()

    async def told() -> None:
        desk.wire.hanging = asyncio.Event()
        call = asyncio.get_running_loop().create_task(desk.run(exchange=Exchange("e1", 1.0)))
        await until(lambda: len(desk.wire.requests) == 1)
        assert await desk.generation.exchange("e1") is not None
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()

    run_async(told())
    assert desk.wire.closed == 1
    assert "e1" in desk.records.kept


def test_a_picture_that_came_is_stored_even_when_its_call_is_cancelled(run_async: Run) -> None:
    desk = Desk()

    async def told() -> None:
        desk.gallery.slow.clear()
        call = asyncio.get_running_loop().create_task(desk.run())
        await until(lambda: desk.gallery.adding == 1)
        call.cancel()
        await asyncio.sleep(0)
        desk.gallery.slow.set()
        assert (await call).id in desk.gallery.images

    run_async(told())


def test_a_picture_that_cannot_be_stored_is_kept_and_stored_later_without_asking_again(
    run_async: Run,
) -> None:
    desk = Desk()
    desk.gallery.failing = FULL
    desk.records.failing = True

    async def told() -> None:
        with pytest.raises(PicturesNotStored, match="could not be stored") as caught:
            await desk.run(exchange=Exchange("e1", 1.0))
        assert "The disk is full" in caught.value.why
        assert "kept in memory" in caught.value.fix
        assert desk.generation.unstored("j1")
        assert (await desk.generation.exchange("e1")) is not None
        with pytest.raises(PicturesNotStored):
            await desk.run()
        desk.gallery.failing = None
        desk.records.failing = False
        image = await desk.run()
        assert image.exchange_id == "e1"
        assert not desk.generation.unstored("j1")

    run_async(told())
    assert len(desk.wire.requests) == 1
    assert len(desk.gallery.images) == 1
    assert desk.records.kept["e1"][1] == "j1"


def test_a_cancelled_call_whose_picture_cannot_be_stored_says_so(run_async: Run) -> None:
    desk = Desk()
    desk.gallery.failing = FULL

    async def told() -> None:
        desk.gallery.slow.clear()
        call = asyncio.get_running_loop().create_task(desk.run())
        await until(lambda: desk.gallery.adding == 1)
        call.cancel()
        await asyncio.sleep(0)
        desk.gallery.slow.set()
        with pytest.raises(PicturesNotStored):
            await call
        assert desk.generation.unstored("j1")

    run_async(told())


def test_pictures_stored_before_the_disk_was_full_are_not_stored_twice(run_async: Run) -> None:
    desk = Desk()
    desk.wire.reply = ImageReply((png(), png(colour=9)))
    add = desk.gallery.add

    async def add_one(image: GalleryImage, data: bytes) -> GalleryImage:
        stored = await add(image, data)
        desk.gallery.failing = FULL
        return stored

    async def told() -> None:
        desk.gallery.add = add_one  # type: ignore[method-assign]
        with pytest.raises(PicturesNotStored, match="The picture came"):
            await desk.generation.run(job(), BATCH)
        desk.gallery.add = add  # type: ignore[method-assign]
        desk.gallery.failing = None
        made = await desk.generation.run(job(), BATCH)
        assert [image.id for image in made.images] == list(desk.gallery.images)
        assert len(made.images) == 2

    run_async(told())


def test_given_up_pictures_are_forgotten(run_async: Run) -> None:
    desk = Desk()
    desk.gallery.failing = FULL
    with pytest.raises(PicturesNotStored):
        run_async(desk.run())
    desk.generation.forget("j1")
    assert not desk.generation.unstored("j1")


def test_a_picture_that_is_cut_off_is_told_of_and_the_whole_ones_are_kept(run_async: Run) -> None:
    desk = Desk()
    desk.wire.reply = ImageReply((png()[:-9], png()))
    made = run_async(desk.generation.run(job(), BATCH))
    assert len(made.images) == 1
    assert made.trouble is not None
    assert "cut off" in made.trouble.why


def test_a_reply_without_a_whole_picture_fails(run_async: Run) -> None:
    desk = Desk()
    desk.wire.reply = ImageReply((png()[:-9],))
    with pytest.raises(InvalidInput, match="cannot be used"):
        run_async(desk.run())
    assert not desk.generation.unstored("j1")


def test_a_record_that_cannot_be_stored_does_not_cost_the_picture(run_async: Run) -> None:
    desk = Desk()
    desk.records.failing = True

    async def told() -> None:
        await desk.run(job("j1"), Exchange("e1", 1.0))
        assert await desk.generation.exchange("e1") is not None
        desk.records.failing = False
        await desk.run(job("j2"), Exchange("e2", 1.0))

    run_async(told())
    assert {key: of for key, (_, of) in desk.records.kept.items()} == {"e1": "j1", "e2": "j2"}
    assert len(desk.gallery.images) == 2


def test_a_repeat_sends_what_was_sent_to_whom_it_was_sent_past_the_cache(run_async: Run) -> None:
    desk = Desk()

    async def told() -> GalleryImage:
        first = await desk.run(job(seed=42, steps=20))
        made = await desk.generation.again(first)
        return made.images[0]

    again = run_async(told())
    first, second = desk.wire.requests
    assert replace(second, options=first.options) == first
    assert second.options.skip_cache
    assert again.repeats in desk.gallery.images
    assert again.batch_id == ""
    assert desk.targets.asked == ["t1", "t1"]


def test_a_repeat_to_a_target_that_is_gone_is_refused(run_async: Run) -> None:
    desk = Desk()
    image = GalleryImage("i", 1.0, "d", "image/png", 1, 1, model="m", target="Gone")
    with pytest.raises(InvalidInput, match="Gone"):
        run_async(desk.generation.again(image))
    assert desk.wire.requests == []
