"""The process outlives the binding's fault with None."""

from __future__ import annotations

import subprocess
import sys

MANY_CALLS = """
import workbench.ui
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(50_000):
    thing.setObjectName("a")
"""


def test_the_interpreter_survives_more_calls_than_none_has_references() -> None:
    done = subprocess.run([sys.executable, "-c", MANY_CALLS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
