"""Cells lie in rows without overlapping, and each is found where it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from workbench.ui.images.gallery.grid import Grid

GRIDS = st.builds(
    Grid,
    cells=st.integers(0, 500),
    width=st.integers(1, 3000),
    side=st.integers(40, 400),
    gap=st.integers(1, 30),
    margin=st.integers(0, 40),
    mirrored=st.booleans(),
)


@given(GRIDS, st.data())
def test_a_cell_is_found_where_it_is(grid: Grid, data: st.DataObject) -> None:
    if grid.cells:
        index = data.draw(st.integers(0, grid.cells - 1))
        rect = grid.rect(index)
        assert grid.at(rect.center()) == index
        assert index in grid.between(rect.top(), rect.bottom())
        assert index in grid.within(rect.adjusted(5, 5, -5, -5))
        assert rect.bottom() < grid.height


@given(GRIDS)
def test_cells_never_overlap(grid: Grid) -> None:
    rects = [grid.rect(index) for index in range(min(grid.cells, 2 * grid.columns))]
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[at + 1 : at + 4])


@given(GRIDS)
def test_a_row_fits_into_the_width_where_a_cell_does(grid: Grid) -> None:
    if grid.cells and grid.width >= grid.side + 2 * grid.margin:
        whole = QRect(grid.margin, 0, grid.width - 2 * grid.margin, 10_000_000)
        assert all(whole.contains(grid.rect(index)) for index in range(min(grid.cells, grid.columns)))


@given(GRIDS, st.integers(0, 499), st.integers(-3, 3), st.integers(-3, 3))
def test_keys_never_leave_the_list(grid: Grid, index: int, columns: int, rows: int) -> None:
    if index < grid.cells:
        assert 0 <= grid.moved(index, columns, rows) < grid.cells


def test_up_and_down_stay_in_the_column_until_there_is_no_row() -> None:
    grid = Grid(10, 400, 90, 10, 0)  # four columns: 4, 4, 2
    assert grid.columns == 4
    assert grid.moved(1, 0, 1) == 5
    assert grid.moved(7, 0, 1) == 9  # the end of the short row
    assert grid.moved(9, 0, 1) == 9
    assert grid.moved(5, 0, -1) == 1
    assert grid.moved(2, 0, -1) == 2
    assert grid.moved(9, 1, 0) == 9


def test_the_first_column_is_at_the_right_where_the_writing_begins_there() -> None:
    plain, mirrored = Grid(10, 400, 90, 10, 0), Grid(10, 400, 90, 10, 0, mirrored=True)
    assert plain.rect(0).left() == 0
    assert mirrored.rect(0).right() == 399


def test_an_empty_grid_has_nothing() -> None:
    grid = Grid(0, 400, 90, 10, 16)
    assert grid.height == 0
    assert list(grid.between(0, 1000)) == []
    assert grid.within(QRect(0, 0, 1000, 1000)) == []
    assert grid.moved(0, 1, 0) == -1
