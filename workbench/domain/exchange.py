"""Wire truth: what was really sent and what really came back, secrets masked at the source (design §7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit

from workbench.domain.secret import MASK

Headers = tuple[tuple[str, str], ...]

SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cf-aig-authorization",
        "cf-access-token",
        "cf-access-client-secret",
        "x-auth-key",
        "x-api-key",
        "x-goog-api-key",
        "api-key",
        "xi-api-key",
        "cookie",
        "set-cookie",
        "payment-signature",
    }
)
_SECRET_QUERY = frozenset({"key", "api_key", "apikey", "token", "access_token"})
_SCHEMES = ("bearer ", "token ", "key ", "basic ")


def masked_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers as they may be stored and shown: values of secret ones masked, an auth scheme kept."""
    return tuple(
        (name, masked_value(value) if name.lower() in SECRET_HEADERS else value) for name, value in headers
    )


def masked_value(value: str) -> str:
    """Of a secret header."""
    scheme, _, _ = value.partition(" ")
    return f"{scheme} {MASK}" if value.lower().startswith(_SCHEMES) else MASK


def masked_url(url: str) -> str:
    """The address with secret query values and any password in it masked."""
    parts = urlsplit(url)
    query = "&".join(
        f"{quote(name)}={MASK if name.lower() in _SECRET_QUERY else quote(value)}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    host = parts.netloc
    if "@" in host:
        host = f"{MASK}@{host.rpartition('@')[2]}"
    return urlunsplit((parts.scheme, host, parts.path, query if parts.query else "", parts.fragment))


def masked_query(path: str) -> str:
    """A path, perhaps with a query, with the query's secret values masked and all else as it was."""
    place, mark, query = path.partition("?")
    return f"{place}{mark}{'&'.join(map(_masked_part, query.split('&')))}"


def _masked_part(part: str) -> str:
    name, _, value = part.partition("=")
    return f"{name}={MASK}" if value and unquote_plus(name).lower() in _SECRET_QUERY else part


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes of the reply's body as the network delivered them, at_ms after the request was sent."""

    at_ms: float
    data: bytes


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """An attempt that was retried: what ended it, and how long was waited before the next."""

    status: int | None
    error: str
    at_ms: float
    waited_ms: float


@dataclass(slots=True)
class Exchange:
    """One request and its reply; filled in by the client while it happens, so it is true at every moment.

    started_at: Unix seconds. Headers are masked before they get here. chunks: the reply's body, in order, with times.
    error: the sentence that ended it, empty if it ended well. ended_ms: None while it runs.
    dropped_bytes: how much of the reply's body came but was not kept, because it was too large.
    """

    id: str
    started_at: float
    method: str = ""
    url: str = ""
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int | None = None
    response_headers: Headers = ()
    headers_ms: float | None = None
    chunks: list[Chunk] = field(default_factory=list)
    attempts: list[FailedAttempt] = field(default_factory=list)
    error: str = ""
    ended_ms: float | None = None
    dropped_bytes: int = 0

    @property
    def response_body(self) -> bytes:
        return b"".join(chunk.data for chunk in self.chunks)
