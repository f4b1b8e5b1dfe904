"""Schemas of the models that make or see pictures (workers-ai §8)."""

from __future__ import annotations

from workbench.domain.models import Model
from workbench.gateway.sandbox.media.fields import (
    RAW_BYTES,
    Schema,
    answer,
    byte_array,
    choice,
    closed,
    fields,
    flag,
    listed,
    media,
    number,
    one_of,
    text,
    whole,
)

Pair = tuple[Schema, Schema]
_PROMPT = text("A description of the image you want", least=1)
_NEGATIVE = text("What to keep out of the image")
_SEED = whole(0, about="Seed for reproducible images")


def _base64_image() -> Schema:
    return answer(image=text("The generated image in Base64 format"))


def flux1(model: Model) -> Pair:
    prompt = text("A description of the image you want", least=1, most=2048)
    steps = whole(1, 8, 4, "More steps, more quality, more time")
    return closed(fields("prompt", prompt=prompt, steps=steps)), _base64_image()


def flux2(model: Model) -> Pair:
    """The published one: opaque, and `required` nested where it is no keyword but a property that is no schema."""
    opaque: Schema = {
        "type": "object",
        "properties": {"body": {}, "contentType": {"type": "string"}, "required": ["body", "contentType"]},
    }
    return fields("multipart", multipart=opaque), _base64_image()


def flux2_form(model: Model) -> Schema:
    """The real form fields, known from launch notes only (workers-ai §8.1). Steps of flux-2-dev: (inferred)."""
    image = {**RAW_BYTES, "description": "A reference image of at most 512 × 512 pixels"}
    more: dict[str, Schema] = {}
    if "klein" not in model.id:
        more["steps"] = whole(1, 50, 25, "More steps, more quality, more time")
    return fields(
        "prompt",
        prompt=text("A description of the image, or JSON text", least=1),
        width=whole(256, 1920, 1024),
        height=whole(256, 1920, 768),
        guidance=number(0, 20, about="How closely the image follows the prompt"),
        seed=_SEED,
        **more,
        **{f"input_image_{place}": image for place in range(4)},
    )


def leonardo(model: Model) -> Pair:
    """lucid-origin and phoenix-1.0, which differ in ranges and in what they send back."""
    if model.response_kind == "binary":
        given = fields(
            "prompt",
            prompt=_PROMPT,
            guidance=number(2, 10, 2, "How closely the image follows the prompt"),
            num_steps=whole(1, 50, 25),
            width=whole(1, 2048, 1024),
            height=whole(1, 2048, 1024),
            seed=_SEED,
            negative_prompt=_NEGATIVE,
        )
        return given, media("image/jpeg")
    given = fields(
        "prompt",
        prompt=_PROMPT,
        guidance=number(0, 10, 4.5, "How closely the image follows the prompt"),
        num_steps=whole(1, 40),
        steps=whole(1, 40),
        width=whole(1, 2500, 1120),
        height=whole(1, 2500, 1120),
        seed=_SEED,
    )
    return given, _base64_image()


def stable_diffusion(model: Model) -> Pair:
    given = fields(
        "prompt",
        prompt=_PROMPT,
        negative_prompt=_NEGATIVE,
        width=whole(256, 2048, about="Pixels"),
        height=whole(256, 2048, about="Pixels"),
        num_steps=whole(1, 20, 20),
        guidance=number(default=7.5, about="How closely the image follows the prompt"),
        strength=number(0, 1, 1, "How much the source image is changed"),
        seed=_SEED,
        image=byte_array("The source image, for image to image and inpainting"),
        image_b64=text("The source image in Base64 format"),
        mask=byte_array("Where to paint: white is painted over, black stays"),
    )
    return given, media("image/png")


def _image_or(single: Schema) -> Schema:
    return one_of(dict(RAW_BYTES), single)


def _picture() -> Schema:
    return byte_array("The picture as unsigned 8 bit numbers")


def classifier(model: Model) -> Pair:
    label = fields(label=text("The predicted label"), score=number(about="From 0 to 1"))
    result = {**listed(label), "contentType": "application/json"}
    return _image_or(fields("image", image=_picture())), result


def detector(model: Model) -> Pair:
    box = fields(xmin=number(), ymin=number(), xmax=number(), ymax=number())
    found = fields(score=number(), label=text(), box=box)
    return _image_or(fields("image", image=_picture())), {
        **listed(found),
        "contentType": "application/json",
    }


def captioner(model: Model) -> Pair:
    given = fields(
        "image",
        image=_picture(),
        prompt=text("What to ask about the picture"),
        max_tokens=whole(1, default=512),
        temperature=number(0, 5),
        top_p=number(0, 2),
        top_k=number(0),
        seed=number(),
        repetition_penalty=number(),
        frequency_penalty=number(),
        presence_penalty=number(),
        raw=flag(default=False),
    )
    return _image_or(given), answer(description=text())


def moondream(model: Model) -> Pair:
    point = fields(x=number(), y=number())
    found = fields(x_min=number(), y_min=number(), x_max=number(), y_max=number())
    given = fields(
        "image",
        task=choice("query", "caption", "point", "detect", default="query"),
        image=text("A data URI, or a public https address", least=1),
        question=text("For query"),
        caption_length=choice("short", "normal", "long", default="normal"),
        target=text("What to look for, for point and detect"),
        reasoning=flag(default=False),
        max_objects=whole(1, 500),
        max_tokens=whole(1, 2048),
        temperature=number(0, 2),
        top_p=number(0, 1),
        stream=flag("point and detect cannot stream", default=True),
    )
    result = answer(
        answer=text(),
        caption=text(),
        points=listed(point),
        objects=listed(found),
        reasoning=fields(text=text(), grounding=listed({})),
        finish_reason=text(),
        metrics={"type": "object"},
    )
    sse: Schema = {"type": "string", "contentType": "text/event-stream", "format": "binary"}
    return given, one_of(result, sse)
