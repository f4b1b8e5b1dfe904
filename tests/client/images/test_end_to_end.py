"""Pictures from a gateway that really runs, with the sandbox behind it: every model, every shape, good days and bad ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.client.images.asking import JPEG, grey_png, made, png, request_for
from tests.client.wire import collected, server_at
from tests.conftest import Run
from tests.fakes.running_local import running_local
from workbench.client.connection import HttpClient, Timeouts
from workbench.domain.chat import ChatMessage, ChatReply, ChatRequest, ChatWire, GatewayOptions, Role
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.images import pngs
from workbench.domain.images.abilities import RATIOS, abilities_of
from workbench.domain.images.fitting import fitted
from workbench.domain.images.formats import size_of
from workbench.domain.images.requests import ImageReply, ImageRequest
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import TEXT_TO_IMAGE, Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials
from workbench.storage.catalogue import offline_models, provider_image_models

TOKEN = Secret("canary-access-token-for-pictures")
CATALOGUE = {model.id: model for model in (*offline_models(), *provider_image_models())}
DRAWING = sorted(model.id for model in CATALOGUE.values() if model.task == TEXT_TO_IMAGE)
KLEIN = "@cf/black-forest-labs/flux-2-klein-4b"
LIGHTNING = "@cf/bytedance/stable-diffusion-xl-lightning"
IMG2IMG = "@cf/runwayml/stable-diffusion-v1-5-img2img"
INPAINTING = "@cf/runwayml/stable-diffusion-v1-5-inpainting"
SCHNELL = "@cf/black-forest-labs/flux-1-schnell"
SANDBOX_IMAGE = "google-ai-studio/sandbox-image"
GPT_IMAGE = "openai/gpt-image-2.5-flare"
SMALL: dict[str, Any] = {"width": 256, "height": 256}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with running_local(tmp_path_factory.mktemp("gateway"), TOKEN) as found:
        yield found


def wanted(model: str, prompt: str = "a red fox in the snow", **more: Any) -> ImageRequest:
    """A request as the queue would make it: fitted to what the model takes."""
    given = {name: more.pop(name) for name in ("source", "mask", "references", "options") if name in more}
    settings = ImageSettings(
        prompt,
        source="s" if given.get("source") else "",
        mask="m" if given.get("mask") else "",
        references=tuple(str(index) for index, _ in enumerate(given.get("references", ()))),
        **more,
    )
    abilities = abilities_of(CATALOGUE.get(model) or Model(model, known=False))
    fit = fitted(settings, abilities)
    assert not fit.problem
    return ImageRequest(model, fit.settings, abilities, **given)


class Asking:
    def __init__(self, run: Run, connection: Connection) -> None:
        self._run = run
        self._connection = connection
        self.record = Exchange("x1", 0.0)

    def __call__(self, request: ImageRequest, **more: Any) -> ImageReply:
        self.record = Exchange("x1", 0.0)
        return self._run(made(HttpClient(), request, self._connection, self.record, **more))

    def fails(self, request: ImageRequest, **more: Any) -> RequestFailed:
        with pytest.raises(RequestFailed) as caught:
            self(request, **more)
        error = caught.value
        assert error.what
        assert error.why
        assert error.fix
        assert self.record.error == error.what
        return error


@pytest.fixture
def ask(run_async: Run, local: Connection) -> Asking:
    return Asking(run_async, local)


def only(reply: ImageReply) -> pngs.Pixels:
    (data,) = reply.images
    return pngs.decode(data)


# good days


@pytest.mark.parametrize("model", DRAWING)
def test_every_model_of_the_catalogue_makes_a_picture(ask: Asking, model: str) -> None:
    inputs: dict[str, Any] = {}
    abilities = abilities_of(CATALOGUE[model])
    if abilities.source_required:
        inputs["source"] = png(300, 260, 200)
    if abilities.mask_required:
        inputs["mask"] = png(300, 260, 255)
    reply = ask(wanted(model, steps=4, guidance=5.0, seed=1, width=320, height=256, **inputs))
    seen = only(reply)
    if abilities.width is not None:
        assert (seen.width, seen.height) == (320, 256)
    assert reply.served.sandbox
    assert reply.served.request_id
    if model.startswith("@cf/"):
        assert reply.served.provider == "workers-ai"
        assert reply.neurons is not None
    else:
        assert reply.neurons is None


def test_a_fixed_seed_gives_the_same_picture_and_another_one_does_not(ask: Asking) -> None:
    first, again, other = (ask(wanted(LIGHTNING, seed=seed, **SMALL)).images for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_image_to_image_builds_on_its_source(ask: Asking) -> None:
    weak, strong = (
        only(ask(wanted(IMG2IMG, source=png(256, 256, 250), strength=strength, seed=1, **SMALL)))
        for strength in (0.0, 1.0)
    )
    assert weak.rows[100] != strong.rows[100]


RIGHT_HALF = grey_png([bytes(128) + b"\xff" * 128] * 256)


def assert_painted_at_the_right(seen: pngs.Pixels) -> None:
    """Where the sandbox's caption and its mark are not."""
    rows = seen.rows[40:160]
    kept = {row[at : at + 3] for row in rows for at in range(0, 3 * 128, 3)}
    painted = {row[at : at + 3] for row in rows for at in range(3 * 128, 3 * 256, 3)}
    assert len(kept) == 1
    assert len(painted) > 1


def test_inpainting_keeps_what_is_black(ask: Asking) -> None:
    reply = ask(wanted(INPAINTING, source=png(256, 256, 255), mask=RIGHT_HALF, seed=1, **SMALL))
    assert_painted_at_the_right(only(reply))


def test_flux_2_looks_at_its_references(ask: Asking) -> None:
    plain = ask(wanted(KLEIN, seed=1, **SMALL))
    reply = ask(wanted(KLEIN, seed=1, references=(png(64, 64, 10), JPEG), **SMALL))
    assert reply.images != plain.images
    assert reply.neurons is not None
    assert plain.neurons is not None
    assert reply.neurons > plain.neurons


def test_flux_2_takes_a_picture_to_start_from_as_its_first_reference(ask: Asking) -> None:
    request = wanted(KLEIN, source=png(64, 64, 10), seed=1, **SMALL)
    assert ask(request).images == ask(wanted(KLEIN, references=(png(64, 64, 10),), seed=1, **SMALL)).images


@pytest.mark.parametrize("ratio", RATIOS)
def test_gemini_draws_in_every_ratio_that_is_offered(ask: Asking, ratio: str) -> None:
    wide, high = map(int, ratio.split(":"))
    seen = only(ask(wanted(SANDBOX_IMAGE, aspect_ratio=ratio)))
    assert seen.width / seen.height == pytest.approx(wide / high, rel=0.05)


def test_gemini_takes_several_pictures_and_a_ratio(ask: Asking) -> None:
    pictures = (png(90, 160, 40), png(64, 64, 220))
    reply = ask(wanted(SANDBOX_IMAGE, references=pictures, aspect_ratio="9:16"))
    (data,) = reply.images
    assert size_of(data) == (768, 1344)
    assert reply.text
    assert reply.tokens_in
    assert reply.tokens_out
    assert data != ask(wanted(SANDBOX_IMAGE, references=pictures[::-1], aspect_ratio="9:16")).images[0]
    assert data != ask(wanted(SANDBOX_IMAGE, references=pictures[:1], aspect_ratio="9:16")).images[0]


def test_openais_edits_paint_where_the_mask_is_white(ask: Asking) -> None:
    reply = ask(wanted(GPT_IMAGE, source=png(256, 256, 255), mask=RIGHT_HALF, **SMALL))
    assert_painted_at_the_right(only(reply))
    assert reply.tokens_out


@pytest.mark.parametrize("inputs", [{}, {"source": png(256, 256, 9)}])
def test_an_openai_compatible_server_is_asked_the_same_way(
    run_async: Run, local: Connection, inputs: dict[str, Any]
) -> None:
    base = f"{local.target.gateway_base}/local/default/openai"
    ask = Asking(run_async, server_at(base, TOKEN))
    for model in ("sd-turbo", "dall-e-3"):
        assert only(ask(wanted(model, **inputs, **SMALL))).width == 256


def test_a_cached_picture_says_so_and_is_the_same_whatever_its_shape(ask: Asking) -> None:
    options = GatewayOptions(cache_ttl_s=600)
    for model in (LIGHTNING, KLEIN, SANDBOX_IMAGE, GPT_IMAGE):
        inputs = {} if model == LIGHTNING else {"references": (png(64, 64, 77),)}
        request = wanted(model, "a cached fox", options=options, seed=5, **SMALL, **inputs)
        first, again = ask(request), ask(request)
        assert (first.served.cache, again.served.cache) == ("MISS", "HIT"), model
        assert first.images == again.images
        assert first.served.log_id


def test_the_record_masks_the_token_and_leaves_the_pictures_out(ask: Asking) -> None:
    ask(wanted(IMG2IMG, source=png(256, 256, 250), **SMALL))
    record = ask.record
    assert (record.status, record.error) == (200, "")
    assert TOKEN.reveal() not in repr(record)
    assert json.loads(record.request_body)["image_b64"].startswith("[image/png")


# bad days


def ordered(model: str, orders: str) -> ImageRequest:
    return wanted(model, f"a fox\n[sandbox {orders}]", **SMALL)


EVERY_WAY = [SCHNELL, LIGHTNING, KLEIN, SANDBOX_IMAGE, GPT_IMAGE]


@pytest.mark.parametrize("model", EVERY_WAY)
def test_a_refusal_says_that_the_content_is_the_trouble(ask: Asking, model: str) -> None:
    error = ask.fails(ordered(model, "refuse"))
    assert (error.failure, error.retryable) == (Failure.BLOCKED, False)


@pytest.mark.parametrize("model", [SCHNELL, LIGHTNING, KLEIN])
def test_a_flagged_prompt_has_its_number(ask: Asking, model: str) -> None:
    error = ask.fails(ordered(model, "code=3030"))
    assert (error.failure, error.status, error.code) == (Failure.BLOCKED, 400, 3030)
    assert error.maker is Maker.WORKERS_AI


@pytest.mark.parametrize("model", EVERY_WAY)
def test_a_429_says_how_long_to_wait(ask: Asking, model: str) -> None:
    error = ask.fails(ordered(model, "status=429 retry-after=3"))
    assert (error.status, error.retry_after_s, error.retryable) == (429, 3.0, True)


@pytest.mark.parametrize("model", EVERY_WAY)
def test_an_answer_that_breaks_off_is_a_cut(ask: Asking, model: str) -> None:
    error = ask.fails(ordered(model, "cut-after=5"))
    assert (error.failure, error.retryable) == (Failure.CUT, True)


@pytest.mark.parametrize("model", EVERY_WAY)
def test_half_an_answer_is_none(ask: Asking, model: str) -> None:
    error = ask.fails(ordered(model, "malformed-after=5"))
    assert error.failure is (Failure.CUT if model == LIGHTNING else Failure.PROTOCOL)
    assert error.status is None


@pytest.mark.parametrize("orders", ["hang", "hang-after=5"])
@pytest.mark.parametrize("model", [SCHNELL, SANDBOX_IMAGE])
def test_silence_is_a_timeout(ask: Asking, model: str, orders: str) -> None:
    error = ask.fails(ordered(model, orders), timeouts=Timeouts(first_byte_s=2.0, idle_s=0.5))
    assert (error.failure, error.retryable) == (Failure.TIMEOUT, True)


def test_what_the_model_does_not_take_is_named(ask: Asking) -> None:
    request = request_for(model=SCHNELL, width=512)
    error = ask.fails(request)
    assert (error.failure, error.code) == (Failure.BAD_REQUEST, 5006)
    assert "/width" in error.why


def test_a_source_that_is_none_is_refused(ask: Asking) -> None:
    error = ask.fails(wanted(IMG2IMG, source=b"no picture at all", **SMALL))
    assert error.code == 3030


def test_a_model_that_is_not_there_and_a_wrong_token_are_told(ask: Asking, local: Connection) -> None:
    assert ask.fails(wanted("@cf/nobody/nothing")).failure is Failure.MODEL_NOT_FOUND
    stranger = replace(local, credentials=Credentials(Secret("some-other-token")))
    for model in EVERY_WAY:
        error = Asking(ask._run, stranger).fails(wanted(model))
        assert error.failure is Failure.UNAUTHORIZED


# looking at a picture


OUTFIT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "garments": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": ["top", "trousers", "dress", "shoes", "other"]},
                    "colour": {"type": "string"},
                    "pattern": {"type": "string"},
                },
                "required": ["kind", "colour"],
                "additionalProperties": False,
            },
        },
        "style": {"type": "string"},
    },
    "required": ["garments", "style"],
    "additionalProperties": False,
}
PHOTO = ChatMessage(Role.USER, "Describe the outfit as JSON.", pictures=(png(300, 400, 90),))


def looked_at(
    run: Run, local: Connection, model: str, wire: ChatWire = ChatWire.AUTO, **more: Any
) -> ChatReply:
    request = ChatRequest(model, (PHOTO,), wire=wire, **more)
    return run(collected(HttpClient(), request, local, model_of=CATALOGUE.get))


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("model", "wire"),
    [
        ("@cf/meta/llama-4-scout-17b-16e-instruct", ChatWire.V1),
        ("@cf/meta/llama-4-scout-17b-16e-instruct", ChatWire.RUN),
        ("@cf/meta/llama-3.2-11b-vision-instruct", ChatWire.V1),
        ("@cf/meta/llama-3.2-11b-vision-instruct", ChatWire.RUN),
        ("@cf/google/gemma-4-26b-a4b-it", ChatWire.RUN),
        ("@cf/google/gemma-4-26b-a4b-it", ChatWire.COMPAT),
        ("google-ai-studio/gemini-2.5-flash", ChatWire.AUTO),
        ("openai/gpt-4.1", ChatWire.RUN),
    ],
)
def test_a_photo_goes_in_and_json_that_fits_the_schema_comes_out(
    run_async: Run, local: Connection, model: str, wire: ChatWire, stream: bool
) -> None:
    wanted_format = {"type": "json_schema", "json_schema": {"name": "outfit", "schema": OUTFIT}}
    reply = looked_at(run_async, local, model, wire, response_format=wanted_format, stream=stream)
    Draft202012Validator(OUTFIT).validate(json.loads(reply.text))
    assert reply.usage.prompt_tokens
    assert reply.served.sandbox


@pytest.mark.parametrize(
    ("model", "wire"),
    [
        ("@cf/meta/llama-4-scout-17b-16e-instruct", ChatWire.V1),
        ("@cf/meta/llama-3.2-11b-vision-instruct", ChatWire.RUN),
        ("anthropic/claude-sonnet-4.5", ChatWire.V1),
        ("google-ai-studio/gemini-2.5-flash", ChatWire.COMPAT),
    ],
)
def test_the_photo_is_really_seen(run_async: Run, local: Connection, model: str, wire: ChatWire) -> None:
    assert "300 × 400" in looked_at(run_async, local, model, wire).text


def test_a_compatible_server_sees_it_too(run_async: Run, local: Connection) -> None:
    base = f"{local.target.gateway_base}/local/default/openai"
    assert "300 × 400" in looked_at(run_async, server_at(base, TOKEN), "gpt-4.1").text
