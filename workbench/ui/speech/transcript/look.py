"""Fonts, colours and measures of a transcript, worked out once for each state of the theme."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontMetricsF

from workbench.ui.support.theme import (
    BODY,
    CAPTION,
    GROUPS,
    INSIDE,
    LINE_HEIGHT,
    MEASURE_CHARS,
    PADDING,
    RELATED,
    SEMIBOLD,
    Theme,
    mixed,
)


class Look:
    """A snapshot of the theme. gutter: where times and marks stand, before the text; far: the room behind it."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        tokens = theme.tokens
        self.body, self.strong = theme.font(), theme.font(BODY, SEMIBOLD)
        self.caption = theme.font(CAPTION)
        metrics, small = QFontMetricsF(self.body), QFontMetricsF(self.caption)
        self.mark = theme.px(14)
        self.time_width = small.horizontalAdvance("0:00:00")
        self.gutter = float(round(INSIDE + self.mark + INSIDE + self.time_width + PADDING))
        self.far = float(RELATED)
        self.measure = float(round(metrics.averageCharWidth() * MEASURE_CHARS))
        self.line_percent = round(100 * LINE_HEIGHT * _em(self.body) / metrics.height())
        self.header = float(round(metrics.height() + 4))
        self.between = float(theme.px(INSIDE))
        self.between_speakers = float(theme.px(PADDING))
        self.ends = float(GROUPS)
        self.text, self.muted, self.accent = (
            QColor(tokens.text),
            QColor(tokens.muted),
            QColor(tokens.accent),
        )
        self.line, self.edge = QColor(tokens.line), QColor(tokens.edge)
        self.warn, self.bad, self.good = QColor(tokens.warn), QColor(tokens.bad), QColor(tokens.good)
        self.canvas = QColor(tokens.canvas)
        self.spoken = QColor(mixed(tokens.canvas, tokens.accent, 0.45 if theme.dark else 0.26))
        self.find = QColor(tokens.series[6])
        self.found = QColor(mixed(tokens.canvas, tokens.series[6], 0.4 if theme.dark else 0.24))
        self.gone = QColor(mixed(tokens.canvas, tokens.bad, 0.24 if theme.dark else 0.14))
        self.series = tuple(QColor(colour) for colour in tokens.series)
        self._doubted = tuple(
            QColor(mixed(tokens.canvas, tokens.warn, 0.1 + share * 0.3)) for share in (0.0, 0.34, 0.67, 1.0)
        )

    def unsure(self, confidence: float) -> QColor:
        """The ground of a word that a model is not sure of: stronger the less it is."""
        step = int((SURE - confidence) / SURE * len(self._doubted))
        return self._doubted[min(max(step, 0), len(self._doubted) - 1)]

    def speaker(self, number: int) -> QColor:
        return self.series[number % len(self.series)]


SURE = 0.8
"""Confidence from which on a word is not shaded."""


def _em(font: QFont) -> float:
    """The size of the font in pixels: LINE_HEIGHT is a multiple of it, and Qt's of the line that the font asks for."""
    return font.pointSizeF() * QFontMetricsF(font).fontDpi() / 72
