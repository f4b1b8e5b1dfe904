"""The condition builder: rows and groups that make a query, and say what is not finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCompleter, QLineEdit, QWidget

from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import Conditional
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.inspector.condition_form import MOST_ROWS, ConditionProperties
from workbench.ui.routes.inspector.condition_rows import Act, GroupBox, RawRow, TestRow
from workbench.ui.routes.inspector.element_form import ElementForm
from workbench.ui.routes.inspector.inspector import Inspector
from workbench.ui.routes.inspector.values import ValueKind


@pytest.fixture
def builder(inspector: Inspector, document: RouteDocument) -> ConditionProperties:
    document.select(["paying"])
    assert isinstance(inspector.form, ElementForm)
    found = inspector.form.properties
    assert isinstance(found, ConditionProperties)
    return found


def store(document: RouteDocument, query: Mapping[str, Any]) -> None:
    document.edit("elsewhere", changed(document.route, "paying", conditions=query))


def stored(document: RouteDocument) -> Mapping[str, Any]:
    found = document.route.find("paying")
    assert isinstance(found, Conditional)
    return found.conditions


def row(builder: ConditionProperties, *path: int) -> TestRow:
    found = next(one for one in builder.rows() if one.path == path)
    assert isinstance(found, TestRow)
    return found


def type_into(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def take_first(completer: QCompleter | None) -> None:
    """The first of what is suggested for what is typed."""
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)


def choose(row: TestRow, operator: str) -> None:
    place = row.operator.findData(operator)
    row.operator.setCurrentIndex(place)
    row.operator.activated.emit(place)


def box(builder: ConditionProperties) -> GroupBox:
    assert builder.box is not None
    return builder.box


def test_a_condition_is_told_in_words_and_edited_as_one_step(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    assert builder.sentence.label.text() == "plan = free"
    type_into(row(builder, 0).line, "pro")
    assert stored(document) == {"metadata.plan": {"$eq": "pro"}}
    assert builder.sentence.label.text() == "plan = pro"
    assert document.history.count() == 1
    document.history.undo()
    assert row(builder, 0).line.text() == "free"


def test_a_new_condition_changes_nothing_until_it_is_finished(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    box(builder).add_test.click()
    new = row(builder, 1)
    assert new.field.hasFocus() or new.field.line.hasFocus()
    assert new.problem == "Choose a field."
    assert document.history.count() == 0
    assert "not finished" in builder.pending.text()
    type_into(new.field.line, "metadata.seats")
    assert stored(document)["metadata.seats"] == {"$eq": 0}
    choose(new, "$gte")
    type_into(new.line, "5")
    assert stored(document) == {"metadata.plan": {"$eq": "free"}, "metadata.seats": {"$gte": 5}}
    assert builder.pending.isHidden()


def test_what_is_no_field_is_told_beside_it(builder: ConditionProperties, document: RouteDocument) -> None:
    type_into(row(builder, 0).field.line, "plan")
    assert "is no field" in row(builder, 0).problem
    assert stored(document) == {"metadata.plan": {"$eq": "free"}}


@pytest.mark.parametrize(
    ("operator", "typed", "query"),
    [
        ("$ne", "pro", {"$ne": "pro"}),
        ("$in", 'DE, FR, "1"', {"$in": ["DE", "FR", "1"]}),
        ("$nin", "1, 2", {"$nin": [1, 2]}),
        ("$lt", "2.5", {"$lt": "2.5"}),
        ("$regex", "^a+$", {"$regex": "^a+$"}),
    ],
)
def test_values_are_typed_by_operator(
    builder: ConditionProperties, document: RouteDocument, operator: str, typed: str, query: dict[str, Any]
) -> None:
    choose(row(builder, 0), operator)
    type_into(row(builder, 0).line, typed)
    assert stored(document) == {"metadata.plan": query}


def test_a_number_as_text_becomes_a_number_where_more_and_less_count(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    type_into(row(builder, 0).line, "18")
    choose(row(builder, 0), "$gte")
    assert stored(document) == {"metadata.plan": {"$gte": 18}}


def test_being_there_takes_no_value(builder: ConditionProperties, document: RouteDocument) -> None:
    one = row(builder, 0)
    choose(one, "$exists false")
    assert stored(document) == {"metadata.plan": {"$exists": False}}
    assert one.line.isHidden()
    choose(one, "$eq")
    assert stored(document) == {"metadata.plan": {"$eq": ""}}


def test_a_pattern_is_checked_while_it_is_typed(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    one = row(builder, 0)
    choose(one, "$regex")
    type_into(one.line, "(a")
    assert "cannot be used" in one.problem
    assert stored(document) == {"metadata.plan": {"$regex": "free"}}
    QTest.keyClicks(one.line, ")")
    assert stored(document) == {"metadata.plan": {"$regex": "(a)"}}
    one.any_case.click()
    assert stored(document) == {"metadata.plan": {"$regex": "(a)", "$options": "i"}}


def test_the_kind_of_a_value_is_chosen(builder: ConditionProperties, document: RouteDocument) -> None:
    one = row(builder, 0)
    one.turn(ValueKind.CLAIM)
    assert stored(document) == {"metadata.plan": {"$eq": True}}
    one.claim.chosen.emit("false")
    assert stored(document) == {"metadata.plan": {"$eq": False}}
    one.turn(ValueKind.NOTHING)
    assert stored(document) == {"metadata.plan": {"$eq": None}}
    one.turn(ValueKind.NUMBER)
    type_into(one.line, "five")
    assert one.problem == "A number goes here."
    assert stored(document) == {"metadata.plan": {"$eq": 0}}


def test_a_claim_is_known_by_its_field(builder: ConditionProperties, document: RouteDocument) -> None:
    box(builder).add_test.click()
    type_into(row(builder, 1).field.line, "request.has_image")
    assert stored(document)["request.has_image"] == {"$eq": True}
    assert not row(builder, 1).claim.isHidden()


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("free", "request.has_image", True),
        ("20000", "request.prompt_tokens_estimate", 20000),
        ("free", "request.prompt_tokens_estimate", 0),
        ("12", "metadata.seats", 12),
        ("many", "metadata.seats", "many"),
    ],
)
def test_another_field_makes_the_value_one_of_its_own_kind(
    builder: ConditionProperties, document: RouteDocument, typed: str, field: str, value: object
) -> None:
    type_into(row(builder, 0).line, typed)
    type_into(row(builder, 0).field.line, field)
    assert stored(document) == {field: {"$eq": value}}


def test_passing_fields_of_another_kind_leaves_the_value_as_it_was(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    type_into(row(builder, 0).line, "gold")
    for field in ("request.prompt_tokens_estimate", "request.has_image", "metadata.tier"):
        row(builder, 0).field.setEditText(field)
    assert stored(document) == {"metadata.tier": {"$eq": "gold"}}


def test_the_value_is_ready_to_be_typed_over(builder: ConditionProperties) -> None:
    row(builder, 0).focus_first()
    assert row(builder, 0).line.selectedText() == row(builder, 0).line.text() != ""


def test_values_of_the_field_are_suggested(builder: ConditionProperties) -> None:
    completer = row(builder, 0).line.completer()
    assert completer is not None
    model = completer.model()
    assert [model.index(place, 0).data() for place in range(model.rowCount())] == ["free", "pro"]


def test_groups_are_made_joined_otherwise_and_dissolved(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    box(builder).add_group.click()
    type_into(row(builder, 1, 0).field.line, "metadata.country")
    type_into(row(builder, 1, 0).line, "DE")
    country = {"metadata.country": {"$eq": "DE"}}
    assert stored(document) == {"metadata.plan": {"$eq": "free"}, "$or": [country]}
    inner = box(builder).groups[0]
    inner.joint.activated.emit(inner.joint.findData("$not"))
    assert stored(document) == {"metadata.plan": {"$eq": "free"}, "$not": country}
    builder.act((1,), Act.UNWRAP)
    assert stored(document) == {"metadata.plan": {"$eq": "free"}, **country}
    box(builder).joint.activated.emit(box(builder).joint.findData("$or"))
    assert stored(document) == {"$or": [{"metadata.plan": {"$eq": "free"}}, country]}


def test_rows_are_moved_wrapped_added_and_removed_by_keys(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    store(document, {"metadata.a": 1, "metadata.b": 2})
    row(builder, 1).line.setFocus()
    keys, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

    def press(key: Qt.Key) -> None:
        QTest.keyClick(focus(), key, keys | shift)

    press(Qt.Key.Key_Up)
    assert list(stored(document)) == ["metadata.b", "metadata.a"]
    press(Qt.Key.Key_G)
    assert stored(document) == {"$or": [{"metadata.b": 2}], "metadata.a": 1}
    press(Qt.Key.Key_Return)
    assert row(builder, 0, 1).problem == "Choose a field."
    press(Qt.Key.Key_Backspace)
    press(Qt.Key.Key_Backspace)
    assert stored(document) == {"metadata.a": 1}
    press(Qt.Key.Key_Backspace)
    assert stored(document) == {}
    assert builder.sentence.label.text() == "always"


def test_an_odd_part_is_edited_as_json(builder: ConditionProperties, document: RouteDocument) -> None:
    store(document, {"metadata.a": {"$not": {"$eq": 1}}})
    odd = next(builder.rows())
    assert isinstance(odd, RawRow)
    odd.text.setPlainText("{")
    assert odd.problem
    odd.text.clear()
    QTest.keyClicks(odd.text, '{"metadata.a": {"$not": {"$eq": 2}}}')
    assert stored(document) == {"metadata.a": {"$not": {"$eq": 2}}}


def test_a_condition_that_changes_elsewhere_is_read_anew(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    box(builder).add_test.click()
    store(document, {"$or": [{"metadata.a": 1}, {"metadata.b": 2}]})
    assert [one.path for one in builder.rows()] == [(0,), (1,)]
    assert builder.pending.isHidden()


def test_a_very_long_condition_is_shown_as_json(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    store(document, {f"metadata.a{number}": number for number in range(MOST_ROWS + 1)})
    assert builder.box is None
    assert not builder.code.isHidden()
    store(document, {"metadata.a": 1})
    assert builder.code.isHidden()
    assert row(builder, 0).line.text() == "1"


def test_tab_goes_through_the_form_as_it_is_laid_out(
    builder: ConditionProperties, inspector: Inspector, document: RouteDocument
) -> None:
    store(document, {"metadata.a": 1, "metadata.b": {"$regex": "x"}})
    assert isinstance(inspector.form, ElementForm)
    inspector.form.name.line.setFocus()
    focused: list[str] = []
    for _ in range(18):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        focused.append(focus().accessibleName())
    assert focused == [
        "How these hold together",
        "Field", "Remove this condition", "How it is compared", "Value", "Kind of the value: number", "Move, wrap, remove",
        "Field", "Remove this condition", "How it is compared", "Capital and small letters are the same", "Move, wrap, remove", "Value",
        "Add a condition", "Add a group",
        "“true” leads to", "Show where it leads", "Cut the wire",
    ]  # fmt: skip


def test_groups_in_groups_still_fit(
    builder: ConditionProperties, inspector: Inspector, document: RouteDocument
) -> None:
    query: dict[str, Any] = {"metadata.image": True, "metadata.a": {"$regex": "x", "$options": "i"}}
    for _ in range(10):
        query = {"$or": [query, {"metadata.plan": {"$in": ["free", "pro"]}}]}
    inspector.resize(280, 600)
    store(document, query)
    QApplication.processEvents()
    assert inspector.form.minimumSizeHint().width() <= 280 - 1 - 10  # its hairline, the scroll bar


def test_a_suggested_value_is_taken_by_keys(builder: ConditionProperties, document: RouteDocument) -> None:
    line = row(builder, 0).line
    type_into(line, "p")
    take_first(line.completer())
    assert stored(document) == {"metadata.plan": {"$eq": "pro"}}


def test_a_suggested_field_is_found_by_any_part_of_it(
    builder: ConditionProperties, document: RouteDocument
) -> None:
    field = row(builder, 0).field
    type_into(field.line, "country")
    take_first(field.completer())
    assert stored(document) == {"headers.cf-ipcountry": {"$eq": "free"}}
