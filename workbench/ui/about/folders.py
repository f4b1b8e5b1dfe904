"""The program's folders and its log, each with a button that opens it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workbench.ui.about.model import AboutModel
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.file_opener import FileOpener, ltr
from workbench.ui.support.theme import CAPTION, RELATED, Theme

_translate = QCoreApplication.translate


class FolderRows(QWidget):
    def __init__(
        self, theme: Theme, model: AboutModel, opener: FileOpener, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._opener = theme, opener
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(RELATED)
        for label, path in [
            (self.tr("Program"), model.program),
            *((_name(kind), path) for kind, path in model.folders.items()),
        ]:
            act = button(self.tr("Open folder"), "", self)
            act.setAccessibleName(self.tr("Open folder: {0}").format(label))
            self._add(label, path, act)
        log = button(self.tr("Open log file"), "", self)
        log.setToolTip(self.tr("A line for each event. Tokens and keys are masked in it."))
        self._add(self.tr("Log file"), model.log_file, log)

    def _add(self, label: str, path: Path, act: QPushButton) -> None:
        where = ElidedLabel(self._theme, ltr(path), self, role="muted", size=CAPTION + 1)
        act.clicked.connect(partial(self._opener.open, path))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(TextLabel(self._theme, label, self, wrap=True))
        text.addWidget(where)
        row = QHBoxLayout()
        row.setSpacing(RELATED)
        row.addLayout(text, 1)
        row.addWidget(act)
        self._column.addLayout(row)


def _name(kind: str) -> str:
    """services.data.desk.Kind."""
    return {
        "data": _translate("FolderRows", "Data"),
        "settings": _translate("FolderRows", "Settings"),
        "logs": _translate("FolderRows", "Logs and reports of errors"),
        "backups": _translate("FolderRows", "Data that was moved aside earlier"),
    }[kind]
