"""Where a long recording is cut so that single calls can hear it: in its silences, with a little heard twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

FRAME_S = 0.02
"""Of one value of loudness."""
_FLOOR, _SURELY_QUIET = -100.0, -60.0
_ABOVE_NOISE, _BELOW_VOICE = 12.0, 18.0
_LATE = 6.0
"""Decibels that a place at the end of the stretch which is looked through may be louder than one at its beginning."""
_AT_ONCE, _AROUND = 5, 25
"""Frames to each side whose loudness counts."""


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A stretch of the recording, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def cuts(loudness: Sequence[float], seconds: float, *, most_s: float, overlap_s: float) -> tuple[Cut, ...]:
    """Stretches of at most most_s that cover the recording, neighbours overlapping by overlap_s around the quietest place.

    loudness: dBFS, one for each FRAME_S; where there is none it is cut as late as can be. overlap_s: never more than a third of most_s.
    """
    around = min(overlap_s, most_s / 3) / 2
    quiet = _Quiet(loudness)
    made = []
    start = 0.0
    while seconds - start > most_s:
        latest = min(start + most_s - around, seconds - min(5.0, most_s / 4))
        at = quiet.place(start + most_s / 2, latest)
        made.append(Cut(start, at + around))
        start = at - around
    if seconds > 0:
        made.append(Cut(start, seconds))
    return tuple(made)


def silences(loudness: Sequence[float], *, least_s: float = 0.3) -> tuple[tuple[float, float], ...]:
    """Start and end, in seconds, of what is quiet for least_s or longer. What counts as quiet follows from the recording itself."""
    level = quiet_below(loudness)
    found = []
    start: int | None = None
    for place, value in enumerate((*loudness, 0.0)):
        if value < level and place < len(loudness):
            start = place if start is None else start
        elif start is not None:
            if (place - start) * FRAME_S >= least_s:
                found.append((round(start * FRAME_S, 3), round(place * FRAME_S, 3)))
            start = None
    return tuple(found)


def quiet_below(loudness: Sequence[float]) -> float:
    """dBFS that speech is above: somewhat over the noise, and well under the voice."""
    some = sorted(max(_FLOOR, value) for value in loudness[:: max(1, len(loudness) // 20_000)])
    if not some:
        return _SURELY_QUIET
    noise, voice = some[len(some) // 10], some[len(some) * 19 // 20]
    return max(_SURELY_QUIET, min(noise + _ABOVE_NOISE, voice - _BELOW_VOICE))


class _Quiet:
    def __init__(self, loudness: Sequence[float]) -> None:
        self._sums = (0.0, *accumulate(min(0.0, max(_FLOOR, value)) for value in loudness))

    def place(self, earliest: float, latest: float) -> float:
        """The quietest one between, in seconds; later ones win where it is all the same."""
        first, last = int(earliest / FRAME_S) + 1, int(latest / FRAME_S)
        last = min(last, len(self._sums) - 1)
        if last < first:
            return latest
        late = _LATE / max(1, last - first)
        best = min(range(first, last + 1), key=lambda at: self._near(at) + late * (last - at))
        return best * FRAME_S

    def _near(self, at: int) -> float:
        return (self._mean(at, _AT_ONCE) + self._mean(at, _AROUND)) / 2

    def _mean(self, at: int, frames: int) -> float:
        low, high = max(0, at - frames), min(len(self._sums) - 1, at + frames)
        return (self._sums[high] - self._sums[low]) / max(1, high - low)
