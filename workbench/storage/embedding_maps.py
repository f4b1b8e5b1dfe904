"""Maps that took long to lay out, kept between starts. All of it may be deleted; it is made again."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.storage.disk import whole_file

MOST_BYTES = 256 * 1024**2


class EmbeddingMapFiles:
    """folder: is made when the first map comes. most_bytes: of all together; what was not asked for the longest goes first.

    Everything here blocks.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, name: str) -> bytes | None:
        """None where it is not there, or cannot be read."""
        path = self._path(name)
        try:
            found = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def put(self, name: str, data: bytes) -> None:
        """Raises StorageFailed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageFailed("The map could not be stored.", why=error.strerror or str(error)) from error
        with whole_file(self._path(name), "The map could not be stored.") as file:
            file.write(data)
        self._make_room()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.map"

    def _make_room(self) -> None:
        files: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("*.map"):
            with suppress(OSError):
                state = path.stat()
                files.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files)[:-1]:
            if total <= self._most_bytes:
                break
            with suppress(OSError):
                path.unlink()
                total -= size
