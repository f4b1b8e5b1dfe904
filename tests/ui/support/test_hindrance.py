"""What stands in the way of a button is said where it is pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QPushButton

from workbench.ui.support.hindrance import Hindrance
from workbench.ui.support.theme import Theme


@pytest.fixture
def act(theme: Theme) -> Iterator[QPushButton]:
    act = QPushButton("Embed")
    yield act
    act.deleteLater()


def test_what_hinders_is_seen_and_told_by_the_button_that_is_of_no_use(
    theme: Theme, act: QPushButton
) -> None:
    hindrance = Hindrance(theme, act, act)
    hindrance.say("Open a set of texts first.")
    assert hindrance.text() == "Open a set of texts first."
    assert not hindrance.isHidden()
    assert not act.isEnabled()
    assert act.accessibleDescription() == hindrance.text()
    hindrance.say("")
    assert hindrance.isHidden()
    assert act.isEnabled()
    assert act.accessibleDescription() == ""


def test_what_is_wrong_looks_other_than_what_is_missing(theme: Theme, act: QPushButton) -> None:
    hindrance = Hindrance(theme, act, act)
    hindrance.say("1.5 is more than 1.", wrong=True)
    assert hindrance.property("role") == "bad"
    hindrance.say("Choose a model.")
    assert hindrance.property("role") == "muted"
