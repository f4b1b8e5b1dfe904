"""Commands whose code is imported when they are chosen: nobody waits for what another command needs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from functools import partial
from importlib import import_module


def done_by(module: str, function: str = "run") -> Callable[[Namespace], int]:
    """What a function of a module in this folder does with the options."""
    return partial(_do, module, function)


def _do(module: str, function: str, options: Namespace) -> int:
    return int(getattr(import_module(f"workbench.cli.{module}"), function)(options))
