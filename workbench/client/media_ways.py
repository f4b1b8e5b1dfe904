"""Where a request for something other than chat goes, and what it carries in its headers (ai-gateway §1, §2)."""

from __future__ import annotations

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
    option_headers,
    secrets_of,
    server_headers,
    server_url,
    spelt,
)
from workbench.client.failures import Asked, Door, Replacing
from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import InvalidInput
from workbench.domain.gateways import is_route
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection

_WITHOUT_VERSION = frozenset({"openai", "groq"})
"""Providers whose slug stands for OpenAI's addresses as a whole; the others have them behind `v1/` (ai-gateway §1.3)."""


@dataclass(frozen=True, slots=True)
class MediaWay:
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
        return f"MediaWay({self.model})"


def check_model(model: str, *, wanted: str, fitting: str) -> None:
    """Raises InvalidInput for no model, and for a route. wanted, fitting: "asked for a picture", "makes pictures"."""
    if not model.strip():
        raise InvalidInput("No model is chosen.", field="model", fix="Pick a model from the list.")
    if is_route(model):
        raise InvalidInput(
            f"“{model}” cannot be {wanted}.",
            field="model",
            why="Routes of a gateway lead to models that answer in words.",
            fix=f"Pick a model that {fitting}.",
        )


def run_way(connection: Connection, model: str, *, by_name_only: str = "") -> MediaWay:
    """Cloudflare's REST family; the gateway's own address where there is no API token, as chat does.

    by_name_only: how a request is put that has no place for a model's name, "" for one that has. Raises RequestFailed
    (NOT_CONFIGURED), InvalidInput.
    """
    check_cloudflare(connection, model)
    name = spelt(model, Wire.RUN)
    own = name.startswith(("@cf/", "@hf/"))
    if own and not connection.credentials.api_token:
        url = gateway_url(connection.target, f"/{WORKERS_AI}/{_quoted(name)}")
        return way_to(connection, Door.GATEWAY, url, name, gateway_headers(connection, WORKERS_AI))
    headers = api_headers(connection)
    if own:
        url = api_url(connection.target, f"/ai/run/{_quoted(name)}")
        return way_to(connection, Door.API, url, name, headers)
    if by_name_only:
        raise InvalidInput(
            f"“{model}” cannot be asked {by_name_only}.",
            field="model",
            why="Only Workers AI's own models, whose names begin with @cf/, have such an address.",
            fix="Pick another model.",
        )
    way = way_to(connection, Door.API, api_url(connection.target, "/ai/run"), name, headers)
    return replace(way, named_inside=True)


def openai_way(connection: Connection, model: str, path: str) -> MediaWay:
    """An address of OpenAI's, at a server or behind a provider's slug; path: such as `images/edits`."""
    if not connection.target.can.cloudflare_api:
        url = server_url(connection.target, f"/{path}")
        return way_to(connection, Door.SERVER, url, model, server_headers(connection))
    slug, slash, name = spelt(model, Wire.COMPAT).partition("/")
    if not slash:
        slug, name = "openai", slug
    version = "" if slug in _WITHOUT_VERSION else "v1/"
    url = gateway_url(connection.target, f"/{quote(slug, safe='')}/{version}{path}")
    return way_to(connection, Door.GATEWAY, url, name, gateway_headers(connection, slug))


def way_to(connection: Connection, door: Door, url: str, model: str, headers: Headers) -> MediaWay:
    return MediaWay(url, model, asked_of(connection, door), headers, secrets_of(connection))


def completed(
    way: MediaWay,
    connection: Connection,
    model: str,
    options: GatewayOptions,
    replacement_of: Replacing,
) -> MediaWay:
    """With the gateway's options, and for the model as the user calls it."""
    told = option_headers(options) if connection.target.can.cloudflare_api else ()
    return replace(
        way,
        asked=replace(way.asked, model=model, replacement_of=replacement_of),
        headers=(IDENTITY, *way.headers, *told),
    )


def check_cloudflare(connection: Connection, model: str) -> None:
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
