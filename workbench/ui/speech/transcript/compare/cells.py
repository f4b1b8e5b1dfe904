"""The words of one take in one row, laid out: what differs is underlined in the take's colour, what is missing struck out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextLayout, QTextOption

from workbench.domain.speech.writing import joined
from workbench.services.speech.comparison import Difference, Shown
from workbench.ui.speech.transcript.words import runs_right
from workbench.ui.support.theme import LINE_HEIGHT, SEMIBOLD, Theme, mixed


@dataclass(frozen=True, slots=True)
class Laid:
    """words, spans: each word, and where it stands in the text, as Qt counts."""

    layout: QTextLayout
    height: float
    words: tuple[Shown, ...]
    spans: tuple[tuple[int, int], ...]

    def word_at(self, x: float, y: float) -> Shown | None:
        for number in range(self.layout.lineCount()):
            line = self.layout.lineAt(number)
            natural = line.naturalTextRect()
            if abs(y - natural.center().y()) <= natural.height() and natural.left() <= x <= natural.right():
                at = line.xToCursor(x, line.CursorPosition.CursorOnCharacter)
                found = zip(self.words, self.spans, strict=True)
                return next((word for word, (start, end) in found if start <= at < end), None)
        return None

    def said(self, position: float, form: QTextCharFormat) -> list[QTextLayout.FormatRange]:
        """The word that is said at a time, in another format."""
        return [
            _range(span, form)
            for word, span in zip(self.words, self.spans, strict=True)
            if word.start is not None and word.end is not None and word.start <= position < word.end
        ]


class CellText:
    """Lays out cells with the fonts and colours of the theme as it is."""

    def __init__(self, theme: Theme) -> None:
        tokens = theme.tokens
        self._font = theme.font()
        metrics = QFontMetricsF(self._font)
        self.line = round(max(metrics.height(), _pixels(self._font) * LINE_HEIGHT))
        self._average = metrics.averageCharWidth()
        self._options = tuple(map(_option, (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft)))
        self._other = tuple(_form(colour, tokens.text, theme.dark) for colour in tokens.series)
        self._more = tuple(_form(colour, tokens.text, theme.dark, dashed=True) for colour in tokens.series)
        self._missing = QTextCharFormat()
        self._missing.setForeground(QColor(tokens.muted))
        self._missing.setFontStrikeOut(True)
        self.now = QTextCharFormat()
        self.now.setBackground(QColor(mixed(tokens.canvas, tokens.accent, 0.45 if theme.dark else 0.26)))

    def laid_out(self, words: Sequence[Shown], series: int, width: float) -> Laid:
        """series: number of the colour that the take has."""
        text, spans = _text(words)
        layout = QTextLayout(text, self._font)
        layout.setTextOption(self._options[runs_right(text)])
        layout.setFormats(
            [
                _range(span, form)
                for word, span in zip(words, spans, strict=True)
                if (form := self._form(word, series)) is not None
            ]
        )
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 20.0))
            line.setPosition(QPointF(0, y + (self.line - line.height()) / 2))
            y += self.line
        layout.endLayout()
        return Laid(layout, max(y, float(self.line)), tuple(words), tuple(spans))

    def likely_height(self, characters: int, width: float) -> float:
        """About what so many characters take, before anybody has laid them out."""
        return float(self.line * max(1, round(characters * self._average * 1.05 / max(width, 20.0) + 0.5)))

    def _form(self, word: Shown, series: int) -> QTextCharFormat | None:
        match word.difference:
            case Difference.OTHER:
                return self._other[series % len(self._other)]
            case Difference.MORE:
                return self._more[series % len(self._more)]
            case Difference.MISSING:
                return self._missing
            case _:
                return None


def said_in(words: Sequence[Shown]) -> str:
    """What a take says, without what it lacks."""
    return joined(word.text for word in words if word.difference is not Difference.MISSING)


def _text(words: Sequence[Shown]) -> tuple[str, list[tuple[int, int]]]:
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at, before = 0, ""
    for word in words:
        if before:
            gap = len(joined((before, word.text))) - len(before) - len(word.text)
            parts.append(" " * gap)
            at += gap
        parts.append(word.text)
        end = at + len(word.text.encode("utf-16-le")) // 2
        spans.append((at, end))
        at, before = end, word.text
    return "".join(parts), spans


def _option(direction: Qt.LayoutDirection) -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(direction)
    rtl = direction == Qt.LayoutDirection.RightToLeft
    option.setAlignment(Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft)
    return option


def _form(series: str, text: str, dark: bool, dashed: bool = False) -> QTextCharFormat:
    style = QTextCharFormat.UnderlineStyle
    form = QTextCharFormat()
    form.setForeground(QColor(mixed(series, text, 0.1 if dark else 0.35)))
    form.setFontWeight(SEMIBOLD)
    form.setUnderlineStyle(style.DashUnderline if dashed else style.SingleUnderline)
    form.setUnderlineColor(QColor(series))
    return form


def _range(span: tuple[int, int], form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = span[0], span[1] - span[0], form
    return made


def _pixels(font: QFont) -> float:
    return font.pointSizeF() * QFontMetricsF(font).fontDpi() / 72
