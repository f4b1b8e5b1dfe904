"""What is said where no window opens: a line on standard error, and a box where the desktop shows nobody that line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence

FAILED = 1
TITLE = "AI Workbench"


def refuse(what: str, hint: str) -> int:
    """Say why there is no window, and what to do. Returns the exit code."""
    tell(f"workbench: {' '.join(what.split())}. Hint: {hint}.")
    return FAILED


def tell(words: str) -> None:
    """Qt is not asked to show it: it may be what is missing."""
    if sys.stderr is not None:
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()
        if sys.stderr.isatty():
            return
    if sys.platform == "win32":
        if sys.stderr is None:
            import ctypes

            ctypes.windll.user32.MessageBoxW(None, words, TITLE, 0x10)  # with the mark of an error
    elif sys.platform.startswith("linux"):
        _show(words)


def box(words: str, environ: Mapping[str, str], which: Callable[[str], str | None]) -> Sequence[str]:
    """The command that shows it with what there is on a desktop of Linux; empty where there is no desktop or nothing on it."""
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return ()
    for command in (
        ("zenity", "--error", "--no-markup", f"--title={TITLE}", f"--text={words}"),
        ("kdialog", f"--title={TITLE}", "--error", words),
        ("xmessage", "-center", words),
        ("notify-send", "--urgency=critical", TITLE, words),
    ):
        if found := which(command[0]):
            return (found, *command[1:])
    return ()


def _show(words: str) -> None:
    """It stays when this process has ended."""
    from contextlib import suppress

    with suppress(OSError, ImportError):  # of an installation that is not complete, anything may be missing
        import shutil
        import subprocess

        if command := box(words, os.environ, shutil.which):
            nowhere = subprocess.DEVNULL
            subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
