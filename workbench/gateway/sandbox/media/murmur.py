"""Words for speech that nobody here can recognise.

They are made up, and say so. Which ones follows from how the sound rises and falls, and from nothing that lies farther away
than half a second, so the same speech gets the same words at the same moments wherever a recording is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log2
from typing import NamedTuple

from workbench.gateway.sandbox.media.loudness import FRAME_S, QUIET

_NEAR = 10
"""Frames to each side whose loudness a pause is measured against."""
_FAR_BELOW = 12
_VALLEY = 9
"""Frames to each side of which the quietest one ends a word."""
_LEAST = 3
PAUSE_S = 0.3
_WORDS = (
    "um hm oh ah la so well mm say talk hum sham",
    "blah mock fake mumble murmur sandbox sample dummy pretend mutter babble chatter",
    "gabble prattle whisper something somebody somehow speaking sounding invented imagined nonsense hearsay",
    "placeholder simulated make-believe unrecognised gibberish gobbledygook imaginary whatsoever unheard-of so-called "
    "whatever-it-was artificial",
)
"""Short ones for short sounds. Whoever reads a few of them knows what they are."""


class Murmured(NamedTuple):
    """start, end: seconds."""

    word: str
    start: float
    end: float


Utterance = tuple[tuple[int, int], ...]
"""The frames where each of its words begins and ends."""


def utterances(peaks: Sequence[int]) -> tuple[Utterance, ...]:
    """What is said between two pauses. peaks: of frames, see loudness."""
    made: list[list[tuple[int, int]]] = []
    last = -1
    for start, end in _words(peaks):
        if last < 0 or (start - last) * FRAME_S >= PAUSE_S:
            made.append([])
        made[-1].append((start, end))
        last = end
    return tuple(tuple(each) for each in made)


def murmured(utterance: Utterance, peaks: Sequence[int]) -> Iterator[Murmured]:
    """A sentence for it."""
    for place, (start, end) in enumerate(utterance):
        word = _word(peaks[start:end])
        if place == 0:
            word = word.capitalize()
        if place == len(utterance) - 1:
            word += "."
        yield Murmured(word, round(start * FRAME_S, 2), round(end * FRAME_S, 2))


def _words(peaks: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start, end in _loud(peaks):
        at = start
        for valley in (*_valleys(peaks, start, end), end):
            if valley - at >= _LEAST:
                yield at, valley
            at = valley


def _loud(peaks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of frames that are not quiet, compared with what is around them."""
    start = None
    for place, peak in enumerate(peaks):
        around = max(peaks[max(0, place - _NEAR) : place + _NEAR + 1])
        if peak >= max(QUIET, around // _FAR_BELOW):
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(peaks)


def _valleys(peaks: Sequence[int], start: int, end: int) -> Iterator[int]:
    for place in range(start + _LEAST, end - _LEAST):
        before = peaks[max(start, place - _VALLEY) : place]
        after = peaks[place + 1 : min(end, place + _VALLEY + 1)]
        if peaks[place] < min(before) and peaks[place] <= min(after):
            yield place


def _word(peaks: Sequence[int]) -> str:
    """By length, by where it is loudest, by how loud, and by how long it stays so; coarsely, so that little changes little."""
    top = max(peaks)
    choices = _WORDS[min(len(_WORDS) - 1, len(peaks) // 12)].split()
    where = peaks.index(top) * 3 // len(peaks)
    how_loud = int(log2(top + 1))
    how_long = 2 * sum(peaks) // (top * len(peaks))
    return choices[(where * 5 + how_loud * 3 + how_long * 7) % len(choices)]
