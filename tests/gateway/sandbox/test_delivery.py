"""Frames leave at the ordered pace, by the loop's own clock."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conftest import Run
from workbench.gateway.replies import Cut
from workbench.gateway.sandbox.delivery import delivered
from workbench.gateway.sandbox.faults import Faults
from workbench.gateway.sandbox.troubles import Trouble

TROUBLE = Trouble("openai", 500, None, "error ")


class Numbered:
    """A stream of numbers as tokens."""

    def __init__(self, count: int) -> None:
        self._count = count

    def opening(self) -> bytes:
        return b"open "

    def tokens(self) -> Iterator[bytes]:
        return (b"%d " % n for n in range(self._count))

    def ending(self) -> bytes:
        return b"end"

    def failure(self, trouble: Trouble) -> bytes:
        return trouble.message.encode()


async def pieces(faults: Faults, count: int) -> list[tuple[bytes, float]]:
    """What came, and when, in seconds of the loop's clock; b"cut" where it broke off."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    came = []
    closing = asyncio.Event()
    loop.call_later(0.05, closing.set)
    try:
        async for piece in delivered(Numbered(count), faults, closing, trouble=TROUBLE, broken=b"broken "):
            came.append((piece, loop.time() - begun))
    except Cut:
        came.append((b"cut", loop.time() - begun))
    return came


def text(came: list[tuple[bytes, float]]) -> str:
    return b"".join(piece for piece, _ in came).decode()


def test_token_n_never_leaves_before_its_time(run_async: Run) -> None:
    came = run_async(pieces(Faults(pace=200.0), 20))
    assert len(came) == 22
    for number, (_, moment) in enumerate(came[1:-1]):
        assert moment >= number / 200 - 0.001


def test_at_full_speed_frames_travel_together_and_stay_frames(run_async: Run) -> None:
    came = run_async(pieces(Faults(pace=math.inf), 1000))
    assert len(came) < 100
    assert text(came) == f"open {' '.join(map(str, range(1000)))} end"


@pytest.mark.parametrize("pace", [math.inf, 2000.0])
@pytest.mark.parametrize(
    ("faults", "heard"),
    [
        (Faults(), "open 0 1 2 end"),
        (Faults(cut_after=2), "open 0 1 cut"),
        (Faults(cut_after=0), "open cut"),
        (Faults(cut_after=9), "open 0 1 2 cut"),
        (Faults(error_after=1), "open 0 error cut"),
        (Faults(hang_after=1), "open 0 cut"),
        (Faults(malformed_after=1), "open 0 broken 1 2 end"),
    ],
)
def test_a_stream_goes_wrong_as_it_was_told(run_async: Run, faults: Faults, heard: str, pace: float) -> None:
    assert text(run_async(pieces(replace(faults, pace=pace), 3))) == heard


def test_a_hung_stream_lets_go_when_the_gateway_closes(run_async: Run) -> None:
    came = run_async(pieces(Faults(hang_after=1, pace=math.inf), 2))
    assert came[-1][0] == b"cut"
    assert came[-1][1] >= 0.049
