"""Route files on disk: read with a bound, written whole or not at all. Everything here may block, and raises StorageFailed."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.domain.routes.keeping import Fingerprint, OnDisk

MAX_BYTES = 5 * 1024 * 1024
"""A route file has a few kilobytes; one of 5,000 elements about two megabytes."""


def read(path: Path) -> tuple[bytes, Fingerprint]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            state = os.fstat(file.fileno())
    except OSError as error:
        raise _failed(f"{path.name} cannot be read.", path, error) from error
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
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        mode = _mode(target)
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                if mode is not None:
                    os.chmod(draft, mode)
                state = os.fstat(file.fileno())
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        fix = "Free some space, or save it somewhere else. What you made is kept here meanwhile."
        raise _failed(f"{path.name} could not be saved.", path, error, fix) from error
    return _fingerprint(content, state)


def on_disk(path: Path, known: Fingerprint) -> OnDisk:
    """The content is read only where size or time are others."""
    try:
        state = path.stat()
    except OSError:
        return OnDisk.GONE
    if (state.st_size, state.st_mtime_ns) == (known.size, known.modified_ns):
        return OnDisk.SAME
    _, now = read(path)
    return OnDisk.SAME if now.digest == known.digest else OnDisk.CHANGED


def _mode(path: Path) -> int | None:
    """The file's permissions; a file that may not be written is not replaced either. Raises OSError."""
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        return mode
    return None


def _fingerprint(content: bytes, state: os.stat_result) -> Fingerprint:
    return Fingerprint(len(content), state.st_mtime_ns, hashlib.sha256(content).hexdigest())


def _failed(what: str, path: Path, error: OSError, fix: str = "") -> StorageFailed:
    return StorageFailed(
        what,
        why=f"{path}: {error.strerror or error}.",
        fix=fix or "Look whether it is there and may be read.",
    )
