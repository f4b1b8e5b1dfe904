from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.client.values import as_mapping, as_text, number, objects_in

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("value", "known"),
    [(2, 2.0), ("2.5", 2.5), (True, None), ("nan", None), (math.inf, None), ("two", None), (10**400, None)],
)
def test_a_number_may_come_as_text_and_is_finite(value: object, known: float | None) -> None:
    assert number(value) == known


@given(ANYTHING)
def test_whatever_comes_is_what_it_is_taken_for(value: Any) -> None:
    assert isinstance(as_text(value), str)
    assert as_mapping(value) == (value if isinstance(value, dict) else {})
    assert all(isinstance(entry, dict) for entry in objects_in(value))
    found = number(value)
    assert found is None or math.isfinite(found)


def test_what_is_no_object_is_left_out_of_a_list() -> None:
    assert list(objects_in([{"a": 1}, 2, None, {}])) == [{"a": 1}, {}]
    assert list(objects_in({"a": {}})) == []
