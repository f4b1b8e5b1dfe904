"""Colours and shapes of groups, and of how close something is. A colour never stands alone: a shape or a name goes with it."""

from __future__ import annotations

from PySide6.QtGui import QColor

from workbench.ui.support.theme import Theme, mixed

SHAPES = 7
"""One fewer than there are colours in the series, so that no pair of shape and colour comes twice among the first 56 groups."""
_APART = 0.4
_FAINT = 0.8


def group_colours(theme: Theme, count: int) -> list[QColor]:
    """So many; those of the series first, then their darker and lighter tones."""
    tokens = theme.tokens
    found: list[QColor] = []
    for place in range(count):
        turn, own = divmod(place, len(tokens.series))
        towards = tokens.text if turn % 2 else tokens.canvas
        share = 0.0 if turn == 0 else _APART / ((turn + 1) // 2)
        found.append(QColor(mixed(tokens.series[own], towards, share)))
    return found


def group_shape(place: int) -> int:
    """Which of the SHAPES a group's points have."""
    return place % SHAPES


def closeness_colours(theme: Theme, steps: int) -> list[QColor]:
    """From what is far to what is close: ever stronger against the ground."""
    tokens = theme.tokens
    far, close = mixed(tokens.canvas, tokens.muted, 0.3), mixed(tokens.accent, tokens.text, 0.25)
    colours: list[QColor] = []
    for step in range(steps):
        share = step / max(steps - 1, 1)
        colours.append(QColor(mixed(far, close, share**1.3)))
    return colours


def faded(theme: Theme, colour: QColor) -> QColor:
    """What is not meant just now."""
    return QColor(mixed(colour.name(), theme.tokens.canvas, _FAINT))
