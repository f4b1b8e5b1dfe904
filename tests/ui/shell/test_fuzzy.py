from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.shell.fuzzy import score


def best(query: str, *titles: str) -> str:
    fits = {title: fit for title in titles if (fit := score(query, title)) is not None}
    return max(fits, key=lambda title: fits[title])


def test_the_start_of_words_counts_most() -> None:
    assert best("od", "Open Doctor", "Modify") == "Open Doctor"


def test_an_unbroken_run_beats_strewn_letters() -> None:
    assert best("chat", "Open Chat", "Check what happened there") == "Open Chat"


def test_strewn_letters_are_no_fit() -> None:
    assert score("the", "Switch connection") is None


def test_words_may_come_in_any_order() -> None:
    assert score("theme dark", "Use the dark theme") is not None


def test_the_shorter_of_two_equal_fits_wins() -> None:
    assert best("chat", "Chat about whales", "Chat") == "Chat"


def test_an_empty_query_fits_everything() -> None:
    assert score("", "Anything") == 0


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_text_can_be_typed(query: str, text: str) -> None:
    fit = score(query, text)
    if fit is not None:
        for word in query.casefold().split():
            remaining = iter(text.casefold())
            assert all(letter in remaining for letter in word)


@given(st.text(min_size=1, max_size=20))
def test_a_text_fits_itself(text: str) -> None:
    assert score(text, text) is not None
