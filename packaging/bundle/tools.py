"""The packages of Debian that freezing needs besides those that running needs."""

from __future__ import annotations

import ctypes
import shutil
import sys
from collections.abc import Callable

PROGRAMS = {"objdump": "binutils", "strip": "binutils", "objcopy": "binutils"}


def missing_tools(
    *,
    load: Callable[[str], object] = ctypes.CDLL,
    which: Callable[[str], str | None] = shutil.which,
    prefix: str = sys.base_prefix,
) -> list[str]:
    """Those that are not there. Debian's Python has its library, which goes into the bundle, in a package of its own."""
    missing = {package for program, package in PROGRAMS.items() if not which(program)}
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if prefix == "/usr":
        try:
            load(f"libpython{python}.so.1.0")
        except OSError:
            missing.add(f"libpython{python}")
    return sorted(missing)
