"""Panels beside the main part of a tab: how wide they are."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme

_SHARE = 0.45
"""Of the tab; what a panel may have where a large text meets a small window."""


def fit_beside(panel: QWidget, theme: Theme, wanted: int, limits: tuple[int, int], whole: int) -> int:
    """Set the panel's least and most width and return the one it is to have. wanted, limits: at a text size of 100 %. whole: of the tab."""
    low, high = limits
    least = theme.px(low)
    if least > whole * _SHARE:
        least = max(low, round(whole * _SHARE))
        width = least
    else:
        width = theme.px(max(low, min(wanted, high)))
    panel.setMinimumWidth(least)
    panel.setMaximumWidth(theme.px(high))
    return width


class KeptWidth:
    """The width of a panel as it was left. name: the setting that knows it. limits, at_first: at a text size of 100 %, at_first
    as long as the setting is 0.
    """

    def __init__(
        self,
        panel: QWidget,
        theme: Theme,
        settings: SettingsModel,
        name: str,
        limits: tuple[int, int],
        at_first: int = 0,
    ) -> None:
        self.panel = panel
        self._theme = theme
        self._settings = settings
        self._name = name
        self._limits = limits
        self._at_first = at_first

    def fit(self, whole: int) -> int:
        """Set the panel's least and most width and return the one it is to have. whole: of the tab."""
        wanted = getattr(self._settings.value, self._name) or self._at_first
        return fit_beside(self.panel, self._theme, wanted, self._limits, whole)

    def keep(self) -> None:
        """The panel was moved: next time it is as wide as it is now."""
        if not self.panel.isHidden():
            self._settings.set(self._name, round(self.panel.width() / self._theme.scale))
