"""A gateway that really runs, as a program of its own, with the sandbox behind it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_WITHOUT_ENGINES = """
import sys
sys.modules["pocketsphinx"] = None
from workbench.cli import main
sys.exit(main())
"""
"""The sandbox makes up what it hears, wherever the tests run: a real recogniser is slow, and of its own opinion."""


@contextmanager
def running_gateway(folder: Path, token: str) -> Iterator[str]:
    """Its address, on a free port. folder: where it keeps everything."""
    file = folder / "token.txt"
    file.write_text(token, encoding="utf-8")
    command = [sys.executable, "-c", _WITHOUT_ENGINES, "gateway", "--port", "0", "--token-file", str(file)]
    with subprocess.Popen(
        [*command, "--data-dir", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").strip()
        process.terminate()
