"""Locks between processes that the operating system lets go of when their holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """An exclusive lock on a file. Works between processes, and between two FileLocks of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Try once; True when the lock is ours. The file is made if need be; OSError when it cannot be."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def wait(self, seconds: float) -> bool:
        """Try for so long; for short critical sections only, for it blocks."""
        end = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class LiveMark:
    """Says "this process lives" for as long as it does: a locked file called name.

    Whoever finds the file unlocked, or no file, knows that the owner of that name is gone.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._path = folder / name
        self._lock = FileLock(self._path)

    def set(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.take()

    def clear(self) -> None:
        self._lock.release()
        self._path.unlink(missing_ok=True)


def is_alive(folder: Path, name: str) -> bool:
    """Does the owner of that name live? A mark found dead is swept away."""
    path = folder / name
    if not name or not path.exists():
        return False
    lock = FileLock(path)
    if not lock.take():
        return True
    lock.release()
    path.unlink(missing_ok=True)
    return False
