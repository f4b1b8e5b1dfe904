"""Words taken apart into what two versions of a text may share, and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Word
from workbench.domain.speech.writing import joined, normal, units_in


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or one of several in it that were not told apart. word: its whole. place: which of that word's pieces, of how many.

    of: the number of its word, so that equal words that follow each other stay two. key: what it is compared by.
    """

    text: str
    start: float
    end: float
    word: Word
    of: int
    place: int = 0
    count: int = 1

    @property
    def key(self) -> str:
        return normal(self.text) or self.text


def pieces_of(words: Iterable[Word]) -> tuple[Piece, ...]:
    return tuple(_pieces(words))


def _pieces(words: Iterable[Word]) -> Iterator[Piece]:
    for number, word in enumerate(words):
        units = units_in(word.text)
        if len(units) < 2:
            yield Piece(word.text, word.start, word.end, word, number)
            continue
        for place, each in enumerate(spread(units, word.start, word.end)):
            yield Piece(each.text, each.start, each.end, word, number, place, len(units))


def together(pieces: Iterable[Piece]) -> tuple[Word, ...]:
    """The words that pieces come from; of one that is no longer whole, what is left."""
    made = []
    for _, run in groupby(pieces, key=lambda piece: piece.of):
        made.append(_word(tuple(run)))
    return tuple(made)


def _word(run: Sequence[Piece]) -> Word:
    first = run[0]
    if len(run) == first.count:
        return first.word
    return replace(first.word, text=joined(piece.text for piece in run), start=first.start, end=run[-1].end)
