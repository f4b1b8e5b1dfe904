"""Counting as Qt does, brackets, colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QTextDocument

from workbench.ui.routes.source.brackets import matching
from workbench.ui.routes.source.highlighter import JsonHighlighter
from workbench.ui.routes.source.units import Units
from workbench.ui.support.theme import Theme


@given(st.text(st.sampled_from("a😀é𝄞 "), max_size=12))
def test_positions_are_counted_in_utf_16_and_back(text: str) -> None:
    units = Units(text)
    for offset in range(len(text) + 1):
        position = len(text[:offset].encode("utf-16-le")) // 2
        assert units.to_qt(offset) == position
        assert units.from_qt(position) == offset


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("{}", (0, 0), (0, 1)),
        ('{"a": [\n1\n]}', (0, 6), (2, 0)),
        ('{"a": [\n1\n]}', (2, 1), (0, 0)),
        ('{"}": "😀{"}', (0, 0), (0, 11)),
        ("[}", (0, 0), None),
        ('"["', (0, 1), None),
        ("[[]", (0, 0), None),
    ],
)
def test_a_bracket_finds_its_other(
    qapp: object, text: str, at: tuple[int, int], found: tuple[int, int] | None
) -> None:
    document = QTextDocument(text)
    other = matching(document.findBlockByNumber(at[0]), at[1])
    assert (None if other is None else (other[0].blockNumber(), other[1])) == found


def test_each_kind_of_token_has_its_colour_and_lines_are_coloured_when_they_are_seen(theme: Theme) -> None:
    document = QTextDocument()
    highlighter = JsonHighlighter(theme, document)
    highlighter.resting = True
    document.setPlainText('{"😀": "a", "b": [1, true]}\n"not seen"')
    highlighter.resting = False
    highlighter.colour(document.firstBlock(), 1)
    formats = document.firstBlock().layout().formats()
    tokens = theme.tokens
    text = document.firstBlock().text().encode("utf-16-le")
    colours = {
        text[2 * one.start : 2 * (one.start + one.length)].decode(
            "utf-16-le"
        ): one.format.foreground().color()
        for one in formats
    }
    assert colours['"😀"'] == QColor(tokens.accent)
    assert colours['"a"'] == QColor(tokens.series[2])
    assert colours["1"] == QColor(tokens.series[5])
    assert colours["true"] == QColor(tokens.series[6])
    assert document.lastBlock().layout().formats() == []
