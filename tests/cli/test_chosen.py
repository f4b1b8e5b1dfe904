"""Each command has its code, which is imported when the command is chosen."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from functools import partial
from importlib import import_module

from workbench.cli.arguments import parser


def commands(of: ArgumentParser) -> Iterator[ArgumentParser]:
    """Those without commands of their own."""
    parts = [action for action in of._actions if isinstance(action, _SubParsersAction)]
    if not parts:
        yield of
    for part in parts:
        for command in part.choices.values():
            yield from commands(command)


def test_what_does_a_command_is_there() -> None:
    met = 0
    for command in commands(parser()):
        do = command.get_default("do")
        if isinstance(do, partial):
            module, function = do.args
            assert callable(getattr(import_module(f"workbench.cli.{module}"), function)), command.prog
            met += 1
    assert met > 15


def test_no_command_is_imported_before_it_is_chosen() -> None:
    code = (
        "import sys; from workbench.cli.arguments import parser; parser();"
        "print(sorted({'workbench.cli.chat', 'workbench.cli.route.linting', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
