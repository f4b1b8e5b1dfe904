"""Panels beside the main part of a tab: how wide they are."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.support.theme import Theme

_SHARE = 0.45
"""Of the tab; what a panel may have where a large text meets a small window."""


def between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def fit_beside(panel: QWidget, theme: Theme, wanted: int, limits: tuple[int, int], whole: int) -> int:
    """Set the panel's least and most width and return the one it is to have. wanted, limits: at a text size of 100 %. whole: of the tab."""
    low, high = limits
    least = theme.px(low)
    if least > whole * _SHARE:
        least = max(low, round(whole * _SHARE))
        width = least
    else:
        width = theme.px(between(wanted, low, high))
    panel.setMinimumWidth(least)
    panel.setMaximumWidth(theme.px(high))
    return width
