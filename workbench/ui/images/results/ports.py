"""What the views need of their neighbours in the tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from workbench.domain.images.gallery import GalleryImage


class ThumbnailSource(Protocol):
    """ui.images.thumbnails.Thumbnails. ready: a signal (digest)."""

    @property
    def ready(self) -> Any: ...
    def pixmap(self, digest: str, side: int = 256) -> QPixmap | None: ...
    def nearest(self, digest: str, side: int) -> QPixmap | None: ...
    def broken(self, digest: str) -> bool: ...


class Actions(Protocol):
    """ui.images.actions.PictureActions."""

    def menu(self, images: Sequence[GalleryImage], parent: QWidget) -> QMenu: ...
