"""What can be known of a recording without a recogniser: its kind, how long it is, where it is not silent."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.loudness import loud_parts, peaks_of
from workbench.gateway.sandbox.media.wav import Sound, Undecodable

_VOICE_BYTES_PER_S = 4000
"""To guess a length where a container tells none."""


@dataclass(frozen=True, slots=True)
class Recording:
    """kind: `wav`, `mp3` …. parts: start and end, in seconds, of what is not silent; the whole of it for sound that was
    not decoded. sound: None for those kinds; peaks: how loud it is, see loudness. guessed: the length is only guessed from
    the size.
    """

    kind: str
    seconds: float
    parts: tuple[tuple[float, float], ...]
    sound: Sound | None = None
    peaks: Sequence[int] = field(default=(), repr=False)
    guessed: bool = False

    @property
    def text(self) -> str:
        """What is said in it, where the sandbox has spoken it."""
        return self.sound.text if self.sound else ""


def recording_of(data: bytes, *, raw_rate: int | None = None) -> Recording:
    """Raises Undecodable for what is no recording, is empty, or is silent. raw_rate: take it for bare 16 bit samples."""
    if raw_rate is not None:
        return _decoded(Sound(raw_rate, wav.samples_of(data, wav.PCM, 2)), "linear16")
    if wav.is_wav(data):
        return _decoded(wav.read(data), "wav")
    try:
        kind, seconds = _told(data)
    except (struct.error, IndexError, ValueError, ZeroDivisionError) as error:
        raise Undecodable(f"a broken file: {error}") from error
    if seconds is None:
        guess = round(max(0.5, len(data) / _VOICE_BYTES_PER_S), 2)
        return Recording(kind, guess, ((0.0, guess),), guessed=True)
    if not 0.005 < seconds < 1e6:  # what is shorter has no length to tell in hundredths
        raise Undecodable(f"the length of the {kind} file cannot be")
    return Recording(kind, round(seconds, 2), ((0.0, round(seconds, 2)),))


def _decoded(sound: Sound, kind: str) -> Recording:
    peaks = peaks_of(sound.samples, sound.rate)
    parts = loud_parts(peaks, sound.seconds)
    if not parts:
        raise Undecodable("the recording is silent" if sound.samples else "the recording is empty")
    return Recording(kind, round(sound.seconds, 2), parts, sound, peaks)


def _told(data: bytes) -> tuple[str, float | None]:
    """Kind and length as the file's own headers tell them."""
    if data.startswith(b"fLaC"):
        return "flac", _flac_seconds(data)
    if data.startswith(b"OggS"):
        return "ogg", _ogg_seconds(data)
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm", _webm_seconds(data)
    if data[4:8] == b"ftyp":
        return "mp4", _mp4_seconds(data)
    seconds = _mp3_seconds(data)
    if seconds is None:
        raise Undecodable("not a recording of a known kind")
    return "mp3", seconds


def _flac_seconds(data: bytes) -> float:
    bits = int.from_bytes(data[18:26])
    return (bits & (1 << 36) - 1) / (bits >> 44)


def _ogg_seconds(data: bytes) -> float | None:
    (granule,) = struct.unpack_from("<q", data, data.rindex(b"OggS") + 6)
    if (at := data.find(b"OpusHead", 0, 200)) >= 0:
        return max(0, int(granule) - int(struct.unpack_from("<H", data, at + 10)[0])) / 48000
    if (at := data.find(b"\x01vorbis", 0, 200)) >= 0:
        return int(granule) / int(struct.unpack_from("<I", data, at + 12)[0])
    return None


def _webm_seconds(data: bytes) -> float | None:
    """Browsers that record write no length."""
    at = data.find(b"\x44\x89", 0, 4096)
    if at < 0 or data[at + 2] not in (0x84, 0x88):
        return None
    (milliseconds,) = struct.unpack_from(">f" if data[at + 2] == 0x84 else ">d", data, at + 3)
    return float(milliseconds) / 1000


def _mp4_seconds(data: bytes) -> float | None:
    at = data.find(b"mvhd")
    if at < 0:
        return None
    layout, offset = (">IQ", 24) if data[at + 4] == 1 else (">II", 16)
    scale, duration = struct.unpack_from(layout, data, at + offset)
    return float(duration / scale)


_RATES = ((44100, 48000, 32000), (22050, 24000, 16000), (11025, 12000, 8000))
_BIT_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BIT_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def _mp3_seconds(data: bytes) -> float | None:
    """From the number of frames where the first frame tells it, else from its bit rate (MPEG audio layer III)."""
    at = 0
    if data.startswith(b"ID3"):
        a, b, c, d = data[6:10]
        at = 10 + (a << 21 | b << 14 | c << 7 | d)
    (head,) = struct.unpack_from(">I", data, at)
    version, layer = head >> 19 & 3, head >> 17 & 3
    bit_rate, rate = head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or bit_rate in (0, 15) or rate == 3:
        return None
    rates = _RATES[{3: 0, 2: 1, 0: 2}[version]]
    for mark in (b"Xing", b"Info"):
        if (found := data.find(mark, at, at + 200)) >= 0:
            flags, frames = struct.unpack_from(">II", data, found + 4)
            if flags & 1:
                return float(frames * (1152 if version == 3 else 576) / rates[rate])
    kilobits = (_BIT_RATES_1 if version == 3 else _BIT_RATES_2)[bit_rate]
    return (len(data) - at) / (kilobits * 125)
