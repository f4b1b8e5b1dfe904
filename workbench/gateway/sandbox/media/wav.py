"""Sound as numbers: WAV files in and out, with a text inside where we made the sound ourselves."""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from workbench.domain.speech.wav import ALAW as ALAW
from workbench.domain.speech.wav import FLOAT as FLOAT
from workbench.domain.speech.wav import MULAW as MULAW
from workbench.domain.speech.wav import PCM as PCM
from workbench.domain.speech.wav import Undecodable as Undecodable
from workbench.domain.speech.wav import head_of
from workbench.domain.speech.wav import is_wav as is_wav

SOFTWARE = "AI Workbench sandbox"


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel. samples: 16 bit, "h". text, engine: what is said and who says it, where we made it; else ""."""

    rate: int
    samples: array[int] = field(repr=False)
    text: str = ""
    engine: str = ""

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read(data: bytes) -> Sound:
    """The first channel of a WAV file; raises Undecodable."""
    head = head_of(data)
    if head.bits % 8:
        raise Undecodable(f"WAV format {head.tag} of {head.bits} bits")
    raw = data[head.data_at : head.data_at + head.data_size]
    width = head.bits // 8
    samples = samples_of(b"".join(_slices(raw, head.frame, width)), head.tag, width)
    ours, _, engine = head.info.get(b"ISFT", "").partition(" by ")
    return Sound(head.rate, samples, head.info.get(b"ICMT", "") if ours == SOFTWARE else "", engine)


def _slices(raw: bytes, frame: int, width: int) -> tuple[bytes, ...]:
    """The bytes of the first channel only."""
    whole = len(raw) // frame * frame
    if frame == width:
        return (raw[:whole],)
    mono = bytearray(whole // frame * width)
    for at in range(width):
        mono[at::width] = raw[at:whole:frame]
    return (bytes(mono),)


def samples_of(raw: bytes, tag: int, width: int) -> array[int]:
    """Mono bytes of a format as 16 bit samples; raises Undecodable."""
    match tag, width:
        case (1, 1):
            return _from_bytes(raw.translate(_SIGNED), bytes(len(raw)))
        case (1, 2 | 3 | 4):
            whole = len(raw) // width * width
            return _from_bytes(raw[width - 1 : whole : width], raw[width - 2 : whole : width])
        case (3, 4 | 8):
            values = array("f" if width == 4 else "d", raw[: len(raw) // width * width])
            if sys.byteorder == "big":
                values.byteswap()
            return array("h", (_clipped(value) for value in values))
        case (6 | 7, 1):
            table = _alaw_table() if tag == ALAW else _mulaw_table()
            return array("h", map(table.__getitem__, raw))
    raise Undecodable(f"WAV format {tag} of {8 * width} bits")


_SIGNED = bytes(value ^ 0x80 for value in range(256))


def _from_bytes(high: bytes, low: bytes) -> array[int]:
    both = bytearray(2 * len(high))
    both[0::2], both[1::2] = low, high
    samples = array("h", bytes(both))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _clipped(value: float) -> int:
    return int(max(-1.0, min(1.0, value)) * 32767) if value == value else 0


def raw16(sound: Sound) -> bytes:
    """Samples as little-endian bytes, with nothing around them."""
    samples = sound.samples
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()


def companded(sound: Sound, tag: int) -> bytes:
    """Samples as mu-law or A-law bytes (ITU-T G.711)."""
    nearest = _nearest_codes(tag)
    return bytes(nearest[(sample >> 4) + 2048] for sample in sound.samples)


def write(sound: Sound, tag: int = PCM) -> bytes:
    """A WAV file, its text and engine in an INFO list."""
    data = raw16(sound) if tag == PCM else companded(sound, tag)
    width = 2 if tag == PCM else 1
    form = struct.pack("<HHIIHH", tag, 1, sound.rate, sound.rate * width, width, 8 * width)
    body = _chunk(b"fmt ", form)
    if sound.text:
        info = _chunk(b"ISFT", f"{SOFTWARE} by {sound.engine}\0".encode())
        info += _chunk(b"ICMT", sound.text.encode(errors="replace") + b"\0")
        body += _chunk(b"LIST", b"INFO" + info)
    body += _chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def resampled(sound: Sound, rate: int) -> Sound:
    """At another rate: each new sample is the mean of what it covers, so that going down does not whistle."""
    if rate == sound.rate or not sound.samples:
        return Sound(rate, sound.samples, sound.text, sound.engine)
    sums = [0, *accumulate(sound.samples)]
    count = max(1, len(sound.samples) * rate // sound.rate)
    have = len(sound.samples)
    bounds = [at * have // count for at in range(count + 1)]
    means = (
        (sums[max(end, start + 1)] - sums[start]) // max(1, end - start)
        for start, end in zip(bounds, bounds[1:], strict=False)
    )
    return Sound(rate, array("h", means), sound.text, sound.engine)


@cache
def _mulaw_table() -> tuple[int, ...]:
    def value(code: int) -> int:
        code = ~code & 0xFF
        size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
        return -size if code & 0x80 else size

    return tuple(map(value, range(256)))


@cache
def _alaw_table() -> tuple[int, ...]:
    def value(code: int) -> int:
        code ^= 0x55
        step, size = (code & 0x70) >> 4, (code & 0x0F) << 4
        size = size + 8 if step == 0 else size + 0x108 << step - 1
        return size if code & 0x80 else -size

    return tuple(map(value, range(256)))


@cache
def _nearest_codes(tag: int) -> bytes:
    """For each sample, without its lowest four bits, the code that comes nearest."""
    table = _alaw_table() if tag == ALAW else _mulaw_table()
    order = sorted(range(256), key=lambda code: table[code])
    codes = bytearray()
    at = 0
    for sample in range(-32768, 32768, 16):
        middle = sample + 8
        while at < 255 and abs(table[order[at + 1]] - middle) <= abs(table[order[at]] - middle):
            at += 1
        codes.append(order[at])
    return bytes(codes)
