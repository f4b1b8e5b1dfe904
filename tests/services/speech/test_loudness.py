from __future__ import annotations

import math
from array import array
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.services.speech.waves import silence, stored, tone
from workbench.services.speech.loudness import FRAME_S, Measure, measured
from workbench.services.speech.samples import Samples


def noise(count: int) -> array[int]:
    return array("h", ((at * at * 7919 + at * 31) % 65521 - 32760 for at in range(count)))


def test_loudness_is_told_every_20_ms(tmp_path: Path, run_async: Run) -> None:
    found = run_async(measured(stored(tmp_path / "x.s16", silence(0.1), tone(0.1, 500, 1.0))))
    assert FRAME_S == 0.02
    assert list(found.loudness[:5]) == pytest.approx([-100.0] * 5, abs=0.01)
    assert list(found.loudness[5:]) == pytest.approx([20 * math.log10(math.sqrt(0.5))] * 5, abs=0.01)


def test_the_last_frame_counts_though_it_is_short(tmp_path: Path, run_async: Run) -> None:
    found = run_async(measured(stored(tmp_path / "x.s16", tone(0.105, 1000, 1.0))))
    assert len(found.loudness) == 6
    assert found.loudness[5] == pytest.approx(-3.01, abs=0.01)


@given(
    count=st.integers(1, 20_000),
    first=st.integers(0, 50),
    width=st.floats(4, 3000),
    many=st.integers(1, 80),
)
def test_every_column_shows_what_the_samples_under_it_reach(
    count: int, first: int, width: float, many: int
) -> None:
    samples = noise(count)
    with TemporaryDirectory() as folder:
        found = Measure().take(stored(Path(folder) / "x.s16", samples))
        lows, highs = found.columns(first, width, many)
    assert len(lows) == len(highs) == max(0, min(many, math.ceil(count / width) - first))
    for number, (low, high) in enumerate(zip(lows, highs, strict=True), first):
        # What lies across a border may count for the column after it.
        bucket = max((size for size in (256, 2048) if size <= width), default=1)
        begin, end = math.floor(number * width), min(count, math.floor((number + 1) * width))
        inside = samples[begin : end // bucket * bucket]
        around = samples[begin // bucket * bucket : end]
        if len(inside):
            assert low <= min(inside)
            assert high >= max(inside)
        assert min(around) <= low <= high <= max(around)


@pytest.mark.parametrize("width", [300.0, 2048.0, 5000.5, 40_000.0, 200_000.0])
def test_coarse_zooms_lose_no_peak(tmp_path: Path, width: float) -> None:
    samples = silence(40)
    samples[123_457], samples[500_001] = 30_000, -30_000
    found = Measure().take(stored(tmp_path / "x.s16", samples))
    lows, highs = found.columns(0, width, 10_000)
    assert max(highs) == 30_000
    assert min(lows) == -30_000
    assert abs(highs.index(30_000) - int(123_457 / width)) <= 1


def test_a_column_is_the_same_wherever_the_view_begins(tmp_path: Path) -> None:
    found = Measure().take(stored(tmp_path / "x.s16", noise(100_000)))
    lows, highs = found.columns(0, 700.3, 100)
    assert found.columns(17, 700.3, 40) == (lows[17:57], highs[17:57])


@given(cuts=st.lists(st.integers(0, 30_000), max_size=6))
def test_a_recording_that_grows_looks_in_the_end_as_if_it_had_been_there_at_once(cuts: list[int]) -> None:
    samples = noise(30_000)
    with TemporaryDirectory() as folder:
        whole = stored(Path(folder) / "x.s16", samples)
        growing = Measure()
        for cut in sorted(cuts):
            growing.take(Samples(whole.path, 2 * cut))
        grown, at_once = growing.take(whole), Measure().take(whole)
        assert grown.loudness == at_once.loudness
        for width in (100.0, 256.0, 2048.0, 17_000.0):
            assert grown.columns(0, width, 1000) == at_once.columns(0, width, 1000)


def test_nothing_has_no_columns(tmp_path: Path) -> None:
    found = Measure().take(stored(tmp_path / "x.s16"))
    assert found.columns(0, 100.0, 10) == ([], [])
    assert not found.loudness


def test_it_is_measured_piece_by_piece(tmp_path: Path) -> None:
    found = Measure().take(stored(tmp_path / "x.s16", silence(100), tone(1, 500, 1.0)))
    assert len(found.loudness) == 5050
    assert found.loudness[-2] > -4 > -99 > found.loudness[4990]


@given(width=st.floats(4, 3000), first=st.integers(0, 20), tall=st.floats(0.0001, 0.01))
def test_bars_are_the_columns_drawn_so_that_neighbours_touch(width: float, first: int, tall: float) -> None:
    with TemporaryDirectory() as folder:
        found = Measure().take(stored(Path(folder) / "x.s16", noise(20_000)))
        lows, highs = found.columns(first, width, 60)
        tops, heights = found.bars(first, width, 60, 100, tall)
    assert len(tops) == len(lows)
    ends = [top + height for top, height in zip(tops, heights, strict=True)]
    for top, end, low, high in zip(tops, ends, lows, highs, strict=True):
        assert top <= 100 - round(high * tall)
        assert end >= 101 - round(low * tall)
    for number in range(1, len(tops)):
        assert tops[number] < ends[number - 1]
        assert ends[number] > tops[number - 1]
