"""What the tabs need to prove themselves: a way to wait for what can only be seen in widgets, and to say which step failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_S = 40.0
"""For one thing to be seen."""
Until = Callable[[str, Callable[[], object]], Awaitable[None]]
"""wait_until, by a tab that always sees the same."""


class SelfTestFailed(Exception):
    """The step that failed, and what was seen there."""

    def __init__(self, step: str, seen: str = "") -> None:
        super().__init__(f"{step} ({seen})" if seen else step)
        self.step = step
        self.seen = seen


async def wait_until(
    step: str,
    condition: Callable[[], object],
    seen: Callable[[], str] = str,
    *,
    patience_s: float = PATIENCE_S,
) -> None:
    """Wait for the condition, else raise SelfTestFailed. step: what is true then. seen: what there is instead."""
    try:
        async with asyncio.timeout(patience_s):
            while not condition():  # noqa: ASYNC110  what is watched are widgets, which set no event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise SelfTestFailed(step, seen()) from None
