"""Points as a picture."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.embeddings.maps import View
from workbench.vectors.raster import Raster

VIEW = View(left=0.0, top=10.0, scale=1.0, width=20, height=10)
RED, BLUE = 0xFF0000, 0x0000FF


def raster(points: list[tuple[float, float]], shades: list[int] | None = None) -> Raster:
    found = np.array(points, dtype=np.float32).reshape(-1, 2)
    return Raster(found, np.array(shades or [0] * len(points), dtype=np.int32))


def pixels(drawn: bytes) -> np.ndarray:
    return np.frombuffer(drawn, dtype=np.uint32).reshape(VIEW.height, VIEW.width)


def test_a_point_is_where_it_belongs_and_all_else_is_transparent() -> None:
    picture = pixels(raster([(3.5, 7.5)]).drawn(VIEW, [RED], 0.5))
    assert picture[2, 3] == 0xFFFF0000
    assert np.count_nonzero(picture) == 1


def test_the_rim_is_fainter_than_the_middle_and_premultiplied() -> None:
    picture = pixels(raster([(10.5, 5.5)]).drawn(VIEW, [RED], 1.2))
    rim = int(picture[4, 11])
    assert picture[4, 10] == 0xFFFF0000
    assert 0 < rim >> 24 < 255
    assert rim >> 16 & 0xFF == rim >> 24


def test_the_rim_of_one_point_does_not_hide_the_middle_of_another() -> None:
    picture = pixels(raster([(10.5, 5.5), (11.5, 5.5)], [0, 1]).drawn(VIEW, [RED, BLUE], 1.0))
    assert picture[4, 10] == 0xFFFF0000
    assert picture[4, 11] == 0xFF0000FF


def test_a_point_just_outside_is_seen_at_its_rim() -> None:
    picture = pixels(raster([(-0.5, 5.5)]).drawn(VIEW, [RED], 2.0))
    assert picture[4, 0] != 0


def test_points_without_a_place_or_a_shade_are_not_drawn_nor_found() -> None:
    one = raster([(np.nan, 5.0), (5.5, 5.5)], [0, -1])
    assert not np.any(pixels(one.drawn(VIEW, [RED], 2.0)))
    assert one.seen(VIEW) == 0
    assert one.at(VIEW, 5.0, 4.0, 5.0) == -1
    assert len(one.inside(np.array([[0, 0], [20, 0], [20, 10], [0, 10]], dtype=np.float32))) == 0


def test_nothing_is_found_where_there_are_no_points() -> None:
    assert raster([]).at(VIEW, 0.0, 0.0, 5.0) == -1


def test_the_closest_point_is_found_within_reach() -> None:
    one = raster([(2.0, 5.0), (4.0, 5.0)])
    assert one.at(VIEW, 3.5, 5.0, 3.0) == 1
    assert one.at(VIEW, 10.0, 5.0, 3.0) == -1


def test_an_outline_that_crosses_itself_encloses_by_the_even_odd_rule() -> None:
    star = np.array([[0, 0], [10, 10], [10, 0], [0, 10]], dtype=np.float32)
    assert raster([(5.0, 1.0), (1.0, 5.0), (9.0, 5.0)]).inside(star).tolist() == [1, 2]


@given(
    st.lists(st.tuples(st.floats(-50, 50, width=32), st.floats(-50, 50, width=32)), max_size=30),
    st.floats(-60, 60, width=32),
    st.floats(-60, 60, width=32),
    st.floats(0.125, 200, width=32),
    st.floats(0.25, 6, width=32),
)
def test_any_view_can_be_drawn(
    points: list[tuple[float, float]], left: float, top: float, scale: float, radius: float
) -> None:
    view = View(left, top, scale, 33, 17)
    assert len(raster(points).drawn(view, [BLUE], radius)) == 33 * 17 * 4


def test_a_frame_leaves_nothing_in_the_next_and_does_not_change_the_one_before() -> None:
    one = raster([(3.5, 7.5)])
    first = one.drawn(VIEW, [RED], 0.5)
    moved = View(left=1.0, top=10.0, scale=1.0, width=20, height=10)
    second = pixels(one.drawn(moved, [BLUE], 0.5))
    assert pixels(first)[2, 3] == 0xFFFF0000
    assert second[2, 2] == 0xFF0000FF
    assert np.count_nonzero(second) == 1
