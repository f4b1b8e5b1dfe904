"""What an image model takes, and within which limits (workers-ai §8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workbench.domain.input_schemas import number_in

if TYPE_CHECKING:
    from workbench.domain.models import Model


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
    """Inclusive limits. default: None where the model does not tell. step: values lie this far apart, counted from 0."""

    minimum: float
    maximum: float
    default: float | None = None
    step: float = 1

    def nearest(self, value: float) -> float:
        """The value the model takes that is closest to this one."""
        stepped = round(value / self.step) * self.step
        return round(max(self.minimum, min(self.maximum, stepped)), 6)


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


MAX_SEED = 2**32 - 1
"""Seeds are drawn up to here: what every known model takes (inferred)."""
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
"""What Gemini's image models take."""
_SIDE = Range(256, 2048, 1024)
_STEPS = Range(1, 50)
_GUIDANCE = Range(0, 20, step=0.1)
_STRENGTH = Range(0, 1, 1, step=0.01)
_UNKNOWN = Abilities(
    negative_prompt=True,
    width=_SIDE,
    height=_SIDE,
    steps=_STEPS,
    guidance=_GUIDANCE,
    seed=True,
    strength=_STRENGTH,
    source=True,
    mask=True,
    known=False,
)
_GEMINI = Abilities(shape=Shape.GENERATE, aspect_ratios=RATIOS, references=3, known=False)
_OPENAI = Abilities(
    shape=Shape.IMAGES, width=_SIDE, height=_SIDE, source=True, mask=True, count=10, known=False
)


def abilities_of(model: Model, schema: Mapping[str, Any] | None = None) -> Abilities:
    """What the catalogue knows of it; else what its input schema says; else what its kind most likely takes.

    schema: the `input` of `models/schema` (workers-ai §12.1).
    """
    if model.image is not None:
        return model.image
    if schema is not None and (read := abilities_in(schema)) is not None:
        return read
    if model.id.startswith("google-ai-studio/"):
        return _GEMINI
    if not model.id.startswith(("@cf/", "@hf/", "workers-ai/")):
        return _OPENAI
    return _UNKNOWN


def abilities_in(schema: Mapping[str, Any]) -> Abilities | None:
    """What an input schema says; None for one that does not take a prompt in JSON, as FLUX.2's does not (workers-ai §8.1)."""
    fields = _fields(schema)
    if "prompt" not in fields:
        return None
    required = schema.get("required")
    needed = set(required) if isinstance(required, list) else set()
    steps = "num_steps" if "num_steps" in fields else "steps"
    return Abilities(
        prompt_limit=_whole(fields["prompt"].get("maxLength")),
        negative_prompt="negative_prompt" in fields,
        width=_range(fields, "width", _SIDE),
        height=_range(fields, "height", _SIDE),
        steps=_range(fields, steps, _STEPS),
        name_of_steps=steps,
        guidance=_range(fields, "guidance", _GUIDANCE),
        seed="seed" in fields,
        strength=_range(fields, "strength", _STRENGTH),
        source="image" in fields or "image_b64" in fields,
        source_required=bool(needed & {"image", "image_b64"}),
        mask="mask" in fields,
        mask_required="mask" in needed,
    )


def _fields(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    properties = schema.get("properties")
    return {
        name: value
        for name, value in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(value, Mapping)
    }


def _range(fields: Mapping[str, Mapping[str, Any]], name: str, usual: Range) -> Range | None:
    """As declared; what is not declared is as usual, widened to hold what is."""
    if name not in fields:
        return None
    said = fields[name]
    default = number_in(said.get("default"))
    low, high = number_in(said.get("minimum")), number_in(said.get("maximum"))
    known = [value for value in (low, high, default) if value is not None]
    return Range(
        low if low is not None else min(usual.minimum, *known) if known else usual.minimum,
        high if high is not None else max(usual.maximum, *known) if known else usual.maximum,
        default,
        1 if said.get("type") == "integer" else usual.step,
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
