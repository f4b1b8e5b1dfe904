"""What is typed into a field, and the value that is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.domain.parameters import ParameterKind, ParameterSpec
from workbench.ui.chat.values import Value, hint, parsed, written

TEMPERATURE = ParameterSpec("temperature", "T", ParameterKind.FLOAT, "", minimum=0, maximum=2, default=0.6)
TOKENS = ParameterSpec("max_tokens", "M", ParameterKind.INT, "", minimum=1)
STOP = ParameterSpec("stop", "S", ParameterKind.LIST, "", maximum=2)


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (TEMPERATURE, " 0.5 ", 0.5),
        (TEMPERATURE, "0,5", 0.5),
        (TEMPERATURE, "", None),
        (TOKENS, "256", 256),
        (STOP, "one \ntwo", ("one ", "two")),
        (STOP, "", ()),
    ],
)
def test_a_field_means_its_value_and_an_empty_one_is_not_sent(
    spec: ParameterSpec, text: str, value: Value
) -> None:
    assert parsed(spec, text) == value


@pytest.mark.parametrize(
    ("spec", "text", "problem"),
    [
        (TEMPERATURE, "hot", "This must be a number."),
        (TEMPERATURE, "2.1", "This must be from 0 to 2."),
        (TEMPERATURE, "nan", "This must be from 0 to 2."),
        (TOKENS, "1.5", "This must be a whole number."),
        (TOKENS, "0", "This must be at least 1."),
        (STOP, "a\nb\nc", "At most 2 lines."),
    ],
)
def test_what_is_no_value_says_why(spec: ParameterSpec, text: str, problem: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parsed(spec, text)
    assert caught.value.what == problem
    assert caught.value.field == spec.name


@given(st.integers(min_value=1, max_value=10**9))
def test_whole_numbers_survive_being_shown(value: int) -> None:
    assert parsed(TOKENS, written(TOKENS, value)) == value


@given(st.integers(min_value=0, max_value=2000))
def test_decimals_survive_being_shown(thousandths: int) -> None:
    value = thousandths / 1000
    assert parsed(TEMPERATURE, written(TEMPERATURE, value)) == value


def test_an_empty_field_shows_what_the_model_does_by_itself() -> None:
    assert hint(TEMPERATURE) == "0.6 (the model's default)"
    assert hint(TOKENS) == "Not sent"
