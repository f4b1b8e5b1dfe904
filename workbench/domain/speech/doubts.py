"""What in a transcript is likely to be wrong, so that a person looks there first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from statistics import median

from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import normal, units_in

UNSURE_BELOW = 0.5
_FEWEST_UNITS = 4
_FAST, _SLOW = 1.8, 0.35
"""Of the recording's usual pace."""
_SURELY_FAST, _SURELY_SLOW = 5.0, 1.0
"""Units in a second that nobody passes in either direction who still speaks as usual."""
_TIMES_A_WORD, _TIMES_A_PHRASE, _LONGEST_PHRASE = 4, 3, 30
_SILENT_SHARE, _LEAST_SILENT_S, _SHORTEST_SILENCE_S = 0.8, 0.15, 0.5


class DoubtKind(StrEnum):
    """FAST, SLOW: more, or fewer, words a second than elsewhere. REPEATED: the same again and again, as models do that got lost.

    OVER_SILENCE: words where nothing is to be heard. UNSURE: the model itself has little confidence.
    """

    FAST = "fast"
    SLOW = "slow"
    REPEATED = "repeated"
    OVER_SILENCE = "over-silence"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Doubt:
    """words: places in the segment of those that are doubtful, in a row. value: words a second, times said, or confidence; 0 for silence."""

    segment_id: str
    kind: DoubtKind
    words: range
    value: float = 0.0


def doubts(transcript: Transcript, silences: Sequence[tuple[float, float]] = ()) -> tuple[Doubt, ...]:
    """In the order of the segments. silences: of the recording, in seconds and in order (`cutting.silences`)."""
    found = [*_paces(transcript), *_repeated(transcript)]
    quiet = _Quiet(silences)
    for segment in transcript.segments:
        found += _rows(segment, DoubtKind.OVER_SILENCE, quiet.holds, lambda _: 0.0)
        found += _rows(segment, DoubtKind.UNSURE, _unsure, lambda word: word.confidence or 0.0)
    place = {segment.id: number for number, segment in enumerate(transcript.segments)}
    found.sort(key=lambda doubt: (place[doubt.segment_id], doubt.words.start, doubt.kind))
    return tuple(found)


def _paces(transcript: Transcript) -> Iterator[Doubt]:
    """Against the middle of all segments that have words enough to tell."""
    paces = [
        (segment, units / (segment.end - segment.start))
        for segment in transcript.segments
        if (units := sum(max(1, len(units_in(word.text))) for word in segment.words)) >= _FEWEST_UNITS
        and segment.end > segment.start
    ]
    usual = median(pace for _, pace in paces) if len(paces) >= 3 else 3.0
    for segment, pace in paces:
        if pace > max(_FAST * usual, _SURELY_FAST):
            yield Doubt(segment.id, DoubtKind.FAST, range(len(segment.words)), pace)
        elif pace < min(_SLOW * usual, _SURELY_SLOW):
            yield Doubt(segment.id, DoubtKind.SLOW, range(len(segment.words)), pace)


def _repeated(transcript: Transcript) -> Iterator[Doubt]:
    """Runs of the same phrase over all words, told for every segment they touch."""
    words = [
        (normal(word.text) or word.text, segment.id, place)
        for segment in transcript.segments
        for place, word in enumerate(segment.words)
    ]
    keys = [key for key, _, _ in words]
    done = 0
    for start, end, times in _loops(keys):
        if start < done:
            continue
        done = end
        for id, group in groupby(words[start:end], key=lambda each: each[1]):
            places = [place for _, _, place in group]
            yield Doubt(id, DoubtKind.REPEATED, range(places[0], places[-1] + 1), times)


def _loops(keys: Sequence[str]) -> list[tuple[int, int, int]]:
    """Start, end and how often, longest first where they begin together."""
    found = []
    for length in range(1, _LONGEST_PHRASE + 1):
        least = _TIMES_A_WORD if length == 1 else _TIMES_A_PHRASE
        run = 0
        for at in range(length, len(keys) + 1):
            if at < len(keys) and keys[at] == keys[at - length]:
                run += 1
                continue
            times = run // length + 1
            if times >= least:
                start = at - run - length
                found.append((start, start + times * length, times))
            run = 0
    return sorted(found, key=lambda loop: (loop[0], -loop[1]))


def _unsure(word: Word) -> bool:
    return word.confidence is not None and word.confidence < UNSURE_BELOW and not word.edited


def _rows(
    segment: Segment, kind: DoubtKind, doubtful: Callable[[Word], bool], value: Callable[[Word], float]
) -> Iterator[Doubt]:
    """A doubt for each row of words; its value is the least of theirs."""
    for doubted, group in groupby(enumerate(segment.words), key=lambda each: doubtful(each[1])):
        if doubted:
            row = list(group)
            yield Doubt(
                segment.id, kind, range(row[0][0], row[-1][0] + 1), min(value(word) for _, word in row)
            )


class _Quiet:
    def __init__(self, silences: Iterable[tuple[float, float]]) -> None:
        self._spans = [span for span in silences if span[1] - span[0] >= _SHORTEST_SILENCE_S]
        self._ends = [end for _, end in self._spans]

    def holds(self, word: Word) -> bool:
        """Most of the word, and not for a moment only."""
        silent = 0.0
        for start, end in self._spans[bisect_left(self._ends, word.start) :]:
            if start >= word.end:
                break
            silent += min(end, word.end) - max(start, word.start)
        return silent >= _LEAST_SILENT_S and silent >= _SILENT_SHARE * (word.end - word.start)
