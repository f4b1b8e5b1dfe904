"""One call for pictures: fitted to the model, sent, recorded, and what comes of it kept whatever happens."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.costs import cost_of
from workbench.domain.images.fitting import fitted
from workbench.domain.images.formats import digest_of, picture_type, size_of
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.domain.images.recipes import with_recipe
from workbench.domain.images.requests import ImageReply, ImageRequest
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Model
from workbench.domain.targets import Connection, Target
from workbench.domain.trouble import Trouble
from workbench.services.background import to_the_end
from workbench.services.images.pixels import Pixels
from workbench.services.wire_records import Store, WireRecords

_MOST_SCALED = 16

_log = logging.getLogger(__name__)


class Connections(Protocol):
    """services.targets.TargetService."""

    def named(self, name: str) -> Target: ...
    async def connection(self, target_id: str = "") -> Connection: ...


class Models(Protocol):
    """services.images.models.ImageModels."""

    def find(self, model_id: str) -> Model: ...


class AbilitiesSource(Protocol):
    """services.images.models.ImageAbilities."""

    async def learn(self, model_id: str, target_id: str = "") -> Abilities: ...


class ImageWire(Protocol):
    """client.images.client.ImageClient."""

    async def generate(
        self, connection: Connection, request: ImageRequest, exchange: Exchange
    ) -> ImageReply: ...


class Pictures(Protocol):
    """services.images.gallery.Gallery."""

    async def add(self, image: GalleryImage, data: bytes) -> GalleryImage: ...
    async def data(self, digest: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Generated:
    """trouble: some of the pictures that came cannot be used; those that can are in images. exchange_id: "" if nothing was sent."""

    images: tuple[GalleryImage, ...]
    exchange_id: str = ""
    trouble: Trouble | None = None


class PicturesNotStored(StorageFailed):
    """What came is kept in memory. The same call again stores it, and does not ask the model."""

    def __init__(self, count: int, cause: StorageFailed) -> None:
        super().__init__(
            "The picture came, but it could not be stored."
            if count == 1
            else f"{count} pictures came, but they could not be stored.",
            why=f"{cause.what} {cause.why}".strip(),
            fix=f"{cause.fix} Then retry: it is kept in memory until the window is closed, and the model is not asked again.".strip(),
        )


@dataclass(slots=True)
class _Came:
    """left: as they came, each with its entry for the gallery. key: whose they are."""

    key: str
    exchange: Exchange
    left: list[tuple[GalleryImage, bytes]]
    stored: list[GalleryImage] = field(default_factory=list)
    unusable: list[InvalidInput] = field(default_factory=list)
    failed: PicturesNotStored | None = None

    @property
    def generated(self) -> Generated:
        """Raises why there is none."""
        if self.failed is not None:
            raise self.failed
        if not self.stored:
            raise self.unusable[0]
        trouble = Trouble.of(self.unusable[0]) if self.unusable else None
        exchange_id = self.exchange.id if self.exchange.method else ""
        return Generated(tuple(self.stored), exchange_id, trouble)


class Generation:
    """Everything but when to call, which is the queue's. Raises RequestFailed, InvalidInput, StorageFailed.

    A call that is cancelled closes its connection at once. After its pictures have come they are stored all the same,
    and it ends as if it had not been cancelled.
    """

    def __init__(
        self,
        connections: Connections,
        models: Models,
        abilities: AbilitiesSource,
        wire: ImageWire,
        gallery: Pictures,
        records: Store,
        pixels: Pixels,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._models = models
        self._abilities = abilities
        self._wire = wire
        self._gallery = gallery
        self._records = WireRecords(records, ticks)
        self._pixels = pixels
        self._clock = clock
        self._came: dict[str, _Came] = {}
        self._scaled: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    async def run(self, job: ImageJob, batch: ImageBatch, exchange: Exchange | None = None) -> Generated:
        """exchange: filled in as it happens, also when it fails; its `method` is "" if nothing was sent."""
        if job.id in self._came:
            return await self._keep(job.id)
        connection = await self._connections.connection(batch.target_id)
        abilities = await self._abilities.learn(job.model, batch.target_id)
        fit = fitted(job.settings, abilities)
        if fit.problem:
            raise InvalidInput(fit.problem, field="settings")
        wanted = GalleryImage(
            "", 0.0, "", "", 0, 0, model=job.model, settings=fit.settings, batch_id=batch.id
        )
        return await self._ask(job.id, wanted, connection, abilities, exchange)

    async def again(self, image: GalleryImage) -> Generated:
        """The request that made the picture, once more: to the same target, with the settings as they were sent then."""
        key = f"again {image.id}"
        if key in self._came:
            return await self._keep(key)
        target = self._connections.named(image.target)
        connection = await self._connections.connection(target.id)
        abilities = await self._abilities.learn(image.model, target.id)
        wanted = GalleryImage(
            "", 0.0, "", "", 0, 0, model=image.model, settings=image.settings, repeats=image.id
        )
        return await self._ask(key, wanted, connection, abilities, None)

    def unstored(self, job_id: str) -> bool:
        """Pictures of this job came and wait in memory to be stored."""
        return job_id in self._came

    def forget(self, job_id: str) -> None:
        """Give up pictures that could not be stored."""
        self._came.pop(job_id, None)

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a call, also of one that runs. Raises StorageFailed."""
        return await self._records.get(exchange_id)

    async def _ask(
        self,
        key: str,
        wanted: GalleryImage,
        connection: Connection,
        abilities: Abilities,
        exchange: Exchange | None,
    ) -> Generated:
        record = exchange or Exchange(new_id(), self._clock())
        request = await self._request(wanted, abilities)
        async with self._records.call(record, key, only_failed=True) as call:
            reply = await self._wire.generate(connection, request, record)
        self._came[key] = self._sorted(key, wanted, connection, request, reply, record, call.took_ms)
        return await self._keep(key)

    async def _request(self, wanted: GalleryImage, abilities: Abilities) -> ImageRequest:
        settings = wanted.settings
        return ImageRequest(
            wanted.model,
            settings,
            abilities,
            source=await self._input(settings.source, abilities) if settings.source else None,
            mask=await self._input(settings.mask, abilities) if settings.mask else None,
            references=tuple([await self._input(digest, abilities) for digest in settings.references]),
            options=_options(settings, repeat=bool(wanted.repeats)),
        )

    async def _input(self, digest: str, abilities: Abilities) -> bytes:
        """The stored picture, no larger than the model takes it."""
        side = abilities.input_side
        if side is not None and (known := self._scaled.get((digest, side))) is not None:
            return known
        data = await self._gallery.data(digest)
        if side is None:
            return data
        look = await self._pixels.look(data)
        if max(look.width, look.height) > side:
            data = await self._pixels.scaled(data, side, side)
            self._scaled[digest, side] = data
            if len(self._scaled) > _MOST_SCALED:
                self._scaled.popitem(last=False)
        return data

    def _sorted(
        self,
        key: str,
        wanted: GalleryImage,
        connection: Connection,
        request: ImageRequest,
        reply: ImageReply,
        exchange: Exchange,
        took_ms: float,
    ) -> _Came:
        """Each picture with its share of the cost, so that the shares add up to what was paid."""
        sent = (request.source, *request.references)
        sizes = [size for data in sent if data is not None and (size := size_of(data)) is not None]
        cost = cost_of(self._models.find(wanted.model), reply, wanted.settings, request.abilities, sizes)
        if cost.usd is not None:
            cost = replace(cost, usd=cost.usd / max(1, len(reply.images)))
        now = self._clock()
        entries = []
        for data in reply.images:
            width, height = size_of(data) or (0, 0)
            image = replace(
                wanted,
                id=new_id(),
                created_at=now,
                media_type=picture_type(data) or "",
                width=width,
                height=height,
                target=connection.target.name,
                cost=cost,
                took_ms=took_ms,
                exchange_id=exchange.id if exchange.method else "",
                sandbox=reply.served.sandbox,
                said=reply.text,
            )
            entries.append((image, data))
        return _Came(key, exchange, entries)

    async def _keep(self, key: str) -> Generated:
        came = self._came[key]
        try:
            await to_the_end(self._store(came))
        except asyncio.CancelledError:
            if came.left and came.failed is None:
                raise  # it was not even tried to the end
        return came.generated

    async def _store(self, came: _Came) -> None:
        """Store what is left of it; raises no expected failure."""
        came.failed = None
        while came.left:
            image, data = came.left[0]
            try:
                ready, whole = await asyncio.to_thread(_ready, image, data)
                came.stored.append(await self._gallery.add(ready, whole))
            except InvalidInput as error:
                came.unusable.append(_unusable(error))
            except StorageFailed as error:
                came.failed = PicturesNotStored(len(came.left), error)
                break
            del came.left[0]
        else:
            del self._came[came.key]
        await self._records.keep(came.exchange, came.key)


def _unusable(error: InvalidInput) -> InvalidInput:
    return InvalidInput(
        "A picture came that cannot be used.",
        why=f"{error.what} {error.why}".strip(),
        fix="Retry to have the model make another.",
    )


def _options(settings: ImageSettings, *, repeat: bool) -> GatewayOptions:
    """Without a seed another picture is wanted each time, and a repeat is to be made anew: not what the gateway has kept."""
    return GatewayOptions(skip_cache=repeat or settings.seed is None)


def _ready(image: GalleryImage, data: bytes) -> tuple[GalleryImage, bytes]:
    """The picture with its recipe in it. A recipe that cannot be written is not worth a picture."""
    image = replace(image, received=digest_of(data))
    try:
        return image, with_recipe(data, image)
    except Exception:  # noqa: BLE001  logged
        _log.exception("The settings were not written into a picture")
        return image, data
