"""Where the frozen program begins; `python -m workbench` is its twin in a checkout."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

OURS = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
"""Set by what unpacks Qt. It finds its plugins without them, and other programs of Qt would take ours for theirs."""
LIBRARIES = "LD_LIBRARY_PATH"


def leave_no_trace(environ: MutableMapping[str, str], bundle: str) -> None:
    """Programs that this one starts (a browser, a speech engine) must not load the bundle's libraries."""
    for name in OURS:
        if environ.get(name, "").startswith(bundle):
            del environ[name]
    if environ.get(LIBRARIES, "").startswith(bundle):  # this process has read it already
        before = environ.pop(f"{LIBRARIES}_ORIG", "")
        if before:
            environ[LIBRARIES] = before
        else:
            del environ[LIBRARIES]


if __name__ == "__main__":
    leave_no_trace(os.environ, sys._MEIPASS)  # type: ignore[attr-defined]  # frozen, it has it

    from workbench.cli import main

    sys.exit(main())
