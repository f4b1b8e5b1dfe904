"""The map as a picture: pixels, or lines that stay sharp at any size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QIODevice, QPointF, QRect, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator

from workbench.domain.embeddings.maps import ColourBy, Colouring
from workbench.ui.embeddings.map.camera import Camera
from workbench.ui.embeddings.map.painting import MapPainter, Palette
from workbench.ui.embeddings.map.shapes import paint_sign
from workbench.ui.embeddings.map.words import group_name
from workbench.ui.support.picture_bytes import encoded, written
from workbench.ui.support.theme import BODY, CAPTION, PADDING, SEMIBOLD, Theme

_SHARP = 2.0
_TITLE, _ENTRY, _LEGEND = 28, 20, 290
_MOST_ENTRIES = 24


class MapPicture:
    """The maps as they are looked at, side by side, with their names and what the colours mean. size: of one map."""

    def __init__(
        self, theme: Theme, maps: Sequence[tuple[str, MapPainter]], camera: Camera, size: QSizeF
    ) -> None:
        self._theme = theme
        self._maps = maps
        self._camera = camera
        self._size = size

    def png(self) -> bytes:
        """On an opaque ground, twice as fine as on the screen."""
        whole = self._whole
        image = QImage(
            round(whole.width() * _SHARP), round(whole.height() * _SHARP), QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(_SHARP)
        self._paint(image, _SHARP, signs=False)
        return encoded(image)

    def svg(self) -> bytes:
        """Few points are lines; very many would make a file that nothing opens, so they are a picture within it."""
        return written(self._draw)

    def _draw(self, device: QIODevice) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(device)
        whole = self._whole
        generator.setSize(whole.toSize())
        generator.setViewBox(QRect(0, 0, round(whole.width()), round(whole.height())))
        generator.setTitle(" · ".join(title for title, _ in self._maps))
        self._paint(generator, 1.0, signs=True)

    @property
    def _whole(self) -> QSizeF:
        entries = _LEGEND if self._colours is not None else 0
        wide = len(self._maps) * (self._size.width() + PADDING) + entries
        return QSizeF(wide + PADDING, self._size.height() + _TITLE + 2 * PADDING)

    @property
    def _colours(self) -> Colouring | None:
        """Those that a legend can say."""
        shown = self._maps[0][1].shown
        colours = shown.colours if shown is not None else None
        grouped = colours is not None and colours.by not in (ColourBy.NOTHING, ColourBy.LIKENESS)
        return colours if grouped else None

    def _paint(self, device: QPaintDevice, dpr: float, *, signs: bool) -> None:
        tokens = self._theme.tokens
        painter = QPainter(device)
        whole = self._whole
        painter.fillRect(0, 0, round(whole.width()), round(whole.height()), QColor(tokens.canvas))
        kept: list[bytes] = []
        x = float(PADDING)
        for title, one in self._maps:
            painter.setFont(self._theme.font(BODY, SEMIBOLD))
            painter.setPen(QColor(tokens.text))
            wide = QFontMetricsF(painter.font())
            words = wide.elidedText(title, Qt.TextElideMode.ElideRight, self._size.width())
            painter.drawText(QPointF(x, PADDING + 16), words)
            painter.save()
            painter.translate(x, PADDING + _TITLE)
            painter.setClipRect(QRect(0, 0, round(self._size.width()), round(self._size.height())))
            kept.append(one.paint(painter, self._camera, self._size, dpr, signs=signs))
            painter.restore()
            x += self._size.width() + PADDING
        if self._colours is not None:
            self._paint_legend(painter, self._colours, x)
        painter.end()
        kept.clear()  # they had to live until here

    def _paint_legend(self, painter: QPainter, colours: Colouring, x: float) -> None:
        palette, tokens = Palette.of(self._theme, colours), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = float(PADDING + _TITLE)
        hidden = self._maps[0][1].hidden
        shown = [group for group in range(colours.count) if group not in hidden]
        for group in shown[:_MOST_ENTRIES]:
            paint_sign(
                painter,
                palette.shapes[group],
                QPointF(x + 8, y + 8),
                5.0,
                palette.names[group],
                tokens.canvas,
            )
            painter.setFont(self._theme.font(CAPTION + 1))
            painter.setPen(QColor(tokens.text))
            metrics = QFontMetricsF(painter.font())
            name = f"\u2068{group_name(colours, group)}\u2069 ({colours.sizes[group]})"
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _LEGEND - 24 - PADDING)
            painter.drawText(QPointF(x + 22, y + 12), words)
            y += _ENTRY
