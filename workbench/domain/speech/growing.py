"""The text of a take while its parts are heard one by one."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.speech.cutting import Cut
from workbench.domain.speech.splicing import spliced
from workbench.domain.speech.stitching import stitched
from workbench.domain.speech.takes import Part, Take
from workbench.domain.speech.transcripts import Transcript


def grown(take: Take) -> Take:
    """With the text of all parts that are done. An edited one stays as it is, but for the parts that are fresh.

    Segments that have not changed are the same objects as before, so that who shows them need not look at hours of them again.
    """
    heard = _with_known(
        stitched(
            (Cut(part.start, part.end), part.transcript) for part in take.parts if part.transcript is not None
        ),
        take.heard,
    )
    if not take.edited:
        return replace(take, heard=heard, transcript=heard)
    transcript = take.transcript
    for part in take.parts:
        if part.fresh and part.transcript is not None:
            start, end = _own(part, take.parts, heard.seams)
            transcript = spliced(transcript, start, end, _between(heard, start, end))
    return replace(
        take,
        heard=heard,
        transcript=replace(transcript, seams=heard.seams, seconds=max(transcript.seconds, heard.seconds)),
        parts=tuple(replace(part, fresh=False) for part in take.parts),
    )


def _with_known(heard: Transcript, before: Transcript) -> Transcript:
    known = {segment.id: segment for segment in before.segments}
    segments = (
        there if (there := known.get(segment.id)) is not None and there == segment else segment
        for segment in heard.segments
    )
    return replace(heard, segments=tuple(segments))


def _own(part: Part, parts: tuple[Part, ...], seams: tuple[float, ...]) -> tuple[float, float]:
    """From where to where the text is that of this part and no other's."""
    start, end = part.start, part.end
    for other in parts:
        if other.transcript is None:
            continue
        if other.number == part.number - 1:
            start = _seam(seams, part.start, other.end)
        elif other.number == part.number + 1:
            end = _seam(seams, other.start, part.end)
    return start, end


def _seam(seams: tuple[float, ...], low: float, high: float) -> float:
    return next((seam for seam in seams if low <= seam <= high), (low + high) / 2)


def _between(heard: Transcript, start: float, end: float) -> Transcript:
    segments = (
        replace(
            segment,
            words=tuple(word for word in segment.words if start <= (word.start + word.end) / 2 < end),
        )
        for segment in heard.segments
    )
    return replace(heard, segments=tuple(segment for segment in segments if segment.words))
