"""The live feed of the local gateway's journal, as a reader elsewhere sees it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door, failure_of
from workbench.client.sse import SseDecoder, SseEvent
from workbench.domain.journal import LogRow
from workbench.domain.secret import Secret

_ASKED = Asked(Door.API, "the local gateway", local=True)
_PATIENCE = Timeouts(connect_s=5.0, first_byte_s=5.0, idle_s=30.0)
"""The feed says something every ten seconds; one that is silent for long belongs to a gateway that hangs."""


@dataclass(frozen=True, slots=True)
class Warned:
    """The gateway says why it records nothing; "" when it does again."""

    text: str


@dataclass(frozen=True, slots=True)
class Missed:
    """So many rows were left out here, because they came faster than they were read."""

    rows: int


FeedEvent = LogRow | Warned | Missed

_ROW = msgspec.json.Decoder(LogRow)
_WARNED = msgspec.json.Decoder(dict[str, str])
_MISSED = msgspec.json.Decoder(Missed)


class GatewayLogs:
    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def feed(self, address: str, token: Secret, since: str = "") -> AsyncGenerator[FeedEvent, None]:
        """Rows (without bodies) as they come, until the gateway ends. since: a row's id, or Unix seconds; begins after it.

        Raises RequestFailed.
        """
        url = f"{address}/workbench/feed" + (f"?since={quote(since, safe='')}" if since else "")
        headers = (("authorization", f"Bearer {token.reveal()}"), ("accept", "text/event-stream"))
        call = Call("GET", url, _ASKED, headers, b"", (token,))
        async with self._http.open(call, timeouts=_PATIENCE) as reply:
            if reply.status != 200:
                raise failure_of(reply.status, reply.headers, await reply.read(), _ASKED)
            decoder = SseDecoder()
            while (chunk := await reply.next_chunk()) is not None:
                for event in decoder.feed(chunk):
                    if (told := _told(event)) is not None:
                        yield told


def _told(event: SseEvent) -> FeedEvent | None:
    """None for events of a newer gateway, and for what cannot be read."""
    try:
        match event.event:
            case "log":
                return _ROW.decode(event.data)
            case "warning":
                return Warned(_WARNED.decode(event.data).get("warning", ""))
            case "missed":
                return _MISSED.decode(event.data)
    except (msgspec.MsgspecError, UnicodeError):
        pass
    return None
