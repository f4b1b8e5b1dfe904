"""When words are said: times shared out where nobody has heard them, and put in order where they cross."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from workbench.domain.speech.transcripts import Word
from workbench.domain.speech.writing import columns_of, units_in


def spread(
    texts: Sequence[str], start: float, end: float, *, confidence: float | None = None, edited: bool = False
) -> tuple[Word, ...]:
    """Words that share the time from start to end, longer ones with more of it."""
    end = max(start, end)
    lengths = [columns_of(text) + 1 for text in texts]
    total = sum(lengths)
    made = []
    done, at = 0, start
    for text, length in zip(texts, lengths, strict=True):
        done += length
        until = end if done == total else min(end, start + (end - start) * done / total)
        made.append(Word(text, at, until, confidence, edited))
        at = until
    return tuple(made)


def apart(word: Word) -> tuple[Word, ...]:
    """One that holds several, as of a model that times no words, as those it holds."""
    texts = units_in(word.text) if any(map(str.isspace, word.text)) else (word.text,)
    if len(texts) < 2:
        return (word,) if texts else ()
    return spread(texts, word.start, word.end, confidence=word.confidence, edited=word.edited)


def in_order(words: Iterable[Word], start: float = 0.0) -> tuple[Word, ...]:
    """Words none of which begins before the one ahead of it ends, or before start; what crosses is pushed on as little as that needs.

    Words that would be pushed together share the time until the first one that can stay where it is.
    """
    made: list[Word] = []
    pushed: list[Word] = []
    for word in words:
        if word.start >= start:
            made += _pushed(pushed, start, word.start)
            made.append(word if word.end >= word.start else replace(word, end=word.start))
        elif word.end > start:
            made += _pushed([*pushed, word], start, word.end)
        else:
            pushed.append(word)
            continue
        pushed = []
        start = made[-1].end
    made += _pushed(pushed, start, start)
    return tuple(made)


def begun_after(words: Sequence[Word], limit: float) -> tuple[Word, ...]:
    """The first ones moved and, if need be, shortened, so that none begins before limit. All others stay as they are."""
    early = next((place for place, word in enumerate(words) if word.start >= limit), len(words))
    if not early:
        return tuple(words)
    moved = in_order(words[:early], limit)
    rest = words[early:]
    if rest and moved[-1].end > rest[0].start:
        moved = tuple(_pushed(moved, limit, rest[0].start))
    return (*moved, *rest)


def _pushed(words: Sequence[Word], start: float, end: float) -> list[Word]:
    times = spread([word.text for word in words], start, end)
    return [replace(word, start=time.start, end=time.end) for word, time in zip(words, times, strict=True)]
