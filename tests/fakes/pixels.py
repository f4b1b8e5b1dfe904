"""Pictures without a decoder: small PNGs, and Pixels that believe their headers."""

from __future__ import annotations

import asyncio
import struct
import zlib
from dataclasses import replace

from workbench.domain.errors import InvalidInput
from workbench.domain.images.formats import PNG, picture_type, size_of
from workbench.domain.images.pngs import SIGNATURE, chunk
from workbench.services.images.pixels import MOST_PIXELS, MOST_SIDE, Look

_END = chunk(b"IEND", b"")


def png(width: int = 4, height: int = 3, colour: int = 0) -> bytes:
    """A whole grey picture; another colour (0–255) makes other bytes."""
    row = b"\0" + bytes([colour]) * width
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            chunk(b"IDAT", zlib.compress(row * height)),
            chunk(b"IEND", b""),
        )
    )


class FakePixels:
    """services.images.pixels.Pixels. Sizes are those of the header; a PNG without its end is truncated.

    made: what `thumbnail` was asked for, as length of the data and side. turned: what `look` says of every picture.
    held: `thumbnail` waits until it is set.
    """

    def __init__(self) -> None:
        self.made: list[tuple[int, int]] = []
        self.turned = False
        self.held = asyncio.Event()
        self.held.set()

    async def look(self, data: bytes) -> Look:
        media_type, size = picture_type(data), size_of(data)
        if media_type is None or size is None:
            raise InvalidInput("This is no picture.", fix="Choose another file.")
        if max(size) > MOST_SIDE or size[0] * size[1] > MOST_PIXELS:
            raise InvalidInput("The picture is too large.")
        return Look(*size, media_type, self.turned)

    async def check(self, data: bytes) -> Look:
        look = await self.look(data)
        if look.media_type == PNG and not data.endswith(_END):
            raise InvalidInput("The picture is cut off.", fix="Get it again.")
        return look

    async def thumbnail(self, data: bytes, side: int) -> bytes:
        await self.held.wait()
        await self.check(data)
        self.made.append((len(data), side))
        return b"thumbnail %d of " % side + data[-24:]

    async def scaled(self, data: bytes, width: int, height: int, media_type: str = PNG) -> bytes:
        look = await self.check(data)
        part = min(1.0, width / look.width, height / look.height)
        small = replace(
            look, width=max(1, round(look.width * part)), height=max(1, round(look.height * part))
        )
        self.turned = False
        return png(small.width, small.height, colour=zlib.crc32(data) % 256)

    async def grey(self, data: bytes, width: int, height: int) -> bytes:
        await self.check(data)
        return (zlib.crc32(data).to_bytes(4, "big") * (width * height))[: width * height]

    async def same(self, one: bytes, other: bytes) -> bool:
        await self.check(one)
        await self.check(other)
        return one == other
