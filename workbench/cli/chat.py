"""`workbench chat`: one question, one streamed answer."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol, TextIO
from urllib.parse import urlsplit

from workbench.cli.edge import FAILED, finish
from workbench.domain.chat import ChatMessage, ChatReply, ChatRequest, Delta, Retrying, Role, TextDelta
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Cost
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target, TargetKind

_TELL_WAIT_S = 2.0
"""A shorter wait between two attempts is not worth a line."""


class Session(Protocol):
    """What the command needs of the services; closed when the answer is there."""

    async def connection(self, target: str) -> Connection:
        """The target of that name or id, "" for the current one; started first where it is ours to start."""

    def ask(self, connection: Connection, request: ChatRequest) -> AsyncGenerator[Delta | ChatReply, None]:
        """The answer's deltas as they come, then what they add up to."""

    def cost(self, model_id: str, reply: ChatReply) -> Cost:
        """Charged where the provider told, else estimated by the price list."""


OpenSession = Callable[[], AbstractAsyncContextManager[Session]]


def run(options: Namespace) -> int:
    if options.api_key_env and not options.base_url:
        options.usage_error("--api-key-env goes with --base-url")
    from workbench.cli.headless import open_session

    throw_away = bool(options.base_url)
    return finish(answer(options, lambda: open_session(throw_away=throw_away), sys.stdout))


async def answer(options: Namespace, open_session: OpenSession, out: TextIO) -> int:
    """Stream the answer, or print it as JSON at the end. An answer that was cut off is a failure, with what came printed."""
    request = request_of(options, sys.stdin)
    given = connection_to(options.base_url, options.api_key_env or "") if options.base_url else None
    async with open_session() as session:
        connection = given or await session.connection(options.target or "")
        async with aclosing(session.ask(connection, request)) as events:
            reply = await shown(events, None if options.json else out)
        cost = session.cost(request.model, reply)
    if options.json:
        out.write(json.dumps(as_json(reply, request.model, cost), ensure_ascii=False) + "\n")
        out.flush()
    if reply.truncated:
        sys.stderr.write("workbench: The answer was cut off; this is what came. Hint: ask again.\n")
        return FAILED
    return 0


async def shown(events: AsyncGenerator[Delta | ChatReply, None], out: TextIO | None) -> ChatReply:
    """Write the text as it comes, and a newline at its end however it ends; returns the whole reply."""
    reply, last = ChatReply(), "\n"
    try:
        async for event in events:
            if isinstance(event, ChatReply):
                reply = event
            elif isinstance(event, TextDelta) and event.text and out is not None:
                out.write(event.text)
                out.flush()
                last = event.text[-1]
            elif isinstance(event, Retrying) and event.wait_s >= _TELL_WAIT_S:
                sys.stderr.write(f"workbench: {event.what} Trying again in {event.wait_s:.1f} s.\n")
    finally:
        if out is not None and last != "\n":
            out.write("\n")
            out.flush()
    return reply


def request_of(options: Namespace, standard_input: TextIO) -> ChatRequest:
    prompt = standard_input.read() if options.prompt == "-" else options.prompt
    if not prompt.strip():
        raise InvalidInput("The prompt is empty.", field="prompt", fix="Type a question after the options.")
    system = (ChatMessage(Role.SYSTEM, options.system),) if options.system else ()
    return ChatRequest(model=options.model, messages=(*system, ChatMessage(Role.USER, prompt)))


def connection_to(base_url: str, key_variable: str) -> Connection:
    """A target for this call only. Raises InvalidInput when the address or the variable cannot be used."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(
            f"“{base_url}” is not a web address.",
            field="base_url",
            fix="Give it in full, for example http://127.0.0.1:11434/v1.",
        )
    key = os.environ.get(key_variable, "") if key_variable else ""
    if key_variable and not key:
        raise InvalidInput(
            f"The environment variable {key_variable} is not set.", fix=f"Type: export {key_variable}=…"
        )
    target = Target(
        "command-line", parts.netloc.rpartition("@")[2], TargetKind.OPENAI, base_url=base_url.rstrip("/")
    )
    return Connection(target, Credentials(api_token=Secret(key) if key else None))


def as_json(reply: ChatReply, asked_model: str, cost: Cost) -> dict[str, Any]:
    """The object that `--json` prints. Unknown figures are null; cost_usd is charged where told, else estimated."""
    return {
        "text": reply.text,
        "reasoning": reply.reasoning,
        "model": reply.served.model or asked_model,
        "provider": reply.served.provider,
        "finish_reason": reply.finish_reason,
        "truncated": reply.truncated,
        "usage": {
            "prompt_tokens": reply.usage.prompt_tokens,
            "completion_tokens": reply.usage.completion_tokens,
        },
        "ttft_ms": _rounded(reply.ttft_ms),
        "duration_ms": _rounded(reply.duration_ms),
        "cost_usd": cost.usd,
        "cache": reply.served.cache,
        "request_id": reply.served.request_id,
    }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)
