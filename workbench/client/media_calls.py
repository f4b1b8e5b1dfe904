"""One call that carries a payload, and its reply as a whole: what requests for pictures, speech and vectors have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.client.answer import MAX_ERROR_BYTES, served_by
from workbench.client.bad_replies import too_large
from workbench.client.connection import MAX_REPLY_BYTES, Call, HttpClient, Reply, Timeouts
from workbench.client.failures import Asked
from workbench.client.media_ways import MediaWay
from workbench.client.payloads import Payload
from workbench.client.recording import Recorder
from workbench.client.values import number
from workbench.domain.chat import Served

KEPT_BYTES = 16 * 1024
"""Of a reply in its record. Pictures and speech are stored by themselves; a failure tells all it has to tell in less."""


@dataclass(frozen=True, slots=True)
class Came:
    """A reply as a whole. headers: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    served: Served


async def called(
    http: HttpClient, way: MediaWay, payload: Payload, recorder: Recorder, timeouts: Timeouts
) -> Came:
    """Whatever its status. Raises RequestFailed."""
    headers = (("content-type", payload.content_type), *way.headers)
    call = Call("POST", way.url, way.asked, headers, payload.body, way.secrets, kept_body=payload.shown)
    async with http.open(call, recorder, timeouts) as reply:
        body = await whole_body(reply, way.asked)
        return Came(reply.status, reply.headers, body, served_by(reply.headers, way.asked))


async def whole_body(reply: Reply, asked: Asked) -> bytes:
    """All of it; no more of a failure than is looked at. Raises RequestFailed."""
    if reply.status >= 300:
        return await reply.read(limit=MAX_ERROR_BYTES)
    body = await reply.read(limit=MAX_REPLY_BYTES + 1)
    if len(body) > MAX_REPLY_BYTES:
        raise too_large(asked, MAX_REPLY_BYTES)
    return body


def neurons_in(headers: Mapping[str, str], *places: Any) -> float | None:
    """What was charged, by the header, else by the `usage` in one of the places; None where nothing tells."""
    if (told := number(headers.get("cf-ai-neurons"))) is not None:
        return told
    for place in places:
        usage = place.get("usage") if isinstance(place, dict) else None
        if isinstance(usage, dict) and (told := number(usage.get("neurons"))) is not None:
            return told
    return None
