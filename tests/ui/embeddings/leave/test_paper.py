"""Reports have the window's colours."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from workbench.ui.embeddings.leave.paper import report_palettes
from workbench.ui.support.theme import DARK, LIGHT


@pytest.mark.usefixtures("qapp")
def test_both_forms_of_the_window_are_there_with_as_many_groups() -> None:
    assert QGuiApplication.instance() is not None
    found = report_palettes()
    assert (found.light.text, found.dark.text) == (LIGHT.text, DARK.text)
    assert found.light.groups[: len(LIGHT.series)] == tuple(colour.lower() for colour in LIGHT.series)
    assert len(found.light.groups) == len(found.dark.groups) == len(set(found.dark.groups))
