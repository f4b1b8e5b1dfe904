"""The list of problems and its fixes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem

from tests.services.test_route_proof import ROUTE, proof
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import End, ModelCall, Route
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.proof.problems_panel import ProblemsPanel
from workbench.ui.routes.proof.rows import ROW_ROLE
from workbench.ui.support.theme import Theme

BROKEN = Route(
    "plans",
    (*changed(changed(ROUTE, "big", retries=9), "small", timeout_ms=-1).elements, End(id="lonely")),
)


@pytest.fixture
def panel(theme: Theme) -> Iterator[ProblemsPanel]:
    made = ProblemsPanel(theme, RouteDocument(BROKEN, proof().lint), proof())
    made.resize(700, 240)
    made.show()
    made.opened()
    yield made
    made.model.stop()
    made.close()
    made.deleteLater()


def element(panel: ProblemsPanel, id: str) -> ModelCall:
    found = panel.document.route.find(id)
    assert isinstance(found, ModelCall)
    return found


def test_findings_are_listed_gravest_first_and_counted(panel: ProblemsPanel) -> None:
    assert [one.code for one in panel.model.findings] == [
        "retries-range",
        "timeout-range",
        "unreachable-element",
    ]
    assert (panel.model.errors, panel.model.warnings, panel.model.safe) == (2, 1, 2)


def test_enter_reveals_the_element(panel: ProblemsPanel) -> None:
    shown: list[str] = []
    panel.document.reveal_wanted.connect(shown.append)
    panel.focus_first()
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert shown == ["big"]
    assert panel.document.selected == {"big"}


def test_one_fix_is_one_named_step(panel: ProblemsPanel) -> None:
    panel.focus_first()
    QTest.keyClick(panel.list, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert element(panel, "big").retries == 5
    assert panel.document.history.undoText() == "Set it to 5"
    assert [one.code for one in panel.model.findings] == ["timeout-range", "unreachable-element"]
    assert panel.list.currentIndex().row() == 0


def test_the_fix_in_a_row_is_clicked_and_the_row_is_not_taken_as_chosen(panel: ProblemsPanel) -> None:
    chosen: list[int] = []
    panel.list.chosen.connect(chosen.append)
    index = panel.model.index(1)
    option = QStyleOptionViewItem()
    option.rect = panel.list.visualRect(index)
    box = panel.list.rows.action_box(option, index.data(ROW_ROLE))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert element(panel, "small").timeout_ms == 0
    assert chosen == []
    row = panel.list.visualRect(panel.model.index(0))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(60, 8))
    assert chosen == [0]


def test_all_safe_fixes_are_one_step_and_leave_what_is_a_matter_of_taste(panel: ProblemsPanel) -> None:
    panel.fix_all.click()
    panel.model.refresh()
    assert [one.code for one in panel.model.findings] == ["unreachable-element"]
    assert panel.document.history.count() == 1
    panel.document.history.undo()
    assert panel.document.route is BROKEN


def test_the_counts_are_told_when_they_change(panel: ProblemsPanel) -> None:
    counts: list[tuple[int, int]] = []
    panel.counts_changed.connect(lambda errors, warnings: counts.append((errors, warnings)))
    panel.document.edit("Mend", ROUTE)
    panel.model.refresh()
    assert counts == [(0, 0)]
    assert panel.model.rowCount() == 0
    assert not panel.list.isVisible()
