"""What a tab adds to the palette."""

from __future__ import annotations

import pytest

from workbench.ui.support.pages import named


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("inter", ["Interview.mp3", "An INTERVAL"]),
        ("an val", ["An INTERVAL"]),
        ("straße", ["Strasse"]),
        ("", ["Interview.mp3", "An INTERVAL", "Strasse"]),
        ("zebra", []),
    ],
)
def test_names_that_have_all_the_words_are_found_in_their_order(words: str, found: list[str]) -> None:
    assert list(named(words, ["Interview.mp3", "An INTERVAL", "Strasse"], str)) == found
