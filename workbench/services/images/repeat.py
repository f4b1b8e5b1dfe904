"""“Run exactly again”: the same request once more, and whether the same picture comes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from workbench.domain.errors import InvalidInput
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.likeness import HEIGHT, SIMILAR_AT_MOST, WIDTH, distance, hash_of
from workbench.services.images.generation import Generated
from workbench.services.images.pixels import Pixels


class Verdict(StrEnum):
    """SAME: every pixel is equal. SIMILAR: they look alike."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Repeat:
    """image: what came, in the gallery by now. distance: of the perceptual hashes, in bits of 64; 0 for the same."""

    image: GalleryImage
    verdict: Verdict
    distance: int


class Calling(Protocol):
    """services.images.generation.Generation."""

    async def again(self, image: GalleryImage) -> Generated: ...


class Pictures(Protocol):
    """services.images.gallery.Gallery."""

    async def get(self, image_id: str) -> GalleryImage | None: ...
    async def data(self, digest: str) -> bytes: ...


class Repeats:
    """Not through the queue: somebody waits for the answer. The gateway's cache is passed over.

    Raises RequestFailed, InvalidInput, StorageFailed.
    """

    def __init__(self, generation: Calling, gallery: Pictures, pixels: Pixels) -> None:
        self._generation = generation
        self._gallery = gallery
        self._pixels = pixels

    async def again(self, image_id: str) -> Repeat:
        """A picture that could not be stored is stored by the next call with this id, without asking the model again."""
        image = await self._gallery.get(image_id)
        if image is None:
            raise InvalidInput("This picture is not there any more.", fix="Choose another one.")
        if not image.model:
            raise InvalidInput(
                "This picture cannot be made again.", why="It is not known which model made it."
            )
        before = await self._gallery.data(image.digest)
        made = await self._generation.again(image)
        repeats = [await self._compared(image, before, one) for one in made.images]
        return min(repeats, key=lambda repeat: repeat.distance if repeat.verdict is not Verdict.SAME else -1)

    async def _compared(self, image: GalleryImage, before: bytes, made: GalleryImage) -> Repeat:
        if image.received and image.received == made.received:
            return Repeat(made, Verdict.SAME, 0)
        after = await self._gallery.data(made.digest)
        if await self._pixels.same(before, after):
            return Repeat(made, Verdict.SAME, 0)
        bits = distance(await self._hash(before), await self._hash(after))
        return Repeat(made, Verdict.SIMILAR if bits <= SIMILAR_AT_MOST else Verdict.DIFFERENT, bits)

    async def _hash(self, data: bytes) -> int:
        return hash_of(await self._pixels.grey(data, WIDTH, HEIGHT))
