"""Text that is heard while a transcript is open: what it means for the values one can go back to."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.speech.editing import in_time
from workbench.domain.speech.transcripts import Transcript
from workbench.ui.speech.transcript.document import Change


def arrived(before: Transcript, after: Transcript) -> Change:
    """From before to after; any older value gets the segments that have come, and keeps its own."""
    known = frozenset(segment.id for segment in before.segments)
    fresh = tuple(segment for segment in after.segments if segment.id not in known)

    def change(value: Transcript) -> Transcript:
        if value is before:
            return after
        there = {segment.id for segment in value.segments}
        segments = in_time((*value.segments, *(each for each in fresh if each.id not in there)))
        return replace(value, segments=segments, seams=after.seams, seconds=after.seconds)

    return change
