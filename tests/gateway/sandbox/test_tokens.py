"""The tokeniser loses nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.sandbox.tokens import count, estimated, tokens_of


@given(st.text())
def test_the_tokens_of_a_text_are_the_text_again(text: str) -> None:
    tokens = tokens_of(text)
    assert "".join(tokens) == text
    assert all(tokens)
    assert count(text) == len(tokens)


def test_words_keep_their_space_and_long_ones_are_split() -> None:
    assert tokens_of("an internationalisation, ok") == ["an", " internat", "ionalisa", "tion", ",", " ok"]


def test_a_very_long_text_is_estimated_from_its_beginning() -> None:
    short, long = "one two three " * 10, "one two three " * 20_000
    assert estimated(short) == count(short)
    assert abs(estimated(long) - count(long)) < count(long) / 100
