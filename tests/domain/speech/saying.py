"""Transcripts to try things with."""

from __future__ import annotations

from hypothesis import strategies as st

from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import words_in

VOCABULARY = words_in(
    "the a and of we you went to shop Hello, hello. world no no, again London don't very well-known "
    "café Straße 50% שלום، مرحبا عالم 你好， 世 界。 ありがとう キャラ สวัสดี ครับ 한국어 안녕"
)
WORDS = st.sampled_from(VOCABULARY)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=60)


def segment(text: str, start: float = 0.0, end: float = 0.0, id: str = "s1", speaker: str = "") -> Segment:
    """Half a second a word where no end is given."""
    words = words_in(text)
    return Segment(id, spread(words, start, end or start + 0.5 * len(words)), speaker)


def transcript(*texts: str, seconds: float = 0.0) -> Transcript:
    """A segment for each, called s1, s2 …, a second apart."""
    made: list[Segment] = []
    for number, text in enumerate(texts, 1):
        made.append(segment(text, made[-1].end + 1 if made else 0.0, id=f"s{number}"))
    return Transcript(tuple(made), "en", seconds or (made[-1].end + 1 if made else 0.0))


@st.composite
def words(draw: st.DrawFn, least: int = 1, most: int = 12) -> tuple[Word, ...]:
    """In order, with gaps between some, and some without length."""
    at = draw(st.floats(0, 5))
    made = []
    for text in draw(st.lists(WORDS, min_size=least, max_size=most)):
        at += draw(st.sampled_from((0.0, 0.0, 0.1, 1.5)))
        end = at + draw(st.sampled_from((0.0, 0.2, 0.5)))
        made.append(Word(text, at, end, draw(st.sampled_from((None, 0.3, 0.9)))))
        at = end
    return tuple(made)


@st.composite
def transcripts(draw: st.DrawFn, most: int = 5) -> Transcript:
    made: list[Segment] = []
    at = 0.0
    for number in range(draw(st.integers(0, most))):
        spoken = draw(words())
        moved = tuple(Word(w.text, w.start + at, w.end + at, w.confidence) for w in spoken)
        at = moved[-1].end
        made.append(Segment(f"s{number}", moved, draw(st.sampled_from(("", "Ann", "Bo")))))
    return Transcript(tuple(made), draw(st.sampled_from(("", "en"))), at + 1)


def ordered(words: tuple[Word, ...]) -> bool:
    times = [time for word in words for time in (word.start, word.end)]
    return times == sorted(times)
