"""Colours of a report, by day and by night as the window has them."""

from __future__ import annotations

from workbench.services.embeddings.report.pictures import Palette, Palettes
from workbench.ui.embeddings.colours import closeness_colours, group_colours
from workbench.ui.support.theme import Theme

_GROUPS = 40


def report_palettes() -> Palettes:
    return Palettes(_palette(Theme("light")), _palette(Theme("dark")))


def _palette(theme: Theme) -> Palette:
    tokens = theme.tokens
    far, close = (colour.name() for colour in closeness_colours(theme, 2))
    groups = tuple(colour.name() for colour in group_colours(theme, _GROUPS))
    return Palette(
        tokens.canvas, tokens.text, tokens.muted, tokens.line, tokens.good, tokens.bad, far, close, groups
    )
