"""The picture over its details; a click opens it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.facts import spoken
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GRID, RADIUS, Theme, follow

_HIGH, _SEVERAL_HIGH = 240, 120
_SIDES = (256, 512, 1024)
_MOST = 6


class Preview(QAbstractButton):
    """One picture, or a row of several. Signals: clicked; opened (id)."""

    opened = Signal(str)

    def __init__(self, theme: Theme, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails
        self._images: tuple[GalleryImage, ...] = ()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(self.tr("Open"))
        self.clicked.connect(self._open)
        thumbnails.ready.connect(self._take)
        follow(self, theme, self.updateGeometry)

    def show_images(self, images: Sequence[GalleryImage]) -> None:
        self._images = tuple(images[:_MOST])
        self.setAccessibleName(spoken(images[0]) if len(images) == 1 else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def heightForWidth(self, width: int) -> int:
        """As high as the picture will be, within reason."""
        if len(self._images) != 1:
            return min(_SEVERAL_HIGH, width // max(1, len(self._images)))
        return _fitted(self._images[0], QRect(0, 0, width, _HIGH)).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        count = len(self._images)
        for at, image in enumerate(self._images):
            gap = GRID * (count - 1)
            wide = (self.width() - gap) // max(1, count)
            at = count - 1 - at if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else at
            self._draw(painter, image, QRect(at * (wide + GRID), 0, wide, self.height()))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _draw(self, painter: QPainter, image: GalleryImage, room: QRect) -> None:
        ratio = self.devicePixelRatioF()
        place = _fitted(image, room)
        wanted = max(place.width(), place.height()) * ratio
        side = next((side for side in _SIDES if side >= wanted), _SIDES[-1])
        picture = self._thumbnails.pixmap(image.digest, side) or self._thumbnails.nearest(image.digest, side)
        if picture is not None:
            painter.drawPixmap(place, picture)
            return
        painter.fillRect(place, QColor(self._theme.hover("surface")))
        if self._thumbnails.broken(image.digest):
            mark = pixmap(self._theme, "image-off", "muted", 24, ratio)
            painter.drawPixmap(place.center() - QPoint(12, 12), mark)

    @Slot(str)
    def _take(self, digest: str) -> None:
        if any(image.digest == digest for image in self._images):
            self.update()

    @Slot()
    def _open(self) -> None:
        if self._images:
            self.opened.emit(self._images[0].id)


def _fitted(image: GalleryImage, room: QRect) -> QRect:
    size = QSize(max(1, image.width), max(1, image.height))
    if size.width() > room.width() or size.height() > room.height():
        size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    place = QRect(QPoint(0, 0), size)
    place.moveCenter(room.center())
    return place
