"""From any rate, width and number of channels to 16 kHz mono, a piece at a time.

Each new sample is a weighted sum of old ones (a windowed sinc that lets through what both rates can hold). The weights
repeat: with 441 old samples for every 160 new ones there are 160 sets of them. So they are laid out as matrices, and a
piece is a few multiplications: an hour of 44.1 kHz stereo takes half a second.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from workbench.domain.speech.wav import FLOAT, PCM

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_CROSSINGS = 16
"""Of the sinc, on each side of its middle: more is steeper, and slower."""
_KAISER = 9.0
_PASSED = 0.94
"""How much of the band that both rates can hold is let through whole."""
_COLUMNS = 32
_FLOPS = 360_000
"""Products larger than this are shared out between threads by the library, which on a busy machine takes ten times longer."""
_LOUDEST = 32768.0


def can_convert(tag: int, bits: int) -> bool:
    return (tag == PCM and bits in (8, 16, 24, 32)) or (tag == FLOAT and bits in (32, 64))


def as_mono(data: bytes, tag: int, bits: int, channels: int) -> Floats:
    """The mean of the channels, in units of int16. data: whole frames, of a form that `can_convert`."""
    import numpy as np

    if tag == FLOAT:
        values: Any = np.frombuffer(data, f"<f{bits // 8}")
        scale = _LOUDEST
    elif bits == 8:
        values, scale = np.frombuffer(data, np.uint8).astype(np.float32) - 128, _LOUDEST / 128
    elif bits == 24:
        padded = np.zeros((len(data) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        values, scale = padded.reshape(-1).view("<i4"), _LOUDEST / (1 << 31)
    else:
        values, scale = np.frombuffer(data, f"<i{bits // 8}"), _LOUDEST / (1 << bits - 1)
    mono = np.array(values[::channels], np.float32)
    for channel in range(1, channels):
        mono += values[channel::channels]
    if scale != channels:
        mono *= scale / channels
    if tag == FLOAT:
        np.nan_to_num(mono, copy=False, posinf=0.0, neginf=0.0)
    return mono


class Resampler:
    """Samples at `rate` in, int16 at 16 kHz out; both ends of the sound line up."""

    def __init__(self, rate: int, to: int) -> None:
        import numpy as np

        self._rate, self._to = rate, to
        self._taken = self._given = 0
        common = math.gcd(rate, to)
        ratio, stretch = rate / to, max(1.0, rate / to)
        half = _CROSSINGS * stretch
        self._lead = math.ceil(half)
        self._span = math.ceil(2 * half + _COLUMNS * ratio) + 2
        # Rows must not overlap in memory, or the library multiplies them one number at a time.
        periods = max(1, math.ceil(self._span * common / rate), math.ceil(_COLUMNS * common / to))
        self._hop, self._made = rate // common * periods, to // common * periods
        self._rows = max(1, _FLOPS // (self._span * _COLUMNS))
        self._held = np.zeros(self._lead, np.float32)
        self._weights = [
            self._weighed(first, ratio, half, stretch) for first in range(0, self._made, _COLUMNS)
        ]

    def feed(self, mono: Floats) -> bytes:
        """What can be said for sure by now."""
        import numpy as np

        self._taken += len(mono)
        self._held = np.concatenate((self._held, mono))
        furthest = self._weights[-1][0] + self._span
        rows = (len(self._held) - furthest) // self._hop + 1
        if rows <= 0:
            return b""
        made = self._products(rows)
        self._held = self._held[rows * self._hop :]
        self._given += len(made)
        return as_int16(made)

    def end(self) -> bytes:
        """The rest; nothing may follow."""
        import numpy as np

        due = round(self._taken * self._to / self._rate) - self._given
        if due <= 0:
            return b""
        rows = math.ceil(due / self._made)
        needed = self._weights[-1][0] + self._span + rows * self._hop
        self._held = np.concatenate((self._held, np.zeros(max(0, needed - len(self._held)), np.float32)))
        return as_int16(self._products(rows)[:due])

    def _weighed(self, first: int, ratio: float, half: float, stretch: float) -> tuple[int, Floats]:
        """Where its old samples begin in a row, and their weights: one column for each new sample."""
        import numpy as np

        middles = (first + np.arange(min(_COLUMNS, self._made - first))) * ratio
        start = math.floor(first * ratio - half)
        distance = (start + np.arange(self._span))[:, None] - middles[None, :]
        inside = np.clip(1 - (distance / half) ** 2, 0, None)
        window = np.where(inside > 0, np.i0(_KAISER * np.sqrt(inside)), 0)
        weights = np.sinc(distance * _PASSED / stretch) * window
        return start + self._lead, (weights / weights.sum(axis=0)).astype(np.float32)

    def _products(self, rows: int) -> Floats:
        import numpy as np

        made = np.empty((rows, self._made), np.float32)
        at = 0
        for start, weights in self._weights:
            seen = np.lib.stride_tricks.as_strided(
                self._held[start:], (rows, self._span), (4 * self._hop, 4), writeable=False
            )
            width = weights.shape[1]
            for row in range(0, rows, self._rows):
                made[row : row + self._rows, at : at + width] = seen[row : row + self._rows] @ weights
            at += width
        return made.reshape(-1)


def as_int16(values: Floats) -> bytes:
    """Mono samples that are at the right rate already."""
    import numpy as np

    return np.clip(np.rint(values), -32768, 32767).astype("<i2").tobytes()
