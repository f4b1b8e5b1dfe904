"""Places in a JSON text, held against the json module."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.errors import pointer
from workbench.ui.routes.source.places import Places

KEYS = st.text(max_size=4) | st.sampled_from(["a/b", "~", "0", '"', "é😀"])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
LAYOUTS = st.sampled_from([{}, {"indent": 2}, {"indent": 7}, {"separators": (" ,  ", "\t:\n")}])


def everything(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    found = [(at, value)]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += everything(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += everything(inner, (*at, index))
    return found


@given(VALUES, LAYOUTS, st.booleans())
def test_what_stands_at_a_pointers_place_is_its_value(value: Any, layout: Any, plain: bool) -> None:
    text = "\n " + json.dumps(value, ensure_ascii=plain, **layout)
    places = Places(text)
    for steps, inner in everything(value):
        place = places.of(pointer(*steps))
        assert json.loads(text[place.start : place.end]) == inner
        assert places.has(pointer(*steps))
        if steps and isinstance(steps[-1], str):
            assert json.JSONDecoder().raw_decode(text, place.begin)[0] == steps[-1]


@given(VALUES, LAYOUTS)
def test_the_way_back_from_a_place_is_its_pointer(value: Any, layout: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, **layout)
    places = Places(text)
    for steps, _ in everything(value):
        place = places.of(pointer(*steps))
        assert places.at(place.begin)[: len(steps)] == steps
        assert places.at(place.start, len(steps)) == steps


def test_a_pointer_to_what_is_not_there_leads_to_what_is_around_it() -> None:
    text = '{"elements": [{"id": "a"}]}'
    places = Places(text)
    assert places.of("/elements/0/properties/model") == places.of("/elements/0")
    assert places.of("/elements/7") == places.of("/elements")
    assert places.of("/elements/-1") == places.of("/elements")
    assert not places.has("/elements/7")


def test_of_a_key_given_twice_the_last_is_meant() -> None:
    text = '{"a": 1, "a": 2}'
    place = Places(text).of("/a")
    assert text[place.start : place.end] == "2"


def test_lines_and_columns_are_counted_from_nought() -> None:
    places = Places('{\n  "a": 1\n}')
    assert places.line_of(0) == (0, 0)
    assert places.line_of(places.of("/a").begin) == (1, 2)


def test_between_two_values_is_the_object_around_them() -> None:
    text = '{"a": [1],   "b": 2}'
    assert Places(text).at(text.index("   ") + 2) == ()
