"""Guards against two faults of the Qt binding: one ends the process within minutes, one slows its start by a third."""

from __future__ import annotations

import sys
from typing import Any

_REFERENCES = 1 << 40


def keep_none_alive() -> None:
    """Give None, True and False more references than a process can lose.

    PySide6 6.12 is built against a stable ABI in which None is immortal (Python 3.12, PEP 683). On 3.11 every call
    of it that returns None takes one reference away; some thousand calls later the interpreter aborts with
    "none_dealloc: deallocating None"; "bool_dealloc" is the same for calls that return a bool. With this, 3.11 behaves
    as 3.12 does. Called once, before the first widget.
    """
    if sys.version_info < (3, 12) and sys.getrefcount(None) < _REFERENCES // 2:
        import ctypes  # only where it is needed: 5 ms on the way to the first paint

        # The count is the first field of every object; adding to it is what Py_IncRef does, this often.
        for immortal in (None, True, False):
            ctypes.c_ssize_t.from_address(id(immortal)).value += _REFERENCES


def stop_reading_sources() -> None:
    """Keep the binding from reading the source text of every module that is imported after it.

    PySide6 6.12 wraps the import statement, and looks with inspect.getsource whether a module mentions PySide6, in case it
    will switch to snake_case names (`from __feature__ import …`), which we never do. For 300 modules that is 40 ms, and
    the line cache keeps 12 MB of text. The answer "yes" to all means "names as they are". Called once, early.
    """
    feature: Any = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda module: True
