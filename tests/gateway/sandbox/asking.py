"""A sandbox without a gateway around it, and calls to ask it with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.models import Model, ReasoningEffort
from workbench.gateway.calls import Call, Shape
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.protocol import Family, Ids
from workbench.gateway.replies import Cut, Reply
from workbench.gateway.sandbox.fault_rules import FaultRules
from workbench.gateway.sandbox.sandbox import Sandbox

TEXT = "Text Generation"
NEW = Model("@cf/x/new", TEXT, schema_shape="chat-openai", context_window=1000)
LEGACY = Model("@cf/x/legacy", TEXT, schema_shape="chat-legacy", batch=True)
PARTS = Model("@cf/x/parts", TEXT, schema_shape="chat-legacy-parts")
GPT_OSS = Model(
    "@cf/x/oss",
    TEXT,
    schema_shape="chat-legacy|responses+batch",
    reasoning=True,
    reasoning_effort=ReasoningEffort(("low", "medium", "high"), "medium"),
)
EMBEDDER = Model("@cf/x/embedder", "Text Embeddings")
CATALOGUE = Catalogue((NEW, LEGACY, PARTS, GPT_OSS, EMBEDDER))
IDS = Ids("01890a5d-ac96-774b-bcce-b302099a8057", "event")
ENDPOINTS = {
    Shape.CHAT: "chat/completions",
    Shape.RESPONSES: "responses",
    Shape.MESSAGES: "v1/messages",
    Shape.GENERATE: "v1beta/models/m:generateContent",
}
SQUARE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg=="
)
"""A PNG of two by two pixels."""


def call_of(
    body: Any,
    shape: Shape = Shape.CHAT,
    *,
    provider: str = "openai",
    model: str = "m",
    endpoint: str = "",
    family: Family = Family.GATEWAY,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    element: str = "",
    envelope: bool = False,
) -> Call:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Call(
        family=family,
        gateway="default",
        provider=provider,
        endpoint=endpoint or ENDPOINTS.get(shape, model),
        model=model,
        shape=shape,
        method=method,
        headers=headers or {},
        body=sent,
        element=element,
        envelope=envelope,
    )


@dataclass(frozen=True)
class Heard:
    """An answer, its stream read to the end. cut: it broke off."""

    reply: Reply
    body: bytes
    cut: bool = False

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.reply.headers}

    @property
    def events(self) -> list[tuple[str, Any]]:
        """Each event's name ("" where it has none) and its JSON, `[DONE]` left out."""
        found = []
        for block in self.body.decode().replace("\r\n", "\n").split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            if lines and lines["data"] != "[DONE]":
                found.append((lines.get("event", ""), json.loads(lines["data"])))
        return found


async def heard(call: Call, rules: FaultRules | None = None) -> Heard:
    """What the sandbox answers, as fast as it goes unless the call orders another pace."""
    asked = call if "x-sandbox" in call.headers else _at_full_speed(call)
    reply = await Sandbox(CATALOGUE, asyncio.Event(), rules).answer(asked, IDS)
    if reply.stream is None:
        return Heard(reply, reply.body)
    body = b""
    try:
        async for piece in reply.stream:
            body += piece
    except Cut:
        return Heard(reply, body, cut=True)
    finally:
        await reply.stream.aclose()
    return Heard(reply, body)


def _at_full_speed(call: Call) -> Call:
    from msgspec.structs import replace

    return replace(call, headers={**call.headers, "x-sandbox": "pace=max"})


def ask(body: Any, shape: Shape = Shape.CHAT, **more: Any) -> Heard:
    """One call, asked and heard."""
    return asyncio.run(heard(call_of(body, shape, **more)))
