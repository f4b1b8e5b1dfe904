"""New words for a stretch of speech: what stays the same keeps its times, what is new shares the time between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from workbench.domain.speech.alignment import aligned
from workbench.domain.speech.pieces import Piece, pieces_of
from workbench.domain.speech.timing import in_order, spread
from workbench.domain.speech.transcripts import Word
from workbench.domain.speech.writing import joined, normal, runs_on, units_in


def retyped_words(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words of text, in the time of the given ones. A word whose case or marks alone have changed keeps its times."""
    chunks = text.split()
    head, tail = _untouched([word.text for word in words], chunks)
    if head == len(words) == len(chunks):
        return tuple(words)
    until, typed_until = len(words) - tail, len(chunks) - tail
    made = _retyped(words[head:until], chunks[head:typed_until])
    return (*words[:head], *made, *words[until:])


def _untouched(heard: Sequence[str], typed: Sequence[str]) -> tuple[int, int]:
    """How many words at the beginning and at the end are written as they were: all, or such that a word stands between
    them and what is new, which tells where that is in time."""
    most = min(len(heard), len(typed))
    head = next((place for place in range(most) if heard[place] != typed[place]), most)
    if head == len(heard) == len(typed):
        return head, 0
    rest = most - head
    tail = next((place for place in range(rest) if heard[-1 - place] != typed[-1 - place]), rest)
    return max(0, head - 1), max(0, tail - 1)


def _retyped(words: Sequence[Word], chunks: Sequence[str]) -> tuple[Word, ...]:
    heard = pieces_of(words)
    typed = _typed(chunks)
    keys = [normal(unit.text) or unit.text for unit in typed]
    units = [
        replace(typed[right], piece=heard[left] if same and left is not None else None)
        for left, right, same in aligned([piece.key for piece in heard], keys, replacing=False)
        if right is not None
    ]
    return _timed(list(_regrouped(units)), words)


@dataclass(frozen=True, slots=True)
class _Unit:
    """glued: nothing is written between it and the one before. piece: what was heard where the two are the same."""

    text: str
    glued: bool
    piece: Piece | None = None


def _typed(chunks: Sequence[str]) -> list[_Unit]:
    return [_Unit(unit, place > 0) for chunk in chunks for place, unit in enumerate(units_in(chunk))]


@dataclass(frozen=True, slots=True)
class _Draft:
    """word: with the times that were heard; None where they are to be worked out."""

    text: str
    word: Word | None


def _regrouped(units: Sequence[_Unit]) -> Iterator[_Draft]:
    """Whole words as they were; the rest by unit, or by run where a script does not tell words apart."""
    rest: list[_Unit] = []
    at = 0
    while at < len(units):
        whole = _whole(units, at)
        if whole is None:
            rest.append(units[at])
            at += 1
            continue
        yield from _loose(rest)
        rest = []
        piece = units[at].piece
        assert piece is not None
        text = joined(unit.text for unit in units[at : at + whole])
        yield _Draft(text, replace(piece.word, text=text))
        at += whole
    yield from _loose(rest)


def _whole(units: Sequence[_Unit], at: int) -> int | None:
    """How many units from here are all of one heard word, if they are."""
    first = units[at].piece
    if first is None or first.place:
        return None
    run = units[at : at + first.count]
    complete = len(run) == first.count and all(
        unit.piece is not None and unit.piece.of == first.of and (unit.glued or place == 0)
        for place, unit in enumerate(run)
    )
    return first.count if complete else None


def _loose(units: Sequence[_Unit]) -> Iterator[_Draft]:
    number = 0

    def run(unit: _Unit) -> int:
        nonlocal number
        number += not (unit.glued and runs_on(unit.text))
        return number

    for _, group in groupby(units, key=run):
        yield _draft(tuple(group))


def _draft(units: Sequence[_Unit]) -> _Draft:
    text = "".join(unit.text for unit in units)
    pieces = [unit.piece for unit in units if unit.piece is not None]
    if len(pieces) < len(units):
        return _Draft(text, None)
    first, last = pieces[0], pieces[-1]
    return _Draft(text, replace(first.word, text=text, start=first.start, end=last.end))


def _timed(drafts: Sequence[_Draft], words: Sequence[Word]) -> tuple[Word, ...]:
    if not words:
        return ()
    start, end = words[0].start, max(words[0].start, words[-1].end)
    made: list[Word] = []
    for heard, group in groupby(drafts, key=lambda draft: draft.word is not None):
        run = tuple(group)
        if heard:
            made.extend(draft.word for draft in run if draft.word is not None)
            continue
        done = len(made)
        after = next((draft.word for draft in drafts[done + len(run) :] if draft.word is not None), None)
        low = made[-1].end if made else start
        high = after.start if after is not None else end
        gone = [word for word in words if word.start >= low and word.end <= high]
        if gone and len(run) <= len(gone):
            low, high = gone[0].start, gone[-1].end
        made.extend(spread([draft.text for draft in run], low, high, edited=True))
    return in_order((replace(word, end=min(word.end, end)) for word in made), start)
