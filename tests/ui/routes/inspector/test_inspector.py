"""The inspector: the form of what is selected, and the edits made in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.conftest import Run
from tests.ui.routes.inspector.conftest import ROUTE
from workbench.domain.routes.canvas import Direction, direction, frames, notes
from workbench.domain.routes.edits import changed, with_output, without_elements
from workbench.domain.routes.elements import LimitType, ModelCall, Percentage, Rate, Technique
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.drawn_forms import FrameForm, NoteForm, RouteForm, SeveralForm, WireForm
from workbench.ui.routes.inspector.element_form import ElementForm
from workbench.ui.routes.inspector.inspector import Inspector
from workbench.ui.routes.inspector.properties import (
    LimitProperties,
    ModelProperties,
    Properties,
    UnknownProperties,
)
from workbench.ui.routes.inspector.split import SplitProperties

P = TypeVar("P", bound=Properties)


def form(inspector: Inspector, *ids: str) -> ElementForm:
    if ids:
        inspector._document.select(ids)
    assert isinstance(inspector.form, ElementForm)
    return inspector.form


def properties(inspector: Inspector, id: str, kind: type[P]) -> P:
    found = form(inspector, id).properties
    assert isinstance(found, kind)
    return found


def type_into(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)


def the_model(document: RouteDocument, id: str = "big") -> ModelCall:
    found = document.route.find(id)
    assert isinstance(found, ModelCall)
    return found


def the_limit(document: RouteDocument) -> Rate:
    found = document.route.find("limit")
    assert isinstance(found, Rate)
    return found


def the_split(document: RouteDocument) -> Percentage:
    found = document.route.find("split")
    assert isinstance(found, Percentage)
    return found


def steps(document: RouteDocument) -> int:
    return document.history.count()


# What is shown


def test_with_nothing_selected_it_is_about_the_route(inspector: Inspector, document: RouteDocument) -> None:
    shown = inspector.form
    assert isinstance(shown, RouteForm)
    assert shown.head.words.text() == "Elements: 8"
    inspector._show_findings()
    assert shown.called.text() == "called as dynamic/plans"
    assert "Elements: 8" in shown.head.words.text()
    assert "errors: 1" in shown.head.words.text()  # the unknown element
    type_into(shown.name.line, "plans-2")
    assert document.route.name == "plans-2"
    assert steps(document) == 1
    shown.way.segments.chosen.emit(Direction.DOWN.value)
    assert direction(document.route) is Direction.DOWN


def test_what_the_route_is_for_is_kept_in_its_file_as_one_step(
    inspector: Inspector, document: RouteDocument
) -> None:
    form = inspector.form
    assert isinstance(form, RouteForm)
    QTest.keyClicks(form.description.text, "for the shop")
    assert document.route.sidecar["description"] == "for the shop"
    assert document.history.count() == 1
    document.history.undo()
    assert form.description.text.toPlainText() == ""
    assert "description" not in document.route.sidecar


def test_from_the_route_one_gets_to_all_of_its_problems(
    inspector: Inspector, document: RouteDocument
) -> None:
    form, asked = inspector.form, []
    assert isinstance(form, RouteForm)
    inspector.problems_wanted.connect(lambda: asked.append(True))
    form.show_findings(document.findings)
    assert form.problems.isVisible()
    form.problems.click()
    assert asked == [True]
    form.show_findings(())
    assert not form.problems.isVisible()


def test_a_long_name_is_cut_where_there_is_no_room(inspector: Inspector, document: RouteDocument) -> None:
    document.edit("Long", changed(document.route, "big", model="a-model-with-a-very-long-name-" * 3))
    document.select(["big", "small"])
    form = inspector.form
    assert isinstance(form, SeveralForm)
    assert form.things[0].text().endswith("…")
    assert "very-long-name" in form.things[0].accessibleName()


def test_a_name_that_cannot_be_an_address_changes_nothing(
    inspector: Inspector, document: RouteDocument
) -> None:
    shown = inspector.form
    assert isinstance(shown, RouteForm)
    type_into(shown.name.line, "a b")
    assert document.route.name == "a"
    assert "hyphens" in shown.name.problem


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        (["big"], ElementForm),
        (["start"], ElementForm),
        (["note-1"], NoteForm),
        (["frame-1"], FrameForm),
        (["big", "note-1"], SeveralForm),
        ([], RouteForm),
    ],
)
def test_each_selection_has_its_form(
    inspector: Inspector, document: RouteDocument, ids: list[str], kind: type
) -> None:
    document.select(["limit"])
    document.select(ids)
    assert type(inspector.form) is kind


def test_the_form_stays_while_the_element_is_edited_and_goes_with_it(
    inspector: Inspector, document: RouteDocument
) -> None:
    shown = form(inspector, "big")
    document.edit("elsewhere", changed(document.route, "big", model="gpt-5"))
    assert inspector.form is shown
    assert isinstance(shown.properties, ModelProperties)
    assert shown.properties.model.line.text() == "gpt-5"
    document.edit("delete", without_elements(document.route, ["big"]))
    assert isinstance(inspector.form, RouteForm)
    document.history.undo()
    document.select(["big"])
    assert form(inspector).id == "big"


def test_an_element_of_another_kind_under_the_same_id_has_another_form(
    inspector: Inspector, document: RouteDocument
) -> None:
    form(inspector, "big")
    limit = ROUTE.find("limit")
    assert isinstance(limit, Rate)
    elements = tuple(replace(limit, id="big") if one.id == "big" else one for one in ROUTE.elements)
    document.edit("other", replace(ROUTE, elements=elements))
    assert isinstance(form(inspector).properties, LimitProperties)


def test_while_hidden_it_does_nothing_and_shows_the_latest_when_it_comes_back(
    inspector: Inspector, document: RouteDocument
) -> None:
    inspector.hide()
    before = inspector.form
    document.select(["big"])
    assert inspector.form is before
    inspector.show()
    assert form(inspector).id == "big"


def test_escape_leads_back_to_the_canvas(inspector: Inspector) -> None:
    left: list[bool] = []
    inspector.left.connect(lambda: left.append(True))
    shown = properties(inspector, "big", ModelProperties)
    inspector.focus_first()
    QTest.keyClick(shown.model.line, Qt.Key.Key_Escape)
    assert left == [True]


@pytest.mark.parametrize("id", [one.id for one in ROUTE.elements])
@pytest.mark.parametrize("width", [280, 360])
def test_every_form_fits_and_scrolls_downwards_only(inspector: Inspector, id: str, width: int) -> None:
    inspector.resize(width, 300)
    form(inspector, id)
    QApplication.processEvents()
    assert inspector.form.minimumSizeHint().width() <= inspector._scroll.viewport().width()


@pytest.mark.parametrize("id", [one.id for one in ROUTE.elements])
def test_every_control_has_a_name(inspector: Inspector, id: str) -> None:
    shown = form(inspector, id)
    nameless = [
        widget
        for widget in shown.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.focusProxy()
        and not widget.accessibleName()
        and not getattr(widget, "text", lambda: "")()
        and not isinstance(widget.parentWidget(), QLineEdit)
        and widget.isVisible()
    ]
    assert [type(one).__name__ for one in nameless] == []


# Ids and notes


def test_an_id_is_given_when_it_is_done_and_the_element_stays_selected(
    inspector: Inspector, document: RouteDocument
) -> None:
    line = form(inspector, "big").name.line
    type_into(line, "large")
    assert document.route.find("big") is not None
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert document.route.find("large") is not None
    assert document.selected == {"large"}
    assert form(inspector).id == "large"
    assert the_split(document).outputs["60%"] == "large"
    assert document.history.undoText() == "Rename “big” to “large”"


def test_an_id_that_is_taken_is_told_and_not_given(inspector: Inspector, document: RouteDocument) -> None:
    shown = form(inspector, "big")
    type_into(shown.name.line, "small")
    assert "Another element" in shown.name.problem
    QTest.keyClick(shown.name.line, Qt.Key.Key_Return)
    assert steps(document) == 0
    assert shown.name.line.text() == "big"
    assert shown.name.problem == ""


def test_a_note_is_written_as_one_step(inspector: Inspector, document: RouteDocument) -> None:
    shown = form(inspector, "big")
    assert shown.note.text.toPlainText() == "paid for"
    QTest.keyClicks(shown.note.text, "not ")
    assert notes(document.route)["big"] == "not paid for"
    assert steps(document) == 1
    shown.note.text.clear()
    assert "big" not in notes(document.route)


def test_a_free_note_and_a_frame_are_written(inspector: Inspector, document: RouteDocument) -> None:
    document.select(["note-1"])
    assert isinstance(inspector.form, NoteForm)
    inspector.form.note.text.setPlainText("ask Tom")
    assert notes(document.route)["note-1"] == "ask Tom"
    document.select(["frame-1"])
    assert isinstance(inspector.form, FrameForm)
    type_into(inspector.form.title.line, "all users")
    assert frames(document.route)["frame-1"].title == "all users"


# Models


def test_a_model_is_typed_as_one_step(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "big", ModelProperties)
    type_into(shown.model.line, "gpt-4o-mini")
    assert the_model(document).model == "gpt-4o-mini"
    assert steps(document) == 1
    document.history.undo()
    assert shown.model.line.text() == "gpt-4o"


def test_models_are_those_of_the_provider(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "big", ModelProperties)
    shown.model.combo.suggest()
    assert [shown.model.combo.itemText(row) for row in range(2)] == ["gpt-4o", "gpt-4o-mini"]
    type_into(shown.provider.line, "workers-ai")
    shown.model.combo.suggest()
    assert shown.model.combo.itemText(0) == "@cf/zai-org/glm-4.7-flash"
    assert shown.model.line.text() == "gpt-4o"
    assert the_model(document).provider == "workers-ai"


def test_a_suggested_model_is_taken_by_choosing_it(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "big", ModelProperties)
    shown.model.combo.suggest()
    shown.model.combo.setCurrentIndex(1)
    assert the_model(document).model == "gpt-4o-mini"


def test_what_is_wrong_is_told_beside_the_field_and_changes_nothing(
    inspector: Inspector, document: RouteDocument
) -> None:
    shown = properties(inspector, "big", ModelProperties)
    type_into(shown.model.line, "")
    assert shown.model.problem == "Choose a model."
    type_into(shown.retries.line, "6")
    assert shown.retries.problem == "A whole number from 0 to 5."
    type_into(shown.timeout.line, "soon")
    assert shown.timeout.problem == "A number goes here."
    assert document.route is not None
    assert steps(document) == 0
    document.edit("elsewhere", changed(document.route, "small", retries=0))
    assert shown.timeout.line.text() == "soon"


def test_a_timeout_is_shown_in_its_largest_unit_and_typed_in_any(
    inspector: Inspector, document: RouteDocument
) -> None:
    shown = properties(inspector, "big", ModelProperties)
    assert (shown.timeout.line.text(), shown.timeout.units.currentData()) == ("2500", "ms")
    shown.timeout.units.setCurrentIndex(0)
    shown.timeout.units.activated.emit(0)
    assert the_model(document).timeout_ms == 2_500_000
    type_into(shown.timeout.line, "2.5")
    assert the_model(document).timeout_ms == 2500
    assert isinstance(the_model(document).timeout_ms, int)
    type_into(shown.timeout.line, "4")
    assert the_model(document).timeout_ms == 4000


def test_arrows_step_a_number_within_its_bounds(inspector: Inspector, document: RouteDocument) -> None:
    line = properties(inspector, "big", ModelProperties).retries.line
    for _ in range(5):
        QTest.keyClick(line, Qt.Key.Key_Up)
    assert the_model(document).retries == 5


def test_one_click_leads_back_to_the_default(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "big", ModelProperties)
    shown.timeout.reset_wanted.emit()
    assert the_model(document).timeout_ms == 0


# Limits


def test_a_limit_is_edited(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "limit", LimitProperties)
    type_into(shown.limit.line, "250")
    type_into(shown.span.line, "2")
    type_into(shown.key.line, "headers.x-team")
    shown.technique.segments.chosen.emit(Technique.SLIDING.value)
    limit = the_limit(document)
    assert (limit.limit, limit.window_s, limit.key) == (250, 7200, "headers.x-team")
    assert limit.technique is Technique.SLIDING


def test_a_limit_that_cannot_be_is_told(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "limit", LimitProperties)
    type_into(shown.limit.line, "0")
    type_into(shown.key.line, "user")
    assert (shown.limit.problem, shown.key.problem[:8]) == ("A limit is more than 0.", "“user” i")
    assert steps(document) == 0


def test_dollars_that_become_requests_are_whole(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "limit", LimitProperties)
    shown.type.segments.chosen.emit(LimitType.COST.value)
    type_into(shown.limit.line, "2.5")
    assert the_limit(document).limit == 2.5
    assert shown.limit.words.text() == "US dollars"
    shown.type.segments.chosen.emit(LimitType.COUNT.value)
    assert the_limit(document).limit == 2
    assert shown.limit.line.text() == "2"


# Splits


def shares(document: RouteDocument) -> list[str]:
    return list(the_split(document).outputs)


def test_dragging_a_share_keeps_a_hundred_and_comes_back_where_it_began(
    inspector: Inspector, document: RouteDocument
) -> None:
    shown = properties(inspector, "split", SplitProperties)
    slider = shown.rows[0].slider
    slider.setSliderDown(True)
    for value in (700, 830, 1000):
        slider.setValue(value)
    assert [row.spin.value() for row in shown.rows] == [100, 0, 0]
    slider.setValue(600)
    slider.setSliderDown(False)
    assert shares(document) == ["60%", "20%", "else"]
    slider.setValue(800)
    assert [row.spin.value() for row in shown.rows] == [80, 10, 10]
    assert list(the_split(document).outputs.values()) == ["big", "small", "odd"]
    assert steps(document) == 1


def test_two_sliders_are_two_steps(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "split", SplitProperties)
    shown.rows[0].slider.setValue(800)
    shown.rows[1].spin.setValue(12.5)
    assert sum(row.spin.value() for row in shown.rows) == pytest.approx(100)
    assert shown.rows[1].spin.value() == 12.5
    assert steps(document) == 2
    document.history.undo()
    assert [row.spin.value() for row in shown.rows] == [80, 10, 10]


def test_shares_are_added_and_removed_until_there_is_no_room(
    inspector: Inspector, document: RouteDocument
) -> None:
    shown = properties(inspector, "split", SplitProperties)
    for _ in range(3):
        shown.more.click()
    assert len(shown.rows) == 6
    assert not shown.more.isEnabled()
    assert "second split" in shown.more.toolTip()
    shown.rows[0].remove.click()
    assert len(shown.rows) == 5
    assert sum(row.spin.value() for row in shown.rows) == pytest.approx(100)
    assert [row.port for row in form(inspector).ports.rows] == shares(document)


def test_what_decides_is_chosen_and_taken_back(inspector: Inspector, document: RouteDocument) -> None:
    shown = properties(inspector, "split", SplitProperties)
    type_into(shown.sticky.line, "metadata.user_id")
    assert the_split(document).sticky == "metadata.user_id"
    shown.sticky.reset_wanted.emit()
    assert the_split(document).sticky == ""


# Outputs, wires, several things, findings


def test_an_output_is_led_elsewhere_cut_and_followed(inspector: Inspector, document: RouteDocument) -> None:
    row = form(inspector, "big").ports.rows[1]
    row.target.list_targets()
    ids = [row.target.itemData(place) for place in range(row.target.count())]
    assert ids == ["", "limit", "small", "odd", "end"]
    row.target.activated.emit(ids.index("end"))
    assert the_model(document).outputs["fallback"] == "end"
    row.cut.click()
    assert "fallback" not in the_model(document).outputs
    assert not row.cut.isEnabled()
    revealed: list[str] = []
    document.reveal_wanted.connect(revealed.append)
    form(inspector).ports.rows[0].go.click()
    assert revealed == ["end"]
    assert form(inspector).id == "end"


def test_a_target_that_is_gone_can_still_be_seen_and_cut(
    inspector: Inspector, document: RouteDocument
) -> None:
    document.edit("odd", with_output(document.route, "big", "fallback", "nobody"))
    row = form(inspector, "big").ports.rows[1]
    assert row.target.currentText() == "nobody"
    assert not row.go.isEnabled()
    QTest.keyClick(row.target, Qt.Key.Key_Delete)
    assert "fallback" not in the_model(document).outputs


def test_a_wire_is_shown_and_cut(inspector: Inspector, document: RouteDocument) -> None:
    document.select(wire=("big", "fallback"))
    shown = inspector.form
    assert isinstance(shown, WireForm)
    assert shown.source.text() == "big · gpt-4o"
    shown.cut.click()
    assert "fallback" not in the_model(document).outputs
    assert isinstance(inspector.form, RouteForm)


def test_one_of_several_is_chosen_or_all_deleted(inspector: Inspector, document: RouteDocument) -> None:
    document.select(["big", "small", "note-1"])
    shown = inspector.form
    assert isinstance(shown, SeveralForm)
    assert shown.head.words.text() == "2 × Model, notes and frames: 1"
    shown.things[1].click()
    assert document.selected == {"small"}
    document.select(["big", "note-1"])
    assert isinstance(inspector.form, SeveralForm)
    inspector.form.delete.click()
    assert document.route.find("big") is None
    assert "note-1" not in notes(document.route)


def test_findings_are_fixed_where_they_are_told(inspector: Inspector, document: RouteDocument) -> None:
    document.edit("many", changed(document.route, "big", retries=9))
    shown = form(inspector, "big")
    assert shown.findings.cards == []
    inspector._show_findings()
    (card,) = shown.findings.cards
    document.edit("move on", changed(document.route, "small", retries=3))
    card.fixes[0].click()
    assert the_model(document).retries == 5
    assert the_model(document, "small").retries == 3
    inspector._show_findings()
    assert shown.findings.cards == []


def test_an_unknown_element_is_shown_as_it_is_written(inspector: Inspector) -> None:
    shown = properties(inspector, "odd", UnknownProperties)
    assert shown.code.text == '{\n  "threshold": 0.7\n}'
    assert shown.code.code.isReadOnly()
    assert form(inspector).head.words.text() == "semantic"


def test_closing_leaves_nothing_running(
    inspector: Inspector, document: RouteDocument, run_async: Run
) -> None:
    document.edit("many", changed(document.route, "big", retries=9))
    run_async(inspector.aclose())
    assert not inspector._later.isActive()
