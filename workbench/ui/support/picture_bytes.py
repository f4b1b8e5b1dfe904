"""Pictures as bytes in memory: how Qt reads and writes them.

A device that Python makes, such as a `QBuffer`, looks for overrides in Python at each call, and needs the interpreter for that. Qt calls
it under a lock while it looks for a decoder; `QImageReader.size` and its like wait for that lock and keep the interpreter meanwhile
(PySide6 6.12). So two threads that decode stop each other for good, and the window with them. The device that a `QDataStream`
makes for itself has nothing of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QByteArray, QCoreApplication, QDataStream, QIODevice
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from workbench.domain.errors import InvalidInput


@contextmanager
def reading(data: QByteArray | bytes, form: bytes = b"") -> Iterator[QImageReader]:
    """A reader of the picture. form: the only one it tries, such as b"png", so that no other decoder sees the bytes."""
    stream = QDataStream(QByteArray(data))
    device = stream.device()
    if form:
        reader = QImageReader(device, QByteArray(form))
        reader.setAutoDetectImageFormat(False)
    else:
        reader = QImageReader(device)
    yield reader
    device.close()


def written(write: Callable[[QIODevice], object]) -> bytes:
    """What write puts into the device."""
    data = QByteArray()
    stream = QDataStream(data, QIODevice.OpenModeFlag.WriteOnly)
    write(stream.device())
    stream.device().close()
    return bytes(data.data())


def encoded(image: QImage, form: bytes = b"png", quality: int = -1) -> bytes:
    """quality: 0–100; of PNG more is larger and made sooner, and changes no pixel. Raises InvalidInput where it cannot be done."""
    problem = ""

    def write(device: QIODevice) -> None:
        nonlocal problem
        writer = QImageWriter(device, QByteArray(form))
        writer.setQuality(quality)
        if not writer.write(image):
            problem = writer.errorString()

    data = written(write)
    if problem:
        what = QCoreApplication.translate("PictureBytes", "The picture cannot be written as {0}.")
        raise InvalidInput(what.format(form.decode().upper()), why=problem)
    return data
