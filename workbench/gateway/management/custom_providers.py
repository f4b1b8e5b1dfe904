"""Custom providers (ai-gateway §9.5): servers of the user's own, called as `custom-{slug}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from workbench.domain.gateways import CustomProvider
from workbench.domain.ids import new_id
from workbench.domain.secret import MASK
from workbench.domain.upstream_addresses import base_url_problem
from workbench.gateway.configuration import Configuration
from workbench.gateway.configured.custom_providers import HEADERS
from workbench.gateway.management.answers import (
    Page,
    Problem,
    Refused,
    Request,
    listed,
    query_flag,
    result,
    told_time,
)
from workbench.gateway.management.fields import Fields
from workbench.gateway.replies import Reply

_KEPT = ("beta", "curl_example", "js_example")
_NOT_OURS = frozenset(
    {
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
        "expect",
    }
)
"""Headers that say how this one request travels; a fixed value would break it."""
_ORDERS = ("created_at", "modified_at", "name", "slug", "position")
_header_values = msgspec.json.Decoder(dict[str, str])


class CustomProviderCalls:
    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._providers = configuration.custom

    async def list(self, request: Request) -> Reply:
        """Filtered by `search` (id, name, slug), `enable` and `beta`, in `order_by`'s order."""
        query = request.query
        search, enable, beta = (
            query.get("search", "").lower(),
            query_flag(query, "enable"),
            query_flag(query, "beta"),
        )
        found = [
            one
            for one in self._providers.all()
            if any(search in text.lower() for text in (one.id, one.name, one.slug))
            and enable in (None, one.enable)
            and beta in (None, bool(one.other.get("beta")))
        ]
        order = query.get("order_by") or "created_at"
        if order not in _ORDERS:
            raise Refused(Problem(f"Expected one of {', '.join(_ORDERS)}", ("query", "order_by")))
        found.sort(key=lambda one: getattr(one, order))
        return listed(found, Page.of(query), provider_told)

    async def create(self, request: Request) -> Reply:
        body = Fields(request.json())
        body.need("name", "slug", "base_url")
        slug = body.name("slug", r"[a-z0-9][a-z0-9-]{0,63}", "1 to 64 lower-case letters, digits and -")
        provider, headers = _read(body, CustomProvider(new_id(), "", slug, ""), {})
        return result(provider_told(await self._providers.add(provider, headers)), self._configuration.note)

    async def get(self, provider_id: str, request: Request) -> Reply:
        return result(provider_told(self._providers.get(provider_id)))

    async def update(self, provider_id: str, request: Request) -> Reply:
        """Only what is sent is changed."""
        before = self._providers.get(provider_id)
        body = Fields(request.json())
        if body.has("slug") and body.raw("slug") != before.slug:
            body.wrong("The slug cannot be changed: routes and keys refer to it", "slug")
        provider, headers = _read(body, before, await self._providers.headers(before))
        return result(provider_told(await self._providers.replace(provider, headers)))

    async def delete(self, provider_id: str, request: Request) -> Reply:
        return result(provider_told(await self._providers.delete(provider_id)))


def _read(
    body: Fields, before: CustomProvider, headers: Mapping[str, str]
) -> tuple[CustomProvider, Mapping[str, str]]:
    """before with what the body says, and its extra headers. Raises Refused."""
    if body.has(HEADERS):
        headers = _headers(body, headers)
    kept = {name: body.raw(name) for name in _KEPT if body.raw(name) is not None}
    body.flag("beta", False)
    body.text("curl_example", most=10_000)
    body.text("js_example", most=10_000)
    provider = CustomProvider(
        id=before.id,
        name=body.text("name", before.name, most=200),
        slug=before.slug,
        base_url=_base_url(body, before.base_url),
        enable=body.flag("enable", before.enable),
        description=body.text("description", before.description, most=2000),
        link=body.text("link", before.link),
        position=body.whole("position", 0, 10**6, before.position) or 0,
        created_at=before.created_at,
        other={**before.other, **kept},
    )
    if body.has("name") and not provider.name.strip():
        body.wrong("Expected a name", "name")
    body.check()
    return provider, headers


def _base_url(body: Fields, before: str) -> str:
    """http as well as https: Cloudflare takes only https and cannot reach a server on a desk, which is what ours is for."""
    address = body.text("base_url", before)
    if body.has("base_url") and (problem := base_url_problem(address)):
        body.wrong(problem, "base_url")
    return address.rstrip("/")


def _headers(body: Fields, before: Mapping[str, str]) -> Mapping[str, str]:
    """The JSON text of `headers`. A masked value, as it was told, stands for the one before."""
    text = body.text(HEADERS, most=10_000)
    try:
        found = _header_values.decode(text) if text else {}
    except msgspec.DecodeError:
        body.wrong("Expected the text of a JSON object with texts in it", HEADERS)
        return before
    found = {name: before.get(name, value) if value == MASK else value for name, value in found.items()}
    for name, value in found.items():
        if problem := _header_problem(name, value):
            body.wrong(problem, HEADERS)
    return found


def _header_problem(name: str, value: str) -> str:
    """Never with the value in it."""
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", name):
        return "A header's name has letters, digits and - in it"
    if name.lower() in _NOT_OURS or name.lower().startswith("cf-aig-"):
        return f"The header {name} is made for each request and cannot be set"
    if not value.isascii() or not value.isprintable():
        return f"The value of the header {name} has signs that cannot stand in a header"
    return ""


def provider_told(provider: CustomProvider) -> dict[str, Any]:
    return {
        "id": provider.id,
        "base_url": provider.base_url,
        "created_at": told_time(provider.created_at),
        "description": provider.description,
        "enable": provider.enable,
        "link": provider.link,
        "modified_at": told_time(provider.modified_at),
        "name": provider.name,
        "position": provider.position,
        "slug": provider.slug,
        **provider.other,
    }
