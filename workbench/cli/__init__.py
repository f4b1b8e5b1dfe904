"""The `workbench` command. Importing this costs nothing: what a command needs is imported when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the window where none is named. Returns the exit code: 0, 1 failed, 2 wrong usage."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given:
        import gc

        gc.disable()  # a tenth of the start; the window enables it again when it stands
        from workbench.app import main as open_window

        return open_window()
    from workbench.cli.arguments import parser
    from workbench.cli.edge import guarded

    return guarded(lambda: int((options := parser().parse_args(given)).do(options)))
