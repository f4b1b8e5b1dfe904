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


def test_the_binding_reads_no_sources_of_what_is_imported_later() -> None:
    script = (
        "import PySide6.QtCore, linecache\n"
        "import workbench.ui\n"
        "before = set(linecache.cache)\n"
        "import wave, workbench.domain.models\n"
        "print(sorted(set(linecache.cache) - before))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
