"""Where a request for a picture goes and what it carries, for each shape and connection."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.client.images.asking import FLUX_1, FLUX_2, GEMINI, GPT_IMAGE, png, request_for
from tests.client.wire import API_TOKEN, CLOUDFLARE, GATEWAY_TOKEN, LOCAL, OLLAMA, PROVIDER_KEY, server_at
from workbench.client.failures import Door
from workbench.client.images.ways import image_way_of
from workbench.client.media_ways import MediaWay
from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import Failure, InvalidInput, RequestFailed
from workbench.domain.images.abilities import Shape
from workbench.domain.images.requests import ImageRequest
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials

API = "https://api.cloudflare.com/client/v4/accounts/acc/ai/run"
GW = "https://gateway.ai.cloudflare.com/v1/acc/gw"
NO_GATEWAY = replace(CLOUDFLARE, target=replace(CLOUDFLARE.target, gateway=""))
NO_API_TOKEN = replace(CLOUDFLARE, credentials=Credentials(gateway_token=GATEWAY_TOKEN))
WITH_KEYS = replace(
    CLOUDFLARE,
    credentials=replace(
        CLOUDFLARE.credentials, provider_keys={"google-ai-studio": PROVIDER_KEY, "openai": PROVIDER_KEY}
    ),
)


def way(
    shape: Shape, connection: Connection = CLOUDFLARE, request: ImageRequest | None = None, model: str = ""
) -> MediaWay:
    return image_way_of(connection, request or request_for(shape, model=model))


def headers(shape: Shape, connection: Connection = CLOUDFLARE, model: str = "") -> dict[str, str]:
    return dict(way(shape, connection, model=model).headers)


@pytest.mark.parametrize(
    ("shape", "url", "model"),
    [
        (Shape.RUN, f"{API}/{FLUX_1}", FLUX_1),
        (Shape.RUN_FORM, f"{API}/{FLUX_2}", FLUX_2),
        (
            Shape.GENERATE,
            f"{GW}/google-ai-studio/v1beta/models/gemini-2.5-flash-image:generateContent",
            "gemini-2.5-flash-image",
        ),
        (Shape.IMAGES, f"{GW}/openai/images/generations", "gpt-image-2.5-flare"),
    ],
)
def test_each_shape_has_its_address_and_spells_the_model_its_way(shape: Shape, url: str, model: str) -> None:
    found = way(shape)
    assert (found.url, found.model) == (url, model)
    assert not found.named_inside


def test_the_local_gateway_has_the_same_addresses() -> None:
    base = "http://127.0.0.1:8787"
    assert way(Shape.RUN, LOCAL).url == f"{base}/client/v4/accounts/local/ai/run/{FLUX_1}"
    assert way(Shape.GENERATE, LOCAL).url.startswith(
        f"{base}/v1/local/default/google-ai-studio/v1beta/models/"
    )
    assert way(Shape.IMAGES, LOCAL).url == f"{base}/v1/local/default/openai/images/generations"
    assert way(Shape.RUN, LOCAL).asked.local


@pytest.mark.parametrize("more", [{"source": png()}, {"references": (png(),)}], ids=["source", "references"])
def test_pictures_that_come_along_make_it_an_edit(more: dict[str, object]) -> None:
    request = request_for(Shape.IMAGES, **more)  # type: ignore[arg-type]
    assert way(Shape.IMAGES, request=request).url == f"{GW}/openai/images/edits"
    server = replace(request, model="local-model")
    assert way(Shape.IMAGES, OLLAMA, server).url == "http://localhost:11434/v1/images/edits"


def test_a_compatible_server_is_asked_under_its_base_with_its_key_only() -> None:
    request = request_for(Shape.IMAGES, model="sd-turbo", options=GatewayOptions(skip_cache=True))
    found = way(Shape.IMAGES, server_at("http://localhost:8080/v1", Secret("a-server-key")), request)
    assert (found.url, found.model) == ("http://localhost:8080/v1/images/generations", "sd-turbo")
    assert found.asked.door is Door.SERVER
    assert dict(found.headers) == {"accept-encoding": "identity", "authorization": "Bearer a-server-key"}


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("grok/grok-2-image", f"{GW}/grok/v1/images/generations"),
        ("xai/grok-2-image", f"{GW}/grok/v1/images/generations"),
        ("custom-mine/draws", f"{GW}/custom-mine/v1/images/generations"),
        ("gpt-image-1", f"{GW}/openai/images/generations"),
    ],
)
def test_other_providers_are_asked_at_their_own_slug(model: str, url: str) -> None:
    assert way(Shape.IMAGES, model=model).url == url


@pytest.mark.parametrize("model", ["google/gemini-image", "google-ai-studio/gemini-image", "gemini-image"])
def test_google_is_found_under_all_its_names(model: str) -> None:
    found = way(Shape.GENERATE, model=model)
    assert found.url.endswith("/google-ai-studio/v1beta/models/gemini-image:generateContent")


def test_a_third_partys_model_is_named_in_the_body() -> None:
    found = way(Shape.RUN, model="google-ai-studio/imagen-4")
    assert (found.url, found.model, found.named_inside) == (API, "google/imagen-4", True)


def test_workers_ai_takes_the_api_token_and_the_gateway_if_there_is_one() -> None:
    assert headers(Shape.RUN) == {
        "accept-encoding": "identity",
        "authorization": f"Bearer {API_TOKEN.reveal()}",
        "cf-aig-gateway-id": "gw",
    }
    assert "cf-aig-gateway-id" not in headers(Shape.RUN_FORM, NO_GATEWAY)


def test_without_an_api_token_workers_ai_is_asked_through_the_gateway() -> None:
    found = way(Shape.RUN, NO_API_TOKEN, model=f"workers-ai/{FLUX_1}")
    assert (found.url, found.asked.door) == (f"{GW}/workers-ai/{FLUX_1}", Door.GATEWAY)
    token = f"Bearer {GATEWAY_TOKEN.reveal()}"
    sent = dict(found.headers)
    assert (sent["cf-aig-authorization"], sent["authorization"]) == (token, token)


def test_a_providers_key_is_sent_where_the_provider_looks_for_it() -> None:
    google, openai = headers(Shape.GENERATE, WITH_KEYS), headers(Shape.IMAGES, WITH_KEYS)
    assert google["x-goog-api-key"] == PROVIDER_KEY.reveal()
    assert "authorization" not in google
    assert openai["authorization"] == f"Bearer {PROVIDER_KEY.reveal()}"
    for sent in (google, openai):
        assert sent["cf-aig-authorization"] == f"Bearer {GATEWAY_TOKEN.reveal()}"


def test_without_a_key_none_is_sent_so_that_the_stored_one_is_used() -> None:
    for shape in (Shape.GENERATE, Shape.IMAGES):
        assert not {"authorization", "x-goog-api-key"} & headers(shape).keys()


def test_without_a_gateway_the_default_one_is_asked() -> None:
    assert "/v1/acc/default/google-ai-studio/" in way(Shape.GENERATE, NO_GATEWAY).url


def test_options_for_the_gateway_go_along() -> None:
    request = request_for(Shape.GENERATE, options=GatewayOptions(cache_ttl_s=60, metadata={"a": 1}))
    sent = dict(way(Shape.GENERATE, request=request).headers)
    assert (sent["cf-aig-cache-ttl"], sent["cf-aig-metadata"]) == ("60", '{"a": 1}')


@pytest.mark.parametrize(
    ("shape", "model", "connection"),
    [
        (Shape.RUN, FLUX_1, OLLAMA),
        (Shape.RUN_FORM, FLUX_2, OLLAMA),
        (Shape.GENERATE, GEMINI, OLLAMA),
        (Shape.GENERATE, "google-vertex-ai/google/gemini", CLOUDFLARE),
        (Shape.RUN_FORM, "bfl/flux-2", CLOUDFLARE),
        (Shape.RUN, "dynamic/pictures", CLOUDFLARE),
        (Shape.IMAGES, "  ", CLOUDFLARE),
    ],
)
def test_what_cannot_be_asked_there_is_said_at_the_model(
    shape: Shape, model: str, connection: Connection
) -> None:
    with pytest.raises(InvalidInput) as caught:
        way(shape, connection, model=model)
    assert caught.value.field == "model"
    assert caught.value.fix


def test_a_connection_without_a_token_is_not_configured() -> None:
    for shape in Shape:
        with pytest.raises(RequestFailed) as caught:
            way(shape, replace(CLOUDFLARE, credentials=Credentials()))
        assert caught.value.failure is Failure.NOT_CONFIGURED


def test_a_way_shows_no_secret() -> None:
    assert PROVIDER_KEY.reveal() not in repr(way(Shape.GENERATE, WITH_KEYS))
    assert GPT_IMAGE.partition("/")[2] in repr(way(Shape.IMAGES))
