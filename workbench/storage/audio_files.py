"""Files of recordings: what they are, whether they are still the same, and those that are the program's own.

Everything here may block, and raises StorageFailed.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.storage.disk import check_ordinary, failed, whole_file
from workbench.storage.locks import LiveMark, is_alive

HEAD_BYTES = 64 * 1024
_MAKING = "making"


class FileState(StrEnum):
    SAME = "same"
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class AudioFile:
    """path: absolute. modified: Unix seconds. fingerprint: of its size, beginning and end; a file of hours is not read as a whole for it.

    head: its first bytes.
    """

    path: Path
    size: int
    modified: float
    fingerprint: str
    head: bytes


def look(path: Path) -> AudioFile:
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            check_ordinary(state)
            head = file.read(HEAD_BYTES)
            file.seek(max(len(head), state.st_size - HEAD_BYTES))
            tail = file.read(HEAD_BYTES)
    except OSError as error:
        raise failed(f"{path.name} cannot be read.", path, error, _FIXES) from error
    print_ = sha256(b"%d " % state.st_size + head + tail).hexdigest()
    return AudioFile(path.absolute(), state.st_size, state.st_mtime, print_, head)


def state_of(path: Path, size: int, modified: float, fingerprint: str) -> FileState:
    """Whether it is there, and what it was. It is only looked into where its size or time is another."""
    try:
        state = path.stat()
    except OSError:
        return FileState.MISSING
    if (state.st_size, state.st_mtime) == (size, modified):
        return FileState.SAME
    try:
        return FileState.SAME if look(path).fingerprint == fingerprint else FileState.CHANGED
    except StorageFailed:
        return FileState.MISSING


def read_whole(path: Path, most_bytes: int) -> bytes:
    """A file that is to be sent as it is; of one that has grown meanwhile, no more than most_bytes and one."""
    try:
        with path.open("rb") as file:
            return file.read(most_bytes + 1)
    except OSError as error:
        raise failed(f"{path.name} cannot be read.", path, error, _FIXES) from error


def mark_of(path: Path) -> LiveMark:
    """To be set while path is written to, so that nobody takes it for one that a crash left."""
    return LiveMark(path.parent / _MAKING, path.name)


class OwnAudio:
    """The folder of recordings made here, or of what was spoken. It is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / name

    def put(self, name: str, data: bytes) -> Path:
        path = self.path(name)
        with whole_file(path, "The sound could not be stored.", self.folder / "drafts") as file:
            file.write(data)
        return path

    def take(self, path: Path, name: str) -> Path:
        """Move a file of ours into the folder; the place where it is now. One that lies there stays where it is."""
        if path.parent == self.folder:
            return path
        to = self.path(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(path, to)
        except OSError as error:
            raise failed(f"{path.name} could not be kept.", path, error, _FIXES) from error
        return to

    def remove(self, name: str) -> None:
        """Nothing happens where it is gone already."""
        path = self.path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise failed(f"{name} cannot be removed.", path, error, _FIXES) from error

    def copy(self, name: str, to: Path) -> None:
        """Write it to another place, over what is there."""
        path = self.path(name)
        with whole_file(to, f"{to.name} could not be saved.") as file:
            try:
                with path.open("rb") as source:
                    shutil.copyfileobj(source, file)
            except FileNotFoundError as error:
                raise failed("The sound cannot be read.", path, error, _FIXES) from error

    def others(self, known: Callable[[Path], bool], untouched_since: float) -> list[Path]:
        """Files in the folder that nobody knows, and that nobody is writing (see `mark_of`) or has just written; the oldest first."""
        found = []
        try:
            for path in self.folder.iterdir():
                state = path.stat()
                left = stat.S_ISREG(state.st_mode) and state.st_mtime < untouched_since and not known(path)
                if left and not is_alive(self.folder / _MAKING, path.name):
                    found.append((state.st_mtime, path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise failed("The folder of recordings cannot be read.", self.folder, error, _FIXES) from error
        return [path for _, path in sorted(found)]


_FIXES: Mapping[int, str] = {
    0: "Look whether it is there and may be read.",
    errno.ENOENT: "It was moved or deleted. Choose it where it is now.",
    errno.EACCES: "Make it readable for you, then try again.",
    errno.EINVAL: "Choose a file that holds a recording.",
    errno.EISDIR: "Choose a file that holds a recording.",
    errno.EIO: "The disk does not give it back. Check the disk.",
    errno.ENOSPC: "Free some space, then try again.",
}
