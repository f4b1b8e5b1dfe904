"""Where the user's data is and how large, each place with a button that opens it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.preferences import data_words as words
from workbench.ui.preferences.data_model import DataModel
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.figures import size
from workbench.ui.support.file_opener import FileOpener, Open, ltr, open_path
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import CAPTION, INSIDE, RELATED, Theme


class Places(QWidget):
    """Folders with their sizes, and the log."""

    def __init__(
        self,
        theme: Theme,
        model: DataModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        open_path: Open = open_path,
    ) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._opener = FileOpener(notifier, self, open_path=open_path)
        self._rows: dict[str, tuple[ElidedLabel, TextLabel]] = {}
        self.title = self.tr("Where it is")
        self.help_text = self._help_text()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(INSIDE)
        self.log = button(self.tr("Show the log file"), "", self)
        self.log.setToolTip(self.tr("A line for each event. Tokens and keys are masked in it."))
        self.log.clicked.connect(self._show_log)
        self._column.addWidget(self.log, 0, Qt.AlignmentFlag.AlignLeading)
        model.changed.connect(self._show)
        self._show()

    def _help_text(self) -> str:
        if self._model.portable:
            return self.tr(
                "Everything lies in the folder of this portable copy, except tokens and keys: those are in the keychain of "
                "the computer where they were entered, and do not travel with the folder."
            )
        return self.tr("Tokens and keys are not in these folders: they are in the keychain.")

    @Slot()
    def _show(self) -> None:
        for place in self._model.places or ():
            if place.kind not in self._rows:
                self._add(place.kind, place.path)
            where, room = self._rows[place.kind]
            where.setText(ltr(place.path))
            room.setText(size(place.size))

    def _add(self, kind: str, path: Path) -> None:
        label = words.place(kind)
        where = ElidedLabel(self._theme, "", self, role="muted", size=CAPTION + 1)
        room = TextLabel(self._theme, "", self, role="muted")
        act = button(self.tr("Open folder"), "", self)
        act.setAccessibleName(self.tr("Open folder: {0}").format(label))
        act.clicked.connect(partial(self._opener.open, path))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(TextLabel(self._theme, label, self, wrap=True))
        text.addWidget(where)
        row = QHBoxLayout()
        row.setSpacing(RELATED)
        row.addLayout(text, 1)
        row.addWidget(room)
        row.addWidget(act)
        self._column.insertLayout(len(self._rows), row)
        self._rows[kind] = (where, room)

    @Slot()
    def _show_log(self) -> None:
        self._opener.open(self._model.log_file)
