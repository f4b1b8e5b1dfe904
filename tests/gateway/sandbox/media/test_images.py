"""Making pictures at every door: the documented shapes, limits and errors."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.gateway.sandbox.media.asking import answered, asked, form, header, ran, refused, result
from tests.gateway.sandbox.media.test_picture import painted, written
from workbench.domain.images import pngs
from workbench.gateway.sandbox.media.tasks import Kind


def shown(text: str) -> pngs.Pixels:
    return pngs.decode(base64.b64decode(text))


def test_flux_1_answers_with_base64_in_the_envelope_and_charges_tiles_and_steps() -> None:
    reply = answered(ran("flux-1-schnell", {"prompt": "a fox"}))
    assert shown(json.loads(reply.body)["result"]["image"]).width == 1024
    assert header(reply, "cf-ai-neurons") == "57.60"
    assert header(reply, "x-workbench-engine") == "simulated"
    assert "JPEG" in header(reply, "x-workbench-note")


@pytest.mark.parametrize("name", ["width", "height", "seed"])
def test_flux_1_takes_no_size_and_no_seed(name: str) -> None:
    error = refused(ran("flux-1-schnell", {"prompt": "a fox", name: 512}))
    assert (error.status, error.code, error.pointer) == (400, 5006, f"/{name}")
    assert f"Additional or unevaluated properties '/{name}'" in error.message


@pytest.mark.parametrize(
    ("model", "body", "pointer"),
    [
        ("flux-1-schnell", {}, "/prompt"),
        ("flux-1-schnell", {"prompt": ""}, "/prompt"),
        ("flux-1-schnell", {"prompt": 5}, "/prompt"),
        ("flux-1-schnell", {"prompt": "x" * 2049}, "/prompt"),
        ("flux-1-schnell", {"prompt": "x", "steps": 9}, "/steps"),
        ("lucid-origin", {"prompt": "x", "width": 2501}, "/width"),
        ("phoenix-1.0", {"prompt": "x", "guidance": 1}, "/guidance"),
        ("stable-diffusion-xl-base-1.0", {"prompt": "x", "num_steps": 21}, "/num_steps"),
        ("stable-diffusion-xl-base-1.0", {"prompt": "x", "width": 255}, "/width"),
        ("stable-diffusion-v1-5-img2img", {"prompt": "x"}, "/image_b64"),
        ("flux-2-dev", {"prompt": "x"}, "/multipart"),
    ],
)
def test_what_is_wrong_is_pointed_at(model: str, body: dict[str, Any], pointer: str) -> None:
    error = refused(ran(model, body))
    assert (error.status, error.code, error.pointer) == (400, 5006, pointer)
    assert error.message.startswith("AiError: Bad input: Error: ")


def test_a_binary_model_sends_the_picture_itself() -> None:
    reply = answered(ran("stable-diffusion-xl-lightning", {"prompt": "x", "width": 300, "height": 260}))
    assert header(reply, "content-type") == "image/png"
    assert pngs.decode(reply.body).width == 300
    assert header(reply, "cf-ai-neurons") == "0.00"
    assert header(reply, "x-workbench-note") == ""


def test_the_true_type_is_told_where_jpeg_was_declared() -> None:
    reply = answered(ran("phoenix-1.0", {"prompt": "x"}))
    assert header(reply, "content-type") == "image/png"
    assert "cannot write JPEG" in header(reply, "x-workbench-note")


def test_a_seed_decides_and_a_negative_prompt_counts() -> None:
    def drawn(**more: Any) -> str:
        return str(
            result(ran("lucid-origin", {"prompt": "a fox", "width": 64, "height": 64, **more}))["image"]
        )

    assert drawn(seed=1) == drawn(seed=1)
    assert drawn(seed=1) != drawn(seed=1, num_steps=9)
    assert drawn(seed=1) != drawn(seed=1, guidance=9)
    assert len({drawn(seed=1), drawn(seed=2), drawn()}) == 3
    sd = {"prompt": "x", "seed": 1, "width": 256, "height": 256}
    plain = answered(ran("dreamshaper-8-lcm", sd)).body
    assert answered(ran("dreamshaper-8-lcm", {**sd, "negative_prompt": "blur"})).body != plain


def test_image_to_image_keeps_the_proportions_of_its_source() -> None:
    source = base64.b64encode(painted((10, 200, 10), 400, 300)).decode()
    reply = answered(ran("stable-diffusion-v1-5-img2img", {"prompt": "x", "image_b64": source}))
    made = pngs.decode(reply.body)
    assert (made.width, made.height) == (400, 300)


def test_inpainting_takes_byte_arrays_and_keeps_what_is_black() -> None:
    source = painted((255, 255, 255), 256, 256)
    mask = written(256, 256, 8, 0, (b"\0" + bytes(256)) * 256)
    body = {"prompt": "x", "image": list(source), "mask": list(mask)}
    made = pngs.decode(answered(ran("stable-diffusion-v1-5-inpainting", body)).body)
    assert made.rows[128] == b"\xff" * 768


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"image_b64": "data:image/png;base64,AAAA"}, 5004),
        ({"image_b64": "####"}, 5004),
        ({"image_b64": "AAAA"}, 3030),
        ({"image": [300]}, 5006),
        ({"image": [1, 2, 3]}, 3030),
    ],
)
def test_a_source_that_is_no_picture_is_refused(more: dict[str, Any], code: int) -> None:
    assert refused(ran("stable-diffusion-v1-5-img2img", {"prompt": "x", **more})).code == code


def flux2(*parts: Any) -> Any:
    body, content_type = form(*parts)
    return ran("flux-2-dev", raw=body, content_type=content_type)


def test_flux_2_reads_a_form_and_shows_its_references() -> None:
    fields = (("prompt", "a fox"), ("width", "512"), ("height", "256"), ("seed", "5"), ("steps", "10"))
    plain = answered(flux2(*fields))
    assert shown(json.loads(plain.body)["result"]["image"]).height == 256
    assert header(plain, "cf-ai-neurons") == "375.00"
    with_picture = answered(flux2(*fields, ("input_image_0", painted((1, 2, 3)), "a.png")))
    assert header(with_picture, "cf-ai-neurons") == "562.50"
    assert plain.body != with_picture.body


def test_flux_2_refuses_a_large_reference_and_a_wrong_field() -> None:
    large = painted((1, 2, 3), 513, 8)
    assert refused(flux2(("prompt", "x"), ("input_image_1", large, "a.png"))).code == 3030
    assert refused(flux2(("prompt", "x"), ("width", "20"))).pointer == "/width"
    assert refused(flux2(("prompt", "x"), ("width", "wide"))).pointer == "/width"


def test_openai_gets_as_many_pictures_as_it_asked_for() -> None:
    body = {"model": "gpt-image-1", "prompt": "a fox", "n": 2, "size": "256x128", "output_format": "webp"}
    task = asked(Kind.IMAGES, "gpt-image-1", body)
    answer = result(task)
    first, second = (shown(entry["b64_json"]) for entry in answer["data"])
    assert (first.width, first.height) == (256, 128)
    assert first.rows != second.rows
    assert answer["usage"]["total_tokens"] > 0
    assert "webp" in header(answered(task), "x-workbench-note")
    assert header(answered(task), "cf-ai-neurons") == ""


def test_a_picture_by_address_is_a_data_url() -> None:
    answer = result(asked(Kind.IMAGES, "dall-e-3", {"prompt": "a fox", "size": "64x64"}))
    assert answer["data"][0]["url"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("size", ["big", "0x5", "9999x9999"])
def test_a_wrong_size_is_refused_in_plain_words(size: str) -> None:
    error = refused(asked(Kind.IMAGES, "gpt-image-1", {"prompt": "x", "size": size}))
    assert error.pointer == "/size"
    assert "AiError" not in error.message


def test_an_edit_paints_where_the_mask_is_transparent() -> None:
    mask = written(64, 64, 8, 6, b"".join(b"\0" + bytes([9, 9, 9, 255]) * 32 + bytes(128) for _ in range(64)))
    body, content_type = form(
        ("prompt", "night"), ("image[]", painted((255, 255, 255), 64, 64), "a.png"), ("mask", mask, "m.png")
    )
    answer = result(asked(Kind.IMAGE_EDITS, "gpt-image-1", raw=body, content_type=content_type))
    row = shown(answer["data"][0]["b64_json"]).rows[30]
    assert row[:96] == b"\xff" * 96
    assert row[96:] != b"\xff" * 96


def test_an_edit_without_a_picture_is_refused() -> None:
    body, content_type = form(("prompt", "night"))
    assert (
        refused(asked(Kind.IMAGE_EDITS, "gpt-image-1", raw=body, content_type=content_type)).pointer
        == "/image"
    )
