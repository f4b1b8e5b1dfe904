"""Pictures on their way into the form: read, looked at, and asked about where they are larger than anybody can use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.ui.images.form.outlook import Size, scaled_to

SOURCE, REFERENCE = "source", "reference"
MOST_BYTES = 500_000_000
"""Of a file that is read at all."""
LARGE_BYTES, LARGE_SIDE = 20_000_000, 4096
"""Beyond either, a picture is not kept as it is."""
USUAL_SIDE = 2048
"""What a large picture is scaled down to where no model tells its limit."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One picture from outside. path or data."""

    role: str
    name: str = ""
    path: Path | None = None
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class LargePicture:
    """A picture that would be kept smaller, if the user agrees. side: the longer side it is kept with."""

    role: str
    name: str
    size: Size
    side: int
    data: bytes = field(repr=False)

    @property
    def kept_size(self) -> Size:
        return scaled_to(self.size, self.side)


async def read(incoming: Incoming) -> bytes:
    """Raises InvalidInput for a file that cannot be read, or is too large to be a picture."""
    if incoming.path is None:
        return incoming.data
    return await asyncio.to_thread(_read, incoming.path)


def large(incoming: Incoming, data: bytes, size: Size, input_side: int | None) -> LargePicture | None:
    """What to ask about this picture; None where it is kept as it is. input_side: what the models take."""
    if len(data) <= LARGE_BYTES and max(size) <= LARGE_SIDE:
        return None
    return LargePicture(incoming.role, incoming.name, size, input_side or USUAL_SIDE, data)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InvalidInput(
                f"“{path.name}” is larger than {MOST_BYTES // 1_000_000} MB.",
                fix="Make it smaller with another program first.",
            )
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"“{path.name}” could not be read.", why=error.strerror or type(error).__name__
        ) from error
