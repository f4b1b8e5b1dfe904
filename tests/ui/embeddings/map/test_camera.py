"""Which part of the plane is looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from workbench.domain.embeddings.maps import Bounds
from workbench.ui.embeddings.map.camera import Camera

SIZE = QSizeF(400, 300)
PLACES = st.floats(-1e3, 1e3)


@given(PLACES, PLACES, st.floats(0, 400), st.floats(0, 300), st.floats(0.5, 2.0))
def test_the_place_under_the_pointer_stays_there(
    x: float, y: float, across: float, down: float, factor: float
) -> None:
    camera = Camera()
    camera.fit(Bounds(x - 5, y - 5, x + 5, y + 5), SIZE)
    pointer = QPointF(across, down)
    before = camera.place(pointer, SIZE)
    camera.zoom_by(factor, pointer - QPointF(200, 150))
    assert camera.place(pointer, SIZE) == pytest.approx(before, abs=1e-6)


@given(PLACES, PLACES, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_everything_fits(x: float, y: float, wide: float, high: float) -> None:
    camera = Camera()
    camera.fit(Bounds(x, y, x + wide, y + high), SIZE)
    for corner in ((x, y), (x + wide, y + high)):
        at = camera.pixel(*corner, SIZE)
        assert -0.01 <= at.x() <= 400.01
        assert -0.01 <= at.y() <= 300.01


def test_pixels_and_places_are_one_anothers_inverse_and_y_grows_upwards() -> None:
    camera = Camera()
    camera.fit(Bounds(-1, -1, 1, 1), SIZE)
    assert camera.pixel(0.5, 0.5, SIZE).y() < camera.pixel(0.5, -0.5, SIZE).y()
    at = camera.pixel(0.3, -0.7, SIZE)
    assert camera.place(at, SIZE) == pytest.approx((0.3, -0.7))
    view = camera.view(SIZE, 2.0)
    assert (view.width, view.height) == (800, 600)
    assert (0.3 - view.left) * view.scale == pytest.approx(2 * at.x())
    assert (view.top + 0.7) * view.scale == pytest.approx(2 * at.y())


def test_points_follow_the_hand() -> None:
    camera = Camera()
    camera.fit(Bounds(-1, -1, 1, 1), SIZE)
    before = camera.pixel(0.2, 0.1, SIZE)
    camera.pan_by(QPointF(10, -4))
    assert camera.pixel(0.2, 0.1, SIZE) - before == QPointF(10, -4)
    assert not camera.all_of_it


def test_zoom_has_an_end_in_both_directions() -> None:
    camera = Camera()
    camera.fit(Bounds(-1, -1, 1, 1), SIZE)
    fitting = camera.scale
    for factor in (10.0, 0.1):
        for _ in range(50):
            camera.zoom_by(factor, QPointF(50, 20))
        assert 0.2 < camera.scale / fitting < 1e4


def test_a_single_point_is_in_the_middle() -> None:
    camera = Camera()
    camera.fit(Bounds(3, 4, 3, 4), SIZE)
    assert camera.pixel(3, 4, SIZE) == QPointF(200, 150)


def test_a_place_out_of_sight_is_brought_in() -> None:
    camera = Camera()
    camera.fit(Bounds(-1, -1, 1, 1), SIZE)
    scale, middle = camera.scale, QPointF(camera.middle)
    camera.show_place(0.1, 0.1, SIZE)
    assert camera.middle == middle
    camera.show_place(9, -9, SIZE)
    at = camera.pixel(9, -9, SIZE)
    assert 0 < at.x() < 400
    assert 0 < at.y() < 300
    assert camera.scale == scale
