"""Where a request for a picture goes, and what it carries in its headers, for each shape (ai-gateway §1, §2; workers-ai §8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from workbench.client.addresses import (
    IDENTITY,
    WORKERS_AI,
    Headers,
    Wire,
    api_headers,
    api_url,
    asked_of,
    gateway_headers,
    gateway_url,
    is_route,
    option_headers,
    secrets_of,
    server_headers,
    server_url,
    spelt,
)
from workbench.client.failures import Asked, Door
from workbench.domain.errors import InvalidInput
from workbench.domain.images.abilities import Shape
from workbench.domain.images.requests import ImageRequest
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection

GOOGLE = "google-ai-studio"
_IMAGES = {"openai": "images"}
"""Where a provider has OpenAI's image addresses, behind its slug; the others have them behind `v1/` (ai-gateway §1.3)."""


@dataclass(frozen=True, slots=True)
class ImageWay:
    """How to get there. model: as the one who is asked spells it. headers: with credentials, without the content type.

    named_inside: the body is `{"model", "input"}`, for the address does not name the model.
    """

    url: str
    model: str
    asked: Asked
    headers: Headers
    secrets: tuple[Secret, ...]
    named_inside: bool = False

    def __repr__(self) -> str:  # headers hold revealed secrets
        return f"ImageWay({self.model})"


def image_way_of(
    connection: Connection,
    request: ImageRequest,
    replacement_of: Callable[[str], str | None] = lambda _: None,
) -> ImageWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    model = request.model
    if not model.strip():
        raise InvalidInput("No model is chosen.", field="model", fix="Pick a model from the list.")
    if is_route(model):
        raise InvalidInput(
            f"“{model}” cannot be asked for a picture.",
            field="model",
            why="Routes of a gateway lead to models that answer in words.",
            fix="Pick a model that makes pictures.",
        )
    match request.abilities.shape:
        case Shape.RUN | Shape.RUN_FORM:
            way = _run(connection, model, request.abilities.shape)
        case Shape.GENERATE:
            way = _generate(connection, model)
        case Shape.IMAGES:
            way = _images(connection, request)
    options = option_headers(request.options) if connection.target.can.cloudflare_api else ()
    return replace(
        way,
        asked=replace(way.asked, model=model, replacement_of=replacement_of),
        headers=(IDENTITY, *way.headers, *options),
    )


def _run(connection: Connection, model: str, shape: Shape) -> ImageWay:
    """Cloudflare's REST family; the gateway's own address where there is no API token, as chat does."""
    _needs_cloudflare(connection, model)
    name = spelt(model, Wire.RUN)
    own = name.startswith(("@cf/", "@hf/"))
    if own and not connection.credentials.api_token:
        url = gateway_url(connection.target, f"/{WORKERS_AI}/{_quoted(name)}")
        return _way(connection, Door.GATEWAY, url, name, gateway_headers(connection, WORKERS_AI))
    headers = api_headers(connection)
    if own:
        return _way(
            connection, Door.API, api_url(connection.target, f"/ai/run/{_quoted(name)}"), name, headers
        )
    if shape is Shape.RUN_FORM:
        raise InvalidInput(
            f"“{model}” cannot be asked with a form.",
            field="model",
            why="Only Workers AI's own models, whose names begin with @cf/, have such an address.",
            fix="Pick another model.",
        )
    way = _way(connection, Door.API, api_url(connection.target, "/ai/run"), name, headers)
    return replace(way, named_inside=True)


def _generate(connection: Connection, model: str) -> ImageWay:
    """Always the gateway's native path: it alone takes several pictures and gives some back (ai-gateway §1.1)."""
    _needs_cloudflare(connection, model)
    slug, slash, name = spelt(model, Wire.COMPAT).partition("/")
    if not slash:
        slug, name = GOOGLE, slug
    if slug != GOOGLE or not name:
        raise InvalidInput(
            f"“{model}” cannot be asked this way.",
            field="model",
            why="Only models of Google AI Studio have an address for it.",
            fix=f"Pick a model whose name begins with “{GOOGLE}/”.",
        )
    url = gateway_url(connection.target, f"/{GOOGLE}/v1beta/models/{quote(name, safe='')}:generateContent")
    headers = gateway_headers(connection, GOOGLE, key_in="x-goog-api-key")
    return _way(connection, Door.GATEWAY, url, name, headers)


def _images(connection: Connection, request: ImageRequest) -> ImageWay:
    """`images/edits` where pictures come along, else `images/generations`."""
    given = request.source is not None or request.references
    tail = "edits" if given else "generations"
    model = request.model
    if not connection.target.can.cloudflare_api:
        url = server_url(connection.target, f"/images/{tail}")
        return _way(connection, Door.SERVER, url, model, server_headers(connection))
    slug, slash, name = spelt(model, Wire.COMPAT).partition("/")
    if not slash:
        slug, name = "openai", slug
    url = gateway_url(connection.target, f"/{quote(slug, safe='')}/{_IMAGES.get(slug, 'v1/images')}/{tail}")
    return _way(connection, Door.GATEWAY, url, name, gateway_headers(connection, slug))


def _way(connection: Connection, door: Door, url: str, model: str, headers: Headers) -> ImageWay:
    return ImageWay(url, model, asked_of(connection, door), headers, secrets_of(connection))


def _needs_cloudflare(connection: Connection, model: str) -> None:
    if not connection.target.can.cloudflare_api:
        raise InvalidInput(
            f"“{connection.target.name}” cannot be asked for “{model}”.",
            field="model",
            why="This connection is an OpenAI-compatible server; the model is one of Cloudflare's or Google's.",
            fix="Use a Cloudflare connection or the local gateway, or pick a model of this server.",
        )


def _quoted(model: str) -> str:
    """The slashes stay as they are (workers-ai §1)."""
    return quote(model, safe="/@:")
