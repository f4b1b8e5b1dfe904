"""Decoding for commands: WAV files without any library for sound, all others with the window's."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.errors import InvalidInput
from workbench.services.speech.samples import Progress
from workbench.services.speech.wav_decoding import can_decode, decode_wav
from workbench.services.speech.wav_file import look

if TYPE_CHECKING:
    from workbench.ui.support.audio.headless import HeadlessDecoder


class CommandDecoder:
    """services.speech.samples.Decoder. Qt is only brought in for what is no plain WAV file."""

    def __init__(self) -> None:
        self._qt: HeadlessDecoder | None = None

    async def decode(self, source: Path, to: Path, progress: Progress) -> None:
        head = await asyncio.to_thread(look, source)
        if head is None or not can_decode(head):
            await self._with_qt(source).decode(source, to, progress)
            return
        stop, loop = threading.Event(), asyncio.get_running_loop()
        work = loop.run_in_executor(
            None,
            decode_wav,
            source,
            head,
            to,
            stop.is_set,
            lambda part: loop.call_soon_threadsafe(progress, part),
        )
        try:
            await asyncio.shield(work)
        finally:
            stop.set()
            if not work.done():
                await asyncio.wait((work,))

    def _with_qt(self, source: Path) -> HeadlessDecoder:
        if self._qt is None:
            try:
                from workbench.ui.support.audio.headless import HeadlessDecoder
            except ImportError as error:
                raise InvalidInput(
                    f"{source.name} cannot be decoded here.",
                    why=f"A library for sound is missing: {error}.",
                    fix="Convert it to WAV, or install what is missing: ./dev run does.",
                ) from error
            self._qt = HeadlessDecoder()
        return self._qt
