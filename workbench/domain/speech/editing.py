"""What a person does to a transcript: each edit makes a new one, and leaves what it does not touch as it was.

A segment that is not there raises KeyError: whoever asks has lost track of the transcript.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from workbench.domain.speech.retyping import retyped_words
from workbench.domain.speech.timing import in_order
from workbench.domain.speech.transcripts import Segment, Transcript, Word, free_id
from workbench.domain.speech.writing import in_words


def retyped(transcript: Transcript, segment_id: str, text: str) -> Transcript:
    """Words that stay keep their times, new ones share the time between. A segment without a word left goes away."""
    segment = transcript.segments[place_of(transcript, segment_id)]
    if text == segment.text:
        return transcript
    return _with(transcript, segment_id, _reworded(segment, text))


def replaced(
    transcript: Transcript, find: str, by: str, *, case: bool = False, whole_words: bool = False
) -> tuple[Transcript, int]:
    """Also over several words of a segment. case: capitals matter. The number says how often it was found."""
    wanted = _plain(find)
    if not wanted.strip():
        return transcript, 0
    pattern = re.escape(wanted)
    finder = re.compile(in_words(pattern) if whole_words else pattern, 0 if case else re.IGNORECASE)
    segments: list[Segment] = []
    total = 0
    for segment in transcript.segments:
        text, count = finder.subn(lambda _: by, _plain(segment.text))
        total += count
        segments.extend(_reworded(segment, text) if count else (segment,))
    return (replace(transcript, segments=tuple(segments)), total) if total else (transcript, 0)


def split(transcript: Transcript, segment_id: str, word_index: int) -> Transcript:
    """word_index: of the word that the second segment begins with; nothing happens where one of the two would be empty."""
    segment = transcript.segments[place_of(transcript, segment_id)]
    if not 0 < word_index < len(segment.words):
        return transcript
    taken = {each.id for each in transcript.segments}
    first = replace(segment, words=segment.words[:word_index])
    second = replace(segment, id=free_id(segment_id, taken), words=segment.words[word_index:])
    return _with(transcript, segment_id, (first, second))


def merged(transcript: Transcript, segment_id: str) -> Transcript:
    """With the next one, of which only the words, and the speaker where the first has none, remain. The last stays as it is."""
    place = place_of(transcript, segment_id)
    if place + 1 == len(transcript.segments):
        return transcript
    first, second = transcript.segments[place : place + 2]
    one = replace(
        first,
        words=(*first.words, *in_order(second.words, first.end)),
        speaker=first.speaker or second.speaker,
    )
    around = (*transcript.segments[:place], one, *transcript.segments[place + 2 :])
    return replace(transcript, segments=in_time(around))


def removed(transcript: Transcript, ids: Collection[str]) -> Transcript:
    gone = frozenset(ids)
    return replace(
        transcript, segments=tuple(segment for segment in transcript.segments if segment.id not in gone)
    )


def shifted(transcript: Transcript, ids: Collection[str], seconds: float) -> Transcript:
    """Later, or earlier where seconds are negative; all by the same, and no further than to the recording's ends."""
    moved = frozenset(ids)
    chosen = [segment for segment in transcript.segments if segment.id in moved]
    if not chosen:
        return transcript
    if transcript.seconds > 0:
        seconds = min(seconds, max(0.0, transcript.seconds - max(segment.end for segment in chosen)))
    seconds = max(seconds, -min(segment.start for segment in chosen))
    return _each(transcript, moved, lambda segment: _moved(segment, seconds))


def with_times(transcript: Transcript, segment_id: str, start: float, end: float) -> Transcript:
    """A segment's words stretched, or drawn together, to fill the new time; an end before the start counts as the start."""
    place_of(transcript, segment_id)
    start = max(0.0, start)
    end = max(start, end)
    return _each(transcript, {segment_id}, lambda segment: _stretched(segment, start, end))


def with_speaker(transcript: Transcript, ids: Collection[str], speaker: str) -> Transcript:
    return _each(transcript, frozenset(ids), lambda segment: replace(segment, speaker=speaker))


def speaker_renamed(transcript: Transcript, old: str, new: str) -> Transcript:
    """Everywhere. Two speakers become one where the new name is already somebody's."""
    return with_speaker(
        transcript, {segment.id for segment in transcript.segments if segment.speaker == old}, new
    )


def place_of(transcript: Transcript, segment_id: str) -> int:
    for place, segment in enumerate(transcript.segments):
        if segment.id == segment_id:
            return place
    raise KeyError(segment_id)


def in_time(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=lambda segment: segment.start))


def _reworded(segment: Segment, text: str) -> tuple[Segment, ...]:
    words = retyped_words(segment.words, text)
    return (replace(segment, words=words),) if words else ()


def _with(transcript: Transcript, segment_id: str, segments: tuple[Segment, ...]) -> Transcript:
    place = place_of(transcript, segment_id)
    around = (*transcript.segments[:place], *segments, *transcript.segments[place + 1 :])
    return replace(transcript, segments=in_time(around))


def _each(transcript: Transcript, ids: Collection[str], change: Callable[[Segment], Segment]) -> Transcript:
    changed = (change(segment) if segment.id in ids else segment for segment in transcript.segments)
    return replace(transcript, segments=in_time(changed))


def _moved(segment: Segment, seconds: float) -> Segment:
    return replace(
        segment,
        words=tuple(
            replace(word, start=max(0.0, word.start + seconds), end=max(0.0, word.end + seconds))
            for word in segment.words
        ),
    )


def _stretched(segment: Segment, start: float, end: float) -> Segment:
    length = segment.end - segment.start
    share = (end - start) / length if length > 0 else 0.0

    def at(seconds: float) -> float:
        return min(end, start + max(0.0, seconds - segment.start) * share)

    words: list[Word] = [replace(word, start=at(word.start), end=at(word.end)) for word in segment.words]
    words[0] = replace(words[0], start=start)
    words[-1] = replace(words[-1], end=end)
    return replace(segment, words=tuple(words))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
