"""Fonts, colours and measures of the transcript, worked out once for each state of the theme."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen, QTextCharFormat, QTextLayout

from workbench.ui.support.markdown.highlight import Spans, Tone
from workbench.ui.support.markdown.inline import Run, Style
from workbench.ui.support.theme import (
    BODY,
    CAPTION,
    LINE_HEIGHT,
    MEASURE_CHARS,
    SECTION,
    SEMIBOLD,
    TITLE,
    Theme,
    mixed,
)

_READABLE = 4.5
_HEADINGS = (TITLE, SECTION + 1, SECTION, BODY, BODY, BODY)


class Look:
    """A snapshot of the theme; the view makes a new one when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.tokens = tokens = theme.tokens
        self.canvas, self.surface, self.raised = (
            QColor(tokens.canvas),
            QColor(tokens.surface),
            QColor(tokens.raised),
        )
        self.text, self.muted, self.accent = QColor(tokens.text), QColor(tokens.muted), QColor(tokens.accent)
        self.line, self.edge, self.bad = QColor(tokens.line), QColor(tokens.edge), QColor(tokens.bad)
        self.code_ground = QColor(tokens.surface)
        self.inline_ground = QColor(mixed(tokens.canvas, tokens.text, 0.075))
        self.selection = QColor(mixed(tokens.canvas, tokens.accent, 0.42 if theme.dark else 0.28))
        self.hover = QColor(theme.hover())
        self.line_pen, self.edge_pen = QPen(self.line, 1), QPen(self.edge, 1.5)
        self.body, self.strong = theme.font(), theme.font(BODY, SEMIBOLD)
        self.caption, self.caption_strong = theme.font(CAPTION), theme.font(CAPTION, SEMIBOLD)
        self.mono = theme.mono()
        self.headings = tuple(theme.font(size, SEMIBOLD) for size in _HEADINGS)
        self.body_line = self.line_height(self.body)
        self.mono_line = self.line_height(self.mono)
        self.caption_line = self.line_height(self.caption)
        self.mono_advance = QFontMetricsF(self.mono).horizontalAdvance("0" * 100) / 100
        self.average_char = QFontMetricsF(self.body).averageCharWidth()
        self.measure = self.average_char * MEASURE_CHARS
        self._formats: dict[tuple[Style, bool, bool], QTextCharFormat] = {}

    def px(self, size: float) -> int:
        return self.theme.px(size)

    @staticmethod
    def line_height(font: QFont) -> int:
        metrics = QFontMetricsF(font)
        return round(max(metrics.height(), _pixels(font) * LINE_HEIGHT))

    def heading(self, level: int) -> QFont:
        return self.headings[min(max(level, 1), 6) - 1]

    def format(self, style: Style, muted: bool, leads: bool) -> QTextCharFormat:
        """The format of a run; leads: a link that a click opens."""
        key = (style, muted, leads)
        found = self._formats.get(key)
        if found is None:
            found = self._formats[key] = self._format(style, muted, leads)
        return found

    def _format(self, style: Style, muted: bool, leads: bool) -> QTextCharFormat:
        made = QTextCharFormat()
        if style & Style.CODE:
            made.setFont(self.mono)
        if style & Style.STRONG:
            made.setFontWeight(SEMIBOLD)
        if style & Style.EMPHASIS:
            made.setFontItalic(True)
        if style & Style.STRIKE:
            made.setFontStrikeOut(True)
        if leads:
            made.setForeground(self.accent)
            made.setFontUnderline(True)
        elif style & Style.LINK:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        elif muted:
            made.setForeground(self.muted)
        return made

    def ranges(self, runs: tuple[Run, ...], muted: bool = False) -> list[QTextLayout.FormatRange]:
        return [
            _range(run.start, run.end - run.start, self.format(run.style, muted, run.opens)) for run in runs
        ]

    def code_ranges(self, spans: Spans) -> list[QTextLayout.FormatRange]:
        formats = self.tones
        return [_range(start, length, formats[tone]) for start, length, tone in spans]

    def selected(self, start: int, end: int) -> list[QTextLayout.FormatRange]:
        return [_range(start, end - start, self._selected)]

    @cached_property
    def _selected(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setBackground(self.selection)
        return made

    @cached_property
    def tones(self) -> dict[Tone, QTextCharFormat]:
        """Code colours, taken from the theme's own and moved towards the text until they can be read."""
        tokens = self.tokens
        colours = {
            Tone.PLAIN: tokens.text,
            Tone.KEYWORD: tokens.accent,
            Tone.STRING: tokens.good,
            Tone.NUMBER: tokens.warn,
            Tone.COMMENT: tokens.muted,
            Tone.NAME: tokens.series[6],
            Tone.BUILTIN: tokens.series[1],
            Tone.TAG: tokens.accent,
            Tone.INSERTED: tokens.good,
            Tone.DELETED: tokens.bad,
            Tone.HEADING: tokens.accent,
        }
        formats = {}
        for tone, colour in colours.items():
            made = QTextCharFormat()
            made.setForeground(QColor(readable(colour, tokens.surface, tokens.text)))
            if tone is Tone.COMMENT:
                made.setFontItalic(True)
            formats[tone] = made
        return formats


def readable(colour: str, ground: str, towards: str) -> str:
    """colour, moved towards another until its contrast on ground is 4.5:1."""
    share = 0.0
    made = colour
    while contrast(made, ground) < _READABLE and share < 1:
        share += 0.1
        made = mixed(colour, towards, share)
    return made


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = QColor(colour)
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (parts.redF(), parts.greenF(), parts.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, form
    return made


def _pixels(font: QFont) -> float:
    metrics = QFontMetricsF(font)
    size = font.pointSizeF()
    # Theme sets points so that a logical pixel is 72/dpi of one; the em is what the metrics were scaled to.
    return font.pixelSize() if size <= 0 else size * metrics.fontDpi() / 72
