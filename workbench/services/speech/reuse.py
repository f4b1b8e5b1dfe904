"""What a model has said, taken among the recordings."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import Protocol

from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording

_LONGEST_NAME = 60


class Speaking(Protocol):
    """services.speech.speaking.Speaking."""

    async def save_as(self, spoken: Spoken, path: Path) -> None: ...


class Library(Protocol):
    """services.speech.library.Recordings."""

    async def adopt(self, recorded: Path, name: str = "") -> Recording: ...
    async def set_reference(self, recording_id: str, text: str) -> Recording: ...


class Reuse:
    """The recording is a copy, so that what was spoken can be deleted. Raises StorageFailed.

    folder: for what is there for a moment only; None for the system's.
    """

    def __init__(self, speaking: Speaking, library: Library, folder: Path | None = None) -> None:
        self._speaking = speaking
        self._library = library
        self._folder = folder

    async def as_recording(self, spoken: Spoken) -> Recording:
        """Called as its text begins, and with the text for a reference to measure takes by."""
        folder = await asyncio.to_thread(partial(tempfile.TemporaryDirectory, dir=self._folder))
        try:
            path = Path(folder.name) / spoken.file
            await self._speaking.save_as(spoken, path)
            recording = await self._library.adopt(path, name_of(spoken))
        finally:
            await asyncio.to_thread(folder.cleanup)
        return await self._library.set_reference(recording.id, spoken.text)


def name_of(spoken: Spoken) -> str:
    """The beginning of its text, cut at a word."""
    text = " ".join(spoken.text.split())
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[:_LONGEST_NAME].rsplit(' ', 1)[0]}…"
