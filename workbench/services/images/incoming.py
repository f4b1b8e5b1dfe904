"""Pictures from outside: files and folders, drops, the clipboard's bytes. Large ones are made smaller only with consent."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.recipes import Recipe
from workbench.services.images.pixels import Look
from workbench.storage.image_files import read_file

_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"})


class Gallery(Protocol):
    """services.images.gallery.Gallery."""

    async def keep(self, data: bytes, name: str = "", side: int | None = None) -> GalleryImage: ...
    async def bring(self, source: Path | bytes, name: str = "") -> tuple[GalleryImage, Recipe | None]: ...


class Headers(Protocol):
    """services.images.pixels.Pixels."""

    async def look(self, data: bytes) -> Look: ...


class LargerThanTaken(InvalidInput):
    """The picture has more pixels than the model takes: ask whether it may be scaled down, then call again with `agreed`.

    width, height: as it is. size: bytes. side: the longest side that is taken, in pixels.
    """

    def __init__(self, name: str, look: Look, size: int, side: int) -> None:
        super().__init__(
            f"{name or 'The picture'} is larger than the model takes.",
            why=f"It has {look.width:,} × {look.height:,} pixels ({size / 1e6:,.1f} MB); at most {side:,} a side are taken.",
            fix=f"Let it be scaled down to {side:,} pixels, or choose a smaller one. The file itself stays as it is.",
        )
        self.name = name
        self.width, self.height = look.width, look.height
        self.size = size
        self.side = side


@dataclass(frozen=True, slots=True)
class Refused:
    """One of several pictures that could not be brought in."""

    name: str
    error: WorkbenchError


@dataclass(frozen=True, slots=True)
class Brought:
    """pictures: each with the settings that were found in it."""

    pictures: tuple[tuple[GalleryImage, Recipe | None], ...]
    refused: tuple[Refused, ...] = ()


class IncomingPictures:
    """A source is a file's path, or encoded bytes of the clipboard or of another program."""

    def __init__(self, gallery: Gallery, pixels: Headers) -> None:
        self._gallery = gallery
        self._pixels = pixels

    async def keep(
        self, source: Path | bytes, name: str = "", *, side: int | None = None, agreed: bool = False
    ) -> GalleryImage:
        """Take a picture that is to be given to a model. side: the longest side it takes; None without a limit.

        Raises LargerThanTaken where it would be scaled down and nobody agreed to that, InvalidInput for what is no picture,
        StorageFailed for what cannot be read or stored.
        """
        data = await _read(source)
        name = name or (source.name if isinstance(source, Path) else "")
        look = await self._pixels.look(data)
        if side is not None and not agreed and max(look.width, look.height) > side:
            raise LargerThanTaken(name, look, len(data), side)
        return await self._gallery.keep(data, name, side)

    async def bring(
        self, sources: Sequence[Path | bytes], progress: Callable[[float], None] = lambda part: None
    ) -> Brought:
        """Import pictures into the gallery, of a folder all that lie in it and in those within, but for hidden ones. One that is
        no picture, or cannot be read, holds up none of the others; the only one is refused by raising its error.

        A gallery that cannot store any more ends it with StorageFailed; what came before that stays.
        """
        found = await asyncio.to_thread(_files_of, sources)
        pictures: list[tuple[GalleryImage, Recipe | None]] = []
        refused: list[Refused] = []
        for number, source in enumerate(found, 1):
            name = source.name if isinstance(source, Path) else ""
            try:
                data = await _read(source)
            except WorkbenchError as error:
                refused.append(Refused(name, error))
            else:
                try:
                    pictures.append(await self._gallery.bring(data, name))
                except InvalidInput as error:
                    refused.append(Refused(name, error))
            progress(number / len(found))
        if len(found) == len(refused) == 1:
            raise refused[0].error
        return Brought(tuple(pictures), tuple(refused))


async def _read(source: Path | bytes) -> bytes:
    return await asyncio.to_thread(read_file, source) if isinstance(source, Path) else source


def _files_of(sources: Sequence[Path | bytes]) -> list[Path | bytes]:
    files: list[Path | bytes] = []
    for source in sources:
        if not isinstance(source, Path) or not source.is_dir():
            files.append(source)
            continue
        try:
            os.listdir(source)
        except OSError as error:
            raise StorageFailed(
                f"The folder {source.name} cannot be read.",
                why=f"{source}: {error.strerror or error}.",
                fix="Make it readable for you, then try again.",
            ) from error
        files += _pictures_in(source)
    return files


def _pictures_in(folder: Path) -> list[Path]:
    """In order of their paths. What cannot be opened within is passed over."""
    found = []
    for place, within, names in os.walk(folder):
        within[:] = [name for name in within if not name.startswith(".")]
        paths = (Path(place, name) for name in names if not name.startswith("."))
        found += [path for path in paths if path.suffix.lower() in _ENDINGS]
    return sorted(found)
