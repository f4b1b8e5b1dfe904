"""The native envelope around what somebody answered who knows nothing of it (workers-ai §3)."""

from __future__ import annotations

import msgspec

from workbench.gateway.protocol import Family
from workbench.gateway.providers.forwarding import is_json
from workbench.gateway.providers.outgoing import Outgoing
from workbench.gateway.replies import PROVIDER_FAILED, Reply, enveloped, error_reply, json_reply


async def enveloped_reply(reply: Reply, outgoing: Outgoing, family: Family) -> Reply:
    """A whole JSON answer inside the native envelope; media and streams pass as they are (workers-ai §3.2)."""
    if reply.status != 200:
        return reply
    kind = next((value for name, value in reply.headers if name == b"content-type"), b"")
    if kind.startswith(b"text/") and not kind.startswith(b"text/event-stream"):
        if reply.stream is not None:
            await reply.stream.aclose()
        message = f"{outgoing.place} answered with something else: {kind.decode('latin-1')}"
        return error_reply(family, 502, PROVIDER_FAILED, message)
    if not is_json(reply.headers) or reply.stream is not None:
        return reply
    try:
        msgspec.json.decode(reply.body, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        message = f"{outgoing.place} answered with something else: {error}"
        return error_reply(family, 502, PROVIDER_FAILED, message)
    kept = [header for header in reply.headers if not header[0].startswith(b"content-")]
    return json_reply(200, enveloped(msgspec.Raw(reply.body)), kept)
