"""Colours for JSON. A line is coloured when it is first seen, so that a long file costs what is looked at."""

from __future__ import annotations

import re

from PySide6.QtGui import (
    QColor,
    QSyntaxHighlighter,
    QTextBlock,
    QTextBlockUserData,
    QTextCharFormat,
    QTextDocument,
)

from workbench.ui.support.theme import Theme, follow

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=[ \t]*:))'
    r'|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)"
    r"|(?P<literal>\b(?:true|false|null)\b)"
    r"|(?P<sign>[{}\[\]:,]+)"
    r"|(?P<odd>[^\s{}\[\]:,\"]+)"
)


class _Coloured(QTextBlockUserData):
    """round: of colours, which a change of the theme begins anew."""

    def __init__(self, round: int) -> None:
        super().__init__()
        self.round = round


class JsonHighlighter(QSyntaxHighlighter):
    """While `resting` nothing is coloured: for putting in a long text. `colour` catches up on the lines in view."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        self._theme = theme
        self._round = 0
        self.resting = False
        self._formats: dict[str, QTextCharFormat] = {}
        super().__init__(document)
        follow(self, theme, self._dress)

    def colour(self, first: QTextBlock, lines: int) -> None:
        """The lines from first on that have not been coloured yet."""
        block = first
        for _ in range(lines):
            if not block.isValid():
                return
            done = block.userData()
            if not isinstance(done, _Coloured) or done.round != self._round:
                self.rehighlightBlock(block)
            block = block.next()

    def highlightBlock(self, text: str) -> None:
        if self.resting:
            return
        wide = not text.isascii()
        for token in _TOKEN.finditer(text):
            start, end = token.span()
            if wide:  # Qt counts in UTF-16
                start, end = _units(text[:start]), _units(text[:end])
            kind = token.lastgroup
            assert kind is not None
            self.setFormat(start, end - start, self._formats[kind])
        self.setCurrentBlockUserData(_Coloured(self._round))

    def _dress(self) -> None:
        tokens = self._theme.tokens
        roles = {
            "key": tokens.accent,
            "string": tokens.series[2],
            "number": tokens.series[5],
            "literal": tokens.series[6],
            "sign": tokens.muted,
            "odd": tokens.bad,
        }
        self._formats = {kind: _painted(colour) for kind, colour in roles.items()}
        self._round += 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _painted(colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    return made
