"""Making pictures, as Workers AI is asked for them (workers-ai §8.1, §8.2)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.images.formats import picture_type, size_of
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media.drawing import described
from workbench.gateway.sandbox.media.fields import Schema
from workbench.gateway.sandbox.media.image_schemas import flux2_form
from workbench.gateway.sandbox.media.multipart import Form
from workbench.gateway.sandbox.media.outcome import Made, base64_text, sent, told
from workbench.gateway.sandbox.media.picture import USUAL_GUIDANCE, png
from workbench.gateway.sandbox.media.reading import (
    UPSTREAM_REFUSED,
    checked,
    fits,
    form_of,
    form_texts,
    from_base64,
    from_numbers,
    numbers_read,
    refusal,
    seed_of,
)
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.gateway.sandbox.media.task import Task

PNG_INSTEAD = "image/png: the sandbox cannot write {}"
_REFERENCE_SIDE = 512
DEFAULT_SIDE = 1024
_SMALL = ("stable-diffusion-v1-5", "dreamshaper-8")
"""Models of the first generation, whose pictures are 512 pixels wide unless asked otherwise (inferred)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture as it was asked for."""

    prompt: str
    seed: int
    width: int
    height: int
    steps: int = 0
    guidance: float = USUAL_GUIDANCE
    source: bytes | None = None
    mask: bytes | None = None
    strength: float = 0.5
    references: Sequence[bytes] = ()

    async def drawn(self) -> bytes:
        return await asyncio.to_thread(
            png,
            self.prompt,
            self.seed,
            self.width,
            self.height,
            source=self.source,
            mask=self.mask,
            strength=self.strength,
            references=self.references,
            steps=self.steps,
            guidance=self.guidance,
        )


async def generate(task: Task) -> Reply:
    """`/ai/run` of the models that make pictures."""
    wanted = _multipart(task) if task.model.schema_shape == "multipart-opaque" else await _native(task)
    data = await wanted.drawn()
    declared = task.model.properties.get("output_content_type", "")
    made = Made(used=_used(wanted), note=PNG_INSTEAD.format("JPEG") if declared == "image/jpeg" else "")
    if task.model.response_kind == "binary":
        return sent(task, data, "image/png", made)
    return told(task, {"image": base64_text(data)}, made)


async def _native(task: Task) -> Wanted:
    body = described(checked(task, form_schema(task.model) or {}))
    source = await _given(task, body, "image", "image_b64")
    mask = await _given(task, body, "mask")
    needs_source = task.model.id.endswith(("img2img", "inpainting"))
    if needs_source and source is None:
        raise refusal(task, "required properties at '/' are 'image_b64' or 'image'", "/image_b64")
    if task.model.id.endswith("inpainting") and mask is None:
        raise refusal(task, "required properties at '/' are 'mask'", "/mask")
    width, height = _size(task, body, source)
    return Wanted(
        prompt=body["prompt"],
        seed=_seed(body),
        width=width,
        height=height,
        steps=body.get("num_steps") or body.get("steps") or _default(task, "num_steps", "steps"),
        guidance=_guidance(task, body),
        source=source,
        mask=mask,
        strength=body.get("strength", 1.0),
    )


def _seed(body: Mapping[str, Any]) -> int:
    """The seed asked for; without one, all that shapes the picture."""
    given = body.get("seed")
    shaping = {name: value for name, value in body.items() if not isinstance(value, list)}
    seed = given if isinstance(given, int) else seed_of(sorted(shaping.items()))
    return seed_of(seed, body["negative_prompt"]) if body.get("negative_prompt") else seed


def _guidance(task: Task, body: Mapping[str, Any]) -> float:
    """On one scale for all models: what one takes by itself is the usual."""
    given = body.get("guidance")
    properties: Mapping[str, Schema] = (form_schema(task.model) or {}).get("properties", {})
    own = properties.get("guidance", {}).get("default", USUAL_GUIDANCE)
    return USUAL_GUIDANCE if given is None else float(given) * USUAL_GUIDANCE / own


def _default(task: Task, *names: str) -> int:
    properties: Mapping[str, Schema] = (form_schema(task.model) or {}).get("properties", {})
    return next((properties[name]["default"] for name in names if "default" in properties.get(name, {})), 4)


def _size(task: Task, body: Mapping[str, Any], source: bytes | None) -> tuple[int, int]:
    """As asked; else as the source is, as far as the model can; else the model's own."""
    properties: Mapping[str, Schema] = (form_schema(task.model) or {}).get("properties", {})
    own = 512 if any(name in task.model.id for name in _SMALL) else DEFAULT_SIDE
    like = (size_of(source) if source else None) or (own, own)
    sides = []
    for name, alike in zip(("width", "height"), like, strict=True):
        limits = properties.get(name, {})
        fallback = limits.get("default") or max(
            limits.get("minimum", 1), min(limits.get("maximum", 1024), alike)
        )
        sides.append(body.get(name) or fallback)
    return sides[0], sides[1]


async def _given(task: Task, body: Mapping[str, Any], name: str, base64_name: str = "") -> bytes | None:
    """A picture that came along as numbers or base64; refused where it is none."""
    if isinstance(body.get(base64_name), str):
        name = base64_name
        data = await from_base64(task, body[name], name)
    elif isinstance(body.get(name), list):
        data = await from_numbers(task, body[name], name)
    else:
        return None
    return picture_in(task, data, name)


def picture_in(task: Task, data: bytes, name: str) -> bytes:
    if picture_type(data) is None:
        raise refusal(task, f"'/{name}' is not a picture that can be decoded", f"/{name}", UPSTREAM_REFUSED)
    return data


def _multipart(task: Task) -> Wanted:
    """FLUX.2: a form even for a prompt alone (workers-ai §8.1)."""
    if not task.content_type.lower().startswith("multipart/form-data"):
        raise refusal(task, "required properties at '/' are 'multipart'", "/multipart")
    form = form_of(task)
    schema = flux2_form(task.model)
    body = numbers_read(form_texts(task, form), schema)
    fits(task, schema, body)
    body = described(body)
    references = _references(task, form)
    return Wanted(
        prompt=body["prompt"],
        seed=_seed(body),
        width=body.get("width", 1024),
        height=body.get("height", 768),
        steps=body.get("steps") or _default(task, "steps"),
        references=references,
    )


def _references(task: Task, form: Form) -> list[bytes]:
    found = []
    for place in range(4):
        name = f"input_image_{place}"
        for part in form.files(name):
            data = picture_in(task, part.data, name)
            wide, high = size_of(data) or (1, 1)
            if max(wide, high) > _REFERENCE_SIDE:
                message = (
                    f"'/{name}' is {wide} by {high}: at most {_REFERENCE_SIDE} by {_REFERENCE_SIDE} pixels"
                )
                raise refusal(task, message, f"/{name}", UPSTREAM_REFUSED)
            found.append(data)
    return found


def _used(wanted: Wanted) -> dict[str, float]:
    """Every unit that pictures are priced by (workers-ai §12)."""
    tiles = tiles_of(wanted.width, wanted.height)
    sizes = [size_of(data) or (512, 512) for data in wanted.references]
    input_tiles = sum(tiles_of(*size) for size in sizes)
    megapixels = math.ceil(wanted.width * wanted.height / (1024 * 1024))
    return {
        "per 512x512 tile": tiles,
        "per step": wanted.steps,
        "per input 512x512 tile": input_tiles,
        "per output 512x512 tile": tiles,
        "per input 512x512 tile, per step": input_tiles * wanted.steps,
        "per output 512x512 tile, per step": tiles * wanted.steps,
        "per first MP (1024x1024)": 1,
        "per subsequent MP": megapixels - 1,
        "per input image MP": sum(math.ceil(w * h / (1024 * 1024)) for w, h in sizes),
    }


def tiles_of(width: int, height: int) -> int:
    return math.ceil(width / 512) * math.ceil(height / 512)
