"""Which texts have the words that are looked for."""

from __future__ import annotations

import pytest

from workbench.ui.support.search_words import has_words


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("board", True),
        ("MEETING  bo", True),
        ("straße", True),
        ("board minutes", False),
    ],
)
def test_all_words_are_found_in_any_order_and_case(words: str, found: bool) -> None:
    assert has_words("Board meeting, STRASSE 5.m4a", words) is found
