"""The build that an upgrade puts in the place of the one that runs: packages are upgraded under an open window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from workbench.services.about import Build, build


class Successor:
    """running: what was started; it is to be made before an upgrade can come."""

    def __init__(self, look: Callable[[], Build] = build) -> None:
        self._look = look
        self.running = look()

    async def look(self) -> Build | None:
        """What lies there now; None where that is what runs, or nothing whole, and always for a checkout."""
        if not self.running.packaged:
            return None
        found = await asyncio.to_thread(self._look)
        return found if found.packaged and found != self.running else None
