"""What a request for a picture says in its body, for each shape (workers-ai §8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.client.images.asking import JPEG, grey_png, png, request_for, text_of
from tests.client.wire import CLOUDFLARE
from workbench.client.images import generate, images, run, run_form
from workbench.client.images.masks import see_through
from workbench.client.images.ways import image_way_of
from workbench.client.payloads import Payload
from workbench.domain.errors import InvalidInput
from workbench.domain.images import pngs
from workbench.domain.images.abilities import Abilities, Shape
from workbench.domain.images.formats import digest_of
from workbench.domain.images.requests import ImageRequest
from workbench.gateway.sandbox.media.multipart import Form, read_form

_MAKERS = {
    Shape.RUN: run.payload_of,
    Shape.RUN_FORM: run_form.payload_of,
    Shape.GENERATE: generate.payload_of,
    Shape.IMAGES: images.payload_of,
}


def payload(request: ImageRequest) -> Payload:
    return _MAKERS[request.abilities.shape](request, image_way_of(CLOUDFLARE, request))


def body(request: ImageRequest) -> Any:
    made = payload(request)
    assert made.content_type == "application/json"
    return json.loads(made.body)


def form(request: ImageRequest) -> Form:
    made = payload(request)
    return read_form(made.body, made.content_type)


def files(form: Form) -> Mapping[str, bytes]:
    return {part.name: part.data for part in form.parts if part.filename}


# run


def test_only_what_is_set_is_sent() -> None:
    assert body(request_for()) == {"prompt": "a fox"}


def test_every_setting_has_its_name_on_the_wire() -> None:
    abilities = Abilities(name_of_steps="num_steps")
    request = request_for(
        abilities=abilities,
        negative_prompt="blur",
        width=512,
        height=256,
        steps=4,
        guidance=0.0,
        seed=0,
        strength=0.5,
    )
    assert body(request) == {
        "prompt": "a fox", "negative_prompt": "blur", "width": 512, "height": 256, "num_steps": 4, "guidance": 0.0,
        "seed": 0, "strength": 0.5,
    }  # fmt: skip


def test_a_source_goes_as_base64_and_a_mask_as_bytes() -> None:
    source, mask = png(shade=9), png(shade=255)
    sent = body(request_for(source=source, mask=mask))
    assert sent["image_b64"] == text_of(source)
    assert bytes(sent["mask"]) == mask


def test_a_third_partys_model_gets_an_input_around_the_rest() -> None:
    sent = body(request_for(model="google/imagen-4", aspect_ratio="16:9"))
    assert sent == {"model": "google/imagen-4", "input": {"prompt": "a fox", "aspect_ratio": "16:9"}}


# run, as a form


def test_flux_2_gets_a_form_even_for_a_prompt_alone() -> None:
    sent = form(request_for(Shape.RUN_FORM, "ein Füchslein 🦊"))
    assert sent.texts() == {"prompt": "ein Füchslein 🦊"}
    assert files(sent) == {}


def test_settings_and_pictures_are_parts_of_the_form() -> None:
    first, second = png(shade=1), JPEG
    request = request_for(
        Shape.RUN_FORM, references=(first, second), width=512, height=256, steps=9, guidance=3.5, seed=7
    )
    sent = form(request)
    assert sent.texts() == {
        "prompt": "a fox", "width": "512", "height": "256", "steps": "9", "guidance": "3.5", "seed": "7",
    }  # fmt: skip
    assert files(sent) == {"input_image_0": first, "input_image_1": second}
    kinds = {part.filename: part.content_type for part in sent.parts if part.filename}
    assert kinds == {"input_image_0.png": "image/png", "input_image_1.jpg": "image/jpeg"}


def test_the_picture_to_start_from_is_the_first_of_them() -> None:
    request = request_for(Shape.RUN_FORM, source=png(shade=1), references=(png(shade=2),))
    assert files(form(request)) == {"input_image_0": png(shade=1), "input_image_1": png(shade=2)}


def test_equal_requests_are_equal_bytes_and_others_are_not() -> None:
    request = request_for(Shape.RUN_FORM, references=(png(),))
    assert payload(request) == payload(request)
    other = request_for(Shape.RUN_FORM, references=(png(shade=1),))
    assert payload(other).content_type != payload(request).content_type


# generateContent


def test_pictures_come_before_the_prompt_and_pictures_are_asked_for() -> None:
    request = request_for(Shape.GENERATE, source=png(), references=(JPEG,), aspect_ratio="16:9", seed=3)
    assert body(request) == {
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"inlineData": {"mimeType": "image/png", "data": text_of(png())}},
                    {"inlineData": {"mimeType": "image/jpeg", "data": text_of(JPEG)}},
                    {"text": "a fox"},
                ],
            }
        ],
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": "16:9"},
            "seed": 3,
        },
    }


def test_what_is_not_set_is_not_configured() -> None:
    assert body(request_for(Shape.GENERATE))["generationConfig"] == {"responseModalities": ["TEXT", "IMAGE"]}


# OpenAI's


def test_a_generation_is_json_with_one_size() -> None:
    sent = body(request_for(Shape.IMAGES, width=1024, height=1536))
    assert sent == {"model": "gpt-image-2.5-flare", "prompt": "a fox", "size": "1024x1536"}


@pytest.mark.parametrize("model", ["openai/dall-e-3", "grok/grok-2-image", "sd-turbo"])
def test_who_would_answer_with_an_address_is_asked_for_the_picture(model: str) -> None:
    assert body(request_for(Shape.IMAGES, model=model))["response_format"] == "b64_json"


def test_an_edit_is_a_form_and_its_mask_is_see_through_where_it_was_white() -> None:
    mask = grey_png([b"\x00\xff\x80"])
    sent = form(request_for(Shape.IMAGES, source=png(), mask=mask))
    assert sent.texts() == {"model": "gpt-image-2.5-flare", "prompt": "a fox"}
    assert files(sent)["image"] == png()
    back = pngs.decode(pngs.mask_of_transparency(files(sent)["mask"]))
    assert [back.rows[0][at] for at in (0, 3, 6)] == [0x00, 0xFF, 0x80]


def test_several_pictures_are_an_array() -> None:
    sent = form(request_for(Shape.IMAGES, source=png(), references=(png(shade=1), png(shade=2))))
    assert [part.name for part in sent.parts if part.filename] == ["image[]"] * 3


def test_a_mask_that_cannot_be_read_is_said_at_the_mask() -> None:
    for mask in (JPEG, grey_png([b"\0" * 4])[:45]):
        with pytest.raises(InvalidInput) as caught:
            see_through(mask)
        assert (caught.value.field, bool(caught.value.why)) == ("mask", True)


# what a record keeps


@pytest.mark.parametrize("shape", Shape)
def test_a_record_keeps_a_word_in_place_of_each_picture(shape: Shape) -> None:
    picture = png(shade=7)
    made = payload(request_for(shape, source=picture, mask=grey_png([b"\xff"]), references=(picture,)))
    kept = made.shown.decode()
    assert f"[image/png, {len(picture)} bytes, SHA-256 {digest_of(picture)}]" in kept
    assert text_of(picture) not in kept
    assert "a fox" in kept
    if made.content_type == "application/json":
        json.loads(kept)
    else:
        read_form(made.shown, made.content_type)


def test_a_body_without_pictures_is_kept_as_it_is() -> None:
    for shape in Shape:
        made = payload(request_for(shape))
        assert made.shown == made.body
