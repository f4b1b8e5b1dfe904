"""Frames on their way out: at the ordered pace, and with the ordered misfortune."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from itertools import islice
from typing import Protocol

from workbench.gateway.replies import Cut
from workbench.gateway.sandbox.faults import DEFAULT_PACE, Faults
from workbench.gateway.sandbox.troubles import Trouble

_BATCH = 64
"""Frames in one write at full speed: each stays a frame, fewer system calls carry them."""


class Frames(Protocol):
    """A stream as its writer makes it, asked for in this order. opening, ending: may be several frames, or none.

    tokens: one piece for each token, with the frames that go before or behind it.
    """

    def opening(self) -> bytes: ...

    def tokens(self) -> Iterator[bytes]: ...

    def ending(self) -> bytes: ...

    def failure(self, trouble: Trouble) -> bytes:
        """What ends the stream in place of its end when the model fails on the way."""
        ...


async def delivered(
    frames: Frames, faults: Faults, closing: asyncio.Event, *, trouble: Trouble, broken: bytes
) -> AsyncGenerator[bytes, None]:
    """The stream; raises Cut where it is to end without its end.

    closing: lets a hung stream go. trouble: for `error-after`. broken: a frame for `malformed-after`.
    """
    pace = faults.pace or DEFAULT_PACE
    end = _first(faults.cut_after, faults.error_after, faults.hang_after)
    opening = frames.opening()
    if pace != math.inf and opening:
        yield opening
        opening = b""
    tokens = frames.tokens()
    if faults.malformed_after is not None:
        tokens = _with_broken(tokens, faults.malformed_after, broken)
    if end is not None:
        tokens = islice(tokens, end)
    sending = _all_at_once(opening, tokens) if pace == math.inf else _paced(tokens, pace)
    async for piece in sending:
        yield piece
    if end is None:
        yield frames.ending()
        return
    if end == faults.hang_after:
        await closing.wait()
    elif end == faults.error_after:
        yield frames.failure(trouble)
    raise Cut


async def broken_off(body: bytes, faults: Faults, closing: asyncio.Event) -> AsyncGenerator[bytes, None]:
    """The first half of a whole answer; raises Cut after it, at once or after a hang."""
    yield body[: len(body) // 2]
    if faults.hang_after is not None:
        await closing.wait()
    raise Cut


def breaks_off(faults: Faults) -> bool:
    return _first(faults.cut_after, faults.error_after, faults.hang_after) is not None


def _first(*ends: int | None) -> int | None:
    return min((end for end in ends if end is not None), default=None)


def _with_broken(tokens: Iterator[bytes], after: int, broken: bytes) -> Iterator[bytes]:
    yield from islice(tokens, after)
    yield broken
    yield from tokens


async def _all_at_once(opening: bytes, tokens: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    while batch := opening + b"".join(islice(tokens, _BATCH)):
        yield batch
        opening = b""
        await asyncio.sleep(0)


async def _paced(tokens: Iterator[bytes], pace: float) -> AsyncGenerator[bytes, None]:
    """Token n leaves at n/pace; what a late wake-up has missed leaves together, so that the pace holds."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    sent = 0
    with suppress(StopIteration):
        while True:
            due = 1 + int((loop.time() - start) * pace)
            if sent >= due:
                await asyncio.sleep(start + sent / pace - loop.time())
                continue
            for _ in range(due - sent):
                yield next(tokens)
                sent += 1
