"""What the sandbox's voice says, written into the lowest bits of its samples where each word begins.

Nobody can hear them, and a piece that is cut out of a recording still tells its own words: parts of a long recording give
together what the whole gives.
"""

from __future__ import annotations

import binascii
import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.outcome import SIMULATED

_ENGINES = (SIMULATED, "flite", "espeak-ng")
_BEGINNING = b"\x5a\xc3\x96\x2e"
_HEAD = struct.Struct(">BBHB")
_CHECK = struct.Struct(">H")
_MOST_BYTES = 255
_LOWEST_BIT = bytes(48 + value % 2 for value in range(256))
"""From a byte to the digit of its lowest bit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """start, end: seconds. voice: a number for each speaker, 1 to 255. engine: who has really spoken."""

    word: str
    start: float
    end: float
    voice: int = 1
    engine: str = SIMULATED


def marked(sound: wav.Sound, marks: Sequence[Mark]) -> wav.Sound:
    """The same to the ear. Of marks that do not fit one behind the other, the later ones are pushed on."""
    samples = array("h", sound.samples)
    free = 0
    for mark in marks:
        at = max(free, round(mark.start * sound.rate))
        bits = _bits(mark)
        if at + len(bits) > len(samples):
            break
        for place, bit in enumerate(bits, at):
            samples[place] = samples[place] & ~1 | bit
        free = at + len(bits)
    return wav.Sound(sound.rate, samples, sound.text, sound.engine)


def marks_in(sound: wav.Sound) -> tuple[Mark, ...]:
    """In order; none where the samples have been touched since, if only to make them louder."""
    digits = wav.raw16(sound)[0::2].translate(_LOWEST_BIT)
    return tuple(_found(digits, sound.rate))


def _found(digits: bytes, rate: int) -> Iterator[Mark]:
    beginning = _digits(_BEGINNING)
    at = digits.find(beginning)
    while at >= 0:
        mark, size = _read(digits, at + len(beginning), at / rate)
        if mark is not None:
            yield mark
        at = digits.find(beginning, at + max(size, 1))


def _read(digits: bytes, at: int, start: float) -> tuple[Mark | None, int]:
    """The mark, if it is one, and how many samples it takes."""
    head = _taken(digits, at, _HEAD.size)
    if head is None:
        return None, 0
    engine, voice, hundredths, length = _HEAD.unpack(head)
    rest = _taken(digits, at + 8 * _HEAD.size, length + _CHECK.size)
    if rest is None or engine >= len(_ENGINES):
        return None, 0
    word, check = rest[:length], rest[length:]
    if _CHECK.pack(binascii.crc_hqx(head + word, 0)) != check:
        return None, 0
    text = word.decode("utf-8", "replace")
    start = round(start, 2)
    return Mark(text, start, round(start + hundredths / 100, 2), voice, _ENGINES[engine]), 8 * (
        len(_BEGINNING) + _HEAD.size + len(rest)
    )


def _taken(digits: bytes, at: int, count: int) -> bytes | None:
    piece = digits[at : at + 8 * count]
    return int(piece, 2).to_bytes(count) if len(piece) == 8 * count and count else None


def _bits(mark: Mark) -> list[int]:
    text = mark.word.encode("utf-8", "replace")
    if len(text) > _MOST_BYTES:
        text = text[:_MOST_BYTES].decode("utf-8", "ignore").encode()
    engine = _ENGINES.index(mark.engine) if mark.engine in _ENGINES else 0
    hundredths = min(0xFFFF, max(0, round((mark.end - mark.start) * 100)))
    content = _HEAD.pack(engine, mark.voice, hundredths, len(text)) + text
    check = _CHECK.pack(binascii.crc_hqx(_HEAD.pack(engine, mark.voice, hundredths, len(text)) + text, 0))
    return [digit - 48 for digit in _digits(_BEGINNING + content + check)]


def _digits(data: bytes) -> bytes:
    return f"{int.from_bytes(data):0{8 * len(data)}b}".encode()
