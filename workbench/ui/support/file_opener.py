"""Files and folders in the programs that the desktop has for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from workbench.ui.support.notify import Notifier

Open = Callable[[Path], bool]


def open_path(path: Path) -> bool:
    """Whether there is a program for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def ltr(path: Path) -> str:
    """Paths read from left to right, in whatever text they stand."""
    return f"\u2066{path}\u2069"


class FileOpener(QObject):
    """Where no program shows a file, the user is told where it is."""

    def __init__(
        self, notifier: Notifier, parent: QObject | None = None, *, open_path: Open = open_path
    ) -> None:
        super().__init__(parent)
        self._notifier, self._open = notifier, open_path

    def open(self, path: Path) -> None:
        if not self._open(path):
            self._notifier.info(self.tr("No program shows it here. It is {0}").format(ltr(path)), key="path")
