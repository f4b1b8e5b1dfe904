"""Values of tests as they are typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.routes.inspector.values import NoValue, ValueKind, kind_of, read, turned, written

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["a, b", '"', "true", "5", " x", "[1]", "NaN", "1e5"])
)


@given(SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=3))
def test_every_value_is_read_as_it_was_written(value: Any) -> None:
    kind = kind_of(value)
    again = read(kind, written(kind, value))
    assert again == value
    assert repr(again) == repr(value) or kind is ValueKind.NUMBER


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("DE, FR", ["DE", "FR"]),
        ("1, 2.5, true", [1, 2.5, True]),
        ('"1", "a, b", c', ["1", "a, b", "c"]),
        ("DE, ", ["DE"]),
        ("", []),
        ('["x", [1]]', ["x", [1]]),
    ],
)
def test_lists_are_typed_with_commas(text: str, values: list[Any]) -> None:
    assert read(ValueKind.LIST, text) == values


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ValueKind.NUMBER, "ten"),
        (ValueKind.NUMBER, "inf"),
        (ValueKind.CLAIM, "1"),
        (ValueKind.JSON, "{"),
        (ValueKind.JSON, "NaN"),
        (ValueKind.LIST, '"a'),
        (ValueKind.LIST, '"a" b'),
        (ValueKind.LIST, "[1"),
    ],
)
def test_what_is_no_value_is_refused(kind: ValueKind, text: str) -> None:
    with pytest.raises(NoValue):
        read(kind, text)


@pytest.mark.parametrize(
    ("value", "operator", "turned_into"),
    [
        ("free", "$in", ["free"]),
        ("", "$in", []),
        (["DE", "FR"], "$eq", "DE"),
        ("18", "$gte", "18"),
        (True, "$gte", 0),
        (5, "$regex", "5"),
        (5, "$ne", 5),
    ],
)
def test_another_operator_keeps_what_it_can(value: Any, operator: str, turned_into: Any) -> None:
    assert turned(value, operator) == turned_into


def test_another_kind_keeps_what_it_can() -> None:
    assert turned("18", "$eq", ValueKind.NUMBER) == 18
    assert turned(18, "$eq", ValueKind.TEXT) == "18"
    assert turned("x", "$eq", ValueKind.NOTHING) is None
    assert turned("true", "$eq", ValueKind.CLAIM) is True
