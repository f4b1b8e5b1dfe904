"""A settings file in memory."""

from __future__ import annotations

from workbench.domain.settings import Settings


class MemorySettings:
    """saved: everything that was written, oldest first. failure: raised instead of writing."""

    def __init__(self) -> None:
        self.saved: list[Settings] = []
        self.failure: Exception | None = None

    def save(self, settings: Settings) -> None:
        if self.failure is not None:
            raise self.failure
        self.saved.append(settings)
