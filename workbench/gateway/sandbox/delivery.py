"""Frames on their way out: at the ordered pace, and with the ordered misfortune."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from itertools import islice

from workbench.gateway.replies import Cut
from workbench.gateway.sandbox.faults import DEFAULT_PACE, Faults
from workbench.gateway.sandbox.shapes import BROKEN, DONE

_BATCH = 64
"""Frames in one write at full speed: each stays a frame, fewer system calls carry them."""


async def delivered(
    frames: Iterator[bytes], faults: Faults, error_frame: bytes, closing: asyncio.Event, *, opening: bool
) -> AsyncGenerator[bytes, None]:
    """The frames and `[DONE]`; raises Cut where the stream is to end without its end.

    opening: the first frame only opens the stream and carries no token. closing: lets a hung stream go.
    """
    pace = faults.pace or DEFAULT_PACE
    end = _first(faults.cut_after, faults.error_after, faults.hang_after)
    if end is not None:
        frames = islice(frames, end + opening)
    if faults.malformed_after is not None:
        frames = _with_broken(frames, faults.malformed_after + opening)
    sending = _all_at_once(frames) if pace == math.inf else _paced(frames, pace)
    async for piece in sending:
        yield piece
    if end is None:
        yield DONE
        return
    if end == faults.hang_after:
        await closing.wait()
    elif end == faults.error_after:
        yield error_frame
    raise Cut


def _first(*ends: int | None) -> int | None:
    return min((end for end in ends if end is not None), default=None)


def _with_broken(frames: Iterator[bytes], after: int) -> Iterator[bytes]:
    yield from islice(frames, after)
    yield BROKEN
    yield from frames


async def _all_at_once(frames: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    while batch := b"".join(islice(frames, _BATCH)):
        yield batch
        await asyncio.sleep(0)


async def _paced(frames: Iterator[bytes], pace: float) -> AsyncGenerator[bytes, None]:
    """Frame n leaves at n/pace; what a late wake-up has missed leaves together, so that the pace holds."""
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
                yield next(frames)
                sent += 1
