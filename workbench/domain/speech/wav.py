"""WAV files: what stands before the samples, read and written."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

PCM, FLOAT, ALAW, MULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
HEAD_SIZE = 44
_LARGEST = 0xFFFFFFFF


class Undecodable(Exception):
    """Not a sound that can be read here; the text says why."""


@dataclass(frozen=True, slots=True)
class WavHead:
    """tag: how a sample is written (PCM, FLOAT …), in so many bits. data_at, data_size: bytes, where the samples are.

    info: texts of the INFO list, as far as they were in the bytes that were read.
    """

    tag: int
    channels: int
    rate: int
    bits: int
    data_at: int
    data_size: int
    info: Mapping[bytes, str] = field(default_factory=dict)

    @property
    def frame(self) -> int:
        """Bytes of one sample of all channels."""
        return self.channels * self.bits // 8

    @property
    def seconds(self) -> float:
        return self.data_size // self.frame / self.rate


def is_wav(data: bytes) -> bool:
    return data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE"


def head_of(data: bytes, size: int | None = None) -> WavHead:
    """Raises Undecodable. size: of the whole file, where data is its beginning only.

    A size that was never written, as in a file whose recording was cut short, counts as up to the end.
    """
    if not is_wav(data):
        raise Undecodable("not a WAV file")
    size = len(data) if size is None else size
    unfinished = struct.unpack_from("<I", data, 4)[0] != size - 8
    form = b""
    info: dict[bytes, str] = {}
    data_at, data_size = size, 0
    for kind, at, length in _chunks(data):
        if kind == b"fmt ":
            form = data[at : at + length]
        elif kind == b"data" and not data_size:
            rest = max(0, size - at)
            data_at, data_size = at, rest if length == 0 and unfinished else min(length, rest)
        elif kind == b"LIST" and data[at : at + 4] == b"INFO":
            info |= _texts(data[at + 4 : at + length])
    return _checked(form, data_at, data_size, info)


def _checked(form: bytes, data_at: int, data_size: int, info: Mapping[bytes, str]) -> WavHead:
    if len(form) < 16:
        raise Undecodable("a WAV file without a format")
    tag, channels, rate, _, frame, bits = struct.unpack_from("<HHIIHH", form)
    if tag == EXTENSIBLE and len(form) >= 26:
        (tag,) = struct.unpack_from("<H", form, 24)
    if not (1 <= channels <= 32 and 1000 <= rate <= 384_000 and bits and frame * 8 == channels * bits):
        raise Undecodable(f"a WAV file with {channels} channels of {bits} bits at {rate} Hz")
    return WavHead(tag, channels, rate, bits, data_at, data_size, info)


def wav_of(samples: bytes, rate: int, channels: int = 1) -> bytes:
    """A file of samples of 16 bits, little-endian, channels taking turns."""
    return wav_head(len(samples), rate, channels) + samples


def wav_head(size: int, rate: int, channels: int = 1) -> bytes:
    """What comes before so many bytes of 16-bit samples; HEAD_SIZE bytes, to be written again when the size is known."""
    frame = 2 * channels
    form = struct.pack("<IHHIIHH", 16, PCM, channels, rate, rate * frame, frame, 16)
    whole = min(_LARGEST, size + HEAD_SIZE - 8)
    return b"RIFF%bWAVEfmt %bdata%b" % (
        struct.pack("<I", whole),
        form,
        struct.pack("<I", min(_LARGEST, size)),
    )


def _chunks(data: bytes, at: int = 12) -> Iterator[tuple[bytes, int, int]]:
    """Kind, where its content begins, and its length, which a stream that did not know it tells too large."""
    while at + 8 <= len(data):
        kind, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        yield kind, at + 8, length
        at += 8 + length + length % 2


def _texts(content: bytes) -> dict[bytes, str]:
    return {
        kind: content[at : at + length].rstrip(b"\0").decode("utf-8", "replace")
        for kind, at, length in _chunks(content, 0)
    }
