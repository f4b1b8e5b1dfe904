"""The editor's JSON, and the small changes that take it from one value to the next."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from tests.ui.routes.source.test_places import LAYOUTS, VALUES
from workbench.domain.routes.text import written
from workbench.ui.routes.source.writing import Change, applied, changes


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert json.loads(written(value)) == value


@given(VALUES, VALUES, LAYOUTS)
def test_the_changes_make_one_text_say_the_other_value(old: Any, new: Any, layout: Any) -> None:
    text = json.dumps(old, ensure_ascii=False, **layout)
    found = json.loads(applied(text, changes(text, old, new)))
    assert found == new
    assert json.dumps(found) == json.dumps(new)


def test_elements_are_opened_up_and_short_things_inside_stay_on_a_line() -> None:
    assert written(
        {"name": "r", "elements": [{"id": "m", "outputs": {"success": {"elementId": "end"}}}]}
    ) == (
        "{\n"
        '  "name": "r",\n'
        '  "elements": [\n'
        "    {\n"
        '      "id": "m",\n'
        '      "outputs": {"success": {"elementId": "end"}}\n'
        "    }\n"
        "  ]\n"
        "}"
    )


def test_a_changed_value_is_the_only_thing_that_is_written_again() -> None:
    text = '{ "name":"r",   "elements":[ {"id":"a"} ] }'
    old, new = json.loads(text), {"name": "r", "elements": [{"id": "b"}]}
    assert [(text[one.start : one.end], one.text) for one in changes(text, old, new)] == [('"a"', '"b"')]


def test_an_added_element_is_put_in_and_a_removed_one_taken_out() -> None:
    old: dict[str, Any] = {"name": "r", "elements": [{"id": "a"}, {"id": "c"}]}
    new: dict[str, Any] = {"name": "r", "elements": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    text = written(old)
    (change,) = changes(text, old, new)
    assert change.start == change.end
    assert applied(text, [change]) == written(new)
    assert applied(written(new), changes(written(new), new, old)) == text


def test_the_same_value_changes_nothing() -> None:
    assert changes("[1]", [1], [1]) == []


def test_true_is_not_taken_for_one() -> None:
    assert changes("[1]", [1], [True]) == [Change(1, 2, "true")]


def test_characters_that_cannot_be_seen_are_written_as_escapes() -> None:
    assert written("a\u202eb\u00a0c\u2029") == '"a\\u202eb\\u00a0c\\u2029"'
