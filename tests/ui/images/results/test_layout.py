"""How the calls of a grid lie in rows, columns and pages."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.images.results.fakes import DREAM, FLUX, batch_of, draft_of, grid_draft
from workbench.domain.images.settings import Axis, AxisField
from workbench.ui.images.results.layout import layout_of


def test_a_batch_without_axes_is_no_grid() -> None:
    batch, jobs = batch_of(draft_of(count=3))
    assert layout_of(batch.draft, jobs) is None


def test_one_axis_makes_a_single_row() -> None:
    batch, jobs = batch_of(draft_of(axes=(Axis(AxisField.STEPS, ("4", "8", "20")),)))
    layout = layout_of(batch.draft, jobs)
    assert layout is not None
    assert layout.columns == ("4", "8", "20")
    assert layout.rows == ("",)
    assert [page.name for page in layout.pages] == [""]


def test_z_becomes_pages_named_after_its_values() -> None:
    batch, jobs = batch_of(grid_draft(3, 2, 2))
    layout = layout_of(batch.draft, jobs)
    assert layout is not None
    assert [page.name for page in layout.pages] == ["Guidance: 3", "Guidance: 5.5"]
    assert layout.page_of(jobs[-1].id) == 1


def test_several_calls_in_a_cell_become_pages_too() -> None:
    draft = replace(grid_draft(2, 2), models=(FLUX, DREAM), count=2)
    batch, jobs = batch_of(draft)
    layout = layout_of(batch.draft, jobs)
    assert layout is not None
    assert [page.name for page in layout.pages] == [
        "flux-1-schnell #1",
        "flux-1-schnell #2",
        "dreamshaper-8-lcm #1",
        "dreamshaper-8-lcm #2",
    ]


def test_an_axis_without_values_is_left_out() -> None:
    draft = replace(grid_draft(2, 2), axes=(*grid_draft(2, 2).axes, Axis(AxisField.GUIDANCE)))
    batch, jobs = batch_of(draft)
    layout = layout_of(batch.draft, jobs)
    assert layout is not None
    assert layout.z is None
    assert len(layout.pages) == 1


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 3), st.integers(1, 3))
def test_every_call_has_exactly_one_place(columns: int, rows: int, pages: int, count: int) -> None:
    batch, jobs = batch_of(replace(grid_draft(columns, rows, pages), count=count))
    layout = layout_of(batch.draft, jobs)
    assert layout is not None
    placed = [job_id for page in layout.pages for job_id in page.cells.values()]
    assert sorted(placed) == sorted(job.id for job in jobs)
    assert all(
        column < len(layout.columns) and row < len(layout.rows)
        for page in layout.pages
        for column, row in page.cells
    )


def test_a_page_of_prompts_is_called_by_what_stands_for_its_part() -> None:
    axes = (
        Axis(AxisField.STEPS, ("4", "8")),
        Axis(AxisField.SEED, ("1", "2")),
        Axis(AxisField.PROMPT, ("red", "blue"), "{red|blue}"),
    )
    draft = draft_of("a {red|blue} cup", axes=axes)
    layout = layout_of(draft, batch_of(draft)[1])
    assert layout is not None
    assert [page.name for page in layout.pages] == ["Prompt: red", "Prompt: blue"]
