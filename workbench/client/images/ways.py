"""Where a request for a picture goes, for each shape (ai-gateway §1; workers-ai §8)."""

from __future__ import annotations

from urllib.parse import quote

from workbench.client.addresses import Wire, gateway_headers, gateway_url, spelt
from workbench.client.failures import Door, Replacing
from workbench.client.media_ways import (
    MediaWay,
    check_cloudflare,
    check_model,
    completed,
    openai_way,
    run_way,
    way_to,
)
from workbench.domain.errors import InvalidInput
from workbench.domain.images.abilities import Shape
from workbench.domain.images.requests import ImageRequest
from workbench.domain.targets import Connection

GOOGLE = "google-ai-studio"


def image_way_of(
    connection: Connection,
    request: ImageRequest,
    replacement_of: Replacing = lambda _: None,
) -> MediaWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    model = request.model
    check_model(model, wanted="asked for a picture", fitting="makes pictures")
    match request.abilities.shape:
        case Shape.RUN:
            way = run_way(connection, model)
        case Shape.RUN_FORM:
            way = run_way(connection, model, by_name_only="with a form")
        case Shape.GENERATE:
            way = _generate(connection, model)
        case Shape.IMAGES:
            given = request.source is not None or request.references
            way = openai_way(connection, model, "images/edits" if given else "images/generations")
    return completed(way, connection, model, request.options, replacement_of)


def _generate(connection: Connection, model: str) -> MediaWay:
    """Always the gateway's native path: it alone takes several pictures and gives some back (ai-gateway §1.1)."""
    check_cloudflare(connection, model)
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
    return way_to(connection, Door.GATEWAY, url, name, headers)
