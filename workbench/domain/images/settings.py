"""What a picture is asked with, and what the form holds before that is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """One picture's settings. None, "" and () mean “not sent”, so that the model's own default holds.

    width, height: pixels. aspect_ratio: "16:9", for models that take a ratio in place of pixels.
    guidance: how closely the prompt is followed, in the model's own scale. strength: 0–1, how much of the source may change.
    source: the picture to start from. mask: white is painted anew, black stays; as large as the source.
    references: pictures to look at. All three are digests of stored pictures (`formats.digest_of`).
    """

    prompt: str = ""
    negative_prompt: str = ""
    width: int | None = None
    height: int | None = None
    aspect_ratio: str = ""
    steps: int | None = None
    guidance: float | None = None
    seed: int | None = None
    strength: float | None = None
    source: str = ""
    mask: str = ""
    references: tuple[str, ...] = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """Digests of all stored pictures it speaks of."""
        return tuple(digest for digest in (self.source, self.mask, *self.references) if digest)


class SeedMode(StrEnum):
    """RANDOM: another for each picture. FIXED: the same for all. INCREMENT: one more for each of a prompt's pictures."""

    RANDOM = "random"
    FIXED = "fixed"
    INCREMENT = "increment"


class AxisField(StrEnum):
    """What changes along an axis of a grid. PROMPT: a part of the prompt is replaced by each value."""

    MODEL = "model"
    SEED = "seed"
    STEPS = "steps"
    GUIDANCE = "guidance"
    STRENGTH = "strength"
    SIZE = "size"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class Axis:
    """values: as they are written: "42", "7.5", "1024x768", a model id, a text. part: for PROMPT, the text in the prompt they replace."""

    field: AxisField
    values: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that the form holds. settings.prompt is as typed, with its `{a|b}`.

    models: one prompt goes to each. count: pictures of each prompt and model. axes: none, or x, y and z of a grid.
    """

    models: tuple[str, ...] = ()
    settings: ImageSettings = field(default_factory=ImageSettings)
    seed_mode: SeedMode = SeedMode.RANDOM
    count: int = 1
    axes: tuple[Axis, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """One call to come. settings: as wished, prompt expanded and seed drawn; `fitting` makes of it what the model takes.

    cell: its place on each axis of the draft; empty where there is no grid.
    """

    model: str
    settings: ImageSettings
    cell: tuple[int, ...] = ()
