"""What an image model takes, and within which limits (workers-ai §8)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How a model is asked. RUN: JSON to `/ai/run`. RUN_FORM: multipart to `/ai/run` (FLUX.2).

    GENERATE: google-ai-studio's `generateContent`. IMAGES: OpenAI's `images/generations` and `images/edits`.
    """

    RUN = "run"
    RUN_FORM = "run-form"
    GENERATE = "generate"
    IMAGES = "images"


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive limits. default: None where the model does not tell. step: values lie this far apart."""

    minimum: float
    maximum: float
    default: float | None = None
    step: float = 1


@dataclass(frozen=True, slots=True)
class Abilities:
    """None, False, 0 and () mean that the model does not take it.

    name_of_steps: what the field is called on the wire. prompt_limit: characters, None without one.
    sizes: the only ones allowed, "1024x1024", where width and height are not free. aspect_ratios: in place of pixels.
    fixed_steps: what the model always does, where steps cannot be chosen. references: at most so many.
    input_side: the longest side of a picture that is sent along, in pixels; None without a limit.
    count: pictures one call can bring. known: False where nothing is known of the model and everything is offered.
    """

    shape: Shape = Shape.RUN
    prompt_limit: int | None = None
    negative_prompt: bool = False
    width: Range | None = None
    height: Range | None = None
    sizes: tuple[str, ...] = ()
    aspect_ratios: tuple[str, ...] = ()
    steps: Range | None = None
    name_of_steps: str = "steps"
    fixed_steps: int | None = None
    guidance: Range | None = None
    seed: bool = False
    strength: Range | None = None
    source: bool = False
    source_required: bool = False
    mask: bool = False
    mask_required: bool = False
    references: int = 0
    input_side: int | None = None
    count: int = 1
    known: bool = True
