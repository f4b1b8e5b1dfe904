"""Calls and answerers for the tests of the pipeline's parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import Family, Ids
from workbench.gateway.replies import JSON, Cut, Reply

IDS = Ids("request", "event")


def call(
    provider: str = "openai",
    model: str = "gpt-4o",
    *,
    body: bytes = b"{}",
    headers: dict[str, str] | None = None,
    shape: Shape = Shape.CHAT,
    stream: bool = False,
    gateway: str = "default",
    method: str = "POST",
) -> Call:
    return Call(
        Family.GATEWAY,
        gateway,
        provider,
        "chat/completions",
        model,
        shape,
        method,
        headers or {},
        body,
        stream,
    )


@dataclass
class Pieces:
    """A stream of these pieces; an exception among them is raised where it stands."""

    pieces: list[bytes | BaseException]
    closed: bool = False
    wait: Callable[[], Awaitable[object]] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            if self.wait is not None:
                await self.wait()

    async def aclose(self) -> None:
        self.closed = True


Scripted = Reply | BaseException | Callable[[], Awaitable[Reply]]


@dataclass
class Script:
    """Answers in this order; calls: what was asked."""

    replies: list[Scripted]
    calls: list[Call] = field(default_factory=list)

    async def answer(self, call: Call, ids: Ids) -> Reply:
        self.calls.append(call)
        reply = self.replies.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply if isinstance(reply, Reply) else await reply()


def ok(body: bytes = b'{"ok":true}') -> Reply:
    return Reply(200, [JSON], body, upstream="caller-key")


def status(code: int, *headers: tuple[bytes, bytes]) -> Reply:
    return Reply(code, [JSON, *headers], b'{"error":{"message":"no"}}', upstream="caller-key")


CUT = Cut()
