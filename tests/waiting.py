"""Waiting for what nothing announces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within_s: float = 40) -> None:
    """Let the loop turn until this holds. Waiting in vain fails the test."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  widgets, models and other threads set no event
            await asyncio.sleep(0.002)
