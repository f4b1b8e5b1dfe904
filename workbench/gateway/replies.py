"""What goes back: a status and headers, decided before the first byte, then a whole body or a stream of frames."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, Protocol

import msgspec

from workbench.gateway.protocol import Family, Refusal

Headers = list[tuple[bytes, bytes]]
JSON = (b"content-type", b"application/json")
EVENT_STREAM = (b"content-type", b"text/event-stream")
NO_STORE = (b"cache-control", b"no-store")

UNAUTHORIZED_GATEWAY = 2009
UNAUTHORIZED_REST = 10000
TOO_LARGE = 3006
INTERNAL = 3043
BAD_INPUT = 5006
NO_SUCH_MODEL = 5007
PROVIDER_FAILED = 2005
# Codes of our own, for refusals that Cloudflare's addresses never need to make:
WRONG_HOST = 8001
FROM_A_PAGE = 8002
HEAD_TOO_LARGE = 8005
TOO_SLOW = 8006


class Cut(Exception):
    """The stream ends here without its end: the connection is closed so that the client sees it was cut."""


class Stream(Protocol):
    """Yields bytes that leave as they are, and raises Cut when it cannot go on. Always closed, even when never read."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


class Reply(msgspec.Struct):
    """stream: set instead of body. upstream: who answered, as in `LogRow.upstream`; "" for the gateway itself."""

    status: int
    headers: Headers = msgspec.field(default_factory=list)
    body: bytes = b""
    stream: Stream | None = None
    upstream: str = ""


def json_reply(status: int, value: Any, headers: Iterable[tuple[bytes, bytes]] = ()) -> Reply:
    return Reply(status, [JSON, *headers], msgspec.json.encode(value))


def refusal_reply(refusal: Refusal) -> Reply:
    allow = [(b"allow", ", ".join(refusal.allow).encode())] if refusal.allow else []
    family = Family.REST if refusal.native else refusal.family
    return error_reply(family, refusal.status, refusal.code, refusal.message, allow)


def error_reply(
    family: Family, status: int, code: int, message: str, headers: Iterable[tuple[bytes, bytes]] = ()
) -> Reply:
    """An error of the gateway itself, in the envelope of the family it was met at."""
    envelope = gateway_error if family is Family.GATEWAY else api_error
    return json_reply(status, envelope(status, code, message), headers)


def gateway_error(status: int, code: int, message: str) -> dict[str, Any]:
    """Envelope A of ai-gateway §3.3."""
    return {
        "success": False,
        "result": [],
        "messages": [],
        "error": [{"code": code, "message": message}],
        "name": "AiGatewayError",
        "httpCode": status,
        "internalCode": code,
    }


def api_error(status: int, code: int, message: str) -> dict[str, Any]:
    """Envelope C of ai-gateway §3.3; the status travels outside it."""
    del status
    return {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None}


def enveloped(result: Any, **more: Any) -> dict[str, Any]:
    """The native success envelope (workers-ai §3.1)."""
    return {"result": result, "success": True, "errors": [], "messages": [], **more}
