"""How a recording looks: its peaks at several zooms, and how loud it is every 20 ms.

Measured once, piece by piece, while it is still being decoded or recorded if need be: an hour takes less than half a second.
"""

from __future__ import annotations

import asyncio
import math
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.services.speech.samples import RATE, Samples
from workbench.services.speech.sound import Level

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int16]
    Floats = npt.NDArray[np.float32]

FRAME_S = 0.02
FINEST, _COARSER, _LEVELS = 256, 8, 4
_FRAME = round(FRAME_S * RATE)
_STEP = math.lcm(FINEST, _FRAME)
_PIECE = _STEP * 1024
_LOUDEST = 32768.0
_CLIPPED = 32700
_FULL = _LOUDEST**2
_LEAST = _FULL * 1e-10
"""Of power: what silence without any noise counts as, -100 dB."""


@dataclass(frozen=True, slots=True)
class _Zoom:
    """The lowest and the highest of every `bucket` samples."""

    bucket: int
    lows: Ints
    highs: Ints


@dataclass(frozen=True, slots=True)
class Measured:
    """A recording, or what there is of it yet. loudness: dB below the loudest, one for each FRAME_S."""

    samples: Samples
    loudness: array[float] = field(repr=False)
    _zooms: tuple[_Zoom, ...] = field(repr=False)

    def columns(self, first: int, width: float, many: int) -> tuple[list[int], list[int]]:
        """The lowest and highest sample in each of many columns, of which number n begins at sample n × width.

        Fewer where the recording ends before. A column looks the same wherever the view begins.
        """
        lows, highs = self._columns(first, width, many)
        return lows.tolist(), highs.tolist()

    def bars(
        self, first: int, width: float, many: int, middle: int, tall: float
    ) -> tuple[list[int], list[int]]:
        """The same columns as they are drawn: where each begins, counted downwards, and how high it is, at least 1.

        middle: where silence is. tall: pixels for each unit of a sample. Neighbours touch, so that a curve that is seen
        very closely does not fall apart.
        """
        import numpy as np

        lows, highs = self._columns(first, width, many)
        tops = middle - np.rint(highs * tall).astype(np.int32)
        ends = middle + 1 - np.rint(lows * tall).astype(np.int32)
        begin, end = tops.copy(), ends.copy()
        np.minimum(tops[1:], ends[:-1] - 1, out=begin[1:])
        np.maximum(ends[1:], tops[:-1] + 1, out=end[1:])
        return begin.tolist(), (end - begin).tolist()

    def _columns(self, first: int, width: float, many: int) -> tuple[Ints, Ints]:
        import numpy as np

        count = self.samples.count
        many = max(0, min(many, math.ceil(count / width) - first))
        if first < 0 or many <= 0:
            return np.empty(0, np.int16), np.empty(0, np.int16)
        borders = np.floor((first + np.arange(many + 1)) * width).astype(np.int64)
        borders[-1] = min(count, borders[-1])
        if width < FINEST:
            begin = int(borders[0])
            raw = _read(self.samples, begin, int(borders[-1]))
            return _between(borders - begin, raw, raw)
        zoom = next(zoom for zoom in reversed(self._zooms) if zoom.bucket <= width)
        end = len(zoom.lows) if borders[-1] == count else int(borders[-1]) // zoom.bucket
        borders //= zoom.bucket
        begin, borders[-1] = int(borders[0]), end
        return _between(borders - begin, zoom.lows[begin:end], zoom.highs[begin:end])


def _between(borders: npt.NDArray[np.int64], lows: Ints, highs: Ints) -> tuple[Ints, Ints]:
    """The lowest and the highest from each border up to the next one."""
    import numpy as np

    if not len(lows):  # the file is shorter by now
        return lows, highs
    starts = np.minimum(borders[:-1], len(lows) - 1)
    return np.minimum.reduceat(lows, starts), np.maximum.reduceat(highs, starts)


class Measure:
    """Takes a recording that grows. Not for two threads at once; what it returns stays as it is, but for its last column, which may become fuller."""

    def __init__(self) -> None:
        import numpy as np

        self._done = 0  # samples that need not be looked at again, whole steps of them
        self._lows = [np.empty(0, np.int16) for _ in range(_LEVELS)]
        self._highs = [np.empty(0, np.int16) for _ in range(_LEVELS)]
        self._loud = np.empty(0, np.float32)

    def take(self, samples: Samples) -> Measured:
        """Measure what is new of samples. Blocks; raises StorageFailed where they cannot be read."""
        begun, at = self._done, self._done
        while at < samples.count:
            last = min(samples.count, at + _PIECE)
            self._measure(_read(samples, at, last), at)
            at = last
        self._done = samples.count - samples.count % _STEP
        self._coarsen(begun // FINEST, math.ceil(samples.count / FINEST))
        return self._measured(samples)

    def _measure(self, piece: Ints, at: int) -> None:
        """at: where it begins, a whole number of steps."""
        import numpy as np

        first = at // FINEST
        _put(self._lows, 0, first, _bucketed(np.minimum, piece, FINEST))
        _put(self._highs, 0, first, _bucketed(np.maximum, piece, FINEST))
        padded = np.zeros(math.ceil(len(piece) / _FRAME) * _FRAME, np.float32)
        padded[: len(piece)] = piece
        frames = padded.reshape(-1, _FRAME)
        power = np.einsum("ij,ij->i", frames, frames) / _FRAME
        if len(piece) % _FRAME:
            power[-1] *= _FRAME / (len(piece) % _FRAME)
        first = at // _FRAME
        if len(self._loud) < first + len(power):
            grown = np.empty(2 * (first + len(power)), np.float32)
            grown[:first] = self._loud[:first]
            self._loud = grown
        power[power < _LEAST] = _LEAST
        self._loud[first : first + len(power)] = 10 * np.log10(power / _FULL)

    def _coarsen(self, first: int, end: int) -> None:
        """Bring the coarser zooms up to date, where buckets first to end of the finest have changed."""
        import numpy as np

        for level in range(1, _LEVELS):
            first, many = first // _COARSER, end
            end = math.ceil(end / _COARSER)
            lows = self._lows[level - 1][first * _COARSER : many]
            highs = self._highs[level - 1][first * _COARSER : many]
            _put(self._lows, level, first, _bucketed(np.minimum, lows, _COARSER))
            _put(self._highs, level, first, _bucketed(np.maximum, highs, _COARSER))

    def _measured(self, samples: Samples) -> Measured:
        zooms, many = [], samples.count
        for level in range(_LEVELS):
            many = math.ceil(many / (FINEST if level == 0 else _COARSER))
            zooms.append(_Zoom(FINEST * _COARSER**level, self._lows[level][:many], self._highs[level][:many]))
        loudness = array("f", self._loud[: math.ceil(samples.count / _FRAME)].tobytes())
        return Measured(samples, loudness, tuple(zooms))


async def measured(samples: Samples) -> Measured:
    """A recording that is there as a whole, in a thread. Raises StorageFailed where it cannot be read."""
    return await asyncio.to_thread(lambda: Measure().take(samples))


def level_of(data: bytes) -> Level:
    """Of a moment's int16 samples, at least one."""
    import numpy as np

    values = np.frombuffer(data, "<i2").astype(np.float32)
    power, most = float(np.mean(values * values)), float(np.max(np.abs(values)))
    return Level(
        10 * math.log10(max(power, _LEAST) / _FULL),
        20 * math.log10(max(most / _LOUDEST, 1e-5)),
        clipped=most >= _CLIPPED,
    )


def _read(samples: Samples, first: int, last: int) -> Ints:
    import numpy as np

    found: Ints = np.frombuffer(samples.read(first / samples.rate, last / samples.rate), "<i2")
    return found


def _bucketed(best: np.ufunc, values: Ints, size: int) -> Ints:
    """The best of every `size` values; the last bucket may hold fewer."""
    import numpy as np

    whole = len(values) - len(values) % size
    made: Ints = best.reduce(values[:whole].reshape(-1, size), axis=1)
    if whole == len(values):
        return made
    return np.append(made, best.reduce(values[whole:]))


def _put(zooms: list[Ints], level: int, first: int, values: Ints) -> None:
    """Where there is no room, into a larger array: what was handed out keeps the old one."""
    import numpy as np

    end = first + len(values)
    if len(zooms[level]) < end:
        grown = np.empty(max(64, 2 * end), np.int16)
        grown[:first] = zooms[level][:first]
        zooms[level] = grown
    zooms[level][first:end] = values
