"""SubRip files (.srt)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from workbench.domain.speech.captions import Caption
from workbench.domain.speech.subtitle_times import TIMES, clock, times_of


def written(captions: Iterable[Caption], *, speakers: bool = False) -> str:
    """speakers: their names stand before what they say. The format has no place for them, so that they are text when it is read."""
    blocks = []
    for number, caption in enumerate(captions, 1):
        lines = _full(caption.lines)
        if speakers and caption.speaker:
            lines = [f"{caption.speaker}: {lines[0] if lines else ''}".strip(), *lines[1:]]
        times = f"{clock(caption.start, ',')} --> {clock(caption.end, ',')}"
        blocks.append("\n".join((str(number), times, *lines)) + "\n")
    return "\n".join(blocks)


def read(text: str) -> tuple[Caption, ...]:
    """Whatever is in it; numbers are not looked at, and what stands before the first times is passed over. () for what is no SRT."""
    found: list[Caption] = []
    for block in _blocks(text):
        at = next((place for place, line in enumerate(block[:2]) if TIMES.match(line)), None)
        if at is not None:
            match = TIMES.match(block[at])
            assert match is not None
            found.append(Caption(*times_of(match), tuple(_full(block[at + 1 :]))))
        elif found:  # an empty line within a caption
            found[-1] = replace(found[-1], lines=(*found[-1].lines, *_full(block)))
    return tuple(found)


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in text.removeprefix("\ufeff").splitlines():
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return blocks if blocks[-1] else blocks[:-1]


def _full(lines: Sequence[str]) -> list[str]:
    """Each on one line of the file, none of them empty."""
    return [plain for line in lines if (plain := " ".join(line.split()))]
