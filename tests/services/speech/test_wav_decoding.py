from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.services.speech.waves import heard, read, tone, wav
from workbench.domain.errors import StorageFailed
from workbench.services.speech.wav_decoding import can_decode, decode_wav
from workbench.services.speech.wav_file import look


def decoded(folder: Path, data: bytes) -> Path:
    source, to = folder / "in.wav", folder / "out.s16"
    source.write_bytes(data)
    head = look(source)
    assert head is not None
    assert can_decode(head)
    decode_wav(source, head, to, lambda: False, lambda part: None)
    return to


def test_what_is_at_16_khz_already_is_taken_as_it_is(tmp_path: Path) -> None:
    samples = tone(0.3)
    assert read(decoded(tmp_path, wav(samples.tobytes()))) == samples


def test_stereo_at_44_khz_becomes_mono_at_16(tmp_path: Path) -> None:
    one = tone(0.5, 440, 0.5, 44100)
    both = b"".join(struct.pack("<hh", value, value) for value in one)
    made = read(decoded(tmp_path, wav(both, channels=2, rate=44100)))
    assert len(made) == 8000
    assert heard(made, 440) == pytest.approx(0.5, rel=0.01)


def test_a_recording_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    samples = tone(0.3)
    assert read(decoded(tmp_path, wav(samples.tobytes(), size=0))) == samples
    assert read(decoded(tmp_path, wav(samples.tobytes() + b"\1", size=10**6))) == samples


def test_it_tells_how_far_it_is_and_ends_when_stopped(tmp_path: Path) -> None:
    source, to = tmp_path / "in.wav", tmp_path / "out.s16"
    source.write_bytes(wav(bytes(3 * 4 * 1024 * 1024)))
    head = look(source)
    assert head is not None
    told: list[float] = []
    decode_wav(source, head, to, lambda: len(told) == 2, told.append)
    assert told == pytest.approx([1 / 3, 2 / 3])


def test_what_is_packed_inside_is_left_to_others(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    source.write_bytes(wav(bytes(100), tag=7, bits=8))
    head = look(source)
    assert head is not None
    assert not can_decode(head)


def test_what_is_no_wav_file_has_no_head(tmp_path: Path) -> None:
    (tmp_path / "in.wav").write_bytes(b"ID3 and no more")
    assert look(tmp_path / "in.wav") is None


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    source.write_bytes(wav(bytes(100)))
    head = look(source)
    assert head is not None
    with pytest.raises(StorageFailed, match="could not be written"):
        decode_wav(source, head, tmp_path / "none" / "out.s16", lambda: False, lambda part: None)
