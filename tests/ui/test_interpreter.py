"""The process outlives the binding's fault with None."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType

from workbench.ui.interpreter import _LaterLoader

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


class SlowLoader(Loader):
    """Makes a module in two halves; looks at itself in between, as modules that import each other do."""

    def __init__(self) -> None:
        self.made, self.half_done, self.go_on = 0, threading.Event(), threading.Event()

    def exec_module(self, module: ModuleType) -> None:
        self.made += 1
        module.__dict__["first"] = 1
        assert not hasattr(module, "second")
        self.half_done.set()
        self.go_on.wait(10)
        module.__dict__["second"] = 2


def test_two_threads_that_want_the_same_late_module_both_get_the_whole_of_it() -> None:
    loader = SlowLoader()
    module = _LaterLoader(loader).create_module(ModuleSpec("late", loader))
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(getattr, module, "second")
        assert loader.half_done.wait(10)
        other = threads.submit(getattr, module, "second")
        loader.go_on.set()
        assert (one.result(10), other.result(10)) == (2, 2)
    assert loader.made == 1
    assert type(module) is ModuleType
