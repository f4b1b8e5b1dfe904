"""Pictures on disk, each named after its bytes: `ab/ab3f….png`. Everything here may block, and raises StorageFailed.

A picture is written whole or not at all, and what is read is what was written, or it is refused.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import BMP, GIF, JPEG, PNG, WEBP, digest_of, extension_of
from workbench.storage.disk import WRITING, check_ordinary, failed, whole_file

MOST_BYTES = 512 * 1024 * 1024
"""Of a file that is brought in. The largest photos have about 100 MB."""
_EXTENSIONS = tuple(extension_of(kind) for kind in (PNG, JPEG, WEBP, GIF, BMP, ""))
_DIGITS = frozenset("0123456789abcdef")
_DRAFT_S = _NAMED_S = 24 * 3600
"""A draft this old was left by a program that died; nobody looks for a named link this old any more."""


class ImageFiles:
    """folder: is made when the first picture comes; nothing else should lie in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes, digest: str, media_type: str) -> bool:
        """Keep a picture; False where it was there already, True where it was written (anew where it was damaged)."""
        path = self.path(digest, media_type)
        if self._has_whole(path, len(data)):
            return False
        with whole_file(path, "The picture could not be stored.", self.folder / "drafts") as file:
            file.write(data)
        return True

    def has(self, digest: str) -> bool:
        return self._found(digest) is not None

    def path(self, digest: str, media_type: str = PNG) -> Path:
        """Where it is; where it would be as a file of this type if it is not there."""
        return self._found(digest) or self._folder(digest) / f"{digest}{extension_of(media_type)}"

    def named(self, digest: str, name: str) -> Path:
        """The same file under a name for people, for a day or more; where it is stored if the disk knows no links."""
        path, link = self.path(digest), self.folder / "named" / digest[:16] / name
        try:
            if not link.exists():
                link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.link(path, link)
            os.utime(link.parent)
        except OSError:
            return path
        return link

    def read(self, digest: str) -> bytes:
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise failed("The picture cannot be read.", path, error, _READING) from error
        if digest_of(data) != digest:
            raise StorageFailed(
                "The picture's file is damaged.",
                why=f"{path} holds other bytes than were stored.",
                fix="Put the same picture in again, or generate it again. Its settings are kept.",
            )
        return data

    def remove(self, digest: str) -> None:
        """Nothing happens where it is gone already."""
        path = self.path(digest)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise failed("The picture's file cannot be removed.", path, error, WRITING) from error

    def copy(self, digest: str, to: Path) -> None:
        """Write it to another place, over what is there."""
        data = self.read(digest)
        with whole_file(to, f"{to.name} could not be saved.") as file:
            file.write(data)

    def sweep(self, clock: Callable[[], float] = time.time) -> None:
        """Remove what a program that died in mid-writing left behind, and old links of `named`."""
        for draft in _older(self.folder / "drafts", clock() - _DRAFT_S):
            with suppress(OSError):
                draft.unlink()
        for links in _older(self.folder / "named", clock() - _NAMED_S):
            shutil.rmtree(links, ignore_errors=True)

    def _folder(self, digest: str) -> Path:
        """A digest may come out of a foreign file, so that it must not lead anywhere else."""
        if len(digest) != 64 or not _DIGITS.issuperset(digest):
            raise StorageFailed(
                "There is no such picture.",
                why="What should name a stored picture does not.",
                fix="Choose the picture again.",
            )
        return self.folder / digest[:2]

    def _found(self, digest: str) -> Path | None:
        folder = self._folder(digest)
        for extension in _EXTENSIONS:
            path = folder / f"{digest}{extension}"
            if os.path.exists(path):
                return path
        return None

    def _has_whole(self, path: Path, size: int) -> bool:
        try:
            return path.stat().st_size == size and digest_of(path.read_bytes()) == path.stem
        except OSError:
            return False


def read_file(path: Path) -> bytes:
    """A file of somebody else, at most MOST_BYTES of it. InvalidInput where it has more."""
    try:
        state = path.stat()
        check_ordinary(state)
        with path.open("rb") as file:
            data = file.read(min(state.st_size, MOST_BYTES) + 1)
    except OSError as error:
        raise failed(f"{path.name} cannot be read.", path, error, _TAKING) from error
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"{path.name} is too large for a picture.",
            why=f"It has {state.st_size // 1024 // 1024:,} MB; at most {MOST_BYTES // 1024 // 1024} are read.",
            fix="Make it smaller in another program.",
        )
    return data


def _older(folder: Path, before: float) -> list[Path]:
    """What lies in the folder and was not touched since then."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    found.append(path)
    return found


_TAKING: Mapping[int, str] = {
    0: "Look whether it is there and may be read.",
    errno.ENOENT: "It was moved or deleted. Choose it where it is now.",
    errno.EACCES: "Make it readable for you, then try again.",
    errno.EINVAL: "Choose a file that holds a picture.",
    errno.EISDIR: "Choose a file that holds a picture.",
    errno.EIO: "The disk does not give it back. Check the disk.",
}
_READING: Mapping[int, str] = {
    **_TAKING,
    errno.ENOENT: "It was moved or deleted. Put the same picture in again, or generate it again.",
}
