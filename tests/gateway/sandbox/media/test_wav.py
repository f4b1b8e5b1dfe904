"""Sound in and out: every common WAV, bare encodings, and hostile bytes."""

from __future__ import annotations

import io
import math
import struct
import wave
from array import array
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.sandbox.media import wav
from workbench.gateway.sandbox.media.loudness import loud_parts, peaks_of
from workbench.gateway.sandbox.media.recordings import recording_of
from workbench.gateway.sandbox.media.wav import Sound, Undecodable

SAMPLES = array("h", [0, 1, -1, 1000, -1000, 32767, -32768])


def file_of(tag: int, channels: int, rate: int, bits: int, data: bytes) -> bytes:
    frame = channels * bits // 8
    head = b"fmt " + struct.pack("<IHHIIHH", 16, tag, channels, rate, rate * frame, frame, bits)
    body = b"WAVE" + head + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@given(st.lists(st.integers(-32768, 32767), max_size=50), st.text(max_size=30))
def test_what_is_written_is_read_again(values: list[int], text: str) -> None:
    text = text.replace("\0", "")
    sound = Sound(16000, array("h", values), text, "flite")
    again = wav.read(wav.write(sound))
    assert again.samples == sound.samples
    assert again.text == text.encode(errors="replace").decode()
    assert again.engine == ("flite" if text else "")


def test_the_standard_library_reads_what_is_written() -> None:
    with wave.open(io.BytesIO(wav.write(Sound(8000, SAMPLES, "hi", "x")))) as read:
        assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (8000, 1, 2)
        assert read.readframes(99) == wav.raw16(Sound(8000, SAMPLES))


@pytest.mark.parametrize(
    ("tag", "bits", "data", "expected"),
    [
        (1, 8, bytes([128, 255, 0]), [0, 32512, -32768]),
        (1, 24, b"\x00\x01\x00\xff\xff\xff", [1, -1]),
        (1, 32, b"\x00\x00\x01\x00\x00\x00\xff\xff", [1, -1]),
        (3, 32, struct.pack("<4f", 0, 0.5, -2, math.nan), [0, 16383, -32767, 0]),
        (3, 64, struct.pack("<2d", 1, math.inf), [32767, 32767]),
        (7, 8, bytes([0xFF, 0x80, 0x00]), [0, 32124, -32124]),
        (6, 8, bytes([0xD5, 0x55]), [8, -8]),
    ],
)
def test_every_common_encoding_is_read(tag: int, bits: int, data: bytes, expected: list[int]) -> None:
    assert wav.read(file_of(tag, 1, 16000, bits, data)).samples.tolist() == expected


def test_of_two_channels_the_first_is_taken() -> None:
    data = struct.pack("<4h", 1, 9, 2, 9)
    assert wav.read(file_of(1, 2, 16000, 16, data)).samples.tolist() == [1, 2]


@pytest.mark.parametrize("tag", [wav.MULAW, wav.ALAW])
def test_companding_keeps_samples_near(tag: int) -> None:
    tone = array("h", [int(20000 * math.sin(at / 9)) for at in range(400)])
    again = wav.read(wav.write(Sound(8000, tone), tag)).samples
    assert max(abs(a - b) for a, b in zip(tone, again, strict=True)) < 900


@given(st.binary(max_size=120))
def test_noise_never_breaks_the_reader(noise: bytes) -> None:
    for data in (noise, b"RIFF\0\0\0\0WAVE" + noise, file_of(1, 1, 8000, 16, b"") + noise, b"OggS" + noise):
        with suppress(Undecodable):
            assert recording_of(data).seconds > 0


@given(st.integers(0, 43), st.binary(min_size=1, max_size=4))
def test_a_damaged_head_is_read_or_refused(at: int, change: bytes) -> None:
    whole = file_of(1, 1, 8000, 16, SAMPLES.tobytes() * 400)
    with suppress(Undecodable):
        assert recording_of(whole[:at] + change + whole[at + len(change) :]).seconds > 0


@given(st.integers(1000, 48000), st.integers(1000, 48000))
def test_resampling_keeps_length_and_level(before: int, after: int) -> None:
    sound = wav.resampled(Sound(before, array("h", [1000] * before)), after)
    assert abs(sound.seconds - 1) < 0.01
    assert set(sound.samples) == {1000}


def test_silence_divides_the_loud_parts() -> None:
    rate = 8000
    loud, quiet = array("h", [9000, -9000] * (rate // 2)), array("h", bytes(2 * rate))
    peaks = peaks_of(quiet + loud + quiet + loud, rate)
    assert loud_parts(peaks, 4.0) == ((1.0, 2.0), (3.0, 4.0))
    with pytest.raises(Undecodable, match="silent"):
        recording_of(wav.write(Sound(rate, quiet)))


@pytest.mark.parametrize(
    ("data", "kind", "seconds"),
    [
        (b"fLaC\0\0\0\x22" + bytes(10) + (44100 << 44 | 88200).to_bytes(8), "flac", 2.0),
        (b"\xff\xfb\x90\x00" + bytes(16000 - 4), "mp3", 1.0),
        (b"\xff\xfb\x90\x00" + bytes(32) + b"Xing" + struct.pack(">II", 1, 3828) + bytes(99), "mp3", 100.0),
        (b"ID3\4\0\0\0\0\0\x05" + bytes(5) + b"\xff\xfb\x90\x00" + bytes(16000 - 4), "mp3", 1.0),
        (
            b"OggS" + bytes(24) + b"OpusHead\1\1" + struct.pack("<H", 312) + b"OggS\0\4" + struct.pack("<q", 96312) + bytes(20),
            "ogg",
            2.0,
        ),
        (b"\0\0\0\x18ftypM4A \0\0\0\0mvhd" + bytes(12) + struct.pack(">II", 600, 900), "mp4", 1.5),
        (b"\x1a\x45\xdf\xa3" + b"\x44\x89\x84" + struct.pack(">f", 2500), "webm", 2.5),
    ],
)  # fmt: skip
def test_other_kinds_tell_their_length(data: bytes, kind: str, seconds: float) -> None:
    found = recording_of(data)
    assert (found.kind, found.guessed) == (kind, False)
    assert found.seconds == pytest.approx(seconds, abs=0.02)


def test_a_length_that_is_not_told_is_guessed_and_said_to_be() -> None:
    found = recording_of(b"\x1a\x45\xdf\xa3" + bytes(8000))
    assert (found.seconds, found.guessed) == (2.0, True)
