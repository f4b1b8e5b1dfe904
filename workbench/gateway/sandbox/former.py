"""Whole requests as calls, for the handlers as long as they make none themselves."""

from __future__ import annotations

from typing import Protocol

from workbench.gateway.calls import Call, Shape
from workbench.gateway.naming import NotNamed, named_at
from workbench.gateway.protocol import Action, BadBody, Family, Ids, Inference, json_object
from workbench.gateway.replies import BAD_INPUT, Reply, id_headers
from workbench.gateway.sandbox.troubles import Trouble, reply_of


class Sandbox(Protocol):
    async def answer(self, call: Call, ids: Ids) -> Reply: ...


async def answered(inference: Inference, sandbox: Sandbox) -> Reply:
    """The sandbox's answer with the headers that the gateway now adds itself."""
    try:
        call = _call_of(inference)
    except BadBody as bad:
        trouble = Trouble("workers-ai", 400, BAD_INPUT, f"AiError: Bad input: {bad}")
        reply = reply_of(trouble, inference.door.family)
    except NotNamed as wrong:
        trouble = Trouble(wrong.maker, wrong.status, wrong.code, wrong.message, "/model")
        reply = reply_of(trouble, inference.door.family)
    else:
        reply = await sandbox.answer(call, inference.ids)
        if inference.door.family is Family.GATEWAY and reply.status == 200:
            reply.headers.append((b"cf-aig-model", call.model.encode()))
            reply.headers.append((b"cf-aig-provider", call.provider.encode()))
    reply.headers.append((b"cf-aig-sandbox", b"true"))
    if inference.door.family is Family.GATEWAY or "cf-aig-gateway-id" in inference.headers:
        reply.headers += id_headers(inference.ids)
    return reply


def _call_of(inference: Inference) -> Call:
    door = inference.door
    body = json_object(inference.body)
    named = named_at(door, body.get("model"))
    run = door.action is Action.RUN
    return Call(
        family=door.family,
        gateway=door.gateway,
        provider=named.provider,
        endpoint=named.model if run else "chat/completions",
        model=named.wire if door.family is Family.REST else named.model,
        shape=Shape.RUN if run else Shape.CHAT,
        method="POST",
        headers=inference.headers,
        body=inference.body,
        stream=body.get("stream") is True,
        unified=not run,
        envelope=run,
    )
