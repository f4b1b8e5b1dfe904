from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.schema_form import (
    LONGEST_TEXT,
    MOST_ITEMS,
    FieldKind,
    blank,
    fields_of,
    problems_with,
    tidied,
)

FIELDS = fields_of(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "Name", "description": "Of the thing."},
            "told": {"type": "string", "format": "multiline"},
            "kind": {"type": "string", "enum": ["a", "b"]},
            "new": {"type": "boolean"},
            "parts": {"type": "array", "items": {"type": "object", "properties": {"colour": {"type": "string"}}}},
        },
    }
)  # fmt: skip
WHOLE = {"name": "x", "told": "", "kind": "b", "new": True, "parts": [{"colour": "red"}]}


def test_fields_come_in_the_schema_s_order_with_its_words() -> None:
    assert [(each.name, each.kind) for each in FIELDS] == [
        ("name", FieldKind.TEXT),
        ("told", FieldKind.LONG_TEXT),
        ("kind", FieldKind.CHOICE),
        ("new", FieldKind.SWITCH),
        ("parts", FieldKind.LIST),
    ]
    assert (FIELDS[0].title, FIELDS[0].help) == ("Name", "Of the thing.")
    assert FIELDS[2].choices == ("a", "b")
    assert FIELDS[4].inner[0].name == "colour"


def test_an_empty_value_fits() -> None:
    assert blank(FIELDS) == {"name": "", "told": "", "kind": "a", "new": False, "parts": []}
    assert problems_with(FIELDS, blank(FIELDS)) == ()


def test_what_does_not_fit_is_told_by_its_place() -> None:
    assert problems_with(FIELDS, WHOLE) == ()
    assert problems_with(FIELDS, []) == ("The answer is no object.",)
    wrong = WHOLE | {"name": 5, "kind": "c", "new": 1, "parts": [{"colour": "red"}, {}, "x"]}
    assert problems_with(FIELDS, wrong) == (
        "“name” is no text.",
        "“kind” is none of a, b.",
        "“new” is neither true nor false.",
        "“parts.1.colour” is missing.",
        "parts.2 is no object.",
    )
    assert len(problems_with(FIELDS, {})) == 5
    long = WHOLE | {"told": "x" * (LONGEST_TEXT + 1), "parts": [{"colour": ""}] * (MOST_ITEMS + 1)}
    assert len(problems_with(FIELDS, long)) == 2
    assert problems_with(FIELDS, WHOLE | {"parts": {}, "kind": [], "more": 1}) == (
        "“kind” is none of a, b.",
        "“parts” is no list.",
    )


def test_what_was_not_asked_for_is_left_out() -> None:
    more = {"extra": 1} | WHOLE | {"name": " x ", "parts": [{"colour": " red", "size": 3}]}
    assert tidied(FIELDS, more) == WHOLE
    assert list(tidied(FIELDS, more)) == list(WHOLE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WHOLE, "colour"]), inner),
    max_leaves=12,
)


@given(JSON)
def test_any_value_is_either_told_off_or_tidied_into_one_that_fits(value: object) -> None:
    if not problems_with(FIELDS, value):
        assert isinstance(value, dict)
        assert problems_with(FIELDS, tidied(FIELDS, value)) == ()
