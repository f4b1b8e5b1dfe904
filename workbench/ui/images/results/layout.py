"""How the calls of a grid lie in rows, columns and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.images.jobs import ImageJob
from workbench.domain.images.settings import Axis, Draft
from workbench.domain.models import short_name
from workbench.ui.images.results import words

_SHORT = 32


@dataclass(frozen=True, slots=True)
class Page:
    """One table of a grid. name: the value of z it stands for, and which of a cell's calls; "" for the only page.

    cells: ids of calls, by column and row.
    """

    name: str
    cells: dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Layout:
    """x: what changes from column to column. y, z: from row to row and from page to page, None where nothing does."""

    x: Axis
    y: Axis | None
    z: Axis | None
    pages: tuple[Page, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.x.values

    @property
    def rows(self) -> tuple[str, ...]:
        return self.y.values if self.y else ("",)

    def page_of(self, job_id: str) -> int:
        """The page a call lies on, -1 where there is none."""
        return next((at for at, page in enumerate(self.pages) if job_id in page.cells.values()), -1)


def layout_of(draft: Draft, jobs: Sequence[ImageJob]) -> Layout | None:
    """None where the draft asks for no grid. A cell with several calls (models, prompts, count) gets as many pages."""
    axes = [axis for axis in draft.axes if axis.values][:3]
    if not axes:
        return None
    x, y, z = (*axes, None, None)[:3]
    assert x is not None
    inside: dict[tuple[int, ...], list[ImageJob]] = {}
    for job in jobs:
        if len(job.cell) == len(axes):
            inside.setdefault(job.cell, []).append(job)
    fullest = max(inside.values(), key=len, default=[])
    names = _names(fullest)
    pages = []
    for depth in range(len(z.values) if z else 1):
        above = f"{words.axis(z.field)}: {words.value(z.field, z.values[depth])}" if z else ""
        for number, name in enumerate(names or [""]):
            cells = {}
            for cell, calls in inside.items():
                column, row, own_depth = (*cell, 0, 0)[:3]
                if own_depth == depth and number < len(calls):
                    cells[column, row] = calls[number].id
            pages.append(Page(" · ".join(part for part in (above, name) if part), cells))
    return Layout(x, y, z, tuple(pages))


def _names(calls: Sequence[ImageJob]) -> list[str]:
    """What tells the calls of one cell apart; [""] for a single one."""
    several_models = len({job.model for job in calls}) > 1
    several_prompts = len({job.settings.prompt for job in calls}) > 1
    names: list[str] = []
    for job in calls:
        parts = []
        if several_models:
            parts.append(short_name(job.model))
        if several_prompts:
            prompt = " ".join(job.settings.prompt.split())
            parts.append(prompt if len(prompt) <= _SHORT else prompt[: _SHORT - 1] + "…")
        names.append(" · ".join(parts))
    if len(set(names)) < len(names):
        seen: dict[str, int] = {}
        for at, name in enumerate(names):
            seen[name] = seen.get(name, 0) + 1
            names[at] = " ".join(part for part in (name, f"#{seen[name]}") if part)
    return names
