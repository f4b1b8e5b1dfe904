"""What is sent to a provider for a call: address, headers, body. Pure, so that what may leave is easy to prove.

Headers leave by an allow-list: a third party never sees a `cf-*` header, our access token, or a Cloudflare credential.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from workbench.domain.gateway import Upstream
from workbench.gateway.calls import OPENAI_LIKE, Call, Shape
from workbench.gateway.doors import leads_out
from workbench.gateway.protocol import WORKERS_AI, BadBody
from workbench.gateway.providers.hosts import KEY_HEADERS, Host
from workbench.gateway.providers.keys import Ours

PASSED_ON = frozenset(
    {
        "content-type",
        "accept",
        "accept-language",
        "user-agent",
        "idempotency-key",
        "traceparent",
        "tracestate",
        "range",
        "http-referer",
        "x-title",
        "x-goog-api-client",
    }
)
PASSED_ON_PREFIXES = ("openai-", "anthropic-", "x-stainless-")
_SAFE = "%/:@!$&'()*+,;=~"


class Outgoing(msgspec.Struct, frozen=True):
    """One request to an upstream. place: its address as it may be shown in an error.

    guarded: its name must not lead into this machine or a private network (see addresses.py); no name may lead to a
    link-local address, whoever gave it.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    place: str
    guarded: bool = False

    def __repr__(self) -> str:
        return f"Outgoing({self.method} {self.place})"


def to_host(host: Host, call: Call, ours: Ours, key_headers: Mapping[str, str]) -> Outgoing:
    """The call at its provider's own address. key_headers: what to send as the key. Raises BadBody."""
    tail, query = tail_of(call, ours)
    if call.unified and call.shape in OPENAI_LIKE:
        tail = host.openai + tail
    headers = {**host.defaults, **passed_on(call), **key_headers}
    return Outgoing(call.method, host.url(tail) + query, headers, call.body, host.base)


def to_server(upstream: Upstream, call: Call, ours: Ours) -> Outgoing:
    """The call at the one OpenAI-compatible server that answers for everybody. Raises BadBody where it has no such endpoint."""
    headers = passed_on(call)
    headers |= ours.keys_in(call, KEY_HEADERS) or bearer(upstream)
    tail, query = tail_of(call, ours)
    body = call.body
    if call.shape in _SERVER_TAILS:
        tail, body = _SERVER_TAILS[call.shape], _as_named(call)
    elif call.shape is Shape.RUN:
        tail, body = _run_as_openai(call)
    elif call.shape is Shape.GENERATE:
        raise BadBody("the server behind this gateway speaks OpenAI's formats, not Google's")
    elif call.provider == WORKERS_AI:
        raise BadBody("the server behind this gateway is not Cloudflare's and does not convert files")
    else:
        tail = tail.removeprefix("v1/")
    return Outgoing(call.method, f"{upstream.base_url}/{tail}{query}", headers, body, upstream.base_url)


_SERVER_TAILS = {
    Shape.CHAT: "chat/completions",
    Shape.EMBEDDINGS: "embeddings",
    Shape.RESPONSES: "responses",
    Shape.MESSAGES: "messages",
}


def _as_named(call: Call) -> bytes:
    """With the model as the request named it: such a server has names of its own, with slashes in them too."""
    return msgspec.json.encode({**call.json, "model": call.wire}) if call.wire else call.body


def _run_as_openai(call: Call) -> tuple[str, bytes]:
    """A body of `/ai/run/…` as the server takes it: the model joins it, a prompt becomes a message, texts are embedded."""
    body = {**call.json, "model": call.wire or call.model}
    if "messages" not in body and isinstance(prompt := body.pop("prompt", None), str):
        body["messages"] = [{"role": "user", "content": prompt}]
    if "messages" in body:
        return "chat/completions", msgspec.json.encode(_with_wrapped_schema(body))
    raise BadBody("the server behind this gateway runs chat models only: send 'messages' or 'prompt'")


def _with_wrapped_schema(body: dict[str, Any]) -> dict[str, Any]:
    """A bare JSON schema inside the name and wrapping that OpenAI wants (workers-ai §5.5)."""
    wanted = body.get("response_format")
    if not isinstance(wanted, dict):
        return body
    schema = wanted.get("json_schema")
    if not isinstance(schema, dict) or "schema" in schema:
        return body
    return {**body, "response_format": {**wanted, "json_schema": {"name": "answer", "schema": schema}}}


def passed_on(call: Call) -> dict[str, str]:
    """The caller's headers that any provider may see."""
    headers = {
        name: value
        for name, value in call.headers.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
    if call.parsed is not None:  # it is JSON, whatever it was called: curl calls it a form
        headers["content-type"] = "application/json"
    elif call.body:
        headers.setdefault("content-type", "application/json")
    headers["accept-encoding"] = "identity"  # frames are passed on as they come, never unpacked
    return headers


def bearer(upstream: Upstream) -> dict[str, str]:
    return {"authorization": f"Bearer {upstream.api_token.reveal()}"} if upstream.api_token else {}


def tail_of(call: Call, ours: Ours) -> tuple[str, str]:
    """The endpoint's path, and its query with the question mark: quoted, and unable to leave the address before it."""
    path, mark, query = call.endpoint.partition("?")
    tail = _quoted(path)
    if tail is None:
        raise BadBody("the endpoint leads out of the provider's address")
    if mark:
        query = quote(ours.cleaned_query(query), safe=_SAFE + "?[]")
    return tail, f"?{query}" if query else ""


@functools.lru_cache(maxsize=1024)
def _quoted(path: str) -> str | None:
    return None if leads_out(path) else quote(path, safe=_SAFE)
