"""A guard against one fault of the Qt binding that would end the process within minutes."""

from __future__ import annotations

import sys

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
