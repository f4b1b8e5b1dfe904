from __future__ import annotations

import struct
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.speech.waves import heard, tone
from workbench.services.speech.resampling import Resampler, as_int16, as_mono, can_convert

RATES = (8000, 11025, 22050, 32000, 44100, 48000, 96000)


def resampled(samples: array[int], rate: int, pieces: int = 1) -> array[int]:
    """Through a resampler, in so many pieces."""
    resampler = Resampler(rate, 16000)
    mono = np.array(samples, np.float32)
    made = b"".join(resampler.feed(piece) for piece in np.array_split(mono, pieces)) + resampler.end()
    return array("h", made)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_its_pitch_its_loudness_and_its_length(rate: int) -> None:
    made = resampled(tone(0.5, 1000, 0.5, rate), rate)
    assert len(made) == pytest.approx(8000, abs=1)
    assert heard(made, 1000) == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("rate", [44100, 48000])
def test_what_is_too_high_for_the_new_rate_is_left_out_and_does_not_whistle(rate: int) -> None:
    made = resampled(tone(0.5, 10_000, 0.9, rate), rate)
    assert heard(made, 6000) < 0.001
    assert max(made[1000:-1000]) < 40


@pytest.mark.parametrize("rate", RATES)
def test_a_click_stays_where_it_was(rate: int) -> None:
    samples = array("h", bytes(2 * rate))
    samples[rate // 2] = 30000
    made = resampled(samples, rate)
    assert max(range(len(made)), key=lambda at: abs(made[at])) == pytest.approx(8000, abs=1)


@given(rate=st.sampled_from(RATES), count=st.integers(0, 5000), pieces=st.integers(1, 40))
def test_it_does_not_matter_in_which_pieces_the_samples_come(rate: int, count: int, pieces: int) -> None:
    samples = array("h", ((at * 7919) % 20011 - 10005 for at in range(count)))
    whole = resampled(samples, rate)
    assert len(whole) == round(count * 16000 / rate)
    # The library may add up in another order, which is worth a unit at most.
    assert all(abs(a - b) <= 1 for a, b in zip(resampled(samples, rate, pieces), whole, strict=True))


@pytest.mark.parametrize(
    ("tag", "bits", "data"),
    [
        (1, 8, bytes((128, 192, 0))),
        (1, 16, struct.pack("<3h", 0, 16384, -32768)),
        (1, 24, b"\0\0\0\0\0\x40\0\0\x80"),
        (1, 32, struct.pack("<3i", 0, 1 << 30, -(1 << 31))),
        (3, 32, struct.pack("<3f", 0, 0.5, -1)),
        (3, 64, struct.pack("<3d", 0, 0.5, -1)),
    ],
)
def test_every_width_means_the_same_loudness(tag: int, bits: int, data: bytes) -> None:
    assert can_convert(tag, bits)
    assert array("h", as_int16(as_mono(data, tag, bits, 1))) == array("h", [0, 16384, -32768])


def test_several_channels_become_their_mean() -> None:
    mono = as_mono(struct.pack("<4h", 100, 300, -100, 500), 1, 16, 2)
    assert array("h", as_int16(mono)) == array("h", [200, 200])


def test_what_is_no_number_is_silence() -> None:
    mono = as_mono(struct.pack("<3f", float("nan"), float("inf"), 0.5), 3, 32, 1)
    assert array("h", as_int16(mono)) == array("h", [0, 0, 16384])


def test_too_loud_is_cut_off_and_does_not_turn_over() -> None:
    assert array("h", as_int16(np.array([40000, -40000], np.float32))) == array("h", [32767, -32768])
