"""How loud a sound is, frame by frame, and where it is not silent."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

FRAME_S = 0.02
_LOOKS = 80
"""Samples of a frame that are looked at; all of them would take four times as long and tell the same."""
QUIET = 260
"""Peaks below this, of 32768, count as silence."""
_GAP_S, _SHORTEST_S = 0.3, 0.05


def peaks_of(samples: array[int], rate: int) -> list[int]:
    """The loudest sample of each frame; depends on nothing outside of the frame."""
    step = max(1, round(rate * FRAME_S) // _LOOKS)
    found: list[int] = []
    start = 0
    while start < len(samples):
        end = round((len(found) + 1) * rate * FRAME_S)
        frame = samples[start:end:step]
        found.append(max(max(frame), -min(frame)))
        start = end
    return found


def loud_parts(peaks: Sequence[int], seconds: float) -> tuple[tuple[float, float], ...]:
    """Start and end, in seconds, of the parts that are not silent, which is also what is far below the loudest; short gaps
    between words do not count."""
    limit = max(QUIET, max(peaks, default=0) // 8)
    parts: list[tuple[float, float]] = []
    for place, peak in enumerate(peaks):
        if peak < limit:
            continue
        start, end = place * FRAME_S, min(seconds, (place + 1) * FRAME_S)
        if parts and start - parts[-1][1] < _GAP_S:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return tuple((round(a, 2), round(b, 2)) for a, b in parts if b - a >= _SHORTEST_S)
