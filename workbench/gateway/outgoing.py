"""What is sent to an upstream for a request that came in: address, headers, body. Pure, so that what may leave is easy to prove.

Headers leave by an allow-list: a third party never sees a `cf-*` header, our access token, or a Cloudflare credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.gateway.access import TOKEN_HEADERS, Access
from workbench.gateway.naming import AUTHOR_OF_SLUG, SLUGS, WORKERS_AI
from workbench.gateway.protocol import Action, BadBody, Door, Family, Inference, json_object

_PASSED_ON = (
    "content-type",
    "accept",
    "accept-language",
    "user-agent",
    "idempotency-key",
    "traceparent",
    "tracestate",
)
_PASSED_ON_PREFIXES = ("openai-", "anthropic-", "x-stainless-")
_PROVIDER_KEYS = ("authorization", "x-api-key", "x-goog-api-key", "api-key")
_CLOUDFLARE_OWN = ("x-session-affinity", "payment-method")
_GATEWAY_CREDENTIALS = ("cf-aig-authorization", "cf-aig-gateway-id")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to an upstream. wrap: its whole JSON reply belongs inside the native envelope.

    place: the upstream's address as it may be shown in an error.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    place: str
    wrap: bool = False

    def __repr__(self) -> str:
        return f"Outgoing({self.method} {self.url})"


def outgoing_for(upstream: Upstream, inference: Inference, access: Access) -> Outgoing:
    """Raises BadBody when the body has to be understood for this upstream and cannot be."""
    if upstream.kind is UpstreamKind.OPENAI:
        return _to_openai(upstream, inference, access)
    return _to_cloudflare(upstream, inference, access)


def catalogue_outgoing(upstream: Upstream, door: Door, query: str) -> Outgoing:
    """The upstream's own list of models, for one of our catalogue doors."""
    headers = {"accept": "application/json", "accept-encoding": "identity", **_bearer(upstream.api_token)}
    if upstream.kind is UpstreamKind.OPENAI:
        return Outgoing("GET", f"{upstream.base_url}/models", headers, b"", upstream.base_url)
    tail = "models/schema" if door.action is Action.SCHEMA else "models/search"
    url = f"{_rest(upstream)}/{tail}"
    if query and door.action is not Action.MODELS:
        url += f"?{query}"
    return Outgoing("GET", url, headers, b"", upstream.api_base)


def _to_openai(upstream: Upstream, inference: Inference, access: Access) -> Outgoing:
    headers = _passed_on(inference, access)
    if not any(name in headers for name in _PROVIDER_KEYS):
        headers |= _bearer(upstream.api_token)
    native = inference.door.action is Action.RUN
    body = inference.body
    if native:
        body = _native_as_chat(inference.door.model, json_object(body))
    elif inference.door.provider == "compat":
        body = _without_slug(body)
    url = f"{upstream.base_url}/chat/completions"
    return Outgoing("POST", url, headers, body, upstream.base_url, wrap=native)


def _native_as_chat(model: str, body: dict[str, Any]) -> bytes:
    """A body of `/ai/run/…` as chat completions: the model joins it, a prompt becomes a message."""
    chat = {**body, "model": model}
    if "messages" not in chat and isinstance(prompt := chat.pop("prompt", None), str):
        chat["messages"] = [{"role": "user", "content": prompt}]
    wanted = chat.get("response_format")
    if isinstance(wanted, dict) and wanted.get("type") == "json_schema":
        schema = wanted.get("json_schema")
        if isinstance(schema, dict) and "schema" not in schema:
            chat["response_format"] = {**wanted, "json_schema": {"name": "answer", "schema": schema}}
    return msgspec.json.encode(chat)


def _without_slug(body: bytes) -> bytes:
    """`openai/gpt-4o` as the provider itself calls it: `gpt-4o` (ai-gateway §1.2)."""
    request = json_object(body)
    slug, slash, name = str(request.get("model", "")).partition("/")
    if slash and (slug in SLUGS or slug.startswith("custom-")):
        return msgspec.json.encode({**request, "model": name})
    return body


def _to_cloudflare(upstream: Upstream, inference: Inference, access: Access) -> Outgoing:
    """The same door at Cloudflare: through the user's gateway where there is one and the request came for one."""
    headers = _passed_on(inference, access)
    for name, value in inference.headers.items():
        if name in _CLOUDFLARE_OWN or (name.startswith("cf-aig-") and name not in _GATEWAY_CREDENTIALS):
            headers[name] = value
    if inference.door.family is Family.GATEWAY and upstream.gateway:
        return _to_gateway(upstream, inference, headers)
    return _to_rest(upstream, inference, headers)


def _to_gateway(upstream: Upstream, inference: Inference, headers: dict[str, str]) -> Outgoing:
    door = inference.door
    token = upstream.gateway_token or upstream.api_token
    if token is not None:
        headers["cf-aig-authorization"] = f"Bearer {token.reveal()}"
    if "authorization" not in headers and _is_workers_ai(inference):
        # Only Workers AI takes the API token here: with any other provider it would hide the stored key (ai-gateway §3.2).
        headers |= _bearer(upstream.api_token)
    tail = (
        f"{WORKERS_AI}/{door.model}" if door.action is Action.RUN else f"{door.provider}/{_chat_tail(door)}"
    )
    base = f"{upstream.gateway_base}/{_quoted(upstream.account)}/{_quoted(upstream.gateway)}"
    return Outgoing(
        "POST", _with_query(f"{base}/{tail}", inference), headers, inference.body, upstream.gateway_base
    )


def _to_rest(upstream: Upstream, inference: Inference, headers: dict[str, str]) -> Outgoing:
    door = inference.door
    if "authorization" not in headers:
        headers |= _bearer(upstream.api_token)
    if upstream.gateway and "cf-aig-gateway-id" in inference.headers:
        headers["cf-aig-gateway-id"] = upstream.gateway
    body = inference.body
    if door.action is Action.RUN:
        tail = f"run/{door.model}"
    else:
        tail = "v1/chat/completions"
        if door.provider == "compat":
            body = _slug_as_author(body)
    return Outgoing(
        "POST", _with_query(f"{_rest(upstream)}/{tail}", inference), headers, body, upstream.api_base
    )


def _slug_as_author(body: bytes) -> bytes:
    """A model as the REST family names it: `workers-ai/@cf/…` → `@cf/…`, `grok/…` → `xai/…` (ai-gateway §1.2)."""
    request = json_object(body)
    slug, slash, name = str(request.get("model", "")).partition("/")
    if not slash:
        return body
    if slug == WORKERS_AI:
        return msgspec.json.encode({**request, "model": name})
    if slug in AUTHOR_OF_SLUG:
        return msgspec.json.encode({**request, "model": f"{AUTHOR_OF_SLUG[slug]}/{name}"})
    return body


def _is_workers_ai(inference: Inference) -> bool:
    if inference.door.provider == WORKERS_AI:
        return True
    try:
        return str(json_object(inference.body).get("model", "")).startswith(f"{WORKERS_AI}/")
    except BadBody:
        return False


def _passed_on(inference: Inference, access: Access) -> dict[str, str]:
    """What any provider may see: harmless headers, and the caller's own key where it is not our access token."""
    headers = {
        name: value
        for name, value in inference.headers.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    for name in _PROVIDER_KEYS:
        value = inference.headers.get(name)
        if value is not None and not access.is_token(value):
            headers[name] = value
    headers.setdefault("content-type", "application/json")
    headers["accept-encoding"] = "identity"  # frames are passed on as they come, never unpacked
    return headers


def _bearer(token: Secret | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token.reveal()}"}


def _rest(upstream: Upstream) -> str:
    return f"{upstream.api_base}/accounts/{_quoted(upstream.account)}/ai"


def _chat_tail(door: Door) -> str:
    return "chat/completions" if door.provider == "compat" else "v1/chat/completions"


def _with_query(url: str, inference: Inference) -> str:
    return f"{url}?{inference.query}" if inference.query else url


def _quoted(name: str) -> str:
    return quote(name, safe="")


assert set(_PROVIDER_KEYS) <= set(TOKEN_HEADERS)
