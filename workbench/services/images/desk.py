"""All that the images tab can do, put together: models, queue, gallery, try-on, repeats."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from workbench.domain.errors import StorageFailed
from workbench.domain.exchange import Exchange
from workbench.services.images.gallery import Gallery
from workbench.services.images.incoming import IncomingPictures
from workbench.services.images.models import ImageAbilities, ImageModels
from workbench.services.images.pixels import Pixels
from workbench.services.images.queue import ImageQueue
from workbench.services.images.repeat import Repeats
from workbench.services.images.try_on import TryOn
from workbench.services.targets import TargetService

_MOST_BATCHES = 100_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImagesDesk:
    """targets: who is asked. exchange: a wire record by its id, None where there is none; raises StorageFailed.

    closing: what is closed with the desk, in this order.
    """

    targets: TargetService
    catalogue: ImageModels
    abilities: ImageAbilities
    queue: ImageQueue
    gallery: Gallery
    incoming: IncomingPictures
    repeats: Repeats
    try_on: TryOn
    pixels: Pixels
    exchange: Callable[[str], Awaitable[Exchange | None]]
    closing: tuple[Callable[[], Awaitable[object]], ...] = ()
    _tidied: list[bool] = field(default_factory=list)

    async def tidy(self, in_drafts: Iterable[str]) -> None:
        """Once a run: remove the files of pictures deleted long ago that nothing refers to any more.

        in_drafts: digests that the forms of the tab hold.
        """
        if self._tidied:
            return
        self._tidied.append(True)
        used = set(in_drafts)
        try:
            for batch in await self.queue.batches(_MOST_BATCHES):
                used.update(batch.draft.settings.pictures)
            for job in self.queue.jobs:
                used.update(job.settings.pictures)
            removed = await self.gallery.purge(used)
        except StorageFailed as error:
            _log.warning("Old pictures were not removed: %s", error.why or error.what)
        else:
            _log.info("%d pictures that were deleted long ago are removed", removed)

    async def aclose(self) -> None:
        """What runs is stopped and goes on with the next start."""
        for close in self.closing:
            await close()
        await asyncio.sleep(0)
