"""Locks between processes that the operating system lets go of when their holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_TRIES = 200


class FileLock:
    """An exclusive lock on a file. Works between processes, and between two FileLocks of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Try once; True when the lock is ours. The file is made if need be.

        OSError when it cannot be made, or lies where nothing can be locked.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        ours = False
        try:
            ours = _lock(handle)
        finally:
            if ours:
                self._handle = handle
            else:
                os.close(handle)
        return ours

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
        """Make the mark; OSError where that cannot be done."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(_TRIES):
            if self._lock.take() and self._path.exists():
                return
            self._lock.release()  # somebody who sweeps took the new file for a dead one
            time.sleep(0.001)
        raise OSError(f"{self._path} cannot be locked")

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
    try:
        path.unlink(missing_ok=True)  # while it is locked, so that nobody takes it for theirs
    except OSError:
        pass  # Windows removes no open file; the next sweep does
    lock.release()
    return False


def sweep(folder: Path) -> None:
    """Remove the marks that dead processes left behind."""
    for path in folder.iterdir():
        is_alive(folder, path.name)
