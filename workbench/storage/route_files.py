"""Route files on disk: read with a bound, written whole or not at all. Everything here may block, and raises StorageFailed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.domain.ids import new_id
from workbench.domain.routes.keeping import Fingerprint, OnDisk
from workbench.storage.disk import check_ordinary, failed

MAX_BYTES = 5 * 1024 * 1024
"""A route file has a few kilobytes; one of 5,000 elements about two megabytes."""


def read(path: Path) -> tuple[bytes, Fingerprint]:
    try:
        check_ordinary(path.stat())
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            state = os.fstat(file.fileno())
    except OSError as error:
        raise failed(f"{path.name} cannot be read.", path, error, _READING) from error
    if len(content) > MAX_BYTES:
        raise StorageFailed(
            f"{path.name} is too large for a route.",
            why=f"It has more than {MAX_BYTES // 1024 // 1024} MB; a route file has a few kilobytes.",
            fix="Choose the file that holds the route alone.",
        )
    return content, _fingerprint(content, state)


def write(path: Path, content: bytes) -> Fingerprint:
    """Replace the file, with the permissions it had; where path is a link, what it leads to is replaced."""
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{new_id()}.draft")
    try:
        mode = _mode(target)
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                if mode is not None:
                    with suppress(OSError):  # a disk may know no permissions
                        os.chmod(draft, mode)
                state = os.fstat(file.fileno())
            os.replace(draft, target)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise failed(f"{path.name} could not be saved.", path, error, _WRITING) from error
    return _fingerprint(content, state)


def on_disk(path: Path, known: Fingerprint, *, closely: bool = False) -> OnDisk:
    """The content is read only where size or time are others, or it is looked at closely: a file that was written twice in
    the same moment can have both.
    """
    try:
        state = path.stat()
        if not closely and (state.st_size, state.st_mtime_ns) == (known.size, known.modified_ns):
            return OnDisk.SAME
        if state.st_size != known.size:
            return OnDisk.CHANGED
        with path.open("rb") as file:
            content = file.read(known.size + 1)
    except (FileNotFoundError, NotADirectoryError):
        return OnDisk.GONE
    except OSError as error:
        raise failed(f"{path.name} cannot be read.", path, error, _READING) from error
    return OnDisk.SAME if _digest(content) == known.digest else OnDisk.CHANGED


def _mode(path: Path) -> int | None:
    """The file's permissions; a file that may not be written is not replaced either. Raises OSError."""
    with suppress(FileNotFoundError):
        state = path.stat()
        check_ordinary(state)
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return stat.S_IMODE(state.st_mode)
    return None


def _fingerprint(content: bytes, state: os.stat_result) -> Fingerprint:
    return Fingerprint(len(content), state.st_mtime_ns, _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_READING: Mapping[int, str] = {
    0: "Look whether it is there and may be read.",
    errno.ENOENT: "It was moved or deleted: open it where it is now.",
    errno.EACCES: "Make it readable for you, then open it again.",
    errno.EINVAL: "Choose a file that holds a route.",
}
_KEPT = "What you made is kept here meanwhile."
_FULL = f"Free some space, or save it on another disk. {_KEPT}"
_CLOSED = f"Make the file and its folder writable for you, or save it somewhere else. {_KEPT}"
_WRITING: Mapping[int, str] = {
    0: f"Save it somewhere else. {_KEPT}",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: _CLOSED,
    errno.ENOENT: f"Its folder is gone: save it somewhere else. {_KEPT}",
}
