"""How a waveform is drawn: the still part of it, which is kept as a picture until the view or the recording changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import compress, repeat
from math import ceil
from operator import not_

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from workbench.domain.speech.transcripts import Word
from workbench.services.speech.loudness import Measured
from workbench.services.speech.samples import RATE
from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.player.ruler import ticks
from workbench.ui.speech.player.scale import Scale
from workbench.ui.support.theme import CAPTION, GRID, Theme, mixed

RULER, WORDS = 20, 22
"""Heights of the bands above and below the wave, at normal text size."""
_TICK = 84
_FULL = 32768
_QUIETEST = 0.05
"""Of the largest sample there may be: a recording that is quieter is not drawn any larger."""
_LEAST_WORD = 8
"""Pixels of a word whose borders are drawn."""
_ENOUGH = 900
"""Columns in which the loudest place is looked for."""


class WavePainter:
    """Draws into pixmaps of any size and sharpness."""

    def __init__(self, theme: Theme, model: PlayerModel) -> None:
        self._theme = theme
        self._model = model
        self._measured: Measured | None = None
        self._gain = 1.0

    def heights(self) -> tuple[int, int]:
        """Of the ruler and of the band with words, which is there when there are any."""
        return self._theme.px(RULER), self._theme.px(WORDS) if self._model.words else 0

    def still(self, scale: Scale, size: QSizeF, dpr: float) -> QPixmap:
        """Everything but what moves over it."""
        theme, tokens = self._theme, self._theme.tokens
        picture = _pixmap(size, dpr)
        picture.fill(QColor(tokens.canvas))
        painter = QPainter(picture)
        above, below = self.heights()
        wave = QRectF(0, above, size.width(), size.height() - above - below)
        self._silences(painter, scale, wave)
        self.wave(painter, scale.first, scale.zoom, wave, dpr)
        self._ruler(painter, scale, QRectF(0, 0, size.width(), above))
        if below:
            band = QRectF(0, wave.bottom(), size.width(), below)
            painter.fillRect(band, QColor(tokens.surface))
            painter.fillRect(QRectF(0, band.top(), size.width(), 1), QColor(tokens.line))
            self._words(painter, scale, band, wave)
        self._seams(painter, scale, wave)
        if scale.x(scale.seconds) < size.width():
            beyond = QRectF(scale.x(scale.seconds), 0, size.width(), size.height())
            painter.fillRect(beyond, QColor(theme.tokens.surface))
        painter.end()
        return picture

    def wave(self, painter: QPainter, first: float, zoom: float, box: QRectF, dpr: float) -> None:
        """The columns from pixel `first` on, as sharp as the screen is."""
        tokens, measured = self._theme.tokens, self._model.measured
        middle = box.center().y()
        painter.fillRect(QRectF(box.left(), middle, box.width(), 1), QColor(tokens.line))
        if measured is None:
            return
        sharp = round(first * dpr)
        many = round(box.width() * dpr)
        tall = (box.height() / 2 - GRID) * self._louder(measured) * dpr / _FULL
        tops, heights = measured.bars(sharp, zoom / dpr, many, round(middle * dpr), tall)
        left = round(box.left() * dpr)
        columns = list(map(QRect, range(left, left + len(tops)), tops, repeat(1), heights))
        silent = self._silent_columns(sharp, zoom / dpr, len(tops))
        quiet, loud = list(compress(columns, silent)), list(compress(columns, map(not_, silent)))
        painter.save()
        painter.scale(1 / dpr, 1 / dpr)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mixed(tokens.canvas, tokens.muted, 0.55)))
        painter.drawRects(quiet)
        painter.setBrush(QColor(tokens.colour("series-2")))
        painter.drawRects(loud)
        painter.restore()

    def _louder(self, measured: Measured) -> float:
        """What a quiet recording is enlarged by, so that it can be read."""
        if measured is not self._measured:
            self._measured = measured
            lows, highs = measured.columns(0, max(256.0, measured.samples.count / _ENOUGH), _ENOUGH + 1)
            most = max((*(-low for low in lows), *highs), default=0) / _FULL
            self._gain = 1 / max(_QUIETEST, most)
        return self._gain

    def _silent_columns(self, first: int, width: float, many: int) -> bytearray:
        """For each column, whether it lies in a silence."""
        made = bytearray(many)
        silences = self._model.silences
        place = bisect_right(silences, first * width / RATE, key=_end)
        while place < len(silences):
            begin = round(silences[place][0] * RATE / width) - first
            end = round(silences[place][1] * RATE / width) - first
            if begin >= many:
                break
            begin, end = max(0, begin), min(many, end)
            made[begin:end] = b"\1" * max(0, end - begin)
            place += 1
        return made

    def _silences(self, painter: QPainter, scale: Scale, box: QRectF) -> None:
        silences = self._model.silences
        ground = QColor(self._theme.hover("surface"))
        bands = []
        for place in range(bisect_right(silences, scale.start, key=_end), len(silences)):
            left, right = (scale.x(edge) for edge in silences[place])
            if left > box.width():
                break
            if right - left >= 1:
                bands.append(QRectF(left, box.top(), right - left, box.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRects(bands)

    def _ruler(self, painter: QPainter, scale: Scale, box: QRectF) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter.fillRect(box, QColor(tokens.surface))
        painter.fillRect(QRectF(0, box.bottom() - 1, box.width(), 1), QColor(tokens.line))
        font = theme.font(CAPTION)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        for at, words in ticks(scale.start, scale.end, scale.zoom / RATE, theme.px(_TICK)):
            x = round(scale.x(at))
            tall = box.height() if words else 4
            painter.fillRect(QRectF(x, box.bottom() - tall, 1, tall - 1), QColor(tokens.line))
            if words:
                painter.setPen(QColor(tokens.muted))
                baseline = (box.height() + metrics.ascent() - metrics.descent()) / 2
                painter.drawText(QPointF(x + GRID, baseline), words)

    def _words(self, painter: QPainter, scale: Scale, band: QRectF, wave: QRectF) -> None:
        """Their borders; where there is room, the words themselves, and their borders across the waveform."""
        theme, tokens = self._theme, self._theme.tokens
        font = theme.font(CAPTION)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        border = QColor(mixed(tokens.canvas, tokens.edge, 0.45))
        words = self._model.words
        least = metrics.horizontalAdvance("mmm")
        for place in range(bisect_left(words, scale.start, key=_word_end), len(words)):
            word = words[place]
            left, right = scale.x(word.start), scale.x(word.end)
            if left > band.width():
                break
            if right - left < _LEAST_WORD:
                continue  # too many to tell apart
            room = QRectF(left + GRID, band.top(), right - left - GRID, band.height())
            readable = room.width() >= min(least, metrics.horizontalAdvance(word.text))
            top = wave.top() if readable else band.top()
            for x in (left, right):
                painter.fillRect(QRectF(round(x), top, 1, band.bottom() - top), border)
            if readable:
                text = metrics.elidedText(word.text, Qt.TextElideMode.ElideRight, ceil(room.width()))
                painter.setPen(QColor(tokens.text))
                painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)

    def _seams(self, painter: QPainter, scale: Scale, box: QRectF) -> None:
        painter.setPen(QPen(QColor(self._theme.tokens.warn), 1, Qt.PenStyle.DashLine))
        for seam in self._model.seams:
            x = round(scale.x(seam)) + 0.5
            if 0 <= x < box.width():
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))


def overview(painter: WavePainter, model: PlayerModel, theme: Theme, size: QSizeF, dpr: float) -> QPixmap:
    """All of the recording, small."""
    picture = _pixmap(size, dpr)
    picture.fill(QColor(theme.tokens.surface))
    if model.seconds:
        inside = QPainter(picture)
        zoom = max(1.0, model.seconds * RATE / max(1.0, size.width()))
        painter.wave(inside, 0, zoom, QRectF(QPointF(0, 0), size), dpr)
        inside.end()
    return picture


def word_at(words: Sequence[Word], at: float) -> Word | None:
    """The one that is said then."""
    place = bisect_right(words, at, key=_word_end)
    return words[place] if place < len(words) and words[place].start <= at else None


def _pixmap(size: QSizeF, dpr: float) -> QPixmap:
    picture = QPixmap(max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr)))
    picture.setDevicePixelRatio(dpr)
    return picture


def _end(silence: tuple[float, float]) -> float:
    return silence[1]


def _word_end(word: Word) -> float:
    return word.end
