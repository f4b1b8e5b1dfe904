"""Transcripts to read and correct."""

from __future__ import annotations

from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Segment, Transcript
from workbench.domain.speech.writing import words_in


def segment(id: str, text: str, start: float, speaker: str = "", confidence: float | None = None) -> Segment:
    """Half a second a word."""
    words = words_in(text)
    return Segment(id, spread(words, start, start + 0.5 * len(words), confidence=confidence), speaker)


def transcript(*texts: str, speakers: tuple[str, ...] = (), seams: tuple[float, ...] = ()) -> Transcript:
    """A segment each, called s1, s2 …, the next one a second after the last."""
    made: list[Segment] = []
    for number, text in enumerate(texts):
        speaker = speakers[number % len(speakers)] if speakers else ""
        made.append(segment(f"s{number + 1}", text, made[-1].end + 1 if made else 0.0, speaker))
    return Transcript(tuple(made), "en", made[-1].end + 1 if made else 0.0, seams)


def texts(value: Transcript) -> list[str]:
    return [each.text for each in value.segments]
