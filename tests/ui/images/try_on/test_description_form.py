from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from tests.ui.images.try_on.fakes import COAT, GARMENT
from workbench.domain.images.schema_form import MOST_ITEMS, SchemaField, fields_of, problems_with
from workbench.domain.images.try_on import FIELDS, SCHEMA
from workbench.ui.images.try_on.description_form import LongText, ObjectForm, ObjectList
from workbench.ui.support.forms import Switch
from workbench.ui.support.theme import Theme


class Forms:
    """Makes forms, and takes them away again."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.made: list[ObjectForm] = []
        self.edits: list[dict[str, Any]] = []

    def form(self, value: dict[str, Any] = COAT, fields: tuple[SchemaField, ...] = FIELDS) -> ObjectForm:
        form = ObjectForm(self._theme, fields, value)
        form.edited.connect(lambda: self.edits.append(form.value))
        self.made.append(form)
        return form


@pytest.fixture
def forms(theme: Theme) -> Iterator[Forms]:
    made = Forms(theme)
    yield made
    for form in made.made:
        form.deleteLater()


def garments_of(form: ObjectForm) -> ObjectList:
    found = form.controls["garments"]
    assert isinstance(found, ObjectList)
    return found


def test_it_shows_the_value_and_gives_it_back(forms: Forms) -> None:
    form, edits = forms.form(), forms.edits
    assert form.value == COAT
    assert edits == []
    assert list(form.controls) == list(SCHEMA["properties"])


def test_what_is_typed_and_chosen_is_in_the_value(forms: Forms) -> None:
    form, edits = forms.form(), forms.edits
    garment = garments_of(form).forms[0]
    colour = garment.controls["colour"]
    assert isinstance(colour, QLineEdit)
    colour.clear()
    QTest.keyClicks(colour, "green")
    place = garment.controls["place"]
    assert isinstance(place, QComboBox)
    place.setCurrentIndex(place.findData("feet"))
    place.activated.emit(place.currentIndex())
    summary = form.controls["summary"]
    assert isinstance(summary, LongText)
    summary.setPlainText("Boots.")
    assert edits[-1] == COAT | {
        "summary": "Boots.",
        "garments": [GARMENT | {"colour": "green", "place": "feet"}],
    }
    assert problems_with(FIELDS, form.value) == ()


def test_garments_are_added_and_removed(forms: Forms) -> None:
    form, edits = forms.form(), forms.edits
    garments = garments_of(form)
    QTest.mouseClick(garments.add, Qt.MouseButton.LeftButton)
    assert [each["kind"] for each in garments.value] == ["raincoat", ""]
    garments._remove(garments.forms[0])
    assert [each["kind"] for each in garments.value] == [""]
    assert len(edits) == 2
    assert problems_with(FIELDS, form.value) == ()


def test_there_are_not_more_than_can_be_sent(forms: Forms) -> None:
    form = forms.form(COAT | {"garments": [GARMENT] * MOST_ITEMS})
    assert garments_of(form).add.isHidden()


def test_every_field_says_its_name(forms: Forms) -> None:
    form = forms.form()
    named = {**form.controls, **garments_of(form).forms[0].controls}
    assert all(control.accessibleName() for control in named.values())
    assert form.controls["style"].accessibleName() == "Style"


def test_a_switch_is_a_switch(forms: Forms) -> None:
    fields = fields_of({"properties": {"warm": {"type": "boolean", "title": "Warm"}}})
    form = forms.form({"warm": False}, fields)
    switch = form.controls["warm"]
    assert isinstance(switch, Switch)
    switch.setChecked(True)
    assert form.value == {"warm": True}
