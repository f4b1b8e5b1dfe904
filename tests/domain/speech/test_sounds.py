"""Recordings by their first bytes."""

from __future__ import annotations

import pytest

from workbench.domain.speech.sounds import audio_type, extension_of


@pytest.mark.parametrize(
    ("data", "kind", "extension"),
    [
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav", ".wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav", ".wav"),
        (b"fLaC\0\0\0\x22", "audio/flac", ".flac"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/opus", ".opus"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg", ".ogg"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4", ".m4a"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\x42\x82\x84webm", "audio/webm", ".webm"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\x42\x82\x88matroska", "video/x-matroska", ".mkv"),
        (b"ID3\x04\0\0", "audio/mpeg", ".mp3"),
        (b"\xff\xfb\x90\x64", "audio/mpeg", ".mp3"),
        (b"\xff\xf3\x84\xc4", "audio/mpeg", ".mp3"),
        (b"\xff\xf1\x50\x80", "audio/aac", ".aac"),
    ],
)
def test_a_recording_is_known_by_its_beginning(data: bytes, kind: str, extension: str) -> None:
    assert audio_type(data) == kind
    assert extension_of(kind) == extension


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff\xe0", b"\xff\xff\xff\xff", b"RIFF\0\0\0\0WEBPVP8 ", b"words"]
)
def test_other_bytes_are_no_recording(data: bytes) -> None:
    assert audio_type(data) is None
    assert extension_of("text/plain") == ".bin"
