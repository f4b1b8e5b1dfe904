"""Frames leave at the ordered pace, by the loop's own clock."""

from __future__ import annotations

import asyncio
import math

from tests.conftest import Run
from workbench.gateway.replies import Cut
from workbench.gateway.sandbox.delivery import delivered
from workbench.gateway.sandbox.faults import Faults


async def moments(faults: Faults, frames: int) -> list[float]:
    """When each piece came, in seconds of a loop clock that sleeping alone moves."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    came = []
    frames_sent = (b"data: %d\n\n" % n for n in range(frames))
    async for _ in delivered(frames_sent, faults, b"", asyncio.Event(), opening=False):
        came.append(loop.time() - begun)
    return came


def test_frame_n_never_leaves_before_its_time(run_async: Run) -> None:
    came = run_async(moments(Faults(pace=200.0), 20))
    assert len(came) == 21
    for number, moment in enumerate(came[:-1]):
        assert moment >= number / 200 - 0.001


def test_at_full_speed_frames_travel_together_and_stay_frames(run_async: Run) -> None:
    async def pieces() -> list[bytes]:
        frames = (b"data: %d\n\n" % n for n in range(1000))
        return [
            p async for p in delivered(frames, Faults(pace=math.inf), b"", asyncio.Event(), opening=False)
        ]

    got = run_async(pieces())
    assert len(got) < 100
    assert b"".join(got) == b"".join(b"data: %d\n\n" % n for n in range(1000)) + b"data: [DONE]\n\n"


def test_a_hung_stream_lets_go_when_the_gateway_closes(run_async: Run) -> None:
    async def hung() -> list[bytes]:
        closing = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, closing.set)
        got = []
        stream = delivered(
            iter([b"a", b"b"]), Faults(hang_after=1, pace=math.inf), b"", closing, opening=False
        )
        try:
            async for piece in stream:
                got.append(piece)
        except Cut:
            got.append(b"cut")
        return got

    assert run_async(hung()) == [b"a", b"cut"]
