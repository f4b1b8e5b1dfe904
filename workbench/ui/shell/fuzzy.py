"""How well typed letters fit a title."""

from __future__ import annotations


def score(query: str, text: str) -> float | None:
    """Higher fits better; None when some word of query is not in text, in order. An empty query fits everything with 0.

    Letters at the start of words count most, then unbroken runs; letters strewn about fit nothing; a shorter text wins a draw.
    """
    total = 0.0
    for word in query.casefold().split():
        best = _word(word, text.casefold())
        if best is None:
            return None
        total += best
    return total - len(text) / 1000 if total else 0.0


def _word(word: str, text: str) -> float | None:
    """The best fit over the places where word may start."""
    fits = (_from(word, text, at) for at, letter in enumerate(text) if letter == word[0])
    return max((fit for fit in fits if fit is not None), default=None)


def _from(word: str, text: str, start: int) -> float | None:
    points, last = 0.0, start - 2
    at = start
    for letter in word:
        at = text.find(letter, at)
        if at < 0:
            return None
        if at == 0 or not text[at - 1].isalnum():
            points += 3
        elif at == last + 1:
            points += 2
        else:
            points -= 0.05 * min(at - last, 20)
        points += 0.5
        last = at
        at += 1
    return points if points >= len(word) or text.startswith(word, start) else None
