"""Recordings as bare samples in files, so that hours of them are drawn and cut without being held in memory."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from workbench.domain.errors import StorageFailed
from workbench.domain.ids import new_id
from workbench.storage.disk import room_for

RATE = 16_000
"""Samples a second; what models that hear were made for."""
FRAME = 2
MOST_BYTES = 2 * 1024**3
"""About eighteen hours."""
_DRAFT_S = 24 * 3600
_BLOCK_S = 60.0

Progress = Callable[[float], object]


class Decoder(Protocol):
    """Brought by the window, or the command."""

    async def decode(self, source: Path, to: Path, progress: Progress) -> None:
        """Write the sound of source to a new file: RATE samples a second, one channel, signed 16 bits, little-endian.

        Never holds more than a moment of it. Raises InvalidInput for what is no sound, StorageFailed for the disk; what
        was written by then is of no use. progress: is told from 0 to 1, in the caller's loop.
        """


@dataclass(frozen=True, slots=True)
class Samples:
    """A file of samples as Decoder writes them. Reading blocks, and raises StorageFailed."""

    path: Path
    size: int
    rate: int = RATE

    @property
    def count(self) -> int:
        return self.size // FRAME

    @property
    def seconds(self) -> float:
        return self.count / self.rate

    def read(self, start: float = 0.0, end: float | None = None) -> bytes:
        """Those between two times, as far as there are any."""
        first = min(self.count, max(0, round(start * self.rate)))
        last = self.count if end is None else min(self.count, round(end * self.rate))
        try:
            with self.path.open("rb") as file:
                file.seek(first * FRAME)
                return file.read(max(0, last - first) * FRAME)
        except OSError as error:
            raise StorageFailed(
                "The recording's samples cannot be read.",
                why=f"{self.path}: {error.strerror or error}.",
                fix="Try again: they are made anew from the file.",
            ) from error

    def blocks(self, seconds: float = _BLOCK_S) -> Iterator[bytes]:
        """All of them, piece by piece."""
        start = 0.0
        while start < self.seconds:
            yield self.read(start, start + seconds)
            start += seconds


class SampleCache:
    """folder: may be deleted at any time. What was not looked at for the longest goes first when there is too much.

    Several who want the same recording wait for one decoding, which ends when none of them waits any longer.
    """

    def __init__(
        self,
        folder: Path,
        decoder: Decoder,
        *,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._decoder = decoder
        self._most_bytes = most_bytes
        self._clock = clock
        self._running: dict[str, _Decoding] = {}

    async def get(self, name: str, source: Path, seconds: float, progress: Progress) -> Samples:
        """name: of the file's content. seconds: how long it will be, 0.0 where that is not known.

        Raises what Decoder does.
        """
        found = await asyncio.to_thread(self._found, name)
        if found is not None:
            return found
        while (running := self._running.get(name)) is not None and running.given_up:
            await running.aclose()
        if running is None:
            running = self._running[name] = _Decoding()
            running.start(self._decode(name, source, seconds, running.tell), lambda: self._running.pop(name))
        return await running.wait(progress)

    async def has(self, name: str) -> bool:
        return await asyncio.to_thread(self._found, name) is not None

    async def aclose(self) -> None:
        for running in tuple(self._running.values()):
            await running.aclose()

    async def _decode(self, name: str, source: Path, seconds: float, progress: Progress) -> Samples:
        draft = self._folder / f"{new_id()}.draft"
        path = self._path(name)
        try:
            await asyncio.to_thread(self._prepare, seconds)
            await self._decoder.decode(source, draft, progress)
            return await asyncio.to_thread(self._keep, draft, path)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.s16"

    def _found(self, name: str) -> Samples | None:
        path = self._path(name)
        try:
            os.utime(path)
            return Samples(path, path.stat().st_size)
        except OSError:
            return None

    def _prepare(self, seconds: float) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise self._failed(error) from error
        self._sweep()
        need = int(seconds * RATE) * FRAME
        self._make_room(need)
        room_for(self._folder, need, "The recording cannot be decoded.")

    def _keep(self, draft: Path, path: Path) -> Samples:
        try:
            os.replace(draft, path)
            size = path.stat().st_size
        except OSError as error:
            raise self._failed(error) from error
        self._make_room(0, keep=path)
        return Samples(path, size)

    def _make_room(self, need: int, keep: Path | None = None) -> None:
        files = []
        with suppress(OSError):
            for path in self._folder.glob("*.s16"):
                state = path.stat()
                files.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in files) + need
        for _, size, path in sorted(files):
            if total <= self._most_bytes:
                return
            if path != keep:
                with suppress(OSError):  # somebody reads it, on some systems
                    path.unlink()
                    total -= size

    def _sweep(self) -> None:
        """Remove what a program that died in mid-decoding left behind."""
        with suppress(OSError):
            for draft in self._folder.glob("*.draft"):
                if draft.stat().st_mtime < self._clock() - _DRAFT_S:
                    draft.unlink()

    def _failed(self, error: OSError) -> StorageFailed:
        return StorageFailed(
            "The recording's samples could not be kept.",
            why=f"{self._folder}: {error.strerror or error}.",
            fix="Free some space or make the folder writable, then try again.",
        )


class _Decoding:
    """One that runs, and who waits for it. given_up: nobody does any more, and it is about to end."""

    def __init__(self) -> None:
        self.given_up = False
        self._waiting: list[Progress] = []
        self._task: asyncio.Task[Samples]

    def start(self, work: Coroutine[Any, Any, Samples], ended: Callable[[], object]) -> None:
        self._task = asyncio.get_running_loop().create_task(work, name="decode a recording")
        self._task.add_done_callback(lambda _: ended())

    def tell(self, part: float) -> None:
        for progress in tuple(self._waiting):
            progress(part)

    async def wait(self, progress: Progress) -> Samples:
        self._waiting.append(progress)
        try:
            return await asyncio.shield(self._task)
        finally:
            self._waiting.remove(progress)
            if not self._waiting and not self._task.done():
                self.given_up = True
                await self.aclose()

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.wait((self._task,))
