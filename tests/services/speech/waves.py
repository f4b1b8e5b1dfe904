"""Sounds made for tests."""

from __future__ import annotations

import math
import struct
from array import array
from pathlib import Path

from workbench.services.speech.samples import RATE, Samples


def tone(seconds: float, hertz: float = 440.0, loudness: float = 0.5, rate: int = RATE) -> array[int]:
    """loudness: 0–1, of the peaks."""
    turn = 2 * math.pi * hertz / rate
    return array("h", (round(32767 * loudness * math.sin(turn * at)) for at in range(round(seconds * rate))))


def silence(seconds: float, rate: int = RATE) -> array[int]:
    return array("h", bytes(2 * round(seconds * rate)))


def stored(path: Path, *pieces: array[int]) -> Samples:
    """As a decoder leaves them."""
    path.write_bytes(b"".join(piece.tobytes() for piece in pieces))
    return Samples(path, path.stat().st_size)


def read(path: Path) -> array[int]:
    samples = array("h")
    samples.frombytes(path.read_bytes())
    return samples


def wav(
    data: bytes, *, tag: int = 1, channels: int = 1, rate: int = RATE, bits: int = 16, size: int | None = None
) -> bytes:
    """size: told of the samples, where that is not the truth."""
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * frame, frame, bits)
    told = len(data) if size is None else size
    body = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", told) + data
    return b"RIFF" + struct.pack("<I", 4 + len(body) - len(data) + told) + b"WAVE" + body


def heard(samples: array[int], hertz: float, rate: int = RATE) -> float:
    """The amplitude, 0–1, of one frequency in the middle of a sound."""
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    turn = 2 * math.pi * hertz / rate
    real = sum(value * math.cos(turn * at) for at, value in enumerate(middle))
    imaginary = sum(value * math.sin(turn * at) for at, value in enumerate(middle))
    return 2 * math.hypot(real, imaginary) / max(1, len(middle)) / 32768
