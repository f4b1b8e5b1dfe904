"""The gallery: every picture with all its settings, kept, found again, put in order, handed out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.ids import new_id
from workbench.domain.images.formats import JPEG, PNG, digest_of
from workbench.domain.images.gallery import GalleryFilter, GalleryImage, Origin
from workbench.domain.images.recipes import Recipe, recipe_in
from workbench.services.conversations import one_line
from workbench.services.images.export import Exported, write_zip
from workbench.services.images.pixels import MOST_SIDE, Look, Pixels
from workbench.services.listeners import Listeners
from workbench.storage.image_files import read_file

KEEP_DELETED_S = 30 * 24 * 3600
"""A deleted picture can be brought back this long, as a conversation can."""
MOST_STARS = 5
THUMBNAIL_SIDE = 256
_THUMBNAILS_AT_ONCE = 2
_LONGEST_LABEL = 100
_log = logging.getLogger(__name__)


class Store(Protocol):
    """storage.images.ImageStore."""

    async def add(self, image: GalleryImage) -> None: ...
    async def add_once(self, image: GalleryImage) -> tuple[GalleryImage, bool]: ...
    async def ids(self, wanted: GalleryFilter) -> tuple[str, ...]: ...
    async def images(self, ids: Sequence[str]) -> list[GalleryImage]: ...
    async def get(self, image_id: str) -> GalleryImage | None: ...
    async def find(self, digest: str) -> GalleryImage | None: ...
    async def refers_to(self, digest: str) -> bool: ...
    async def rate(self, ids: Sequence[str], stars: int) -> None: ...
    async def tag(self, ids: Sequence[str], add: Collection[str], remove: Collection[str]) -> None: ...
    async def put_on_board(self, ids: Sequence[str], board: str) -> None: ...
    async def take_off_board(self, ids: Sequence[str], board: str) -> None: ...
    async def rename_board(self, name: str, new_name: str) -> None: ...
    async def delete_board(self, name: str) -> None: ...
    async def boards(self) -> tuple[tuple[str, int], ...]: ...
    async def tags(self) -> tuple[tuple[str, int], ...]: ...
    async def models(self) -> tuple[tuple[str, int], ...]: ...
    async def mark_deleted(self, ids: Sequence[str], when: float | None) -> tuple[str, ...]: ...
    async def purge(
        self, before: float, in_use: Collection[str], remove: Callable[[str], None]
    ) -> tuple[str, ...]: ...
    async def changed_elsewhere(self) -> bool: ...


class Files(Protocol):
    """storage.image_files.ImageFiles: all of it blocks."""

    def put(self, data: bytes, digest: str, media_type: str) -> bool: ...
    def has(self, digest: str) -> bool: ...
    def path(self, digest: str) -> Path: ...
    def named(self, digest: str, name: str) -> Path: ...
    def read(self, digest: str) -> bytes: ...
    def copy(self, digest: str, to: Path) -> None: ...
    def remove(self, digest: str) -> None: ...
    def sweep(self) -> None: ...


class Thumbnails(Protocol):
    """storage.image_thumbnails.ImageThumbnails."""

    async def get(self, digest: str, side: int) -> bytes | None: ...
    async def put(self, digest: str, side: int, picture: bytes) -> None: ...
    async def drop(self, digests: Collection[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Board:
    """count: pictures on it, deleted ones left out."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Added:
    """A picture is in the gallery now: new, or back from where deleted ones are."""

    image: GalleryImage


@dataclass(frozen=True, slots=True)
class Changed:
    """Rating, tags or boards of these; without ids, anything, in another window, or a board."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """These were deleted."""

    ids: tuple[str, ...]


GalleryEvent = Added | Changed | Gone


class Gallery:
    """Every method that reads or writes raises StorageFailed. Ids that are not there are passed over.

    clock: Unix seconds.
    """

    def __init__(
        self,
        store: Store,
        files: Files,
        thumbnails: Thumbnails,
        pixels: Pixels,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._files = files
        self._thumbnails = thumbnails
        self._pixels = pixels
        self._clock = clock
        self._listeners: Listeners[GalleryEvent] = Listeners()
        self._making: dict[tuple[str, int], asyncio.Event] = {}
        self._makers = asyncio.Semaphore(_THUMBNAILS_AT_ONCE)

    def on_change(self, listener: Callable[[GalleryEvent], object]) -> Callable[[], None]:
        """Call listener with what changes; the returned function ends it."""
        return self._listeners.add(listener)

    # Pictures come in

    async def add(self, image: GalleryImage, data: bytes) -> GalleryImage:
        """Store a picture with what is known of it; what can be read from the bytes is filled in.

        InvalidInput where the bytes are no whole picture; nothing is stored then.
        """
        look = await self._pixels.check(data)
        image = await asyncio.to_thread(_seen, _storable(image), data, look)
        async with self._file_of(image, data):
            await self._store.add(image)
        await self._settle(image, data)
        return image

    async def keep(self, data: bytes, name: str = "", side: int | None = None) -> GalleryImage:
        """Store a picture that is given to a model; for the same bytes, the entry that is there.

        It is turned upright, and its longer side made `side` pixels where it is longer. InvalidInput for what is no picture.
        """
        look = await self._pixels.check(data)
        if look.turned or (side is not None and max(look.width, look.height) > side):
            longest = min(side or MOST_SIDE, max(look.width, look.height))
            data = await self._pixels.scaled(data, longest, longest, JPEG if look.media_type == JPEG else PNG)
            look = await self._pixels.look(data)
        return await self._once(await self._new(Origin.INPUT, name, data, look), data)

    async def bring(self, source: Path | bytes, name: str = "") -> tuple[GalleryImage, Recipe | None]:
        """Import a picture, byte for byte, with the settings found in it; for the same bytes, the entry that is there.

        InvalidInput for what is no picture.
        """
        data = await asyncio.to_thread(read_file, source) if isinstance(source, Path) else source
        if not name and isinstance(source, Path):
            name = source.name
        look = await self._pixels.check(data)
        recipe = await asyncio.to_thread(recipe_in, data)
        image = await self._new(Origin.IMPORTED, name, data, look)
        if recipe is not None:
            image = replace(image, model=recipe.model, settings=recipe.settings)
        return await self._once(_storable(image), data), recipe

    # Pictures are found

    async def ids(self, wanted: GalleryFilter) -> tuple[str, ...]:
        """All that fit, in order. since is inclusive, until is not; of several tags all must be there."""
        return await self._store.ids(wanted)

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]:
        """Those that are there and not deleted, in the order of ids."""
        return await self._store.images(ids)

    async def get(self, image_id: str) -> GalleryImage | None:
        """Also a deleted one, as long as it can be brought back (see its deleted_at)."""
        return await self._store.get(image_id)

    async def find(self, digest: str) -> GalleryImage | None:
        """The newest entry of these bytes, generated and imported ones first."""
        return await self._store.find(digest)

    async def models(self) -> tuple[tuple[str, int], ...]:
        """Models with how many pictures each made, most first."""
        return await self._store.models()

    async def tags(self) -> tuple[tuple[str, int], ...]:
        """Tags with how many pictures have each, by name."""
        return await self._store.tags()

    async def boards(self) -> tuple[Board, ...]:
        """By name; empty ones too."""
        return tuple(Board(name, count) for name, count in await self._store.boards())

    async def look_again(self) -> None:
        """For when the window comes to the front: tell the listeners where another window may have changed something."""
        if await self._store.changed_elsewhere():
            self._listeners.tell(Changed(()))

    # Bytes

    async def data(self, digest: str) -> bytes:
        """The stored bytes; StorageFailed where the file is gone or damaged."""
        return await asyncio.to_thread(self._files.read, digest)

    def path(self, digest: str, name: str = "") -> Path:
        """Where the file is, for other programs to read; it need not exist any more.

        name: what it is to be called there. Takes microseconds: a link is made, which goes at a start a day later.
        """
        return self._files.named(digest, name) if name else self._files.path(digest)

    async def thumbnail(self, digest: str, side: int = THUMBNAIL_SIDE) -> bytes:
        """An encoded picture that fits a square of side pixels; made where it is missing.

        InvalidInput where the stored picture cannot be decoded.
        """
        return await self._thumbnail(digest, side)

    async def save_as(self, digest: str, to: Path) -> None:
        """Write the file somewhere else, whole or not at all, over what is there."""
        await asyncio.to_thread(self._files.copy, digest, to)

    async def export(self, ids: Sequence[str], path: Path, progress: Callable[[float], None]) -> Exported:
        """A zip file with these pictures under readable names and a manifest (see `export`).

        progress: is told from 0 to 1. Cancelling leaves nothing behind.
        """
        return await write_zip(await self._store.images(ids), self._files, path, progress, self._clock)

    # What the user says of them

    async def rate(self, ids: Sequence[str], stars: int) -> None:
        if not 0 <= stars <= MOST_STARS:
            raise InvalidInput(f"A rating is 0 to {MOST_STARS} stars.", field="rating")
        await self._store.rate(ids, stars)
        self._listeners.tell(Changed(tuple(ids)))

    async def tag(self, ids: Sequence[str], add: Collection[str] = (), remove: Collection[str] = ()) -> None:
        """Upper and lower case make no different tags."""
        await self._store.tag(ids, [one for tag in add if (one := _label(tag, "tags"))], remove)
        self._listeners.tell(Changed(tuple(ids)))

    async def put_on_board(self, ids: Sequence[str], board: str) -> None:
        """The board is made if need be; without ids an empty one."""
        await self._store.put_on_board(ids, _board(board))
        self._listeners.tell(Changed(tuple(ids)))

    async def take_off_board(self, ids: Sequence[str], board: str) -> None:
        await self._store.take_off_board(ids, board)
        self._listeners.tell(Changed(tuple(ids)))

    async def rename_board(self, name: str, new_name: str) -> None:
        """InvalidInput where another one has that name."""
        await self._store.rename_board(name, _board(new_name))
        self._listeners.tell(Changed(()))

    async def delete_board(self, name: str) -> None:
        """The pictures stay."""
        await self._store.delete_board(name)
        self._listeners.tell(Changed(()))

    # Out, and back

    async def delete(self, ids: Sequence[str]) -> None:
        """`restore` brings them back for 30 days; their files stay until a start after that."""
        if gone := await self._store.mark_deleted(ids, self._clock()):
            self._listeners.tell(Gone(gone))

    async def restore(self, ids: Sequence[str]) -> None:
        for image in await self._store.images(await self._store.mark_deleted(ids, None)):
            self._listeners.tell(Added(image))

    async def purge(self, in_use: Collection[str], older_than_s: float = KEEP_DELETED_S) -> int:
        """For start-up: remove for good what was deleted so long ago, and inputs that were used for nothing; how many files.

        in_use: digests that jobs, batches and drafts speak of: their files stay.
        """
        gone = await self._store.purge(self._clock() - older_than_s, in_use, self._files.remove)
        await self._thumbnails.drop(gone)
        await asyncio.to_thread(self._files.sweep)
        return len(gone)

    async def _new(self, origin: Origin, name: str, data: bytes, look: Look) -> GalleryImage:
        empty = GalleryImage(
            new_id(), self._clock(), "", "", 0, 0, origin=origin, name=_whole(one_line(name))
        )
        return await asyncio.to_thread(_seen, empty, data, look)

    async def _once(self, image: GalleryImage, data: bytes) -> GalleryImage:
        async with self._file_of(image, data):
            kept, new = await self._store.add_once(image)
        if new:
            await self._settle(kept, data)
        return kept

    @asynccontextmanager
    async def _file_of(self, image: GalleryImage, data: bytes) -> AsyncIterator[None]:
        """The file is there before the block stores its entry, and after: another window may have purged it a moment before.

        Where the entry could not be stored, no file is left lying there for nothing.
        """
        written = await self._put(image, data)
        try:
            yield
        except BaseException:
            if written:
                await self._take_back(image.digest)
            raise
        if not await asyncio.to_thread(self._files.has, image.digest):
            await self._put(image, data)

    async def _put(self, image: GalleryImage, data: bytes) -> bool:
        return await asyncio.to_thread(self._files.put, data, image.digest, image.media_type)

    async def _take_back(self, digest: str) -> None:
        try:
            if not await self._store.refers_to(digest):
                await asyncio.to_thread(self._files.remove, digest)
        except StorageFailed as error:
            _log.warning("A picture without an entry stays on the disk: %s", error.why)

    async def _settle(self, image: GalleryImage, data: bytes) -> None:
        self._listeners.tell(Added(image))
        try:
            await self._thumbnail(image.digest, THUMBNAIL_SIDE, data)
        except WorkbenchError as error:  # it is made when it is asked for
            _log.warning("No thumbnail: %s %s", error.what, error.why)

    async def _thumbnail(self, digest: str, side: int, data: bytes | None = None) -> bytes:
        """data: the picture, where it is at hand. Whoever asks for one that is being made waits for it."""
        key = (digest, side)
        while True:
            if found := await self._thumbnails.get(digest, side):
                return found
            if (under_way := self._making.get(key)) is None:
                break
            await under_way.wait()
        done = self._making[key] = asyncio.Event()
        try:
            async with self._makers:
                picture = await self._pixels.thumbnail(data or await self.data(digest), side)
            await self._thumbnails.put(digest, side, picture)
            return picture
        finally:
            del self._making[key]
            done.set()


def _seen(image: GalleryImage, data: bytes, look: Look) -> GalleryImage:
    """With what the bytes tell. For a thread: a large photo takes a while to be summed up."""
    return replace(
        image,
        digest=digest_of(data),
        media_type=look.media_type,
        width=look.width,
        height=look.height,
        size=len(data),
    )


def _storable(image: GalleryImage) -> GalleryImage:
    """Half a character, which a file's name or a model's answer can hold and no file, becomes a question mark."""
    settings = replace(
        image.settings,
        prompt=_whole(image.settings.prompt),
        negative_prompt=_whole(image.settings.negative_prompt),
    )
    return replace(image, settings=settings, name=_whole(image.name), said=_whole(image.said))


def _whole(text: str) -> str:
    return text.encode(errors="replace").decode()


def _board(name: str) -> str:
    if not (label := _label(name, "board")):
        raise InvalidInput("A board needs a name.", field="board")
    return label


def _label(text: str, field: str) -> str:
    label = _whole(one_line(text))
    if len(label) > _LONGEST_LABEL:
        raise InvalidInput(f"At most {_LONGEST_LABEL} characters.", field=field)
    return label
