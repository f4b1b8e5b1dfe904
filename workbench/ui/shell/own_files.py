"""Commands that show the files of the program itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from workbench.ui.support.commands import Command
from workbench.ui.support.file_opener import FileOpener


class OwnFiles(QObject):
    """Only a place for `self.tr`, so that translations have one context."""

    def __init__(self, opener: FileOpener, data: Path, log: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opener, self._data, self._log = opener, data, log

    def commands(self) -> list[Command]:
        group, show = self.tr("Window"), self._opener.open
        return [
            Command(
                "folder.data",
                self.tr("Open the data folder"),
                partial(show, self._data),
                "",
                "folder-open",
                group,
                "files location backup database",
            ),
            Command(
                "log.file",
                self.tr("Open the log file"),
                partial(show, self._log),
                "",
                "file-text",
                group,
                "logs errors problem",
            ),
        ]
