"""Pictures that are dragged or pasted: out to other programs, between parts of the tab, and in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from workbench.domain.images.formats import extension_of, picture_type
from workbench.domain.images.gallery import GalleryImage
from workbench.services.images.export import name_of
from workbench.ui.support.picture_bytes import encoded

MIME = "application/x-workbench-images"
"""Ids and digests, as JSON; only the workbench reads it."""
_RAW = ("image/png", "image/webp", "image/jpeg", "image/gif", "image/bmp")
_ENDINGS = frozenset(extension_of(kind) for kind in _RAW) | {".jpeg", ".jfif"}
_MOST_NAMED = 500
"""Beyond, they keep the names they are stored under: each name costs a few microseconds while somebody is dragging."""
_FAST = 100
"""Quality of a PNG: not compressed, for it is thrown away soon and somebody is waiting."""


def mime_of(images: Sequence[GalleryImage], path_of: Callable[[str, str], Path]) -> QMimeData:
    """What is dragged when these are: their files for other programs, ids and digests for this one.

    path_of: from a digest, and the name the file is to have ("" for any), to the file.
    """
    mime = QMimeData()
    names = _names(images) if len(images) <= _MOST_NAMED else [""] * len(images)
    paths = [path_of(image.digest, name) for image, name in zip(images, names, strict=True)]
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    mime.setData(MIME, ours(images))
    return mime


def ours(images: Sequence[GalleryImage]) -> bytes:
    """Ids and digests, as they stand under MIME."""
    return json.dumps([{"id": image.id, "digest": image.digest} for image in images]).encode()


def ids_in(mime: QMimeData) -> tuple[str, ...]:
    """Gallery ids of the pictures, where they come from this program."""
    return _ours(mime, "id")


def digests_in(mime: QMimeData) -> tuple[str, ...]:
    """Digests of the pictures, where they come from this program. To be asked before `files_in`: they have files too."""
    return _ours(mime, "digest")


def files_in(mime: QMimeData) -> tuple[Path, ...]:
    """Local files whose name is a picture's; what is in them is another question."""
    return tuple(path for path in _paths(mime) if path.suffix.casefold() in _ENDINGS)


def folders_in(mime: QMimeData) -> tuple[Path, ...]:
    return tuple(path for path in _paths(mime) if path.is_dir())


def picture_in(mime: QMimeData) -> bytes:
    """Encoded picture that another program handed over itself: a browser, a screenshot. b"" for none."""
    for kind in _RAW:
        data = bytes(mime.data(kind).data()) if mime.hasFormat(kind) else b""
        if picture_type(data) is not None:
            return data
    if not mime.hasImage():
        return b""
    image = mime.imageData()
    return encoded(image, quality=_FAST) if isinstance(image, QImage) and not image.isNull() else b""


def takes(mime: QMimeData) -> bool:
    """Whether there is a picture in it, as far as can be told while it is still dragged."""
    return bool(mime.hasFormat(MIME) or files_in(mime) or mime.hasImage() or set(_RAW) & set(mime.formats()))


def _paths(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def _names(images: Sequence[GalleryImage]) -> list[str]:
    """What each is called as a file, no two alike."""
    names: dict[str, None] = {}
    numbers: dict[str, count[int]] = {}
    for image in images:
        name = wanted = name_of(image)
        while name in names:
            path = Path(wanted)
            name = f"{path.stem}-{next(numbers.setdefault(wanted, count(2)))}{path.suffix}"
        names[name] = None
    return list(names)


def _ours(mime: QMimeData, name: str) -> tuple[str, ...]:
    if not mime.hasFormat(MIME):
        return ()
    try:
        told: Any = json.loads(bytes(mime.data(MIME).data()))
        return tuple(value for entry in told if isinstance(value := entry[name], str))
    except (ValueError, TypeError, KeyError):
        return ()
