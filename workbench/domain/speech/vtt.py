"""WebVTT files (.vtt)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from workbench.domain.speech.captions import Caption
from workbench.domain.speech.subtitle_times import TIMES, clock, times_of

_TAG = re.compile(r"<[^<>]*>")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]*)>")
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


def written(captions: Iterable[Caption]) -> str:
    """Speakers are written as voices, which players may show."""
    blocks = ["WEBVTT\n"]
    for caption in captions:
        lines = [_escaped(plain) for line in caption.lines if (plain := " ".join(line.split()))]
        speaker = " ".join(caption.speaker.split())
        if speaker:
            lines = [f"<v {_escaped(speaker)}>{lines[0] if lines else ''}", *lines[1:]]
        times = f"{clock(caption.start, '.')} --> {clock(caption.end, '.')}"
        blocks.append("\n".join((times, *lines)) + "\n")
    return "\n".join(blocks)


def read(text: str) -> tuple[Caption, ...]:
    """Without styles, notes, places and the looks of the text. () for what is no WebVTT."""
    found = []
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)+", "\n".join(text.removeprefix("\ufeff").splitlines())):
        lines = block.strip("\n").split("\n")
        if _NOT_CUES.match(lines[0]):
            continue
        at = next((place for place, line in enumerate(lines[:3]) if TIMES.match(line)), None)
        if at is None:
            continue
        match = TIMES.match(lines[at])
        assert match is not None
        said, speaker = _plain(lines[at + 1 :])
        found.append(Caption(*times_of(match), said, speaker))
    return tuple(found)


def _plain(lines: Sequence[str]) -> tuple[tuple[str, ...], str]:
    voice = _VOICE.search("\n".join(lines))
    texts = (" ".join(unescape(_TAG.sub("", line)).split()) for line in lines)
    return tuple(text for text in texts if text), unescape(voice[1]).strip() if voice else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
