"""A matrix as a picture: the brighter a cell, the closer two texts. Labels run along two edges as bands of colour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.embeddings.matrix.model import Picture
from workbench.ui.embeddings.numbers import number
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow, mixed

_BAND = 8
_LEGEND = 10
_MIN = 160


class HeatMap(QWidget):
    """Signals: pointed (rows of the set: the one of the line, the one of the column), opened (the same, by a double click)."""

    pointed = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: Picture | None = None
        self._rows: tuple[int, ...] = ()
        self._image = QImage()
        self._bands: Mapping[str, QColor] = {}
        self._labels: Sequence[str] = ()
        self._texts: Sequence[str] = ()
        self._cell = (0, 0)
        self._marked = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # the diagonal is the same in every language
        follow(self, theme, self._dress)

    # what is shown

    def show_picture(
        self,
        picture: Picture | None,
        texts: Sequence[str],
        labels: Sequence[str],
        bands: Mapping[str, QColor],
    ) -> None:
        """texts, labels: of all rows of the set. bands: the colour of each label."""
        self._picture = picture
        self._texts, self._labels, self._bands = texts, labels, bands
        self._rows = picture.rows if picture is not None else ()
        last = max(0, len(self._rows) - 1)
        self._cell = (min(self._cell[0], last), min(self._cell[1], last))
        self._dress()

    def show_pair(self, pair: tuple[int, int] | None) -> None:
        """Put the frame around the cell of two rows, where they are shown."""
        if pair is not None and pair[0] in self._rows and pair[1] in self._rows:
            self._cell = (self._rows.index(pair[1]), self._rows.index(pair[0]))
            self._tell_accessibly()
        self._marked = pair is not None and pair[0] in self._rows and pair[1] in self._rows
        self.update()

    def drawn(self, side: int) -> QImage:
        """The picture with its bands and legend, to be kept. side: pixels of the matrix, at least one for each cell."""
        whole = QImage(side + 80, side + 80, QImage.Format.Format_ARGB32_Premultiplied)
        whole.fill(QColor(self._theme.tokens.canvas))
        painter = QPainter(whole)
        self._paint(painter, QRect(QPoint(0, 0), whole.size()))
        painter.end()
        return whole

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(420), self._theme.px(420))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(_MIN), self._theme.px(_MIN))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, self.rect())
        if self._picture is None or not (self._marked or self.hasFocus()):
            return
        field = self._field(self.rect())
        across, down = self._cell
        size = field.width() / max(1, len(self._rows))
        cell = QRectF(field.left() + across * size, field.top() + down * size, size, size)
        cell = cell.adjusted(-1, -1, 1, 1) if size < 6 else cell
        tokens = self._theme.tokens
        painter.setPen(QPen(QColor(tokens.canvas), 3))
        painter.drawRect(cell)
        painter.setPen(QPen(QColor(tokens.accent if self.hasFocus() else tokens.text), 1.5))
        painter.drawRect(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._rows) - 1
        across, down = self._cell
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        match event.key():
            case Qt.Key.Key_Left:
                across -= step
            case Qt.Key.Key_Right:
                across += step
            case Qt.Key.Key_Up:
                down -= step
            case Qt.Key.Key_Down:
                down += step
            case Qt.Key.Key_Home:
                across = 0
            case Qt.Key.Key_End:
                across = last
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if last >= 0:
                self.opened.emit(self._rows[down], self._rows[across])
                return
            case _:
                super().keyPressEvent(event)
                return
        if last >= 0:
            self._point(max(0, min(last, across)), max(0, min(last, down)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and (cell := self._at(event.position().toPoint())):
            self._point(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and (cell := self._at(event.position().toPoint())):
            self._point(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if cell := self._at(event.position().toPoint()):
            self.opened.emit(self._rows[cell[1]], self._rows[cell[0]])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        return tip_shown(self, event, self._tip) or super().event(event)

    # inside

    def _tip(self, place: QPoint) -> str:
        cell = self._at(place)
        return self._said(*cell) if cell else ""

    def _paint(self, painter: QPainter, whole: QRect) -> None:
        if self._picture is None or self._image.isNull():
            return
        field = self._field(whole)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as the colours of its scale
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, field.width() < self._image.width())
        painter.drawImage(field, self._image)
        self._paint_bands(painter, field)
        self._paint_legend(painter, field)

    def _paint_bands(self, painter: QPainter, field: QRect) -> None:
        if not self._bands:
            return
        band, size = self._theme.px(_BAND), field.width() / len(self._rows)
        for place, row in enumerate(self._rows):
            colour = self._bands.get(self._labels[row])
            if colour is not None:
                start = round(place * size)
                long = max(1, round((place + 1) * size) - start)
                painter.fillRect(field.left() - band - 2, field.top() + start, band, long, colour)
                painter.fillRect(field.left() + start, field.top() - band - 2, long, band, colour)

    def _paint_legend(self, painter: QPainter, field: QRect) -> None:
        picture, theme = self._picture, self._theme
        if picture is None or math.isnan(picture.matrix.least):
            return
        bar = QRect(field.left(), field.bottom() + theme.px(INSIDE), field.width(), theme.px(_LEGEND))
        colours = self._image.colorTable()
        for place in range(bar.width()):
            shade = 1 + round(place / max(1, bar.width() - 1) * 254)
            painter.fillRect(bar.left() + place, bar.top(), 1, bar.height(), QColor(colours[shade]))
        painter.setFont(theme.font(CAPTION))
        painter.setPen(QColor(theme.tokens.muted))
        least, most = picture.matrix.least, picture.matrix.most
        if not picture.matrix.measure.higher_is_closer:
            least, most = most, least
        under = QRect(bar.left(), bar.bottom() + 2, bar.width(), painter.fontMetrics().height())
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, number(least))
        painter.drawText(under, Qt.AlignmentFlag.AlignRight, number(most))

    def _field(self, whole: QRect) -> QRect:
        """Where the cells are: a square, with room for the bands and the legend."""
        theme = self._theme
        edge = theme.px(_BAND) + GRID if self._bands else 0
        below = theme.px(INSIDE + _LEGEND) + theme.px(CAPTION * 1.6) + 4
        side = max(16, min(whole.width() - edge - 2, whole.height() - edge - below))
        left = whole.left() + edge + max(0, (whole.width() - edge - side) // 2)
        return QRect(left, whole.top() + edge + 1, side, side)

    def _at(self, place: QPoint) -> tuple[int, int] | None:
        field = self._field(self.rect())
        if self._picture is None or not self._rows or not field.contains(place):
            return None
        last = len(self._rows) - 1
        size = field.width() / len(self._rows)
        return min(last, int((place.x() - field.left()) / size)), min(
            last, int((place.y() - field.top()) / size)
        )

    def _point(self, across: int, down: int) -> None:
        self._cell = (across, down)
        self._tell_accessibly()
        self.update()
        self.pointed.emit(self._rows[down], self._rows[across])

    def _said(self, across: int, down: int) -> str:
        assert self._picture is not None
        score = self._picture.score(across, down)
        told = self.tr("cannot be compared") if math.isnan(score) else number(score, 4)
        one, other = (self._named(self._rows[place]) for place in (down, across))
        return f"{told}\n{one}\n{other}"

    def _named(self, row: int) -> str:
        label = self._labels[row]
        return f"{label}: {_short(self._texts[row])}" if label else _short(self._texts[row])

    def _tell_accessibly(self) -> None:
        if self._picture is not None and self._rows:
            self.setAccessibleDescription(self._said(*self._cell))

    def _dress(self) -> None:
        side = len(self._rows)
        if self._picture is None or not side:
            self._image = QImage()
        else:
            image = QImage(self._picture.shades, side, side, side, QImage.Format.Format_Indexed8).copy()
            image.setColorTable([QColor(colour).rgb() for colour in ramp(self._theme)])
            self._image = image
        self.setAccessibleName(self.tr("Similarity of %n texts", "", side))
        self._tell_accessibly()
        self.update()


def ramp(theme: Theme) -> list[str]:
    """256 colours, from the ground through the accent to what stands out most. The first is for what cannot be compared."""
    tokens = theme.tokens
    high = mixed(tokens.accent, tokens.text, 0.55)
    found = [tokens.line]
    for place in range(255):
        share = place / 254
        if share < 0.6:
            found.append(mixed(tokens.surface, tokens.accent, share / 0.6))
        else:
            found.append(mixed(tokens.accent, high, (share - 0.6) / 0.4))
    return found


def _short(text: str, most: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
