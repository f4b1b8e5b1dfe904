"""The cues of subtitles that a model has written, WebVTT or SRT."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_TIMES = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}")
_TAG = re.compile(r"<[^<>]*>")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")


class Cue(NamedTuple):
    start: float
    end: float
    text: str
    speaker: str


def cues_in(text: str) -> Iterator[Cue]:
    """In the order they stand; nothing for what is no subtitles."""
    lines = iter([*text.splitlines(), ""])
    for line in lines:
        if (times := _TIMES.match(line)) is None:
            continue
        held = []
        for line in lines:
            if not line.strip():
                break
            held.append(line)
        said = " ".join(held)
        voice = _VOICE.search(said)
        plain = " ".join(unescape(_TAG.sub("", said)).split())
        if plain:
            parts = times.groups()
            yield Cue(_seconds(parts[:4]), _seconds(parts[4:]), plain, voice[1].strip() if voice else "")


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
