"""Routes to begin with: whole ones with time-outs, fallbacks and tests, as files that can be opened like any other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workbench.domain.resources import resource
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route


@dataclass(frozen=True, slots=True)
class Starter:
    """id: of the file in resources/routes, and the name of the route."""

    id: str

    @property
    def route(self) -> Route:
        """Read when it is first asked for."""
        return _read(self.id)


@cache
def _read(id: str) -> Route:
    return read_route((resource("routes") / f"{id}.route.json").read_bytes()).route


STARTERS = (
    Starter("plan-tiers"),
    Starter("ab-test"),
    Starter("fallback-chain"),
    Starter("geography"),
    Starter("budget-guard"),
    Starter("long-prompts"),
    Starter("vision"),
    Starter("sticky-canary"),
)
"""From the one most people want first to the more special ones."""
