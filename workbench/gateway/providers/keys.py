"""Whose key a request carries: ours and Cloudflare's never reach a provider, the provider's own does (ai-gateway §3.2)."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote_plus

from workbench.domain.gateway import Upstream
from workbench.gateway.access import Access
from workbench.gateway.calls import OPENAI_LIKE, Call
from workbench.gateway.providers.hosts import Host

_QUERY_KEY = "key"
"""Where Google also takes a key."""


class Ours:
    """Tells what is ours, or Cloudflare's, from a provider's key."""

    def __init__(self, access: Access, upstream: Upstream) -> None:
        self._access = access
        secrets = (upstream.api_token, upstream.gateway_token)
        self._tokens = frozenset(token.reveal() for token in secrets if token)

    def is_ours(self, value: str) -> bool:
        return self._access.is_token(value) or bare_key(value) in self._tokens

    def keys_in(self, call: Call, names: tuple[str, ...]) -> dict[str, str]:
        """The caller's own keys. Any value counts, a placeholder too, but not an empty one (ai-gateway §3.2)."""
        headers = call.headers
        return {
            name: headers[name]
            for name in names
            if name in headers and not self.is_ours(headers[name]) and bare_key(headers[name])
        }

    def cleaned_query(self, query: str) -> str:
        """Without our tokens, should somebody have put one where a provider takes its key."""
        if "=" not in query:
            return query
        return "&".join(
            part for part in query.split("&") if not self.is_ours(unquote_plus(part.partition("=")[2]))
        )

    def key_in_query(self, call: Call) -> bool:
        _, _, query = call.endpoint.partition("?")
        return any(name == _QUERY_KEY and value for name, value in parse_qsl(self.cleaned_query(query)))


def bare_key(value: str) -> str:
    """A key without its scheme; "" for a scheme with nothing behind it."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if rest else ("" if scheme.lower() in ("bearer", "token", "key", "basic") else scheme)


def caller_key(host: Host, call: Call, ours: Ours) -> dict[str, str]:
    """The key headers of the request, as the host wants them; empty where the request brought no key.

    On a native endpoint they are forwarded unchanged; at the unified address SDKs have one place for every key.
    """
    keys = ours.keys_in(call, host.keys)
    if not keys or not call.unified:
        return keys
    value = keys.get(host.auth) or next(iter(keys.values()))
    return host.key_headers(bare_key(value), openai=call.shape in OPENAI_LIKE)


def takes_openai_key(host: Host, call: Call) -> bool:
    if call.unified:
        return call.shape in OPENAI_LIKE
    return bool(host.openai) and "openai/" in host.openai and call.endpoint.startswith(host.openai)
