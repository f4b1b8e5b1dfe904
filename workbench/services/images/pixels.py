"""What must be known of a picture's pixels. The window brings the decoder; here is only what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from workbench.domain.images.formats import PNG

MOST_SIDE = 40_000
MOST_PIXELS = 400_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """width, height: in pixels as the picture is shown, so turned as its EXIF orientation says.

    media_type: told by the bytes. turned: its pixels are stored otherwise than they are shown.
    """

    width: int
    height: int
    media_type: str
    turned: bool = False


class Pixels(Protocol):
    """Every method works in a thread and in bounded memory; it raises InvalidInput for what is no picture or cannot be decoded.

    data: an encoded picture. What comes back is encoded too, except from `grey`.
    """

    async def look(self, data: bytes) -> Look:
        """The header only. Refused: no picture, a side over MOST_SIDE, more than MOST_PIXELS."""

    async def check(self, data: bytes) -> Look:
        """Decode all of it, so that a truncated or damaged picture is refused."""

    async def thumbnail(self, data: bytes, side: int) -> bytes:
        """Fitted into a square of side pixels, upright, never enlarged."""

    async def scaled(self, data: bytes, width: int, height: int, media_type: str = PNG) -> bytes:
        """Fitted into width × height with its proportions kept, upright, never enlarged, encoded as media_type."""

    async def grey(self, data: bytes, width: int, height: int) -> bytes:
        """Brightness, one byte a pixel, row by row, stretched to exactly width × height; transparent counts as white."""

    async def same(self, one: bytes, other: bytes) -> bool:
        """Whether both show equal pixels, whatever they are encoded as."""
