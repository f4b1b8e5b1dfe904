"""The linter: a route and what is known around it, in; findings with quick fixes, out. Pure."""

from workbench.routing.lint.linter import lint, worst
from workbench.routing.lint.rules import RULES

__all__ = ["RULES", "lint", "worst"]
