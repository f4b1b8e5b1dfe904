"""The models that are chosen, in the field of a tab."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.support.models.fakes import NEW, OLD, OTHER
from workbench.domain.models import Model
from workbench.ui.support.models.line import ModelLine, retired
from workbench.ui.support.theme import Theme


def test_a_line_is_pressed_anywhere_and_removed_at_its_button(theme: Theme) -> None:
    line = ModelLine(theme, NEW, "$1", "Choose another model")
    did: list[str] = []
    line.pressed.connect(lambda: did.append("pressed"))
    line.removed.connect(lambda: did.append("removed"))
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    line.change.click()
    line.remove.click()
    assert did == ["pressed", "pressed", "removed"]
    assert (line.price.text(), line.change.accessibleName()) == ("$1", "Choose another model")
    assert line.remove.accessibleName() == "Remove new"
    line.deleteLater()


def test_the_first_that_is_retired_is_told_with_what_to_use_instead(theme: Theme) -> None:
    assert retired((NEW, OTHER)) == ""
    assert retired((NEW, OLD)) == "old is retired; use @cf/a/new."
    assert retired((Model("x/gone", deprecated=True),)) == "gone is retired; use another one."
