"""PNG by the standard library: palette pictures out, the common kinds in (RFC 2083)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 4_200_000
"""A larger picture is not decoded: two seconds of work in a thread are enough."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class Unreadable(Exception):
    """Not a picture this module can decode; the text says why."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """rows: red, green and blue bytes of each row, one after another; transparency is laid over white."""

    width: int
    height: int
    rows: Sequence[bytes]


def encode(width: int, palette: bytes, rows: Iterable[bytes | bytearray], height: int) -> bytes:
    """A palette picture; palette: up to 256 times red, green, blue. rows: one palette index a byte."""
    return _file(width, height, 3, chunk(b"PLTE", palette), rows)


def encode_veil(width: int, rows: Sequence[bytes]) -> bytes:
    """A black picture that is the more transparent the lighter the byte of a pixel is, from 0 to 255."""
    veils = [bytearray(2 * width) for _ in rows]
    for veil, row in zip(veils, rows, strict=True):
        veil[1::2] = row.translate(_INVERTED)
    return _file(width, len(rows), 4, b"", veils)


_INVERTED = bytes(range(255, -1, -1))


def _file(width: int, height: int, colour: int, palette: bytes, rows: Iterable[bytes | bytearray]) -> bytes:
    """colour: the kind of picture, by its number in the header."""
    raw = b"".join(part for row in rows for part in (b"\0", row))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    # Level 1: these pictures are flat, and speed is worth more than the last tenth of their size.
    pixels = chunk(b"IDAT", zlib.compress(raw, 1))
    return b"".join((SIGNATURE, chunk(b"IHDR", header), palette, pixels, chunk(b"IEND", b"")))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def decode(data: bytes) -> Pixels:
    """The pixels of a PNG with 8 or 16 bits a channel, or any palette or grey depth; raises Unreadable."""
    try:
        return _decode(data)
    except (struct.error, zlib.error, IndexError, ValueError) as error:
        raise Unreadable(f"a broken PNG: {error}") from error


def mask_of_transparency(data: bytes) -> bytes:
    """A picture that is white where this one is transparent; as it is, where it has no transparency or is no PNG.

    OpenAI's masks say with transparency what others say with white.
    """
    try:
        if not data.startswith(SIGNATURE) or _chunks(data)[b"IHDR"][9] not in (4, 6):
            return data
        seen = _decode(data, transparency=True)
    except (struct.error, zlib.error, IndexError, ValueError, Unreadable):
        return data
    black_and_white = bytes(entry for shade in range(256) for entry in (shade,) * 3)
    return encode(seen.width, black_and_white, [row[::3] for row in seen.rows], seen.height)


def _decode(data: bytes, *, transparency: bool = False) -> Pixels:
    if not data.startswith(SIGNATURE):
        raise Unreadable("not a PNG")
    chunks = _chunks(data)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if not width or not height or width * height > MOST_PIXELS:
        raise Unreadable(f"{width} × {height} pixels")
    if interlaced or colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise Unreadable("an interlaced or unknown kind of PNG")
    channels = _CHANNELS[colour]
    stride = (width * channels * depth + 7) // 8
    raw = zlib.decompressobj().decompress(chunks[b"IDAT"], height * (stride + 1))
    if len(raw) < height * (stride + 1):
        raise Unreadable("the picture ends early")
    step = max(1, channels * depth // 8)
    lines = _unfiltered(raw, stride, height, step)
    if transparency:
        bare = (line[:: depth // 8][channels - 1 :: channels] for line in lines)
        flipped = [bytes(255 - alpha for alpha in line) for line in bare]
        return Pixels(width, height, [_interleaved(line, line, line) for line in flipped])
    to_rgb = _Rgb(colour, depth, width, chunks.get(b"PLTE", b""))
    return Pixels(width, height, [to_rgb(line) for line in lines])


def _chunks(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    parts: list[bytes] = []
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            parts.append(content)
        else:
            found.setdefault(kind, content)
        at += 12 + length
    if b"IHDR" not in found:
        raise Unreadable("a PNG without a header")
    return {**found, b"IDAT": b"".join(parts)}


def _unfiltered(raw: bytes, stride: int, height: int, step: int) -> list[bytes]:
    lines = []
    above = bytes(stride)
    for y in range(height):
        at = y * (stride + 1)
        above = _unfilter(raw[at], raw[at + 1 : at + 1 + stride], above, step)
        lines.append(above)
    return lines


def _unfilter(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    match kind:
        case 0:
            return line
        case 1:
            out = bytearray(len(line))
            for channel in range(step):
                out[channel::step] = bytes(value & 255 for value in accumulate(line[channel::step]))
            return bytes(out)
        case 2:
            return _added(line, above)
        case 3:
            return _average(line, above, step)
        case 4:
            return _paeth(line, above, step)
    raise Unreadable(f"unknown filter {kind}")


def _added(line: bytes, above: bytes) -> bytes:
    """Byte by byte, without carries, as two long numbers."""
    size = len(line)
    low = int.from_bytes(b"\x7f" * size)
    a, b = int.from_bytes(line), int.from_bytes(above)
    return (((a & low) + (b & low)) ^ ((a ^ b) & ~low & ((1 << 8 * size) - 1))).to_bytes(size)


def _average(line: bytes, above: bytes, step: int) -> bytes:
    out = bytearray(line)
    for at, up in enumerate(above):
        left = out[at - step] if at >= step else 0
        out[at] = (out[at] + (left + up) // 2) & 255
    return bytes(out)


def _paeth(line: bytes, above: bytes, step: int) -> bytes:
    out = bytearray(len(line))
    for channel in range(step):
        left = corner = 0
        made = bytearray()
        for value, up in zip(line[channel::step], above[channel::step], strict=True):
            to_left, to_up = up - corner, left - corner
            far = abs(to_left + to_up)
            to_left, to_up = abs(to_left), abs(to_up)
            near = left if to_left <= to_up and to_left <= far else up if to_up <= far else corner
            left = (value + near) & 255
            corner = up
            made.append(left)
        out[channel::step] = made
    return bytes(out)


class _Rgb:
    """One line of any kind as red, green and blue bytes."""

    def __init__(self, colour: int, depth: int, width: int, palette: bytes) -> None:
        self._colour, self._depth, self._width = colour, depth, width
        entries = palette if colour == 3 else b""
        if colour == 3 and not entries:
            raise Unreadable("a palette picture without a palette")
        padded = entries[:768].ljust(768, b"\0")
        self._tables = [padded[channel::3] for channel in range(3)]

    def __call__(self, line: bytes) -> bytes:
        if self._depth == 16:
            line = line[::2]
        elif self._depth < 8:
            line = self._spread(line)
        match self._colour:
            case 2:
                return line
            case 3:
                return _interleaved(*(line.translate(table) for table in self._tables))
            case 0:
                return _interleaved(line, line, line)
            case 4:
                grey = _over_white(line[::2], line[1::2])
                return _interleaved(grey, grey, grey)
        alpha = line[3::4]
        return _interleaved(*(_over_white(line[channel::4], alpha) for channel in range(3)))

    def _spread(self, line: bytes) -> bytes:
        """One sample a byte; grey ones are stretched to the full range."""
        depth = self._depth
        mask = (1 << depth) - 1
        scale = 255 // mask if self._colour == 0 else 1
        shifts = range(8 - depth, -1, -depth)
        samples = bytes(((byte >> shift) & mask) * scale for byte in line for shift in shifts)
        return samples[: self._width]


def _over_white(channel: bytes, alpha: bytes) -> bytes:
    if alpha.count(255) == len(alpha):
        return channel
    return bytes(255 - (255 - c) * a // 255 for c, a in zip(channel, alpha, strict=True))


def _interleaved(red: bytes, green: bytes, blue: bytes) -> bytes:
    out = bytearray(3 * len(red))
    out[0::3], out[1::3], out[2::3] = red, green, blue
    return bytes(out)
