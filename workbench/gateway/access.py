"""Who may come in: the access token, the Host and Origin checks, and how much a body may weigh (design §9)."""

from __future__ import annotations

import hmac
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from workbench.domain.secret import Secret

TOKEN_HEADERS = ("authorization", "cf-aig-authorization", "x-api-key", "x-goog-api-key", "api-key")
"""Where SDKs put the key they were given; the access token is accepted in each (ai-gateway §3.1)."""

MAX_BODY = 32 * 1024 * 1024

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooLarge(Exception):
    """The body is over the limit; what is left of it is not read."""


class Gone(Exception):
    """The client went away before its request was complete."""


class Access:
    """Compares in constant time and never shows the token."""

    def __init__(self, token: Secret) -> None:
        self._token = token.reveal().encode()

    def is_token(self, value: str) -> bool:
        """True if a header's value is the access token, bare or after a scheme such as `Bearer`."""
        scheme, _, rest = value.strip().partition(" ")
        given = (rest.strip() or scheme).encode()
        return hmac.compare_digest(given, self._token)

    def admits(self, headers: Mapping[str, str]) -> bool:
        given = [headers[name] for name in TOKEN_HEADERS if name in headers]
        return any(map(self.is_token, given))


class Hosts:
    """Which Host headers are ours. A page whose name was re-pointed at loopback still sends its own name, and is refused.

    host: where the gateway listens. Beyond loopback it is also known by any address, which no page's name can pretend to be,
    and by the machine's own name.
    """

    def __init__(self, host: str, port: int) -> None:
        names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}
        self._remote = not is_loopback(host)
        if self._remote:
            names.add(socket.gethostname().lower())
        self._port = port
        self._ours = {f"{name}:{port}" for name in names} | (names if port == 80 else set())

    def admits(self, value: str) -> bool:
        return (
            value in self._ours or value.lower() in self._ours or (self._remote and self._is_address(value))
        )

    def _is_address(self, value: str) -> bool:
        name, _, port = value.rpartition(":")
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return port == str(self._port)


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def read_body(receive: Receive, declared: str | None, limit: int = MAX_BODY) -> bytes:
    """The whole body; raises TooLarge as soon as it is known to be over the limit, whether declared or chunked."""
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise TooLarge
    pieces: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise TooLarge
        pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces)
