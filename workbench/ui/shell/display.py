"""The way to the screen: Qt ends the process with a core dump where it finds none, and shows boxes where it finds no letters."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFontMetrics, QGuiApplication

Say = Callable[[str, str], int]
"""What is wrong, and what to do about it ("" where something is missing that belongs to the program). Returns the exit code."""
_UNREACHED = ("could not connect to display", "Failed to create wl_display")
_HEADLESS = "or use a command: workbench --help"


class SearchForDisplay:
    """To be around the making of the QApplication. Where there is no display, that is said, and the process ends.

    said: what Qt had to say meanwhile.
    """

    def __init__(self, say: Say, environ: Mapping[str, str] = os.environ) -> None:
        self._say = say
        self._environ = environ
        self.said: list[tuple[QtMsgType, str]] = []

    def __enter__(self) -> SearchForDisplay:
        qInstallMessageHandler(self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        qInstallMessageHandler(None)

    def _hear(self, kind: QtMsgType, context: object, text: str) -> None:
        if kind is QtMsgType.QtFatalMsg:  # Qt calls abort() as soon as this returns
            os._exit(self._say(*why_none([*(words for _, words in self.said), text], self._environ)))
        self.said.append((kind, text))


def why_none(said: Sequence[str], environ: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong and what to do about it, from what Qt said of it."""
    names = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if environ.get(name)]
    if any(one in text for one in _UNREACHED for text in said):
        if not names:
            return "There is no display", f"start it on a desktop, {_HEADLESS}"
        places = " or ".join(f"{name}={environ[name]}" for name in names)
        what = f"No display can be reached at {places}"
        return what, f"start it on the desktop (from another machine: ssh -X), {_HEADLESS}"
    platform = environ.get("QT_QPA_PLATFORM", "")
    if platform and any(f'Could not find the Qt platform plugin "{platform}"' in text for text in said):
        return f"Qt knows no platform “{platform}”", "unset QT_QPA_PLATFORM"
    return f"The window cannot be opened: {said[0]}", ""


def has_letters() -> bool:
    """Whether there is a font: Qt draws boxes with none at all."""
    return QFontMetrics(QGuiApplication.font()).inFontUcs4(ord("A"))
