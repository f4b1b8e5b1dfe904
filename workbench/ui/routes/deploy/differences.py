"""Two routes held against each other on the canvas: what was added, changed, taken away."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.routes.arranging import settled
from workbench.domain.routes.canvas import placed, positions
from workbench.domain.routes.elements import Route
from workbench.services.deployment_plan import Change, ChangeKind, difference
from workbench.ui.routes.canvas.geometry import size_of
from workbench.ui.routes.overlay import Ghost, Mark, Overlay


def overlay_of(before: Route, after: Route) -> Overlay:
    """Over `after`: marks for what is new or changed since `before`, and ghosts of what is gone, where it was."""
    return marks_of(before, after, difference(before, after))


def marks_of(before: Route, after: Route, changes: tuple[Change, ...]) -> Overlay:
    marks: dict[str, Mark] = {}
    for change in changes:
        if not change.element or not change.runs or change.kind is ChangeKind.REMOVED:
            continue
        mark = Mark.ADDED if change.kind is ChangeKind.ADDED else Mark.CHANGED
        marks.setdefault(change.element, mark)
    gone = [element for element in before.elements if after.find(element.id) is None]
    # Where the old version tells no place, what is still there stands where it stands now, and what is gone beside it.
    known = {**positions(before), **positions(after)}
    at = positions(settled(placed(replace(before, sidecar={}), known), size_of)) if gone else {}
    ghosts = tuple(Ghost(element, at[element.id]) for element in gone if element.id in at)
    return Overlay(marks=marks, ghosts=ghosts)
