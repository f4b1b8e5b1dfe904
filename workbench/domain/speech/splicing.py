"""A selection heard anew: how it differs from what was there, and the transcript with what is taken over of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from workbench.domain.speech.alignment import aligned
from workbench.domain.speech.editing import in_time
from workbench.domain.speech.pieces import Piece, pieces_of, together
from workbench.domain.speech.timing import apart, in_order
from workbench.domain.speech.transcripts import Segment, Transcript, Word, free_id


@dataclass(frozen=True, slots=True)
class Difference:
    """old: words as they are; new: as they are heard now. One of them may be ()."""

    old: tuple[Word, ...]
    new: tuple[Word, ...]

    @property
    def start(self) -> float:
        return min(word.start for word in (*self.old, *self.new))

    @property
    def end(self) -> float:
        return max(word.end for word in (*self.old, *self.new))


def differences(
    transcript: Transcript, start: float, end: float, heard: Transcript
) -> tuple[Difference, ...]:
    """Between the words from start to end, in seconds, and what is heard there now. All times count from the recording's beginning."""
    return tuple(
        Difference(together(block.old), together(block.new))
        for block in _blocks(_within(transcript, start, end), _words(heard))
        if not block.same
    )


def spliced(
    transcript: Transcript, start: float, end: float, heard: Transcript, refused: Collection[int] = ()
) -> Transcript:
    """With what is heard now from start to end. Segments stay what they are, with other words.

    refused: places in `differences` of those that are to stay as they were.
    """
    old = _within(transcript, start, end)
    if not old:
        return _inserted(transcript, start, end, heard)
    homes = [segment.id for segment in transcript.segments for word in segment.words if _in(word, start, end)]
    words: dict[str, list[Word]] = {id: [] for id in homes}
    number = -1
    for block in _blocks(old, _words(heard)):
        number += not block.same
        if not block.same and number in refused:
            for of, group in groupby(block.old, key=lambda piece: piece.of):
                words[homes[of]] += together(group)
        else:
            for home, word in _at_home(block, homes):
                words[home].append(word)
    segments = (
        _with(segment, words[segment.id], start, end) if segment.id in words else segment
        for segment in transcript.segments
    )
    return replace(transcript, segments=in_time(segment for segment in segments if segment.words))


@dataclass(frozen=True, slots=True)
class _Block:
    """Pieces that are the same, or that are not. before, after: old ones beside it."""

    same: bool
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    before: Piece | None
    after: Piece | None


def _in(word: Word, start: float, end: float) -> bool:
    """What is typed after the last word of a segment has no time but its end, and belongs to it."""
    typed_at_end = word.edited and start < word.start == word.end == end
    return start <= (word.start + word.end) / 2 < end or typed_at_end


def _within(transcript: Transcript, start: float, end: float) -> tuple[Word, ...]:
    return tuple(word for word in transcript.words if _in(word, start, end))


def _words(heard: Transcript) -> tuple[Word, ...]:
    return tuple(each for word in heard.words for each in apart(word))


def _blocks(old: Sequence[Word], new: Sequence[Word]) -> Iterator[_Block]:
    left, right = pieces_of(old), pieces_of(new)
    pairs = aligned([piece.key for piece in left], [piece.key for piece in right], replacing=False)
    place = 0

    def same(pair: tuple[int | None, int | None, bool]) -> bool:
        here, there, equal = pair
        return equal and here is not None and there is not None and left[here].text == right[there].text

    for equal, group in groupby(pairs, key=same):
        run = tuple(group)
        olds = tuple(left[pair.left] for pair in run if pair.left is not None)
        news = tuple(right[pair.right] for pair in run if pair.right is not None)
        before = left[place - 1] if place else None
        place += len(olds)
        yield _Block(equal, olds, news, before, left[place] if place < len(left) else None)


def _at_home(block: _Block, homes: Sequence[str]) -> Iterator[tuple[str, Word]]:
    """The new words, each with the segment it belongs to: that of the word it is, else of what it replaces or stands beside."""
    if block.same:
        of = {new.of: old.of for old, new in zip(reversed(block.old), reversed(block.new), strict=True)}
        for number, group in groupby(block.new, key=lambda piece: piece.of):
            for word in together(group):
                yield homes[of[number]], word
        return
    near = block.old or tuple(piece for piece in (block.before, block.after) if piece is not None)
    for word in together(block.new):
        middle = (word.start + word.end) / 2
        closest = min(near, key=lambda piece: max(piece.start - middle, middle - piece.end, 0.0))
        yield homes[closest.of], word


def _with(segment: Segment, words: Sequence[Word], start: float, end: float) -> Segment:
    """Between the words of the segment that lie before and after the selection."""
    before = [word for word in segment.words if (word.start + word.end) / 2 < start]
    after = [
        word for word in segment.words if (word.start + word.end) / 2 >= end and not _in(word, start, end)
    ]
    return replace(segment, words=_fitted(before, words, after))


def _fitted(before: Sequence[Word], words: Iterable[Word], after: Sequence[Word]) -> tuple[Word, ...]:
    latest = after[0].start if after else float("inf")
    clipped = [replace(word, start=min(word.start, latest), end=min(word.end, latest)) for word in words]
    return (*before, *in_order(clipped, before[-1].end if before else 0.0), *after)


def _inserted(transcript: Transcript, start: float, end: float, heard: Transcript) -> Transcript:
    """Where there were no words: into the segment around, if there is one, else in segments of its own."""
    for segment in transcript.segments:
        if segment.start <= start and end <= segment.end:
            filled = _with(segment, _words(heard), start, start)
            return replace(
                transcript,
                segments=tuple(filled if each is segment else each for each in transcript.segments),
            )
    taken = {segment.id for segment in transcript.segments}
    new = []
    for segment in heard.segments:
        new.append(replace(segment, id=free_id(segment.id, taken), words=in_order(segment.words)))
        taken.add(new[-1].id)
    return replace(transcript, segments=in_time((*transcript.segments, *new)))
