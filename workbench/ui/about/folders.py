"""The program's folders, each with a button that opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.about.model import AboutModel
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import CAPTION, INSIDE, RELATED, Theme

_translate = QCoreApplication.translate


def open_folder(path: Path) -> bool:
    """In the program that the desktop has for it; whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class FolderRows(QWidget):
    def __init__(
        self,
        theme: Theme,
        model: AboutModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        open_folder: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._notifier, self._open = theme, model, notifier, open_folder
        self._shown: set[Path] = set()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(INSIDE)
        self._add(self.tr("Program"), model.program)
        model.places_found.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        for place in self._model.places or ():
            if place.path not in self._shown:
                self._add(_name(place.kind), place.path)

    def _add(self, label: str, path: Path) -> None:
        self._shown.add(path)
        where = ElidedLabel(self._theme, _ltr(path), self, role="muted", size=CAPTION + 1)
        act = button(self.tr("Open folder"), "", self)
        act.setAccessibleName(self.tr("Open folder: {0}").format(label))
        act.clicked.connect(partial(self._open_or_tell, path))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(TextLabel(self._theme, label, self, wrap=True))
        text.addWidget(where)
        row = QHBoxLayout()
        row.setSpacing(RELATED)
        row.addLayout(text, 1)
        row.addWidget(act)
        self._column.addLayout(row)

    def _open_or_tell(self, path: Path) -> None:
        if not self._open(path):
            self._notifier.info(
                self.tr("No program shows it here. It is {0}").format(_ltr(path)), key="about-path"
            )


def _ltr(path: Path) -> str:
    return f"\u2066{path}\u2069"


def _name(kind: str) -> str:
    """services.data.desk.Kind."""
    return {
        "data": _translate("FolderRows", "Data"),
        "settings": _translate("FolderRows", "Settings"),
        "logs": _translate("FolderRows", "Logs and reports of errors"),
        "backups": _translate("FolderRows", "Data that was moved aside earlier"),
    }[kind]
