"""A map as it is painted: on the screen, and into a picture to be taken along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap, QTextOption

from workbench.domain.embeddings.maps import STEPS, ColourBy, Colouring, View
from workbench.domain.embeddings.texts import TextRow
from workbench.ui.embeddings.colours import closeness_colours, faded, group_colours, group_shape
from workbench.ui.embeddings.map.camera import Camera
from workbench.ui.embeddings.map.model import Shown
from workbench.ui.embeddings.map.shapes import paint_sign, sprite
from workbench.ui.embeddings.map.words import group_name
from workbench.ui.support.theme import CAPTION, GRID, SEMIBOLD, Theme

FEW = 3000
"""Points in sight up to which each is drawn with its shape."""
_READABLE = 60
"""Points in sight up to which their texts stand beside them."""
_NAME_WIDTH, _TEXT_WIDTH = 170, 150
_CHIP = 0.86


def radius_for(seen: int) -> float:
    """Of a point, in logical pixels, by how many are in sight."""
    for most, radius in ((150, 6.0), (600, 5.0), (FEW, 4.0), (10_000, 2.6), (40_000, 2.0)):
        if seen <= most:
            return radius
    return 1.5


@dataclass(slots=True)
class Palette:
    """colours: of each shade, then the faded ones. shapes: of each shade."""

    colours: list[QColor]
    shapes: list[int]
    numbers: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, theme: Theme, colours: Colouring) -> Palette:
        if colours.by is ColourBy.LIKENESS:
            own, shapes = closeness_colours(theme, STEPS), [0] * STEPS
        elif colours.by is ColourBy.NOTHING:
            own, shapes = [QColor(theme.tokens.accent)], [0]
        else:
            own = group_colours(theme, colours.count)
            shapes = [group_shape(place) for place in range(colours.count)]
            for group in (colours.nameless, colours.others):
                if group >= 0:
                    own[group], shapes[group] = QColor(theme.tokens.muted), 0
        own += [faded(theme, colour) for colour in own]
        return cls(own, shapes * 2, [colour.rgb() & 0xFFFFFF for colour in own], [c.name() for c in own])


class MapPainter:
    """Paints one map. named: whether names of groups, and texts where there are few, stand on it. hidden: groups that are left out."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.shown: Shown | None = None
        self.palette: Palette | None = None
        self.rows: Sequence[TextRow] = ()
        self.hidden: frozenset[int] = frozenset()
        self.named = True

    def take(self, shown: Shown | None, rows: Sequence[TextRow], hidden: frozenset[int]) -> None:
        self.shown, self.rows, self.hidden = shown, rows, hidden
        self.palette = (
            Palette.of(self._theme, shown.colours)
            if shown is not None and shown.colours is not None
            else None
        )

    def paint(
        self, painter: QPainter, camera: Camera, size: QSizeF, dpr: float, *, signs: bool = False
    ) -> bytes:
        """The points and what stands beside them, on any ground. signs: draw shapes as lines, for a picture without pixels.

        What comes back must live until the painter has ended.
        """
        shown, palette = self.shown, self.palette
        if shown is None or shown.dots is None or palette is None:
            return b""
        view = camera.view(size, dpr)
        seen = shown.dots.seen(view)
        kept = b""
        if seen <= FEW:
            self._paint_signs(painter, view, seen, dpr, signs=signs)
        else:
            kept = shown.dots.drawn(view, palette.numbers, radius_for(seen) * dpr)
            image = QImage(
                kept, view.width, view.height, 4 * view.width, QImage.Format.Format_ARGB32_Premultiplied
            )
            image.setDevicePixelRatio(dpr)
            painter.drawImage(QPointF(0, 0), image)
        taken: list[QRectF] = []
        if self.named and shown.middles:
            self._paint_names(painter, camera, size, taken)
        if self.named and 0 < seen <= _READABLE:
            self._paint_texts(painter, view, dpr, size, taken)
        return kept

    def _paint_signs(self, painter: QPainter, view: View, seen: int, dpr: float, *, signs: bool) -> None:
        shown, palette = self.shown, self.palette
        assert shown is not None
        assert shown.dots is not None
        assert palette is not None
        radius = radius_for(seen)
        rim = self._theme.tokens.canvas
        if signs:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for _, x, y, shade in shown.dots.places(view, 8):
                place = QPointF(x / dpr, y / dpr)
                paint_sign(painter, palette.shapes[shade], place, radius, palette.names[shade], rim)
            return
        pictures: dict[int, QPixmap] = {}
        for _, x, y, shade in shown.dots.places(view, round(12 * dpr)):
            picture = pictures.get(shade)
            if picture is None:
                picture = sprite(palette.shapes[shade], palette.names[shade], rim, radius, dpr)
                pictures[shade] = picture
            half = picture.width() / 2
            painter.drawPixmap(QPointF((x - half) / dpr, (y - half) / dpr), picture)

    def _paint_names(self, painter: QPainter, camera: Camera, size: QSizeF, taken: list[QRectF]) -> None:
        """The largest group first; a name that finds no room is left out."""
        shown, palette, theme = self.shown, self.palette, self._theme
        assert shown is not None
        assert palette is not None
        colours = shown.colours
        assert colours is not None
        font = theme.font(CAPTION + 1, SEMIBOLD)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for group, place in sorted(enumerate(shown.middles), key=lambda pair: -colours.sizes[pair[0]]):
            if place is None or group in self.hidden or group in (colours.nameless, colours.others):
                continue
            name = metrics.elidedText(
                group_name(colours, group), Qt.TextElideMode.ElideRight, theme.px(_NAME_WIDTH)
            )
            wide, high = metrics.horizontalAdvance(name) + 6 * GRID, metrics.height() + GRID
            at = camera.pixel(*place, size)
            if not QRectF(0, 0, size.width(), size.height()).contains(at):
                continue
            left = max(GRID, min(at.x() - wide / 2, size.width() - wide - GRID))
            box = _free(QRectF(left, at.y() - high / 2, wide, high), taken, size)
            if box is None:
                continue
            taken.append(box)
            ground = QColor(theme.tokens.raised)
            ground.setAlphaF(_CHIP)
            painter.setBrush(ground)
            painter.setPen(QPen(QColor(theme.tokens.line), 1))
            painter.drawRoundedRect(box, high / 2, high / 2)
            sign = QPointF(box.left() + 2.5 * GRID, box.center().y())
            paint_sign(painter, palette.shapes[group], sign, 4, palette.names[group], theme.tokens.raised)
            painter.setPen(QColor(theme.tokens.text))
            painter.drawText(box.adjusted(4.2 * GRID, 0, 0, 0), name, _line())

    def _paint_texts(
        self, painter: QPainter, view: View, dpr: float, size: QSizeF, taken: list[QRectF]
    ) -> None:
        shown, theme = self.shown, self._theme
        assert shown is not None
        assert shown.dots is not None
        font = theme.font(CAPTION)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(theme.tokens.text))
        faint = len(self.palette.colours) // 2 if self.palette is not None else 0
        for row, x, y, shade in reversed(shown.dots.places(view, 0)):
            text = " ".join(self.rows[row].text.split())
            words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, theme.px(_TEXT_WIDTH))
            wide, high = metrics.horizontalAdvance(words) + 2, metrics.height()
            box = QRectF(x / dpr + 2 * GRID, y / dpr - high / 2, wide, high)
            if box.right() > size.width():
                box.moveRight(x / dpr - 2 * GRID)
            if shade >= faint or any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.drawText(box, words, _line())


def _line() -> QTextOption:
    """One line, in the direction its own words have."""
    option = QTextOption(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


def _free(box: QRectF, taken: Sequence[QRectF], size: QSizeF) -> QRectF | None:
    """The place itself, or one close above or below it."""
    for shift in (0.0, -1.0, 1.0, -2.0, 2.0):
        moved = box.translated(0, shift * box.height())
        inside = QRectF(0, 0, size.width(), size.height()).contains(moved)
        if inside and not any(moved.intersects(other) for other in taken):
            return moved
    return None
