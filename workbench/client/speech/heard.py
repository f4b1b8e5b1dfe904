"""Whatever comes back for a recording: words, segments, subtitles or bare text, made one transcript (workers-ai §9). Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from workbench.client.bad_replies import empty, unreadable
from workbench.client.failures import Asked, failure_of
from workbench.client.frames import is_error
from workbench.client.media_calls import neurons_in
from workbench.client.results import check_words, result_of
from workbench.client.speech.languages import code_of
from workbench.client.values import number, objects_in
from workbench.domain.ids import new_id
from workbench.domain.speech import srt, vtt
from workbench.domain.speech.retyping import retyped_words
from workbench.domain.speech.timing import apart, in_order, spread
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import ends_sentence, joined, words_in

_PAUSE_S = 1.0
_BREATH_S = 0.3
_FEW, _MANY = 4, 40
"""Words: a sentence of fewer goes on with the next one unless there is a breath between; a segment never has more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """neurons: charged, None where the reply did not tell."""

    transcript: Transcript
    neurons: float | None = None


@dataclass(slots=True)
class _Run:
    """Words in a row of one speaker. whole: they are a segment as they are."""

    words: Sequence[Word]
    speaker: str = ""
    whole: bool = True


@dataclass(slots=True)
class _Told:
    """seconds: as the request tells them, else as the reply does, which may round them up."""

    runs: list[_Run] = field(default_factory=list)
    language: str = ""
    seconds: float = 0.0


def heard_in(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    asked: Asked,
    *,
    seconds: float = 0.0,
    make_id: Callable[[], str] = new_id,
) -> Heard:
    """What was said; nothing at all is an answer too. Raises RequestFailed. headers: names in lower case.

    seconds: how long the recording is; words that come without times are spread over it.
    """
    if status >= 300:
        raise failure_of(status, headers, body, asked)
    check_words(body, asked)
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        told = _text_body(headers, body, asked, seconds)
        return Heard(_transcript(told, make_id), neurons_in(headers))
    if is_error(value):
        raise failure_of(status, headers, body, asked)
    result = result_of(value)
    if result is None or result in ({}, []):
        raise empty(asked)
    return Heard(_transcript(_read(result, asked, seconds), make_id), neurons_in(headers, result, value))


def _text_body(headers: Mapping[str, str], body: bytes, asked: Asked, seconds: float) -> _Told:
    """Subtitles, or text that is called so; anything else may be a JSON reply that was cut."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable(asked) from None
    if runs := _cues(text):
        return _Told(runs, seconds=seconds)
    if not headers.get("content-type", "").startswith("text/plain"):
        raise unreadable(asked)
    return _Told(_bare(text, seconds), seconds=seconds)


def _read(result: Any, asked: Asked, seconds: float) -> _Told:
    if isinstance(result, str):
        return _Told(_bare(result, seconds), seconds=seconds)
    if not isinstance(result, dict):
        raise unreadable(asked)
    if isinstance(results := result.get("results"), dict):
        return _deepgram(result, results, seconds)
    told = _Told(seconds=seconds)
    info = result.get("transcription_info")
    for place in (info, result, result.get("usage")):
        if isinstance(place, dict):
            told.language = told.language or code_of(place.get("language"))
            told.seconds = told.seconds or _seconds(place.get("duration", place.get("seconds")))
    text = result.get("text")
    text = text if isinstance(text, str) else ""
    words = _words(result.get("words"))
    if segments := list(objects_in(result.get("segments"))):
        told.runs = list(_segments(segments, words, told.seconds))
    elif words:
        told.runs = [_Run(written(words, text), whole=False)]
    elif isinstance(cues := result.get("vtt"), str) and (runs := _cues(cues)):
        told.runs = runs
    elif {"text", "words", "segments", "vtt"} & result.keys():
        told.runs = _bare(text, told.seconds)
    else:
        raise unreadable(asked)
    return told


def _deepgram(result: Mapping[str, Any], results: Mapping[str, Any], seconds: float) -> _Told:
    """Channels of words with speakers; `utterances`, where they were asked for, are the segments (workers-ai §9.3)."""
    metadata = result.get("metadata")
    told = _Told(seconds=seconds)
    if isinstance(metadata, dict):
        told.seconds = told.seconds or _seconds(metadata.get("duration"))
    starts: dict[int, list[float]] = {}
    for utterance in objects_in(results.get("utterances")):
        of = int(number(utterance.get("channel")) or 0)
        if (start := number(utterance.get("start"))) is not None:
            starts.setdefault(of, []).append(start)
    channels = list(objects_in(results.get("channels")))
    for place, channel in enumerate(channels):
        told.language = told.language or code_of(channel.get("detected_language"))
        name = f"Channel {place + 1}" if len(channels) > 1 else ""
        best = next(objects_in(channel.get("alternatives")), {})
        told.runs += _channel(best, starts.get(place, []), told.seconds, name)
    return told


def _channel(best: Mapping[str, Any], starts: Sequence[float], seconds: float, name: str) -> Iterator[_Run]:
    entries = [entry for entry in objects_in(best.get("words")) if _timed(entry)]
    transcript = best.get("transcript")
    if not entries:
        for run in _bare(transcript if isinstance(transcript, str) else "", seconds):
            yield _Run(run.words, name)
        return
    words = _words(entries)
    if not any("punctuated_word" in entry for entry in entries):
        words = written(words, transcript if isinstance(transcript, str) else "")
    speakers = [(_seconds(entry.get("start")), _speaker(entry.get("speaker"))) for entry in entries]
    place = 0
    held: list[Word] = []
    speaker = ""
    left = sorted(starts)[1:]
    for word in words:
        while place + 1 < len(speakers) and speakers[place + 1][0] <= word.start:
            place += 1
        now = ", ".join(part for part in (name, speakers[place][1]) if part)
        begins = bool(left) and word.start >= left[0]
        while left and word.start >= left[0]:
            left.pop(0)
        if held and (begins or now != speaker):
            yield _Run(held, speaker, whole=bool(starts))
            held = []
        speaker = now
        held.append(word)
    yield _Run(held, speaker, whole=bool(starts))


def _segments(segments: Sequence[Mapping[str, Any]], words: Sequence[Word], seconds: float) -> Iterator[_Run]:
    """Each with its own words, else with those that lie in its time, else with its text spread over that."""
    spare = list(words)
    for place, segment in enumerate(segments):
        start = _seconds(segment.get("start"))
        end = _seconds(segment.get("end")) or (seconds if place == len(segments) - 1 else start)
        text = segment.get("text")
        text = text.strip() if isinstance(text, str) else ""
        sure = _confidence(segment)
        own = _words(segment.get("words"), sure)
        if not own and spare:
            last = place == len(segments) - 1
            count = len(spare) if last else sum(1 for word in spare if (word.start + word.end) / 2 < end)
            own = tuple(
                word if word.confidence is not None else replace(word, confidence=sure)
                for word in spare[:count]
            )
            spare = spare[count:]
        if not own:
            own = spread(words_in(text), start, max(start, end), confidence=sure)
        yield _Run(written(own, text), _speaker(segment.get("speaker")))


def _confidence(segment: Mapping[str, Any]) -> float | None:
    """How sure a whole segment is, for words that do not tell: the mean probability of its tokens."""
    logarithm = number(segment.get("avg_logprob"))
    return None if logarithm is None else round(math.exp(min(0.0, logarithm)), 4)


def _words(entries: Any, confidence: float | None = None) -> tuple[Word, ...]:
    """Those that have their times, in order; confidence: where a word does not tell its own."""
    return in_order(
        part for entry in objects_in(entries) if _timed(entry) for part in apart(_word(entry, confidence))
    )


def _timed(entry: Mapping[str, Any]) -> bool:
    text = entry.get("punctuated_word") or entry.get("word") or entry.get("text")
    return isinstance(text, str) and bool(text.strip()) and number(entry.get("start")) is not None


def _word(entry: Mapping[str, Any], confidence: float | None) -> Word:
    text: str = entry.get("punctuated_word") or entry.get("word") or entry["text"]
    start = _seconds(entry.get("start"))
    told = entry.get("confidence", entry.get("probability"))
    own = number(told)
    sure = confidence if own is None else min(1.0, max(0.0, own))
    return Word(text.strip(), start, max(start, _seconds(entry.get("end"))), sure)


def written(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words as the text writes them: many models time them without marks and capitals."""
    plain = " ".join(text.split())
    if not words or not plain or joined(word.text for word in words) == plain:
        return tuple(words)
    return tuple(replace(word, edited=False) for word in retyped_words(words, plain))


def _bare(text: str, seconds: float) -> list[_Run]:
    """Text without any times: a segment for each line, spread over the whole."""
    lines = [words_in(line) for line in text.splitlines() if line.strip()]
    words = spread([word for line in lines for word in line], 0.0, seconds)
    runs: list[_Run] = []
    at = 0
    for line in lines:
        runs.append(_Run(words[at : at + len(line)]))
        at += len(line)
    return runs


def _cues(text: str) -> list[_Run]:
    """Of subtitles; none for what is none."""
    return [
        _Run(spread(words_in(cue.text), cue.start, cue.end), cue.speaker)
        for cue in vtt.read(text) or srt.read(text)
    ]


def _transcript(told: _Told, make_id: Callable[[], str]) -> Transcript:
    runs = [run for each in told.runs for run in ([each] if each.whole else _sentences(each))]
    runs = sorted((run for run in runs if run.words), key=lambda run: run.words[0].start)
    last = max((run.words[-1].end for run in runs), default=0.0)
    segments = tuple(Segment(make_id(), tuple(run.words), run.speaker) for run in runs)
    return Transcript(segments, told.language, told.seconds or last)


def _sentences(run: _Run) -> Iterator[_Run]:
    """A run in pieces that a person reads at once: by sentences, by pauses, at last by length."""
    piece: list[Word] = []
    for word in run.words:
        if piece and _ends(piece, word.start - piece[-1].end):
            yield _Run(piece, run.speaker)
            piece = []
        piece.append(word)
    yield _Run(piece, run.speaker)


def _ends(piece: Sequence[Word], pause_s: float) -> bool:
    if pause_s >= _PAUSE_S or len(piece) >= _MANY:
        return True
    return ends_sentence(piece[-1].text) and (len(piece) >= _FEW or pause_s >= _BREATH_S)


def _speaker(value: Any) -> str:
    """Numbers from 0, or letters, become names that a person can tell apart."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return f"Speaker {int(value) + 1}"
    told = str(value).strip()
    if told.isdigit():
        return f"Speaker {int(told) + 1}"
    return f"Speaker {told}" if len(told) == 1 else told


def _seconds(value: Any) -> float:
    return max(0.0, number(value) or 0.0)
