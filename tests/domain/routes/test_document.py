"""What is not JSON is refused with its line; what JSON readers drop in silence is refused too."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.codec import read_route
from workbench.domain.routes.document import MAX_DEPTH, parsed
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError


def refused(value: Any) -> RouteError:
    with pytest.raises(RouteError) as error:
        parsed(value)
    return error.value


def test_a_syntax_error_names_its_line() -> None:
    error = refused('{"elements": [\n  {"id": "a",}\n]}')
    assert error.line == 2
    assert "line 2, column 14" in error.what


def test_bytes_that_are_not_utf8_name_their_line() -> None:
    assert refused(b'{\n\n"a": "\xff"}').line == 3


def test_a_byte_order_mark_is_no_error() -> None:
    assert parsed(b'\xef\xbb\xbf{"a": 1}') == parsed('\ufeff{"a": 1}') == {"a": 1}


def test_a_key_given_twice_is_refused_with_its_place() -> None:
    error = refused('{"elements": [{"outputs": {"50%": 1, "50%": 2}}]}')
    assert error.pointer == "/elements/0/outputs/50%"
    assert "else" in error.fix


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "1" * 5000, "[1e999]"])
def test_numbers_that_json_has_not_are_refused(text: str) -> None:
    assert "number" in refused(text).what


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)]
)
def test_deep_nesting_is_refused_and_not_a_crash(text: str) -> None:
    assert refused(text).what


def test_half_a_character_is_refused_where_it_stands() -> None:
    assert refused('{"name": "\\ud800"}').pointer == "/name"


def test_values_that_json_has_not_are_refused() -> None:
    assert refused({"a": [{1, 2}]}).pointer == "/a/0"


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_whatever_is_read_either_is_a_route_or_is_refused(value: str | bytes) -> None:
    with suppress(RouteError):
        assert isinstance(read_route(value).route, Route)
