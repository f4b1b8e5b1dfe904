"""Work on many vectors: in a thread, saying how far it is, given up when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from workbench.vectors.watch import Watch

T = TypeVar("T")
Progress = Callable[[float], object]
"""Is told the part that is done, 0 to 1, on the loop's thread."""


async def reckoned(work: Callable[[Watch], T], progress: Progress | None = None) -> T:
    """What work comes to. work imports what it needs of workbench.vectors itself: NumPy is loaded in the thread, too.

    Whoever is cancelled goes at once; the thread stops at its next look.
    """
    loop, given_up = asyncio.get_running_loop(), threading.Event()

    def tell(part: float) -> None:
        if progress is not None and not given_up.is_set():
            loop.call_soon_threadsafe(_told, progress, part, given_up)

    def run() -> T:
        from workbench.vectors.watch import Watch

        return work(Watch(tell, given_up.is_set))

    try:
        return await asyncio.to_thread(run)
    finally:
        given_up.set()


def _told(progress: Progress, part: float, given_up: threading.Event) -> None:
    if not given_up.is_set():
        progress(part)
