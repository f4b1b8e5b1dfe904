"""One change at a time, and whole: stored first, then true, then told to those who keep something that depends on it."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from workbench.domain.errors import InvalidInput

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[str, str], None]
Clock = Callable[[], float]


class Taken(InvalidInput):
    """Another one has this name already."""


class Missing(InvalidInput):
    """There is no such thing, or no longer."""


class Changes:
    """The lock that all parts of one configuration share, its clock, and its listeners."""

    def __init__(self, clock: Clock = time.time) -> None:
        self.now = clock
        self.listeners: list[Listener] = []
        self.lock = asyncio.Lock()

    def tell(self, gateway_id: str, what: str) -> None:
        for listener in self.listeners:
            listener(gateway_id, what)


class Changing(Protocol):
    @property
    def changes(self) -> Changes: ...


S = TypeVar("S", bound=Changing)


def change(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """A caller who is cancelled meanwhile does not stop the change between disk and memory."""

    @functools.wraps(method)
    async def whole(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        async def alone() -> T:
            async with self.changes.lock:
                return await method(self, *args, **kwargs)

        return await asyncio.shield(alone())

    return whole
