"""What was said and when: words with their times, in segments that a person reads and corrects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from workbench.domain.speech.writing import joined


@dataclass(frozen=True, slots=True)
class Word:
    """start, end: seconds from the recording's beginning. text: with its punctuation, without spaces around it.

    confidence: 0–1, None where the model does not tell. edited: typed by a person; its times are worked out, not heard.
    """

    text: str
    start: float
    end: float
    confidence: float | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that belong together, at least one. id: stays when the segment is edited. speaker: "" where nobody is told apart."""

    id: str
    words: tuple[Word, ...]
    speaker: str = ""

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def text(self) -> str:
        return joined(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Transcript:
    """segments: in the order of their beginnings. language: a code such as "en", "" where it is not told. seconds: of the recording.

    seams: where parts that were heard one by one were put together, in seconds.
    """

    segments: tuple[Segment, ...] = ()
    language: str = ""
    seconds: float = 0.0
    seams: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(segment.text for segment in self.segments)

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(chain.from_iterable(segment.words for segment in self.segments))

    @property
    def speakers(self) -> tuple[str, ...]:
        """In the order they are heard first."""
        return tuple(dict.fromkeys(segment.speaker for segment in self.segments if segment.speaker))


def free_id(like: str, taken: Collection[str]) -> str:
    """This one if no segment has it, else one made from it."""
    stem, number, free = like.partition("+")[0], 2, like
    while free in taken:
        free, number = f"{stem}+{number}", number + 1
    return free
