from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.speech.player.ruler import ticks
from workbench.ui.speech.player.words import clock


def test_marks_stand_at_times_that_people_count_in() -> None:
    found = [tick for tick in ticks(0, 60, 60 / 1000, 80) if tick.words]
    assert [tick.words for tick in found[:3]] == ["0:00", "0:05", "0:10"]


def test_close_marks_have_the_decimals_they_need() -> None:
    found = [tick.words for tick in ticks(1.0, 1.1, 0.1 / 1000, 80) if tick.words]
    assert found[:3] == ["0:01.00", "0:01.01", "0:01.02"]


@given(start=st.floats(0, 40_000), shown=st.floats(0.005, 40_000), width=st.integers(100, 4000))
def test_words_have_room_and_none_is_missing(start: float, shown: float, width: int) -> None:
    per_pixel = shown / width
    found = ticks(start, start + shown, per_pixel, 80)
    with_words = [tick for tick in found if tick.words]
    gaps = [b.seconds - a.seconds for a, b in zip(with_words, with_words[1:], strict=False)]
    assert all(gap / per_pixel >= 79.9 for gap in gaps)
    assert all(start <= tick.seconds <= start + shown for tick in found)
    assert len(found) < 6 * (width / 80 + 2)


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [
        (0.0, 0, "0:00"),
        (59.999, 0, "0:59"),
        (59.999, 2, "0:59.99"),
        (61.5, 1, "1:01.5"),
        (3723.456, 2, "1:02:03.45"),
        (-1.0, 0, "0:00"),
        (0.3, 1, "0:00.3"),
    ],
)
def test_a_clock_never_runs_ahead(seconds: float, decimals: int, text: str) -> None:
    assert clock(seconds, decimals) == text
