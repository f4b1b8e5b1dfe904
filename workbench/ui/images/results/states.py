"""What is painted where no picture is: an icon, a word, and where there is room why."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap

from workbench.ui.images.results import words
from workbench.ui.images.results.lines import wrapped
from workbench.ui.images.results.result import Phase, Result
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import BODY, CAPTION, GRID, ICON, INSIDE, RADIUS, SEMIBOLD, Theme

_ROOMY, _WORDY = 136, 84
_KEPT = 200
_ACTS = 24


class States:
    """Paints each state once for each size: of a thousand cells that wait all look alike."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._made: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def roomy(self, size: QSize) -> bool:
        """Whether there is room for sentences and buttons."""
        scale = self._theme.scale
        return size.width() >= _ROOMY * scale and size.height() >= _ROOMY * 0.75 * scale

    def picture(
        self, result: Result, size: QSize, dpr: float, now: float, *, paused: bool, unreadable: str = ""
    ) -> QPixmap:
        """unreadable: the word for a picture that is there and cannot be shown."""
        roomy = self.roomy(size)
        state = words.state if roomy else words.brief_state
        word = unreadable or state(result, now, paused=paused)
        reasons = words.reasons(result) if roomy else ()
        theme = self._theme
        look = (theme.dark, theme.scale, dpr, size.width(), size.height())
        key = (*look, result.phase, word, reasons)
        known = self._made.get(key)
        if known is not None:
            self._made.move_to_end(key)
            return known
        made = QPixmap(QSize(round(size.width() * dpr), round(size.height() * dpr)))
        made.setDevicePixelRatio(dpr)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, QRect(0, 0, size.width(), size.height()), result.phase, word, reasons)
        painter.end()
        self._made[key] = made
        if len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made

    def _paint(
        self, painter: QPainter, box: QRect, phase: Phase, word: str, reasons: tuple[str, ...]
    ) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        icon, role = ("triangle-alert", "warn") if phase is Phase.DONE else words.ICONS[phase]
        inside = box.adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE)
        roomy = self.roomy(box.size())
        size = 20 if roomy else ICON
        font = theme.font(BODY, SEMIBOLD) if roomy else theme.font(CAPTION)
        acts = theme.px(_ACTS) + INSIDE if roomy and phase in (Phase.FAILED, Phase.CANCELLED) else 0
        metrics, small = QFontMetrics(font), QFontMetrics(theme.font(CAPTION + 1))
        wordy = box.width() >= _WORDY * theme.scale and inside.height() >= size + metrics.height()
        room = inside.height() - acts
        most = (room - size - GRID - metrics.height()) // small.height()
        lines: list[tuple[str, str]] = []
        for at, sentence in enumerate(reasons):
            broken = wrapped(sentence, small, inside.width(), most - len(lines))
            lines += [(text, "muted" if at else "text") for text in broken]
        height = size + (GRID + metrics.height() if wordy else 0) + small.height() * len(lines)
        y = inside.top() + max(0, (room - height) // 2)
        painter.drawPixmap(inside.center().x() - size // 2, y, pixmap(theme, icon, role, size))
        if not wordy:
            return
        y += size + GRID
        painter.setFont(font)
        painter.setPen(QColor(tokens.bad if phase is Phase.FAILED else tokens.text))
        elided = metrics.elidedText(word, Qt.TextElideMode.ElideRight, inside.width())
        self._write(painter, inside, y, elided)
        y += metrics.height()
        painter.setFont(theme.font(CAPTION + 1))
        for text, colour in lines:
            painter.setPen(QColor(tokens.colour(colour)))
            self._write(painter, inside, y, text)
            y += small.height()

    def _write(self, painter: QPainter, inside: QRect, y: int, text: str) -> None:
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        line = QRect(inside.left(), y, inside.width(), painter.fontMetrics().height())
        painter.drawText(line, int(flags), text)
