"""Pictures on their way into the form, and what is asked about one that is larger than anybody can use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workbench.ui.images.form.outlook import Size, scaled_to

SOURCE, REFERENCE = "source", "reference"
LARGE_SIDE = 4096
"""Beyond, a picture is not kept as it is. Below, it is, and only what is sent is scaled down."""
USUAL_SIDE = 2048
"""What a large picture is scaled down to where no model tells its limit."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One picture from outside: a file, or encoded bytes."""

    role: str
    source: Path | bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class LargePicture:
    """A picture that is kept smaller, if the user agrees. size: in pixels. weight: in bytes. side: the longer one it is kept with."""

    incoming: Incoming
    size: Size
    weight: int
    side: int

    @property
    def kept_size(self) -> Size:
        return scaled_to(self.size, self.side)
