from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.speech.cutting import FRAME_S, Cut, cuts, silences

LEVELS = st.lists(st.floats(-100, 0) | st.sampled_from((-math.inf, math.nan)), max_size=400)


def speech(
    seconds: float, *pauses: tuple[float, float], voice: float = -20.0, noise: float = -65.0
) -> list[float]:
    """A voice that wavers, quiet in the pauses."""

    def level(at: float) -> float:
        return noise if any(start <= at < end for start, end in pauses) else voice - 3 * (int(at / 0.1) % 2)

    return [level(place * FRAME_S) for place in range(round(seconds / FRAME_S))]


@given(LEVELS, st.floats(0, 60), st.floats(0.5, 20), st.floats(0, 10))
def test_the_whole_recording_is_covered_by_stretches_short_enough(
    loudness: list[float], seconds: float, most_s: float, overlap_s: float
) -> None:
    made = cuts(loudness, seconds, most_s=most_s, overlap_s=overlap_s)
    if not seconds:
        assert made == ()
        return
    assert (made[0].start, made[-1].end) == (0, seconds)
    for cut in made:
        assert 0 < cut.seconds <= most_s + 1e-9
    for one, two in zip(made, made[1:], strict=False):
        assert one.start < two.start
        assert one.end < two.end
        assert one.end - two.start == pytest.approx(min(overlap_s, most_s / 3))


def test_a_short_recording_is_left_whole() -> None:
    assert cuts([], 60, most_s=60, overlap_s=2) == (Cut(0, 60),)


def test_it_is_cut_in_the_middle_of_pauses() -> None:
    pauses = ((20.0, 20.6), (50.0, 51.0), (70.0, 70.3), (95.0, 96.0))
    made = cuts(speech(150, *pauses), 150, most_s=60, overlap_s=2)
    middles = [(one.end + two.start) / 2 for one, two in zip(made, made[1:], strict=False)]
    assert middles == [pytest.approx(50.5, abs=0.3), pytest.approx(95.5, abs=0.3)]


def test_without_a_pause_or_loudness_it_is_cut_late() -> None:
    assert cuts([], 100, most_s=40, overlap_s=2)[0] == Cut(0, 40)
    assert cuts(speech(100), 100, most_s=40, overlap_s=2)[0].seconds > 38


def test_no_scrap_is_left_at_the_end() -> None:
    assert cuts([], 61, most_s=60, overlap_s=1)[-1].seconds >= 5


def test_pauses_are_found_whatever_the_recording_is_like() -> None:
    pauses = ((2.0, 3.0), (6.0, 6.1), (8.0, 8.5))
    for voice, noise in ((-20.0, -65.0), (-35.0, -80.0), (-12.0, -45.0), (-20.0, -math.inf)):
        assert silences(speech(20, *pauses, voice=voice, noise=noise)) == ((2.0, 3.0), (8.0, 8.5))


def test_a_recording_of_nothing_is_one_silence_and_one_without_pauses_none() -> None:
    assert silences([-90.0] * 100) == ((0.0, 2.0),)
    assert silences(speech(10)) == ()
    assert silences([]) == ()


@given(LEVELS)
def test_silences_follow_each_other(loudness: list[float]) -> None:
    ends = [time for span in silences(loudness) for time in span]
    assert ends == sorted(ends)
    assert all(0 <= time <= len(loudness) * FRAME_S + 1e-9 for time in ends)
