"""Whether there is a newer version: one small file is read, at most once a day, and only where the user wants that."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import workbench
from workbench.domain.releases import Release, is_newer, is_preview

DAY_S = 24 * 60 * 60


class Releases(Protocol):
    """client.updates.UpdateClient. Raises RequestFailed."""

    async def newest(self, url: str) -> Release: ...


class Updates:
    def __init__(
        self,
        releases: Releases,
        version: str = workbench.__version__,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._releases = releases
        self._version = version
        self._clock = clock

    @property
    def version(self) -> str:
        """Ours."""
        return self._version

    def now(self) -> int:
        """What to remember as the time of a check."""
        return int(self._clock())

    def is_due(self, last_check: int) -> bool:
        """Whether a day has gone by; also where the clock has been set back since."""
        return not 0 <= self._clock() - last_check < DAY_S

    async def look(self, address: str) -> Release | None:
        """The newest release, None where we are not older. Previews are for those who have one. Raises RequestFailed."""
        release = await self._releases.newest(address)
        if is_preview(release.version) and not is_preview(self._version):
            return None
        return release if is_newer(release.version, self._version) else None
