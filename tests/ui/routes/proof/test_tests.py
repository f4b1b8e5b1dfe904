"""The tests in the file: run on edits, shown, marked on the canvas, and edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.services.test_route_proof import GOOD, ROUTE, UNREADABLE, WRONG, holding, proof
from workbench.domain.routes.canvas import Point, placed
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import ModelCall
from workbench.services.route_proof import Verdict, kept_tests, without_test
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING, Mark
from workbench.ui.routes.proof.tests_model import TestsModel
from workbench.ui.routes.proof.tests_panel import TestsPanel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme


@pytest.fixture
def panel(theme: Theme, run_async: Run) -> Iterator[TestsPanel]:
    notifier = Notifier()
    document = RouteDocument(holding(GOOD, WRONG, UNREADABLE), proof().lint)
    made = TestsPanel(theme, document, proof(), notifier)
    made.resize(800, 260)
    made.show()
    made.opened()
    made.model.run_now()
    yield made
    run_async(made.aclose())
    made.close()
    made.deleteLater()


def names(panel: TestsPanel) -> list[str]:
    return [test["name"] for test in kept_tests(panel.document.route)]


def verdicts(model: TestsModel) -> list[Verdict]:
    return [one.verdict for one in model.results]


def test_results_are_counted_and_marked_on_the_elements_that_decided(panel: TestsPanel) -> None:
    assert verdicts(panel.model) == [Verdict.PASSED, Verdict.FAILED, Verdict.UNREADABLE]
    assert panel.model.passed == 1
    assert panel.document.overlay.marks == {"small": Mark.FAILED}
    assert panel.model.overlay().elements is None


def test_the_selected_tests_way_is_lit_until_the_panel_is_left(panel: TestsPanel) -> None:
    panel.select(0)
    assert "small" in (panel.document.overlay.elements or ())
    panel.left()
    assert panel.document.overlay == NOTHING


def test_tests_run_again_after_an_edit_but_not_after_a_move(panel: TestsPanel) -> None:
    panel.document.edit("Move", placed(panel.document.route, {"big": Point(1, 2)}))
    assert not panel.model.running
    panel.document.edit("Change", changed(panel.document.route, "small", model="gpt-4o"))
    assert panel.model.running
    panel.model.run_now()
    assert verdicts(panel.model)[:2] == [Verdict.FAILED, Verdict.PASSED]


def test_a_new_test_expects_what_happens_now(panel: TestsPanel) -> None:
    counts: list[tuple[int, int]] = []
    panel.counts_changed.connect(lambda passed, all: counts.append((passed, all)))
    panel.add_button.click()
    assert kept_tests(panel.document.route)[3]["expect"] == {"model": "openai/gpt-4o-mini"}
    assert panel.row == 3
    assert counts == [
        (1, 4)
    ]  # it holds for every way the dice fall, so one that goes to another model fails it


def test_tests_are_renamed_copied_and_deleted_as_named_steps(panel: TestsPanel) -> None:
    panel.select(0)
    panel.model.setData(panel.model.index(0), "little")
    panel.copy_button.click()
    assert names(panel) == ["little", "little 2", "always big", "typo"]
    assert panel.row == 1
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert names(panel) == ["little", "always big", "typo"]
    history = panel.document.history
    assert [history.text(place) for place in range(3)] == ["Rename test", "Duplicate test", "Delete test"]
    for _ in range(3):
        history.undo()
    assert names(panel) == ["small", "always big", "typo"]


def test_a_test_is_mended_as_json(panel: TestsPanel) -> None:
    panel.select(2)
    cursor = panel.source.edit.document().find('"expects": {}')
    cursor.insertText('"expect": {"element": "small"}, "dice": 0.9')
    panel.source.take()
    assert verdicts(panel.model) == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    assert panel.document.history.undoText() == "Edit test"


def test_a_text_that_is_no_test_changes_nothing_and_undo_takes_it_back(panel: TestsPanel) -> None:
    panel.select(0)
    before = panel.document.route
    panel.source.edit.textCursor().insertText("oops")
    panel.source.take()
    assert panel.source.problem.isVisible()
    assert panel.document.route is before
    panel.source.edit.undo_wanted.emit()
    assert not panel.source.problem.isVisible()
    assert "oops" not in panel.source.edit.text


def test_what_is_typed_never_lands_in_another_test(panel: TestsPanel) -> None:
    panel.select(0)
    panel.source.edit.document().find('"small"').insertText('"tiny"')
    panel.document.edit("Delete", without_test(panel.document.route, 0))
    panel.model.run_now()
    panel.source.take()
    assert names(panel) == ["always big", "typo"]
    assert "always big" in panel.source.edit.text


def test_a_large_route_is_tested_on_a_thread(theme: Theme, run_qt: Run) -> None:
    notifier = Notifier()
    many = tuple(ModelCall(id=f"m{n}", provider="openai", model="x") for n in range(1_100))
    large = replace(holding(GOOD), elements=(*ROUTE.elements, *many))

    async def tested() -> TestsPanel:
        made = TestsPanel(theme, RouteDocument(large), proof(), notifier)
        made.model._begin()
        assert made.model.results == []
        await made.model._tasks.finish()
        assert verdicts(made.model) == [Verdict.PASSED]
        await made.aclose()
        return made

    run_qt(tested()).deleteLater()


def test_without_tests_there_is_a_way_to_the_first(theme: Theme, run_async: Run) -> None:
    notifier = Notifier()
    made = TestsPanel(theme, RouteDocument(ROUTE), proof(), notifier)
    made.show()
    wanted: list[bool] = []
    made.dry_run_wanted.connect(lambda: wanted.append(True))
    made.from_dry_run.click()
    assert wanted == [True]
    made.first.click()
    assert names(made) == ["new test"]
    assert made.list.isVisible()
    run_async(made.aclose())
    made.close()
    made.deleteLater()
