"""One transcript from parts that were heard one by one: nothing twice where they overlap, and nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from workbench.domain.speech.cutting import Cut
from workbench.domain.speech.overlaps import overlap_of
from workbench.domain.speech.pieces import pieces_of
from workbench.domain.speech.seams import Said, Seam
from workbench.domain.speech.speakers import names_for
from workbench.domain.speech.timing import apart, in_order
from workbench.domain.speech.transcripts import Segment, Transcript, free_id

_SLACK_S = 1.0
"""Words so far outside of the overlap are looked at as well, since times are not exact."""
_TOUCHING_S = 0.02


def stitched(parts: Iterable[tuple[Cut, Transcript]]) -> Transcript:
    """In the order of time, whatever order they come in; parts may be missing. All times count from the recording's beginning.

    The same parts give the same segments under the same ids, so that more parts can be put in later.
    """
    whole = _Whole()
    told = sorted(parts, key=lambda part: part[0])
    for cut, transcript in told:
        whole.add(cut, transcript)
    return Transcript(
        segments=_segments(whole.said),
        language=_language(transcript for _, transcript in told),
        seconds=max((cut.end for cut, _ in told), default=0.0),
        seams=tuple(whole.seams),
    )


class _Whole:
    """What has been put together so far. heard_until: where the last part ends."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.seams: list[float] = []
        self._heard_until: float | None = None
        self._ids: set[str] = set()

    def add(self, cut: Cut, transcript: Transcript) -> None:
        said = self._told(cut, transcript)
        until, self._heard_until = self._heard_until, max(self._heard_until or 0.0, cut.end)
        if until is None or cut.start > until + _TOUCHING_S:
            self.said += said
            return
        if until - cut.start <= _TOUCHING_S:
            self.seams.append(cut.start)
            self.said += said
            return
        self._join(said, cut.start, min(until, cut.end))

    def _told(self, cut: Cut, transcript: Transcript) -> list[Said]:
        """Its words, one by one, none of them outside of the part."""
        made = []
        for segment in transcript.segments:
            id = free_id(segment.id, self._ids)
            self._ids.add(id)
            words = [
                replace(each, start=min(each.start, cut.end), end=min(each.end, cut.end))
                for word in segment.words
                for each in apart(word)
            ]
            made += [Said(word, id, segment.speaker) for word in in_order(words, cut.start)]
        return made

    def _join(self, said: list[Said], low: float, high: float) -> None:
        first = len(self.said)
        while first and self.said[first - 1].word.end > low - _SLACK_S:
            first -= 1
        last = next((n for n, each in enumerate(said) if each.word.start > high + _SLACK_S), len(said))
        left = self.said[first:]
        overlap = overlap_of(
            pieces_of(each.word for each in left), pieces_of(each.word for each in said[:last]), low, high
        )
        names = names_for(
            (
                (said[column.right.of].speaker, left[column.left.of].speaker)
                for column in overlap.columns
                if column.same and column.left and column.right
            ),
            _speakers(said),
            _speakers(self.said),
        )
        said = [each._replace(speaker=names.get(each.speaker, each.speaker)) for each in said]
        seam = Seam(overlap, left, said[:last])
        self.seams.append(seam.seconds)
        self.said[first:] = seam.kept()
        self.said += [
            each._replace(segment=seam.goes_on.get(each.segment, each.segment)) for each in said[last:]
        ]


def _speakers(said: Iterable[Said]) -> list[str]:
    return list(dict.fromkeys(each.speaker for each in said if each.speaker))


def _segments(said: Iterable[Said]) -> tuple[Segment, ...]:
    made: list[Segment] = []
    taken: set[str] = set()
    for id, group in groupby(said, key=lambda each: each.segment):
        run = tuple(group)
        made.append(Segment(free_id(id, taken), tuple(each.word for each in run), run[0].speaker))
        taken.add(made[-1].id)
    return tuple(sorted(made, key=lambda segment: segment.start))


def _language(transcripts: Iterable[Transcript]) -> str:
    """The one most words are in."""
    count: Counter[str] = Counter()
    for transcript in transcripts:
        if transcript.language:
            count[transcript.language] += 1 + len(transcript.words)
    return count.most_common(1)[0][0] if count else ""
