"""Where the words of a transcript are: in time, and in the text of their segment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from workbench.domain.speech.transcripts import Segment, Transcript, Word

LINGERS_S = 0.4
"""How long a word stays lit in the pause after it."""


class Place(NamedTuple):
    """A word: the number of its segment, and its own in it."""

    segment: int
    word: int


class Timeline:
    """The order of a transcript in time. Made anew for each value."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._starts = [segment.words[0].start for segment in transcript.segments]
        self._numbers: dict[str, int] | None = None

    def number_of(self, segment_id: str) -> int:
        """-1 for one that is not there."""
        if self._numbers is None:
            self._numbers = {segment.id: place for place, segment in enumerate(self.transcript.segments)}
        return self._numbers.get(segment_id, -1)

    def segment_at(self, seconds: float) -> int:
        """The one that has begun last; -1 before the first."""
        place = bisect_right(self._starts, seconds) - 1
        before = place - 1
        if (
            before >= 0
            and self.transcript.segments[place].end <= seconds < self.transcript.segments[before].end
        ):
            return before  # two people at once: the one who still speaks
        return place

    def place_at(self, seconds: float) -> Place | None:
        """The word that is said then, or has just been said; None in a longer pause."""
        number = self.segment_at(seconds)
        if number < 0:
            return None
        words = self.transcript.segments[number].words
        at = bisect_right(words, seconds, key=_start) - 1
        return Place(number, at) if at >= 0 and seconds < words[at].end + LINGERS_S else None

    def first_after(self, seconds: float) -> int:
        """The number of the first segment that begins then or later; that of all segments where none does."""
        return bisect_right(self._starts, seconds - 1e-6)


def word_spans(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where each word stands in a text that says them all, with whatever spaces somebody has typed between them."""
    spans: list[tuple[int, int]] = []
    at, length = 0, len(text)
    for word in words:
        while at < length and text[at].isspace():
            at += 1
        if text.startswith(word.text, at):
            end = at + len(word.text)
        else:
            end = _after(text, at, sum(not char.isspace() for char in word.text))
        spans.append((at, end))
        at = end
    return spans


def _after(text: str, at: int, characters: int) -> int:
    while at < len(text) and characters > 0:
        characters -= not text[at].isspace()
        at += 1
    return at


def word_at(spans: Sequence[tuple[int, int]], offset: int) -> int:
    """The word that a place in the text is in or behind; the first one before all, -1 where there is none."""
    if not spans:
        return -1
    return max(0, bisect_right(spans, offset, key=_first) - 1)


def words_within(spans: Sequence[tuple[int, int]], start: int, end: int) -> range:
    """The words that a stretch of the text touches."""
    touched = [place for place, (first, last) in enumerate(spans) if first < end and last > start]
    return range(touched[0], touched[-1] + 1) if touched else range(0)


def squeezed(text: str) -> str:
    """A text without its spaces: what two writings of the same words have in common."""
    return "".join(text.split())


def place_of(segments: Sequence[Segment], segment_id: str) -> int:
    return next((place for place, segment in enumerate(segments) if segment.id == segment_id), -1)


def _start(word: Word) -> float:
    return word.start


def _first(span: tuple[int, int]) -> int:
    return span[0]
