"""A way through the route as the canvas shows it: lit, with a sentence under each element it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.domain.routes.trace import Visit
from workbench.ui.routes.overlay import Mark, Overlay


def lit(visits: Sequence[Visit], marks: Mapping[str, Mark] | None = None) -> Overlay:
    """The rest is dimmed. marks: badges on top of it."""
    return Overlay(
        elements=frozenset(visit.element for visit in visits),
        wires=frozenset((visit.element, visit.port) for visit in visits if visit.port),
        says={visit.element: visit.why for visit in visits},
        marks=dict(marks or {}),
    )


def marked(marks: Mapping[str, Mark]) -> Overlay:
    """Badges alone; nothing is dimmed."""
    return replace(Overlay(), marks=dict(marks))
