from __future__ import annotations

import io
import struct
import wave
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.speech.wav import EXTENSIBLE, HEAD_SIZE, Undecodable, head_of, wav_head, wav_of


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def file_of(*chunks: bytes) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


FORM = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 2, 8000, 32000, 4, 16))


@given(st.binary(max_size=50).map(lambda data: data * 4), st.integers(1000, 48000), st.sampled_from((1, 2)))
def test_what_is_written_is_read_again(samples: bytes, rate: int, channels: int) -> None:
    data = wav_of(samples, rate, channels)
    head = head_of(data)
    assert data[head.data_at : head.data_at + head.data_size] == samples
    assert (head.rate, head.channels, head.bits, head.frame) == (rate, channels, 16, 2 * channels)
    with wave.open(io.BytesIO(data)) as read:
        assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (rate, channels, 2)
        assert read.readframes(999) == samples


def test_the_beginning_of_a_long_file_tells_all() -> None:
    head = head_of(wav_head(115_200_000, 16000) + bytes(9), size=HEAD_SIZE + 115_200_000)
    assert (head.data_at, head.data_size, head.seconds) == (HEAD_SIZE, 115_200_000, 3600)


@pytest.mark.parametrize("told", [0, 0xFFFFFFFF, 9999])
def test_a_recording_that_was_cut_short_reaches_to_its_end(told: int) -> None:
    data = file_of(FORM, b"data" + struct.pack("<I", told)) + bytes(400)
    assert head_of(data).data_size == 400


def test_a_file_without_samples_that_was_finished_is_empty() -> None:
    assert head_of(file_of(FORM, chunk(b"data", b""), chunk(b"LIST", b"INFO"))).data_size == 0


def test_more_than_four_gigabytes_are_told_as_unknown() -> None:
    assert head_of(wav_head(5 << 30, 48000, 2), size=HEAD_SIZE + (5 << 30)).data_size in (5 << 30, 0xFFFFFFFF)


def test_other_chunks_are_passed_over_and_texts_read() -> None:
    info = chunk(b"LIST", b"INFO" + chunk(b"ISFT", b"me\0") + chunk(b"ICMT", "größe\0".encode()))
    head = head_of(
        file_of(chunk(b"JUNK", b"odd"), FORM, info, chunk(b"data", b"\1\2\3\4"), chunk(b"data", b"later"))
    )
    assert head.data_size == 4
    assert head.info == {b"ISFT": "me", b"ICMT": "größe"}


def test_an_extended_format_tells_what_it_really_is() -> None:
    form = (
        struct.pack("<HHIIHH", EXTENSIBLE, 1, 8000, 32000, 4, 32)
        + struct.pack("<HHIH", 22, 32, 0, 3)
        + bytes(14)
    )
    assert head_of(file_of(chunk(b"fmt ", form), chunk(b"data", bytes(8)))).tag == 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a WAV"),
        (b"OggS" + bytes(40), "not a WAV"),
        (file_of(chunk(b"data", bytes(4))), "without a format"),
        (file_of(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 0, 8000, 0, 0, 16))), "0 channels"),
        (file_of(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 0, 3, 16))), "16 bits"),
    ],
)
def test_what_is_no_wav_file_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(Undecodable, match=why):
        head_of(data)


@given(st.binary(max_size=100), st.integers(0, 60))
def test_noise_is_read_or_refused(noise: bytes, at: int) -> None:
    whole = wav_of(bytes(100), 8000)
    for data in (b"RIFF\0\0\0\0WAVE" + noise, whole[:at] + noise + whole[at:]):
        with suppress(Undecodable):
            head = head_of(data)
            assert 0 <= head.data_at <= head.data_at + head.data_size <= len(data)
            assert head.seconds >= 0
