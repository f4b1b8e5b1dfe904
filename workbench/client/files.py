"""A small file from an address that somebody named: no credentials go along, and it is not followed elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door
from workbench.client.network import silent
from workbench.domain.errors import Failure, Maker, RequestFailed

_TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=30.0, idle_s=15.0)
_WHOLE_S = 60.0

Progress = Callable[[float | None], None]
"""Told the share that has come, None while nobody knows how much there is."""


class FileClient:
    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def fetch(self, url: str, limit: int, progress: Progress = lambda share: None) -> bytes:
        """All of it. Raises RequestFailed, also where there are more than limit bytes, or it is said to be elsewhere."""
        place = urlsplit(url).hostname or ""
        headers = (("accept", "application/json, text/plain;q=0.5"), ("accept-encoding", "identity"))
        call = Call("GET", url, Asked(Door.SERVER, place), headers)
        try:
            async with asyncio.timeout(_WHOLE_S), self._http.open(call, timeouts=_TIMEOUTS) as reply:
                if reply.status != 200:
                    raise _not_given(place, reply.status, reply.headers.get("location", ""))
                length = reply.headers.get("content-length", "")
                expected = int(length) if length.isdecimal() and len(length) < 12 else 0
                if expected > limit:
                    raise _too_large(place, limit)
                content = bytearray()
                while (chunk := await reply.next_chunk()) is not None:
                    content += chunk
                    if len(content) > limit:
                        raise _too_large(place, limit)
                    progress(min(1.0, len(content) / expected) if expected else None)
                return bytes(content)
        except TimeoutError:
            raise silent(place, _WHOLE_S) from None


def _not_given(place: str, status: int, location: str) -> RequestFailed:
    if 300 <= status < 400:
        what, failure = f"{place} says that the file is elsewhere.", Failure.NOT_FOUND
        why = f"It points to {ascii(location[:200])[1:-1]}, which nobody has agreed to." if location else ""
        fix = "Where you trust that address, open a link that names it."
    elif status in (404, 410):
        what, failure = f"{place} does not have this file.", Failure.NOT_FOUND
        why, fix = f"It answered with status {status}.", "Ask whoever made the link for a right one."
    elif status in (401, 403):
        what, failure = f"{place} does not give this file to everybody.", Failure.FORBIDDEN
        why, fix = f"It answered with status {status}.", "Download it in your browser, and open the file."
    else:
        what, failure = f"{place} did not give the file.", Failure.SERVER
        why, fix = f"It answered with status {status}.", "Try again later."
    return RequestFailed(what, failure=failure, maker=Maker.PROVIDER, why=why, fix=fix, status=status)


def _too_large(place: str, limit: int) -> RequestFailed:
    return RequestFailed(
        f"What {place} has there is too large for a route.",
        failure=Failure.TOO_LARGE,
        maker=Maker.WORKBENCH,
        why=f"At most {limit / 1024 / 1024:.0f} MB are read; a route has a few kilobytes.",
        fix="Ask whoever made the link for the file that holds the route alone.",
    )
