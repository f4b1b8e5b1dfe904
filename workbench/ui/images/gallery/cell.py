"""How one picture of the gallery is drawn."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, GRID, RADIUS, SEMIBOLD, Theme

_BADGE = 18
_MARKS = {Origin.IMPORTED: "file-input", Origin.INPUT: "log-in"}


class CellState(NamedTuple):
    selected: bool
    current: bool
    hovered: bool


class CellPainter:
    """Draws cells. Everything that is the same for all of them is worked out once, in `dress`."""

    def __init__(self, theme: Theme, thumbnails: Thumbnails) -> None:
        self._theme = theme
        self._thumbnails = thumbnails
        self.dress()

    def dress(self) -> None:
        """After a change of the theme."""
        theme, tokens = self._theme, self._theme.tokens
        self._empty = QColor(theme.hover())
        self._hover = QColor(tokens.edge)
        self._tint = QColor(theme.tint())
        self._ring = QPen(QColor(tokens.accent), 2)
        self._ground = QColor(tokens.raised)
        self._ground.setAlphaF(0.9)
        self._text = QColor(tokens.text)
        self._muted = QColor(tokens.muted)
        self._font = theme.font(CAPTION, SEMIBOLD)

    def paint(
        self, painter: QPainter, rect: QRect, image: GalleryImage | None, state: CellState, ratio: float
    ) -> None:
        """image: None while its entry has not come. ratio: device pixels in one of ours."""
        if state.selected:
            painter.fillRect(rect.adjusted(-GRID, -GRID, GRID, GRID), self._tint)
        shown = rect
        if image is None:
            painter.fillRect(rect, self._empty)
        else:
            shown = self._picture(painter, rect, image, ratio)
            self._badges(painter, shown, image)
        if state.selected or state.current or state.hovered:
            self._frame(painter, rect, shown, state)

    def _picture(self, painter: QPainter, rect: QRect, image: GalleryImage, ratio: float) -> QRect:
        """The picture, or what stands for it; where it is."""
        side = round(rect.width() * ratio)
        place = _fitted(image, rect)
        found = self._thumbnails.pixmap(image.digest, side)
        if found is not None:
            exact = QRect(
                QPoint(0, 0),
                QSize(max(1, round(found.width() / ratio)), max(1, round(found.height() / ratio))),
            )
            exact.moveCenter(rect.center())
            _draw(painter, exact, found)
            return exact
        near = self._thumbnails.nearest(image.digest, side)
        if near is not None:
            _draw(painter, place, near)
            return place
        colour = self._thumbnails.colour(image.digest)
        painter.fillRect(place, self._empty if colour is None else QColor.fromRgb(colour))
        if self._thumbnails.broken(image.digest):
            mark = pixmap(self._theme, "image-off", "muted", 20, ratio)
            at = place.center() - QPoint(10, 10)
            painter.drawPixmap(at, mark)
        return place

    def _badges(self, painter: QPainter, shown: QRect, image: GalleryImage) -> None:
        rtl = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        high = self._theme.px(_BADGE)
        if image.rating:
            words = "★" * image.rating
            painter.setFont(self._font)
            wide = painter.fontMetrics().horizontalAdvance(words) + 2 * GRID
            left = shown.right() - wide - GRID + 1 if rtl else shown.left() + GRID
            box = QRect(left, shown.bottom() - high - GRID + 1, wide, high)
            if box.width() < shown.width():
                self._badge(painter, box)
                painter.setPen(self._text)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        mark = _MARKS.get(image.origin)
        if mark is not None and shown.width() > 2 * high:
            left = shown.left() + GRID if rtl else shown.right() - high - GRID + 1
            box = QRect(left, shown.bottom() - high - GRID + 1, high, high)
            self._badge(painter, box)
            size = high - 6
            painter.drawPixmap(box.adjusted(3, 3, -3, -3), pixmap(self._theme, mark, "text", size, 2.0))

    def _badge(self, painter: QPainter, box: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(box, GRID, GRID)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _frame(self, painter: QPainter, rect: QRect, shown: QRect, state: CellState) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state.selected:
            painter.setPen(self._ring)
            painter.drawRoundedRect(QRectF(rect).adjusted(-3, -3, 3, 3), RADIUS, RADIUS)
        elif state.hovered:
            painter.setPen(QPen(self._hover, 1))
            painter.drawRect(QRectF(shown).adjusted(-0.5, -0.5, 0.5, 0.5))
        if state.current:
            inner = QPen(
                self._ring.color(), 1.5, Qt.PenStyle.DotLine if not state.selected else Qt.PenStyle.SolidLine
            )
            painter.setPen(inner)
            spread = 3 if not state.selected else -1
            painter.drawRoundedRect(QRectF(rect).adjusted(-spread, -spread, spread, spread), RADIUS, RADIUS)


def _fitted(image: GalleryImage, rect: QRect) -> QRect:
    """Where a picture of its proportions is in the cell."""
    if not image.width or not image.height:
        return rect
    size = QSize(image.width, image.height)
    if size.width() > rect.width() or size.height() > rect.height():
        size = size.scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
    place = QRect(QPoint(0, 0), size)
    place.moveCenter(rect.center())
    return place


def _draw(painter: QPainter, place: QRect, picture: QPixmap) -> None:
    if picture.size() == place.size():
        painter.drawPixmap(place.topLeft(), picture)
    else:
        painter.drawPixmap(place, picture)
