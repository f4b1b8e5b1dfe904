"""This run of the gateway, and what it is told of its upstream."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench import __version__
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.ids import new_id
from workbench.domain.secret import Secret
from workbench.domain.targets import CLOUDFLARE_API, CLOUDFLARE_GATEWAY
from workbench.domain.upstream_addresses import base_url_problem
from workbench.gateway.protocol import BadBody

SERVICE = "ai-workbench-gateway"


@dataclass(frozen=True, slots=True)
class Instance:
    """This run of the gateway. address: where it listens, such as http://127.0.0.1:8787."""

    id: str
    address: str
    port: int
    started_at: float

    @classmethod
    def now(cls, address: str, port: int) -> Instance:
        return cls(new_id(), address, port, time.time())

    def health(self) -> dict[str, Any]:
        return {"service": SERVICE, "version": __version__, "instance": self.id, "pid": os.getpid()}


def read_upstream(body: Mapping[str, Any]) -> Upstream:
    """An Upstream from the JSON of `PUT /workbench/upstream`: the fields of the dataclass by name. Raises BadBody."""
    try:
        kind = UpstreamKind(body.get("kind", "sandbox"))
    except ValueError as error:
        raise BadBody("'kind' must be sandbox, openai or cloudflare") from error
    upstream = Upstream(
        kind=kind,
        base_url=_address(body, "base_url", ""),
        account=_text(body, "account"),
        gateway=_text(body, "gateway"),
        api_base=_address(body, "api_base", CLOUDFLARE_API),
        gateway_base=_address(body, "gateway_base", CLOUDFLARE_GATEWAY),
        api_token=_secret(body, "api_token"),
        gateway_token=_secret(body, "gateway_token"),
    )
    if kind is UpstreamKind.OPENAI and not upstream.base_url:
        raise BadBody("'base_url' is needed for kind openai")
    if kind is UpstreamKind.CLOUDFLARE and not upstream.account:
        raise BadBody("'account' is needed for kind cloudflare")
    return upstream


def upstream_facts(upstream: Upstream) -> dict[str, Any]:
    """What may be told about an upstream: never its secrets, only whether it has them."""
    facts: dict[str, Any] = {"kind": upstream.kind.value}
    if upstream.kind is UpstreamKind.OPENAI:
        facts["base_url"] = upstream.base_url
    if upstream.kind is UpstreamKind.CLOUDFLARE:
        facts |= {"account": upstream.account, "gateway": upstream.gateway}
        facts |= {"api_base": upstream.api_base, "gateway_base": upstream.gateway_base}
    if upstream.kind is not UpstreamKind.SANDBOX:
        facts["has_api_token"] = bool(upstream.api_token)
        facts["has_gateway_token"] = bool(upstream.gateway_token)
    return facts


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.isprintable() or "/" in value:
        raise BadBody(f"'{name}' must be a plain text")
    return value


def _secret(body: Mapping[str, Any], name: str) -> Secret | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise BadBody(f"'{name}' must be a text that can stand in a header")
    return Secret(value)


def _address(body: Mapping[str, Any], name: str, default: str) -> str:
    """An http(s) base without its last slash; anything else, such as a file or link-local address, is refused."""
    value = body.get(name) or default
    if not value:
        return ""
    if not isinstance(value, str):
        raise BadBody(f"'{name}' must be an address")
    if problem := base_url_problem(value):
        raise BadBody(f"'{name}' must be an http or https address: {problem}")
    return value.rstrip("/")
