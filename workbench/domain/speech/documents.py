"""A transcript as a document: plain text, Markdown, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from workbench.domain.errors import InvalidInput
from workbench.domain.speech.timing import in_order
from workbench.domain.speech.transcripts import Segment, Transcript, Word, free_id
from workbench.domain.speech.writing import joined

_VERSION = 1
_MARKDOWN = re.compile(
    r"([\\`*_\[\]<>|~])|^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|\d+[.)](?=\s)|=+$|-{3,}$)", re.MULTILINE
)


def plain_text(transcript: Transcript, *, speakers: bool = True, times: bool = False) -> str:
    """A line for each segment; each turn of a speaker begins with the name."""
    lines = []
    for speaker, segments in _turns(transcript):
        for place, segment in enumerate(segments):
            name = f"{speaker}: " if speakers and speaker and place == 0 else ""
            time = f"[{_time(segment.start)}] " if times else ""
            lines.append(f"{time}{name}{segment.text}\n")
    return "".join(lines)


def markdown(transcript: Transcript, title: str = "", *, times: bool = True) -> str:
    """A paragraph for each turn of a speaker, or for each segment where nobody is told apart."""
    blocks = [f"# {_escaped(' '.join(title.split()))}\n"] if title.strip() else []
    for speaker, segments in _turns(transcript):
        for turn in [segments] if speaker else [[segment] for segment in segments]:
            name = f"**{_escaped(speaker)}**" if speaker else ""
            time = f"`{_time(turn[0].start)}`" if times else ""
            head = " ".join(part for part in (name, time) if part)
            text = _escaped(joined(segment.text for segment in turn))
            blocks.append(f"{head}  \n{text}\n" if head else f"{text}\n")
    return "\n".join(blocks)


def csv_table(transcript: Transcript) -> str:
    """A row for each segment. confidence: the mean of its words, as far as they have one."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("start", "end", "speaker", "text", "confidence"))
    for segment in transcript.segments:
        sure = [word.confidence for word in segment.words if word.confidence is not None]
        confidence = f"{sum(sure) / len(sure):.3f}" if sure else ""
        times = (f"{segment.start:.3f}", f"{segment.end:.3f}")
        table.writerow((*times, segment.speaker, segment.text, confidence))
    return text.getvalue()


def json_text(transcript: Transcript) -> str:
    """All of it, words and speakers included; `transcript_in` reads it back."""
    return json.dumps(as_json(transcript), ensure_ascii=False, indent=1) + "\n"


def as_json(transcript: Transcript) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "language": transcript.language,
        "seconds": transcript.seconds,
        "seams": list(transcript.seams),
        "text": transcript.text,
        "segments": [
            {
                "id": segment.id,
                "start": segment.start,
                "end": segment.end,
                "speaker": segment.speaker,
                "text": segment.text,
                "words": [_word_json(word) for word in segment.words],
            }
            for segment in transcript.segments
        ],
    }


def transcript_in(text: str) -> Transcript:
    """Raises InvalidInput. Texts and times of whole segments are worked out from the words again."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            "This is no JSON.", why=str(error), fix="Choose a transcript saved as JSON."
        ) from error
    return from_json(value)


def from_json(value: Any) -> Transcript:
    """Raises InvalidInput."""
    try:
        segments = tuple(_segments(value["segments"]))
        return Transcript(
            tuple(sorted(segments, key=lambda segment: segment.start)),
            str(value.get("language") or ""),
            max(_seconds(value.get("seconds", 0)), max((segment.end for segment in segments), default=0.0)),
            tuple(map(_seconds, value.get("seams", ()))),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidInput(
            "This JSON is no transcript.",
            why=f"It lacks something, or something is not what it should be: {error}.",
            fix="Choose a transcript that was exported as JSON.",
        ) from error


def _segments(values: Any) -> Iterator[Segment]:
    taken: set[str] = set()
    for number, value in enumerate(values):
        words = in_order(map(_word, value["words"]))
        if words:
            id = free_id(str(value.get("id") or f"s{number}"), taken)
            taken.add(id)
            yield Segment(id, words, str(value.get("speaker") or ""))


def _word(value: Mapping[str, Any]) -> Word:
    text = value["text"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError("a word without text")
    sure = value.get("confidence")
    return Word(
        " ".join(text.split()),
        _seconds(value["start"]),
        _seconds(value["end"]),
        None if sure is None else min(1.0, max(0.0, float(sure))),
        value.get("edited") is True,
    )


def _seconds(value: Any) -> float:
    seconds = float(value)
    if not 0 <= seconds < 1e7:
        raise ValueError(f"{value} is no time")
    return seconds


def _word_json(word: Word) -> dict[str, Any]:
    told: dict[str, Any] = {"text": word.text, "start": word.start, "end": word.end}
    if word.confidence is not None:
        told["confidence"] = word.confidence
    if word.edited:
        told["edited"] = True
    return told


def _turns(transcript: Transcript) -> Iterator[tuple[str, list[Segment]]]:
    for speaker, segments in groupby(transcript.segments, key=lambda segment: segment.speaker):
        yield speaker, list(segments)


def _time(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(lambda match: f"\\{match[1]}" if match[1] else _marked(match), text)


def _marked(match: re.Match[str]) -> str:
    mark = match[3]
    return f"{match[2]}{mark[:-1]}\\{mark[-1]}" if mark[0].isdigit() else f"{match[2]}\\{mark}"
