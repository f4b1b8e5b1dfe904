"""What a user looks for in a list: some words, in any order and case."""

from __future__ import annotations


def has_words(text: str, words: str) -> bool:
    """Whether each of the words stands in the text, be it within a longer one."""
    text = text.casefold()
    return all(word in text for word in words.casefold().split())
