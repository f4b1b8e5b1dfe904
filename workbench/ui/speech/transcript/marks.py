"""Words worth a second look, as they are marked in the text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """first, last: its words in the segment, last not included. text: what is doubtful about them, a sentence."""

    segment_id: str
    first: int
    last: int
    text: str
