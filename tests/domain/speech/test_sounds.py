from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.speech.sounds import audio_type, extension_of


@pytest.mark.parametrize(
    ("head", "kind", "extension"),
    [
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", ".wav"),
        (b"RF64\xff\xff\xff\xffWAVE", "audio/wav", ".wav"),
        (b"ID3\4\0\0\0\0\0\0", "audio/mpeg", ".mp3"),
        (b"\xff\xfb\x90\x64", "audio/mpeg", ".mp3"),
        (b"\xff\xf3\x40\xc4", "audio/mpeg", ".mp3"),
        (b"\xff\xf1\x50\x80", "audio/aac", ".aac"),
        (b"fLaC\0\0\0\x22", "audio/flac", ".flac"),
        (b"OggS" + bytes(24) + b"\1\x1e\1vorbis", "audio/ogg", ".ogg"),
        (b"OggS" + bytes(24) + b"\1\x13OpusHead", "audio/opus", ".opus"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4", ".m4a"),
        (b"\x1a\x45\xdf\xa3" + bytes(20) + b"\x42\x82\x84webm", "audio/webm", ".webm"),
        (b"\x1a\x45\xdf\xa3" + bytes(20) + b"\x42\x82\x88matroska", "video/x-matroska", ".mkv"),
        (b"RIFF\0\0\0\0AVI LIST", None, ".bin"),
        (b"\xff\xd8\xff\xe0", None, ".bin"),
        (b"\xff\xff\xff\xff", None, ".bin"),
        (b"hello there", None, ".bin"),
        (b"", None, ".bin"),
    ],
)
def test_a_recording_is_known_by_its_first_bytes(head: bytes, kind: str | None, extension: str) -> None:
    assert audio_type(head) == kind
    assert extension_of(kind or "text/plain") == extension


def test_what_follows_a_media_type_does_not_matter_to_the_extension() -> None:
    assert extension_of("Audio/WebM; codecs=opus") == ".webm"


@given(st.binary(max_size=20))
def test_any_bytes_are_looked_at_without_complaint(data: bytes) -> None:
    assert audio_type(data) is None or extension_of(audio_type(data) or "") != ".bin"
