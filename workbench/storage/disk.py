"""The disk: files written whole or not at all, room for them, and what to do where it refuses. Everything here may block."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from workbench.domain.errors import StorageFailed
from workbench.domain.ids import new_id

_FULL = "Free some space, then try again. What was stored before is safe."
_CLOSED = "Make the folder writable for you, then try again."
WRITING: Mapping[int, str] = {
    0: "Check the disk, then try again.",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: _CLOSED,
    errno.ENOENT: "Its folder is gone. Choose another one, or make it again.",
}
"""What to do where a file cannot be written, by errno."""


@contextmanager
def whole_file(path: Path, what: str, drafts: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write to, which takes path's place when the block ends well, and is gone when it does not.

    what: the sentence for what could not be done. drafts: a folder on the same disk to write it in; else it is path's own.
    """
    draft = (drafts or path.parent) / f".{new_id()}.draft"
    try:
        if drafts is not None:
            for folder in (drafts, path.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        _keep_name(path.parent)
    except OSError as error:
        raise failed(what, path, error, WRITING) from error


def room_for(folder: Path, size: int, what: str) -> None:
    """Raise StorageFailed where the disk has no room for so many bytes; where that cannot be told, nothing is."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    if free < size:
        raise StorageFailed(
            what,
            why=f"It needs {_megabytes(size)} MB; {folder} has room for {_megabytes(free)}.",
            fix="Free some space, or choose another disk.",
        )


def failed(what: str, path: Path, error: OSError, fixes: Mapping[int, str]) -> StorageFailed:
    """What the disk said, and what to do: fixes by errno, 0 for every other."""
    fix = fixes.get(error.errno or 0, fixes[0])
    return StorageFailed(what, why=f"{path}: {error.strerror or error}.", fix=fix)


def check_ordinary(state: os.stat_result) -> None:
    """A pipe would be waited for without end, and a device replaced. Raises OSError."""
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "This is not an ordinary file")


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 1e6)):,}"


def _keep_name(folder: Path) -> None:
    """Make sure that a power cut does not take the new name away."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some network disks cannot
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
