"""Decoding pictures with Qt, off the main thread and in bounded memory, for the services that ask (`services.images.pixels`)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QByteArray, QCoreApplication, QSize, Qt
from PySide6.QtGui import QColor, QColorSpace, QImage, QImageIOHandler, QImageReader, QPainter

from workbench.domain.errors import InvalidInput
from workbench.domain.images.formats import BMP, GIF, JPEG, PNG, WEBP, picture_type, size_of
from workbench.domain.images.wholeness import is_progressive, is_whole, without_words
from workbench.services.images.pixels import MOST_PIXELS, MOST_SIDE, Look
from workbench.ui.support.picture_bytes import encoded, reading

T = TypeVar("T")

MOST_MB = 512
"""What one decoded picture may take; a JPEG is made small while it is decoded, so the largest of them fit."""
_LARGE = 16_000_000
_PIECE = 1024 * 1024
_FORMATS = {PNG: b"png", JPEG: b"jpeg", WEBP: b"webp", GIF: b"gif", BMP: b"bmp"}
_QUALITY = {JPEG: 92, WEBP: 90}
_THUMBNAIL_QUALITY = 88
_SMOOTH = Qt.TransformationMode.SmoothTransformation


class QtPixels:
    """The `Pixels` of the services. Call `close` at the end: it has threads of its own, so that nothing waits behind a decoder."""

    def __init__(self, threads: int = 2) -> None:
        QImageReader.setAllocationLimit(MOST_MB)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pixels")
        self._large = threading.Lock()

    def close(self) -> None:
        """What waits is dropped; what runs comes to its end by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def look(self, data: bytes) -> Look:
        return await self._run(lambda: looked_at(data))

    async def check(self, data: bytes) -> Look:
        return await self._run(lambda: self._check(data))

    async def thumbnail(self, data: bytes, side: int) -> bytes:
        return await self._run(lambda: self._thumbnail(data, side))

    async def scaled(self, data: bytes, width: int, height: int, media_type: str = PNG) -> bytes:
        return await self._run(lambda: _encoded(self._fitted(data, width, height), media_type))

    async def grey(self, data: bytes, width: int, height: int) -> bytes:
        return await self._run(lambda: self._grey(data, width, height))

    async def same(self, one: bytes, other: bytes) -> bool:
        return await self._run(lambda: self._same(one, other))

    async def image(self, data: bytes, most: QSize | None = None) -> QImage:
        """Decoded and upright, ready to be painted; no larger than most, with its proportions kept."""
        return await self._run(lambda: self._image(data, most))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _check(self, data: bytes) -> Look:
        if picture_type(data) is not None and not is_whole(data):
            raise _damaged(_tr("It breaks off before its end."))
        look = looked_at(data)
        # An eighth is what a JPEG is decoded to with the least work, and still every byte of it is read.
        self._read(data, look, QSize(max(1, look.width // 8), max(1, look.height // 8)))
        return look

    def _thumbnail(self, data: bytes, side: int) -> bytes:
        image = self._fitted(data, side, side)
        return _encoded(image, PNG if image.hasAlphaChannel() else JPEG, _THUMBNAIL_QUALITY)

    def _image(self, data: bytes, most: QSize | None) -> QImage:
        if most is not None:
            image = self._fitted(data, most.width(), most.height())
        else:
            image = _in_srgb(self._read(data, looked_at(data)))
        # Formats the painter takes as they are: it would convert any other again at each paint.
        wanted = (
            QImage.Format.Format_ARGB32_Premultiplied
            if image.hasAlphaChannel()
            else QImage.Format.Format_RGB32
        )
        return image.convertToFormat(wanted)

    def _fitted(self, data: bytes, width: int, height: int) -> QImage:
        look = looked_at(data)
        size = fitted(QSize(look.width, look.height), QSize(width, height))
        image = _in_srgb(self._read(data, look, size))
        return image if image.size() == size else image.scaled(size, mode=_SMOOTH)

    def _grey(self, data: bytes, width: int, height: int) -> bytes:
        wanted = QSize(width, height)
        image = _on_white(self._read(data, looked_at(data), wanted))
        if image.size() != wanted:
            image = image.scaled(wanted, mode=_SMOOTH)
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
        stride, all_of_it = image.bytesPerLine(), bytes(image.constBits())
        return b"".join(all_of_it[row * stride : row * stride + width] for row in range(height))

    def _same(self, one: bytes, other: bytes) -> bool:
        if one == other:
            looked_at(one)
            return True
        looks = looked_at(one), looked_at(other)
        if (looks[0].width, looks[0].height) != (looks[1].width, looks[1].height):
            return False
        wanted = QImage.Format.Format_ARGB32
        first = self._read(one, looks[0]).convertToFormat(wanted)
        return first == self._read(other, looks[1]).convertToFormat(wanted)

    def _read(self, data: bytes, look: Look, size: QSize | None = None) -> QImage:
        """Decoded and upright; size: wanted, as it is shown. Of the large ones only one at a time is in memory."""
        pixels = look.width * look.height
        if _bytes_needed(data, look, size) > MOST_MB << 20:
            raise _too_large(look)
        if pixels <= _LARGE:
            return _decoded(data, look, size)
        with self._large:
            return _decoded(data, look, size)


def looked_at(data: bytes) -> Look:
    """What the header says, without decoding a pixel. Raises InvalidInput for no picture, and for too large a one."""
    media_type = picture_type(data)
    if media_type is None:
        raise InvalidInput(
            _tr("This is no picture that can be read here."),
            fix=_tr("Take a PNG, JPEG, WebP, GIF or BMP file."),
        )
    size = size_of(data)
    if size is None:
        raise _damaged(_tr("Its header is not readable."))
    look = Look(*size, media_type)
    if max(size) > MOST_SIDE or size[0] * size[1] > MOST_PIXELS:
        raise _too_large(look)
    if media_type not in (JPEG, WEBP):
        return look
    with reading(_copied(data), _FORMATS[media_type]) as reader:
        turns = reader.transformation()
    stored = turns == QImageIOHandler.Transformation.TransformationNone
    if _lies(turns):
        size = size[1], size[0]
    return Look(*size, media_type, turned=not stored)


def fitted(size: QSize, most: QSize) -> QSize:
    """size made no larger than most, with its proportions kept; each side at least 1."""
    if size.width() <= most.width() and size.height() <= most.height():
        return size
    return size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _decoded(data: bytes, look: Look, size: QSize | None) -> QImage:
    with reading(_copied(without_words(data)), _FORMATS[look.media_type]) as reader:
        reader.setAutoTransform(True)
        if size is not None and size.width() <= look.width and size.height() <= look.height:
            reader.setScaledSize(size.transposed() if _lies(reader.transformation()) else size)
        image = reader.read()
        if image.isNull():
            raise _damaged(_tr("The decoder says: {0}").format(reader.errorString()))
    return image


def _copied(data: bytes) -> QByteArray:
    """In pieces: nothing else of Python runs while one is copied, and the window must not stand still for 100 MB."""
    copy = QByteArray()
    copy.reserve(len(data))
    for at in range(0, len(data), _PIECE):
        copy.append(data[at : at + _PIECE])
    return copy


def _lies(turns: QImageIOHandler.Transformation) -> bool:
    """Whether width and height change places when the picture is put upright."""
    return bool(turns & QImageIOHandler.Transformation.TransformationRotate90)


def _bytes_needed(data: bytes, look: Look, size: QSize | None) -> int:
    """What the decoder will take. A JPEG is made up to eight times smaller on the way, unless it comes in passes."""
    pixels = look.width * look.height
    if look.media_type == JPEG:
        if is_progressive(data):
            return 6 * pixels
        eighth = -(-look.width // 8) * -(-look.height // 8)
        wanted = size.width() * size.height() if size is not None else pixels
        return 4 * min(pixels, max(eighth, 4 * wanted))
    deep = look.media_type == PNG and data[24] == 16
    return (8 if deep else 4) * pixels


def _in_srgb(image: QImage) -> QImage:
    """Colours as the screen is taken to have them; unmarked ones are so already."""
    space = image.colorSpace()
    wanted = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if not space.isValid() or space == wanted:
        return image
    converted = image.convertedToColorSpace(wanted)
    return image if converted.isNull() else converted


def _on_white(image: QImage) -> QImage:
    if not image.hasAlphaChannel():
        return image
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground


def _encoded(image: QImage, media_type: str, quality: int = -1) -> bytes:
    if media_type == JPEG:
        image = _on_white(image)
    return encoded(image, _FORMATS[media_type], quality if quality >= 0 else _QUALITY.get(media_type, -1))


def _damaged(why: str) -> InvalidInput:
    return InvalidInput(
        _tr("The picture is damaged."),
        why=why,
        fix=_tr("Fetch it again, or open it elsewhere and save it anew."),
    )


def _too_large(look: Look) -> InvalidInput:
    return InvalidInput(
        _tr("The picture is too large to be opened: {0} × {1} pixels.").format(look.width, look.height),
        why=_tr("Opened, it would take more memory than a picture may take here."),
        fix=_tr("Make it smaller in another program first."),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("QtPixels", text)
