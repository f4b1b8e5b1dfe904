"""WAV files on disk: what is in them, and writing one that survives a crash."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import Self

from workbench.domain.errors import StorageFailed
from workbench.domain.speech.wav import HEAD_SIZE, Undecodable, WavHead, head_of, wav_head
from workbench.storage.audio_files import mark_of

_BUFFER = 256 * 1024
_BEGINNING = 256 * 1024
"""Before the samples may stand whatever the recorder wanted to say of them."""


def look(path: Path) -> WavHead | None:
    """None for what is no WAV file, or says nonsense. Blocks; raises StorageFailed where it cannot be read."""
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise cannot_read(path, error) from error
    try:
        return head_of(beginning, size)
    except Undecodable:
        return None


class WavWriter:
    """One channel of int16 samples as they come. What was written is in the system's hands, so a crash of ours does not lose it.

    `settle` brings the head up to date and has the system write all of it down: to be called about once a second.
    Blocks. Every method raises StorageFailed when the disk does not do what it should.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self.path = path
        self._rate = rate
        self.size = 0
        self._mark = mark_of(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):  # where nothing can be locked, it is recorded all the same
                self._mark.set()
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            self._mark.clear()
            raise cannot_write(path, error) from error
        self._put(wav_head(0, rate))

    def write(self, samples: bytes) -> None:
        self._put(samples)
        self.size += len(samples)

    def settle(self) -> None:
        try:
            self._file.seek(0)
            self._file.write(wav_head(self.size, self._rate))
            self._file.seek(HEAD_SIZE + self.size)
            os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self) -> None:
        try:
            self.settle()
        finally:
            self._file.close()
            self._mark.clear()

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
        except OSError as error:
            raise cannot_write(self.path, error) from error


class SampleFile:
    """Bare samples, for a cache that is made anew when it is not whole. Blocks; raises StorageFailed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        try:
            self._file = self._path.open("wb", buffering=_BUFFER)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        return self

    def write(self, samples: bytes) -> None:
        try:
            self._file.write(samples)
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def __exit__(self, *failure: object) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise cannot_write(self._path, error) from error


def cannot_read(path: Path, error: OSError) -> StorageFailed:
    return StorageFailed(
        f"{path.name} cannot be read.",
        why=f"{path}: {error.strerror or error}.",
        fix="Make it readable for you, or choose another file.",
    )


def cannot_write(path: Path, error: OSError) -> StorageFailed:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StorageFailed(
        "The sound could not be written to the disk.",
        why="The disk is full." if full else f"{path}: {error.strerror or error}.",
        fix="Make room on it, then try again."
        if full
        else "Make the folder writable for you, then try again.",
    )
