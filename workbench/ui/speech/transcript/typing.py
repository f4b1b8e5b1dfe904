"""What the user types into the text, as edits of the transcript that keep the times of all words that stay."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.domain.speech import editing
from workbench.domain.speech.transcripts import Transcript
from workbench.ui.speech.transcript.document import TranscriptDocument
from workbench.ui.speech.transcript.timeline import place_of, squeezed, word_spans


class Typing:
    """A stay in one segment: its words are always worked out from those it had at first.

    So a word that is typed over letter by letter keeps the time of the one before, and a segment that was emptied to be
    written anew gets its time back.
    """

    def __init__(self, document: TranscriptDocument) -> None:
        self._document = document
        self._base: Transcript | None = None
        self._last: Transcript | None = None
        self._number = 0
        self.segment_id = ""

    @property
    def emptied(self) -> bool:
        """The segment has lost its last word, and comes back when somebody goes on typing."""
        return (
            self._base is not None
            and self._document.transcript is self._last
            and place_of(self._last.segments, self.segment_id) < 0
        )

    def pause(self) -> None:
        """What is typed from now on is another step."""
        self._number += 1

    def leave(self) -> None:
        self._base = self._last = None
        self.segment_id = ""
        self._number += 1

    def type(self, name: str, segment_id: str, text: str) -> None:
        """The segment reads so now."""
        document = self._document
        if self._base is None or segment_id != self.segment_id or document.transcript is not self._last:
            self.leave()
            self._base, self.segment_id = document.transcript, segment_id
        assert self._base is not None
        after = editing.retyped(self._base, segment_id, text)
        self._last = after
        document.edit(name, after, f"type {self._number}")
        self._last = document.transcript

    def rewrite(self, name: str, ids: Sequence[str], texts: Sequence[str]) -> None:
        """Segments in a row read so now: divided, put together, or cut across."""
        transcript = self._document.transcript
        self.leave()
        there = [id for id in ids if place_of(transcript.segments, id) >= 0]
        if there:
            self._document.edit(name, rewritten(transcript, there, texts))


def rewritten(transcript: Transcript, ids: Sequence[str], texts: Sequence[str]) -> Transcript:
    """Segments in a row, at least one, as the given texts; a text without words is left out."""
    texts = [text for text in texts if text.strip()]
    first = ids[0]
    for _ in ids[1:]:
        transcript = editing.merged(transcript, first)
    transcript = editing.retyped(transcript, first, " ".join(texts))
    for text in reversed(texts[1:]):
        place = place_of(transcript.segments, first)
        transcript = editing.split(transcript, first, _break(transcript, place, text))
    return transcript


def _break(transcript: Transcript, place: int, tail: str) -> int:
    """The word of a segment that its tail begins with."""
    words = transcript.segments[place].words
    text = "".join(squeezed(word.text) for word in words)
    spans = word_spans(text, words)
    at = len(text) - len(squeezed(tail))
    return min(range(len(spans)), key=lambda number: abs(spans[number][0] - at), default=0)
