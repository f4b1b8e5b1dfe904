"""Small pictures of stored ones, decoded off the main thread and kept while there is room."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.picture_bytes import reading
from workbench.ui.support.pixels import fitted
from workbench.ui.support.tasks import TaskScope

ROOM = 96_000_000
"""Bytes of decoded pixels: more than the largest screen can show at once, whatever their size."""
MOST_WAITING = 400
_AT_ONCE = 8
_KEPT_SIDES = (256, 512, 1024)
"""What the gallery keeps thumbnails in; any other size is made of the next larger."""


class ThumbnailStore(Protocol):
    """services.images.gallery.Gallery. May raise StorageFailed and InvalidInput."""

    async def thumbnail(self, digest: str, side: int = 256) -> bytes: ...


class _Key(NamedTuple):
    digest: str
    side: int


class _Decoded(NamedTuple):
    """colour: the average one, 0xffrrggbb."""

    image: QImage
    colour: int


class Thumbnails(QObject):
    """Pixmaps by digest. To be asked while painting: an answer takes microseconds.

    ready: it is worth asking for this digest again. It also comes when a request was dropped, for whoever still shows it.
    """

    ready = Signal(str)
    failed = Signal(object)  # Exception: a bug; a picture that cannot be read is `broken`

    def __init__(self, store: ThumbnailStore, parent: QObject | None = None, *, room: int = ROOM) -> None:
        super().__init__(parent)
        self._store = store
        self._room = room
        self._made: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._sides: dict[str, list[int]] = {}
        self._taken = 0
        self._waiting: OrderedDict[_Key, None] = OrderedDict()
        self._served: set[_Key] = set()
        self._broken: set[str] = set()
        self._colours: dict[str, int] = {}
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)

    async def aclose(self) -> None:
        self._waiting.clear()
        await self._tasks.aclose()

    def pixmap(self, digest: str, side: int = 256) -> QPixmap | None:
        """Fitted into side × side device pixels, never enlarged. None: asked for now, `ready` follows, unless it is `broken`."""
        key = _Key(digest, side)
        found = self._made.get(key)
        if found is not None:
            self._made.move_to_end(key)
            return found
        if digest and digest not in self._broken and key not in self._served and key not in self._waiting:
            self._ask(key)
        return None

    def nearest(self, digest: str, side: int) -> QPixmap | None:
        """What there is of it in another size, to be shown until `pixmap` has the right one."""
        sides = self._sides.get(digest)
        if not sides:
            return None
        return self._made[_Key(digest, min(sides, key=lambda known: (known < side, abs(known - side))))]

    def colour(self, digest: str) -> int | None:
        """Its average colour as 0xffrrggbb, remembered when the picture itself is gone from memory; None if it was never seen."""
        return self._colours.get(digest)

    def broken(self, digest: str) -> bool:
        """The file is gone or cannot be read."""
        return digest in self._broken

    def withdraw(self, digests: Iterable[str]) -> None:
        """They are not seen any more: what has not begun need not be decoded."""
        gone = set(digests)
        for key in [key for key in self._waiting if key.digest in gone]:
            del self._waiting[key]
            self.ready.emit(key.digest)

    def retry(self) -> None:
        """Files that were gone may be back: try the broken ones again when they are asked for."""
        broken, self._broken = self._broken, set()
        for digest in broken:
            self.ready.emit(digest)

    @property
    def waiting(self) -> int:
        """How many have been asked for and are not there yet."""
        return len(self._waiting) + len(self._served)

    def _ask(self, key: _Key) -> None:
        self._waiting[key] = None
        if len(self._waiting) > MOST_WAITING:
            oldest, _ = self._waiting.popitem(last=False)
            self.ready.emit(oldest.digest)
        if not self._tasks.running("decode"):
            self._tasks.start("decode", self._serve())

    async def _serve(self) -> None:
        while self._waiting:
            keys = [self._waiting.popitem(last=False)[0] for _ in range(min(_AT_ONCE, len(self._waiting)))]
            self._served.update(keys)
            try:
                data = await asyncio.gather(*(self._fetch(key) for key in keys))
                decoded = await asyncio.to_thread(_decoded, keys, data)
            finally:
                self._served.difference_update(keys)
            for key, made in zip(keys, decoded, strict=True):
                self._take(key, made)

    async def _fetch(self, key: _Key) -> bytes:
        side = next((side for side in _KEPT_SIDES if side >= key.side), _KEPT_SIDES[-1])
        try:
            return await self._store.thumbnail(key.digest, side)
        except WorkbenchError:
            return b""

    def _take(self, key: _Key, made: _Decoded | None) -> None:
        if made is None:
            self._broken.add(key.digest)
        else:
            pixmap = QPixmap.fromImage(made.image, Qt.ImageConversionFlag.NoFormatConversion)
            self._made[key] = pixmap
            self._sides.setdefault(key.digest, []).append(key.side)
            self._colours[key.digest] = made.colour
            self._taken += _bytes(pixmap)
            while self._taken > self._room and len(self._made) > 1:
                self._drop(*self._made.popitem(last=False))
        self.ready.emit(key.digest)

    def _drop(self, key: _Key, pixmap: QPixmap) -> None:
        self._taken -= _bytes(pixmap)
        sides = self._sides[key.digest]
        sides.remove(key.side)
        if not sides:
            del self._sides[key.digest]


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _decoded(keys: Sequence[_Key], data: Sequence[bytes]) -> list[_Decoded | None]:
    return [_decode(given, key.side) if given else None for key, given in zip(keys, data, strict=True)]


def _decode(data: bytes, side: int) -> _Decoded | None:
    """In the format that the painter takes as it is, and in the very size, so that nothing is left to do while painting."""
    with reading(data) as reader:
        size = reader.size()
        wanted = fitted(size, QSize(side, side)) if size.isValid() else size
        if wanted != size:
            reader.setScaledSize(wanted)
        image = reader.read()
    if image.isNull():
        return None
    kind = (
        QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    )
    image = image.convertToFormat(kind)
    dot = image.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation)
    return _Decoded(image, dot.pixel(0, 0) | 0xFF000000)
