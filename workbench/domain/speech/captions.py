"""A transcript as captions: lines short enough to read, on screen long enough to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import columns_of, ends_clause, ends_sentence, joined, words_in


@dataclass(frozen=True, slots=True)
class Caption:
    """start, end: seconds. lines: none of them empty."""

    start: float
    end: float
    lines: tuple[str, ...]
    speaker: str = ""

    @property
    def text(self) -> str:
        return joined(self.lines)


@dataclass(frozen=True, slots=True)
class CaptionRules:
    """most_characters: of a line; wide characters, such as Chinese ones, count twice, and a longer word gets a line of its own.

    most_s, least_s: how long a caption stays. gap_s: a pause so long ends it. most_cps: characters a reader takes in within
    a second; a caption that has more stays longer, if the next one leaves time.
    """

    most_characters: int = 42
    most_lines: int = 2
    most_s: float = 7.0
    least_s: float = 1.0
    gap_s: float = 1.0
    most_cps: float = 17.0


def captions(transcript: Transcript, rules: CaptionRules = CaptionRules()) -> tuple[Caption, ...]:
    """In the order of the segments. Only words of one segment, or of sentences that go on in the next, share a caption."""
    made: list[Caption] = []
    for speaker, words in _runs(transcript.segments, rules):
        for group in _groups(words, rules):
            lines = _lines([word.text for word in group], rules)
            made.append(Caption(group[0].start, max(word.end for word in group), lines, speaker))
    return tuple(_readable(made, rules))


def transcript_of(told: Iterable[Caption]) -> Transcript:
    """Each caption as a segment, its words sharing its time."""
    made = []
    for number, caption in enumerate(told, 1):
        words = words_in(" ".join(caption.lines))
        if words:
            made.append(Segment(f"c{number}", spread(words, caption.start, caption.end), caption.speaker))
    made.sort(key=lambda segment: segment.start)
    return Transcript(tuple(made), seconds=max((segment.end for segment in made), default=0.0))


def _runs(segments: Sequence[Segment], rules: CaptionRules) -> Iterator[tuple[str, list[Word]]]:
    """Words of one speaker that no long pause divides; segments are joined where a sentence goes on."""
    run: list[Word] = []
    speaker = ""
    for segment in segments:
        going_on = run and speaker == segment.speaker and not ends_sentence(run[-1].text)
        if run and not (going_on and 0 <= segment.start - run[-1].end < min(rules.gap_s, 0.3)):
            yield speaker, run
            run = []
        speaker = segment.speaker
        for word in segment.words:
            if run and word.start - run[-1].end >= rules.gap_s:
                yield speaker, run
                run = []
            run.append(word)
    if run:
        yield speaker, run


def _groups(words: Sequence[Word], rules: CaptionRules) -> Iterator[Sequence[Word]]:
    """As many words as one caption holds, ending at the best place in its second half."""
    at = 0
    while at < len(words):
        end = _furthest(words, at, rules)
        if end < len(words):
            end = _best_end(words, at, end)
        yield words[at:end]
        at = end


def _furthest(words: Sequence[Word], at: int, rules: CaptionRules) -> int:
    end = at + 1
    widest = rules.most_characters * rules.most_lines + rules.most_lines
    while (
        end < len(words)
        and words[end].end - words[at].start <= rules.most_s
        and columns_of(joined(word.text for word in words[at : end + 1])) <= widest
        and len(_filled([word.text for word in words[at : end + 1]], rules.most_characters))
        <= rules.most_lines
    ):
        end += 1
    return end


def _best_end(words: Sequence[Word], at: int, furthest: int) -> int:
    def worth(end: int) -> float:
        last = words[end - 1]
        mark = 3.0 if ends_sentence(last.text) else 1.5 if ends_clause(last.text) else 0.0
        pause = min(1.0, 2 * max(0.0, words[end].start - last.end))
        left = len(words) - end
        orphan = -1.0 if left < 3 else 0.0
        return mark + pause + 2 * (end - at) / (furthest - at) + orphan

    earliest = at + max(1, (furthest - at) // 2)
    return max(range(earliest, furthest + 1), key=worth)


def _lines(words: Sequence[str], rules: CaptionRules) -> tuple[str, ...]:
    """As few as can be, as even as can be, the first ones ending at marks where there are any."""
    fewest = _filled(words, rules.most_characters)
    if len(fewest) != 2:
        return tuple(map(joined, fewest))

    def cost(cut: int) -> float:
        first, second = columns_of(joined(words[:cut])), columns_of(joined(words[cut:]))
        over = max(first, second) - rules.most_characters
        mark = (
            rules.most_characters / 4 if ends_sentence(words[cut - 1]) or ends_clause(words[cut - 1]) else 0
        )
        return abs(first - second) - mark + (1000 * over if over > 0 else 0)

    cut = min(range(1, len(words)), key=cost)
    return joined(words[:cut]), joined(words[cut:])


def _filled(words: Sequence[str], most: int) -> list[list[str]]:
    """Every line as full as can be."""
    lines: list[list[str]] = []
    for word in words:
        if lines and columns_of(joined([*lines[-1], word])) <= most:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _readable(made: Sequence[Caption], rules: CaptionRules) -> Iterator[Caption]:
    """Those that are gone too soon stay on, at most until the next one comes."""
    for caption, following in pairwise([*made, None]):
        assert caption is not None
        needed = max(rules.least_s, columns_of(caption.text) / rules.most_cps)
        until = caption.start + min(needed, max(rules.most_s, caption.end - caption.start))
        if following is not None:
            until = min(until, following.start)
        yield replace(caption, end=max(caption.end, until))
