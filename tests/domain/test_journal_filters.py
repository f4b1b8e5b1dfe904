"""Conditions on rows: what is written is what is asked, and what cannot be asked is said clearly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.journal.rows import row
from workbench.domain.errors import InvalidInput
from workbench.domain.journal import CostSource
from workbench.domain.journal_filters import ALIASES, FIELDS, FieldKind, Op, filter_of, read_filter, read_time

ROW = row(
    model="@cf/meta/Llama-3",
    status_code=502,
    success=False,
    cost=0.25,
    cost_source=CostSource.PRICES,
    tokens_in=7,
    tokens_out=None,
    created_at=1_700_000_000.0,
    metadata={"plan": "free", "seats": 3, "beta": True, "note": None, "a.b": "x", "version": "7"},
    error="a = b",
)
HOLDS = [
    "status_code>=400",
    "status = 502",
    "status==502",
    "status!=200",
    "status<503",
    "model~llama",
    "model !~ gpt",
    "model=@cf/meta/Llama-3",
    "success=false",
    "cached=no",
    "cost>0.01",
    "cost<=2.5e-1",
    "cost_source=prices",
    "tokens=7",
    "tokens_out=null",
    "tokens_in!=null",
    "tokens_out!=3",
    "duration>12",
    "created_at<2024-01-01",
    "time>=2023-11-14T22:13:20Z",
    "time>=2023-11-14T23:13:20+01:00",
    "metadata.plan=free",
    "metadata.plan~RE",
    "metadata.seats=3",
    "metadata.seats>2.5",
    "metadata.beta=true",
    "metadata.note=null",
    "metadata.a.b=x",
    "metadata.gone!=x",
    "metadata.version=7",
    "metadata.plan>a",
    'error="a = b"',
    "error=a = b",
    "error~=",
    "route=",
    'route=""',
]
FAILS = [
    "status_code<400",
    "model=@cf/meta/llama-3",
    "success=true",
    "cost>0.25",
    "tokens_out<5",
    "tokens_out>5",
    "tokens_out=0",
    "metadata.plan=Free",
    "metadata.gone=x",
    "metadata.seats~3",
    "metadata.seats=true",
    "metadata.plan>1",
    "metadata.version>6",
    "metadata.beta=1",
]


@pytest.mark.parametrize("expression", HOLDS)
def test_a_condition_that_holds(expression: str) -> None:
    assert read_filter(expression).holds(ROW)


@pytest.mark.parametrize("expression", FAILS)
def test_a_condition_that_does_not(expression: str) -> None:
    assert not read_filter(expression).holds(ROW)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "is no condition"),
        ("status_code", "is no condition"),
        ("=400", "is no condition"),
        ("status code=400", "is no condition"),
        ("status_cod=400", "no field called “status_cod”"),
        ("metadata.=x", "no field called “metadata.”"),
        ("status_code>many", "is a number"),
        ("status_code=nan", "is a number"),
        ("status_code>null", "has no order"),
        ("success=perhaps", "is true or false"),
        ("success>true", "has no order"),
        ("cost~1", "is no text"),
        ("created_at>yesterday", "is a time"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_in_words(expression: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_filter(expression)


def test_a_misspelt_field_is_guessed() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_filter("status_cod=400")
    assert refused.value.fix.startswith("Did you mean status_code?")


FIELD = st.sampled_from([*FIELDS, *ALIASES]) | st.text(
    st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=5
).map("metadata.{}".format)
WRITTEN = {"=": Op.EQ, "==": Op.EQ, "!=": Op.NEQ, ">": Op.GT, ">=": Op.GTE, "<": Op.LT, "<=": Op.LTE, "~": Op.CONTAINS, "!~": Op.LACKS}  # fmt: skip


@given(FIELD, st.sampled_from(sorted(WRITTEN)), st.text(max_size=10), st.sampled_from(["", " ", "\t"]))
def test_a_quoted_value_is_read_as_it_was_written(field: str, sign: str, value: str, space: str) -> None:
    kind = FIELDS.get(ALIASES.get(field, field), FieldKind.METADATA)
    try:
        expected = filter_of(field, WRITTEN[sign], [value])
    except InvalidInput:
        with pytest.raises(InvalidInput):
            read_filter(f'{field}{space}{sign}{space}"{value}"')
        return
    assert read_filter(f'{field}{space}{sign}{space}"{value}"') == expected
    if kind in (FieldKind.TEXT, FieldKind.METADATA):
        assert expected.values == (value,)


@given(st.text(max_size=30))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        known = read_filter(text)
    except InvalidInput:
        return
    assert isinstance(known.holds(ROW), bool)


@given(
    FIELD,
    st.sampled_from(list(Op)),
    st.lists(st.text(max_size=5) | st.floats() | st.booleans() | st.none(), max_size=3),
)
def test_any_filter_of_the_api_is_one_or_refused(field: str, op: Op, values: list[Any]) -> None:
    try:
        known = filter_of(field, op, values)
    except InvalidInput:
        return
    assert isinstance(known.holds(ROW), bool)


@pytest.mark.parametrize(("op", "opposite"), [(Op.EQ, Op.NEQ), (Op.CONTAINS, Op.LACKS)])
@pytest.mark.parametrize("values", [["free"], ["free", "paid"], ["x"]])
def test_no_is_the_opposite_of_yes(op: Op, opposite: Op, values: list[str]) -> None:
    yes, no = filter_of("metadata.plan", op, values), filter_of("metadata.plan", opposite, values)
    assert yes.holds(ROW) is not no.holds(ROW)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("1700000000.5", 1_700_000_000.5),
        ("1970-01-02", 86400.0),
        ("1970-01-01T01:00:00+01:00", 0.0),
    ],
)
def test_times_are_read(text: str, seconds: float) -> None:
    assert read_time(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "2023-13-01", "1e9", "9" * 20])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_time(text)
