from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.plain import close, drawn
from workbench.domain.errors import InvalidInput
from workbench.vectors.alignment import alignment


@given(st.floats(-3, 3), st.booleans(), st.floats(0.1, 10), st.floats(-5, 5))
def test_a_map_that_was_turned_mirrored_scaled_and_moved_is_laid_back(
    angle: float, mirrored: bool, scale: float, shift: float
) -> None:
    onto = drawn(30, 2).values
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (scale * onto @ turn * ([1, -1] if mirrored else [1, 1]) + shift).astype(np.float32)
    found = alignment(moved, onto)
    close(found.laid(moved), onto, 1e-4)
    close(found.disparity, 0)


def test_disparity_by_hand() -> None:
    """A cross whose arms have changed length: both have size 4 and 10, and agree by 1 × 2 + 1 × 1 on either side."""
    one = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)
    other = np.array([[2, 0], [-2, 0], [0, 1], [0, -1]], np.float32)
    found = alignment(one, other)
    close(found.scale, 6 / 4)
    close(found.disparity, 1 - 6**2 / (4 * 10))


def test_rows_without_a_place_on_one_map_do_not_count() -> None:
    onto = drawn(10, 2).values
    moved = onto[:, ::-1].copy()
    moved[3] = np.nan
    expected = onto.copy()
    expected[3] = np.nan
    close(alignment(moved, onto).laid(moved), expected)


def test_maps_with_nothing_in_common_stay_where_they_are() -> None:
    nowhere = np.full((4, 2), np.nan, np.float32)
    assert alignment(nowhere, drawn(4, 2).values).disparity == 1.0
    found = alignment(np.ones((4, 2), np.float32), drawn(4, 2).values)
    assert np.isfinite(found.laid(np.ones((4, 2), np.float32))).all()
    with pytest.raises(InvalidInput):
        alignment(nowhere, np.zeros((3, 2), np.float32))
