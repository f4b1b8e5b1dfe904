"""Looking for words in a transcript, and putting others in their place."""

from __future__ import annotations

import re
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from workbench.domain.speech import editing
from workbench.domain.speech.transcripts import Segment, Transcript
from workbench.domain.speech.writing import in_words


class Hit(NamedTuple):
    """Characters of a segment's text, end not included."""

    segment_id: str
    start: int
    end: int


class Finder(QObject):
    """The places where the wanted words stand, kept up to date with the transcript. Signals: changed."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transcript = Transcript()
        self.wanted = ""
        self.case = False
        self.whole_words = False
        self.hits: tuple[Hit, ...] = ()
        self._by_segment: dict[str, tuple[Segment, tuple[Hit, ...]]] = {}
        self.at = -1
        """The hit the user is at; -1 for none."""

    @property
    def hit(self) -> Hit | None:
        return self.hits[self.at] if 0 <= self.at < len(self.hits) else None

    def hits_in(self, segment_id: str) -> tuple[Hit, ...]:
        found = self._by_segment.get(segment_id)
        return found[1] if found is not None else ()

    def look_for(self, wanted: str, *, case: bool, whole_words: bool) -> None:
        if (wanted, case, whole_words) != (self.wanted, self.case, self.whole_words):
            self.wanted, self.case, self.whole_words = wanted, case, whole_words
            self.at = -1
            self._by_segment = {}
            self._look()

    def show(self, transcript: Transcript) -> None:
        """Look in this one from now on; the user stays at the hit where it still is."""
        self._transcript = transcript
        if self.wanted:
            hit = self.hit
            self._look(hit)

    def go(self, step: int, segment: int, offset: int) -> Hit | None:
        """To the next hit, or the one before (step -1), from a place in the text; past the end it goes on at the beginning."""
        if not self.hits:
            return None
        if self.at >= 0:
            self.at = (self.at + step) % len(self.hits)
        else:
            numbers = {each.id: number for number, each in enumerate(self._transcript.segments)}
            after = [
                place
                for place, hit in enumerate(self.hits)
                if (numbers[hit.segment_id], hit.start) >= (segment, offset)
            ]
            here = after[0] if after else 0
            self.at = here if step > 0 else (here - 1) % len(self.hits)
        self.changed.emit()
        return self.hit

    def leave(self) -> None:
        """The user is at none."""
        self.at = -1

    def replaced(self, hit: Hit, by: str) -> Transcript:
        """With other words in place of one hit."""
        segment = next(each for each in self._transcript.segments if each.id == hit.segment_id)
        text = segment.text[: hit.start] + by + segment.text[hit.end :]
        return editing.retyped(self._transcript, segment.id, text)

    def all_replaced(self, transcript: Transcript, by: str) -> tuple[Transcript, int]:
        """For hours of speech it takes a while: not for the thread that draws."""
        return editing.replaced(transcript, self.wanted, by, case=self.case, whole_words=self.whole_words)

    def _look(self, stay: Hit | None = None) -> None:
        finder = self._finder()
        known, self._by_segment = self._by_segment, {}
        hits: list[Hit] = []
        for segment in self._transcript.segments if finder is not None else ():
            before = known.get(segment.id)
            if before is None or before[0] is not segment:
                assert finder is not None
                before = (segment, _hits(finder, segment))
            self._by_segment[segment.id] = before
            hits += before[1]
        self.hits = tuple(hits)
        self.at = self.hits.index(stay) if stay in self.hits else -1
        self.changed.emit()

    def _finder(self) -> re.Pattern[str] | None:
        words = self.wanted.split()
        if not words:
            return None
        lead = r"\s" if self.wanted[0].isspace() else ""
        trail = r"\s" if self.wanted[-1].isspace() else ""
        pattern = lead + r"\s+".join(map(re.escape, words)) + trail
        return re.compile(
            in_words(pattern) if self.whole_words else pattern, 0 if self.case else re.IGNORECASE
        )


def _hits(finder: re.Pattern[str], segment: Segment) -> tuple[Hit, ...]:
    return tuple(Hit(segment.id, found.start(), found.end()) for found in finder.finditer(segment.text))
