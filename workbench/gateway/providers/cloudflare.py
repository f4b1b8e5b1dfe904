"""A call at the user's Cloudflare account: through their gateway where there is one and the request came for one, else REST."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from workbench.domain.gateway import Upstream
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.gateway.calls import OPENAI_LIKE, Call, Shape
from workbench.gateway.naming import rest_name
from workbench.gateway.protocol import WORKERS_AI, Family
from workbench.gateway.providers.hosts import KEY_HEADERS
from workbench.gateway.providers.keys import Ours
from workbench.gateway.providers.outgoing import Outgoing, bearer, passed_on, tail_of

_CLOUDFLARE_OWN = ("x-session-affinity", "payment-method")
_KEPT_HERE = frozenset(
    {
        "cf-aig-authorization",
        "cf-aig-gateway-id",
        "cf-aig-request-timeout",
        "cf-aig-max-attempts",
        "cf-aig-retry-delay",
        "cf-aig-backoff",
    }
)
"""Our own credentials and names, and what is done here already and must not be done twice."""


def to_cloudflare(upstream: Upstream, call: Call, ours: Ours) -> Outgoing:
    """Raises BadBody."""
    headers = passed_on(call) | ours.keys_in(call, KEY_HEADERS)
    for name, value in call.headers.items():
        if name in _CLOUDFLARE_OWN or (name.startswith("cf-aig-") and name not in _KEPT_HERE):
            headers[name] = value
    if _is_foreign(call) or (call.family is Family.GATEWAY and upstream.gateway and not _rest_only(call)):
        return _to_gateway(upstream, call, ours, headers)
    return _to_rest(upstream, call, ours, headers)


def _is_foreign(call: Call) -> bool:
    """A third party's own endpoint, which only the gateway's address has."""
    return call.family is Family.GATEWAY and not call.unified and call.provider != WORKERS_AI


def _rest_only(call: Call) -> bool:
    return call.provider == WORKERS_AI and call.shape is Shape.OTHER


def _to_gateway(upstream: Upstream, call: Call, ours: Ours, headers: dict[str, str]) -> Outgoing:
    token = upstream.gateway_token or upstream.api_token
    if token is not None:
        headers["cf-aig-authorization"] = f"Bearer {token.reveal()}"
    if "authorization" not in headers and call.provider == WORKERS_AI:
        # Only Workers AI takes the API token here: with any other provider it would hide the stored key (ai-gateway §3.2).
        headers |= bearer(upstream)
    tail, query = tail_of(call, ours)
    body = call.body
    if call.unified and call.shape in OPENAI_LIKE:
        tail, body = f"compat/{tail}", _named(call, f"{call.provider}/{call.model}")
    else:
        tail = f"{call.provider}/{tail}"
    # `default` is there for every account (ai-gateway §1.1).
    base = (
        f"{upstream.gateway_base}/{_quoted(upstream.account)}/{_quoted(upstream.gateway or DEFAULT_GATEWAY)}"
    )
    return Outgoing(call.method, f"{base}/{tail}{query}", headers, body, upstream.gateway_base)


def _to_rest(upstream: Upstream, call: Call, ours: Ours, headers: dict[str, str]) -> Outgoing:
    if "authorization" not in headers:
        headers |= bearer(upstream)
    if upstream.gateway and "cf-aig-gateway-id" in call.headers:
        headers["cf-aig-gateway-id"] = upstream.gateway
    tail, query = tail_of(call, ours)
    body = call.body
    name = rest_name(call.provider, call.model)
    if call.provider != WORKERS_AI and call.envelope:
        given = {key: value for key, value in call.json.items() if key != "model"}
        tail, query, body = "run", "", msgspec.json.encode({"model": name, "input": given})
    elif call.shape is Shape.RUN:
        tail = f"run/{tail}"
    elif call.unified:
        tail, body = f"v1/{tail}", _named(call, name)
    elif call.shape is Shape.MESSAGES:
        body = _named(call, name)
    url = f"{upstream.api_base}/accounts/{_quoted(upstream.account)}/ai/{tail}{query}"
    return Outgoing(call.method, url, headers, body, upstream.api_base)


def _named(call: Call, model: str) -> bytes:
    body = call.json
    return call.body if body.get("model") == model else msgspec.json.encode({**body, "model": model})


def _quoted(name: str) -> str:
    return quote(name, safe="")
