"""What the client's tests share: connections, scripted replies, and a way to collect an answer."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import httpx

from workbench.client.chat import ChatClient
from workbench.client.connection import HttpClient, Timeouts
from workbench.domain.chat import ChatMessage, ChatReply, ChatRequest, Delta, Role
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target, TargetKind

API_TOKEN = Secret("canary-api-token-0123456789")
GATEWAY_TOKEN = Secret("canary-gateway-token-0123456789")
PROVIDER_KEY = Secret("canary-provider-key-0123456789")
MODEL = "@cf/meta/llama-3.2-1b-instruct"

CLOUDFLARE = Connection(
    Target("cf", "Cloudflare", TargetKind.CLOUDFLARE, account="acc", gateway="gw"),
    Credentials(API_TOKEN, GATEWAY_TOKEN),
)
OLLAMA = Connection(Target("o", "Ollama", TargetKind.OPENAI, base_url="http://localhost:11434/v1"))
LOCAL = Connection(
    Target(
        "local",
        "Local gateway",
        TargetKind.LOCAL,
        account="local",
        gateway="default",
        api_base="http://127.0.0.1:8787/client/v4",
        gateway_base="http://127.0.0.1:8787/v1",
    ),
    Credentials(API_TOKEN),
)


def server_at(base_url: str, key: Secret | None = None) -> Connection:
    return replace(OLLAMA, target=replace(OLLAMA.target, base_url=base_url), credentials=Credentials(key))


def asking(text: str = "Hi", model: str = MODEL, **more: Any) -> ChatRequest:
    return ChatRequest(model, (ChatMessage(Role.USER, text),), **more)


def exchange() -> Exchange:
    return Exchange("x1", 0.0)


def native_error(status: int, code: int, message: str, **headers: str) -> httpx.Response:
    errors = [{"code": code, "message": message}]
    return httpx.Response(
        status,
        json={"success": False, "errors": errors, "result": None, "messages": []},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


class Waits:
    """A sleep that returns at once and remembers."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


Handler = Callable[[httpx.Request], httpx.Response]


class Script:
    """A transport that answers with the given replies, one after another, and keeps the requests."""

    def __init__(self, *replies: httpx.Response | Exception) -> None:
        self._replies = list(replies)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    @property
    def body(self) -> Any:
        """Of the newest request."""
        return json.loads(self.requests[-1].content)

    @property
    def headers(self) -> httpx.Headers:
        return self.requests[-1].headers

    @property
    def url(self) -> str:
        return str(self.requests[-1].url)


def http_of(script: Handler, waits: Waits | None = None, timeouts: Timeouts | None = None) -> HttpClient:
    return HttpClient(
        transport=httpx.MockTransport(script),
        sleep=waits or Waits(),
        dice=random.Random(1),
        timeouts=timeouts,
    )


class Chunks(httpx.AsyncByteStream):
    """A body in pieces; an exception among them is raised in its place."""

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self._pieces = list(pieces)
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def events(*frames: Any, done: bool = True) -> bytes:
    lines = [frame if isinstance(frame, str) else json.dumps(frame) for frame in frames]
    return "".join(f"data: {line}\n\n" for line in [*lines, *(["[DONE]"] if done else [])]).encode()


def sse(*pieces: bytes | Exception, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(
        200, headers={"content-type": "text/event-stream", **(headers or {})}, stream=Chunks(pieces)
    )


def text_stream(text: str = "Hello", headers: dict[str, str] | None = None) -> httpx.Response:
    return sse(events(chunk(text), chunk("", "stop")), headers=headers)


def chunk(content: str, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}], **more}


async def collected(
    http: HttpClient,
    request: ChatRequest,
    connection: Connection = CLOUDFLARE,
    record: Exchange | None = None,
    model_of: Callable[[str], Model | None] | None = None,
    into: list[Delta] | None = None,
) -> ChatReply:
    """The whole answer; what came before a failure is left in `into`."""
    reply = ChatReply()
    client = ChatClient(http, model_of=model_of)
    try:
        async with aclosing(client.stream(connection, request, record or exchange())) as deltas:
            async for delta in deltas:
                if into is not None:
                    into.append(delta)
                reply.add(delta, 0.0)
    finally:
        await http.aclose()
    reply.settle(0.0)
    return reply
