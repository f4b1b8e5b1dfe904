"""Buttons of a page that fills the tab."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.support.buttons import IconButton
from workbench.ui.support.shortcuts import on_keys, spelled
from workbench.ui.support.theme import Theme


def tool_button(theme: Theme, page: QWidget, icon: str, words: str, keys: str) -> IconButton:
    """Its keys are heard on all of the page; the first of several, parted by "; ", is told."""
    made = IconButton(theme, icon, words)
    sequences = keys.split("; ")
    made.set_text(words, f"{words} ({spelled(sequences[0])})")
    for each in sequences:
        on_keys(each, page, made.click)
    return made
