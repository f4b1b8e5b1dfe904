from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.services.speech.samples import RATE
from workbench.ui.speech.player.scale import CLOSEST, Scale


def scale(seconds: float = 3600.0, width: int = 1000) -> Scale:
    made = Scale()
    made.take(seconds, width)
    return made


def test_at_first_all_of_it_is_seen() -> None:
    made = scale()
    assert made.fitted
    assert (made.start, made.end) == (0.0, 3600.0)
    assert made.x(1800.0) == pytest.approx(500)


@given(
    seconds=st.floats(0.1, 40_000),
    width=st.integers(50, 4000),
    factors=st.lists(st.floats(0.1, 20), max_size=8),
    share=st.floats(0, 1),
)
def test_the_moment_under_the_pointer_stays_there_while_zooming(
    seconds: float, width: int, factors: list[float], share: float
) -> None:
    made, x = scale(seconds, width), share * width
    made.zoom_by(5.0, width * 0.3)
    for factor in factors:
        moment, zoom = made.at(x), made.zoom
        made.zoom_by(factor, x)
        inside = made.first > 0 and made.end < seconds
        if inside and made.zoom <= zoom:
            assert made.x(moment) == pytest.approx(x, abs=1.0)
        assert made.zoom >= CLOSEST
        assert 0 <= made.start <= made.end <= seconds + 1e-9


@given(pixels=st.floats(-1e7, 1e7), seconds=st.floats(0.1, 40_000), factor=st.floats(1, 1000))
def test_scrolling_never_leaves_the_recording(pixels: float, seconds: float, factor: float) -> None:
    made = scale(seconds)
    made.zoom_by(factor, 500)
    made.scroll_by(pixels)
    assert made.start >= 0
    assert made.x(seconds) >= made.width - 1 or made.first == 0


@given(at=st.floats(0, 3600), factor=st.floats(1, 1000), first=st.floats(0, 1e6))
def test_pixels_and_moments_are_the_same_places(at: float, factor: float, first: float) -> None:
    made = scale()
    made.zoom_by(factor, 0)
    made.scroll_by(first)
    assert made.at(made.x(at)) == pytest.approx(at, abs=1e-6)


def test_a_stretch_is_shown_with_a_little_around_it() -> None:
    made = scale()
    made.show(100.0, 110.0)
    assert made.start == pytest.approx(99.5, abs=0.02)
    assert made.end == pytest.approx(110.5, abs=0.02)


def test_the_page_is_turned_only_when_the_moment_is_out_of_sight() -> None:
    made = scale()
    made.show(100.0, 110.0)
    assert not made.keep(105.0)
    assert made.keep(120.0)
    assert made.x(120.0) == pytest.approx(100, abs=1)


def test_another_width_keeps_the_zoom_and_the_middle() -> None:
    made = scale()
    made.show(100.0, 110.0)
    zoom, middle = made.zoom, (made.start + made.end) / 2
    made.take(3600.0, 500)
    assert made.zoom == zoom
    assert (made.start + made.end) / 2 == pytest.approx(middle, abs=zoom / RATE)


def test_all_of_it_stays_all_of_it_in_another_width() -> None:
    made = scale()
    made.take(3600.0, 500)
    assert made.fitted
    assert made.end == 3600.0


def test_another_recording_is_seen_whole() -> None:
    made = scale()
    made.show(100.0, 110.0)
    made.take(60.0, 1000)
    assert made.fitted


def test_a_short_one_is_never_seen_closer_than_its_samples() -> None:
    made = scale(0.01)
    assert made.zoom == CLOSEST
    assert made.x(0.01) == pytest.approx(40)
