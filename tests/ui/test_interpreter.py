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


def test_what_the_binding_makes_messages_by_comes_with_the_first_message() -> None:
    script = (
        "import sys\n"
        "import workbench.ui\n"
        "from PySide6.QtCore import QObject\n"
        "print('argparse' in sys.modules)\n"
        "try:\n"
        "    QObject().setObjectName(3)\n"
        "except TypeError as error:\n"
        "    print('setObjectName(name: str, /)' in str(error))\n"
        "print('setObjectName(self, name: str, /)' in QObject.setObjectName.__doc__)\n"
        "from shibokensupport.signature.lib.pyi_generator import generate_pyi\n"
        "print(callable(generate_pyi))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "True", "True", "True"]


def test_the_binding_is_not_asked_at_each_import() -> None:
    script = (
        "import workbench.ui, sys\n"
        "from shibokensupport import feature\n"
        "asked = []\n"
        "feature.feature_import = sys.modules['shibokensupport.signature.loader'].feature_import = asked.append\n"
        "import wave\n"
        "print(asked, __import__)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.startswith("[]")
    assert "__feature_import__" not in found.stdout
