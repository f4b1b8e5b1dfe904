"""A way through the route as the canvas shows it: lit, with a sentence under each element it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.domain.routes.trace import Visit
from workbench.ui.routes.overlay import Mark, Overlay, way_of


def lit(visits: Sequence[Visit], marks: Mapping[str, Mark] | None = None) -> Overlay:
    """The rest is dimmed. marks: badges on top of it."""
    return replace(way_of(visits), marks=dict(marks or {}))


def marked(marks: Mapping[str, Mark]) -> Overlay:
    """Badges alone; nothing is dimmed."""
    return Overlay(marks=dict(marks))
