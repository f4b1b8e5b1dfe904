from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.routes.errors import pointer
from workbench.gateway.management.answers import Page, path_of, told_time


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("", ("body",)),
        ("/elements/2/outputs/10%", ("body", "elements", 2, "outputs", "10%")),
        ("/a~1b/~0", ("body", "a/b", "~")),
        ("/elements/0", ("body", "elements", 0)),
    ],
)
def test_a_pointer_becomes_the_path_that_errors_carry(place: str, path: tuple[str | int, ...]) -> None:
    assert path_of(place) == path


@given(st.lists(st.text(min_size=1) | st.integers(0, 10**6)))
def test_any_pointer_keeps_its_parts(parts: list[str | int]) -> None:
    """Only a text that reads like an index, such as "7", cannot be told from one."""
    assert [str(part) for part in path_of(pointer(*parts))[1:]] == [str(part) for part in parts]


@given(st.integers(1, 50), st.integers(1, 20), st.integers(0, 60))
def test_the_pages_of_a_list_are_the_list(per_page: int, pages: int, length: int) -> None:
    items = list(range(length))
    cut = [one for page in range(1, pages + 1) for one in Page(page, per_page).cut(items)]
    assert cut == items[: pages * per_page]


def test_a_time_is_told_in_utc_and_finely() -> None:
    told = told_time(1_790_000_000.000_25)
    assert told.endswith(".000250Z")
    assert datetime.fromisoformat(told) == datetime.fromtimestamp(1_790_000_000.000_25, UTC)
