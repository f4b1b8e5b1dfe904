"""The tokeniser loses nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.sandbox.tokens import count, tokens_of


@given(st.text())
def test_the_tokens_of_a_text_are_the_text_again(text: str) -> None:
    tokens = tokens_of(text)
    assert "".join(tokens) == text
    assert all(tokens)
    assert count(text) == len(tokens)


def test_words_keep_their_space_and_long_ones_are_split() -> None:
    assert tokens_of("an internationalisation, ok") == ["an", " internat", "ionalisa", "tion", ",", " ok"]
