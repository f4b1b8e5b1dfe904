"""What a user types into the search field, as a full-text query that cannot be a syntax error."""

from __future__ import annotations

START, END = "\ue000", "\ue001"
"""Around each matched word of an excerpt."""


def query_of(text: str) -> str:
    """All words must occur, each as the beginning of a word; "" when there is nothing to look for.

    Every word is quoted, so that none is read as an operator, a column or a bracket.
    """
    words = ("".join(char for char in word if char.isprintable()) for word in text.split())
    return " ".join(
        '"{}"*'.format(word.replace('"', '""')) for word in words if any(char.isalnum() for char in word)
    )
