"""What is known of a newer version, and the button that looks for one."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.sentences import in_words
from workbench.ui.support.theme import INSIDE, Theme
from workbench.ui.support.updates import Stage, UpdatesModel


class UpdateRow(QWidget):
    def __init__(self, theme: Theme, model: UpdatesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.words = TextLabel(theme, "", self, wrap=True)
        self.notes = TextLabel(theme, "", self, role="muted", wrap=True)
        self.check = button(self.tr("Check now"), "", self)
        self.check.clicked.connect(model.check)
        self.page = button(self.tr("Open the release page"), "", self)
        self.page.clicked.connect(model.open_found)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.words, 1)
        row.addWidget(self.check, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addLayout(row)
        column.addWidget(self.notes)
        column.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeading)
        model.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self._model
        found = model.found if model.stage is Stage.FOUND else None
        self.words.setText(self._words())
        failed = model.stage is Stage.FAILED and model.address
        self.words.set_role("bad" if failed else "" if found else "muted")
        self.notes.setText(found.notes if found else "")
        self.notes.setVisible(bool(found and found.notes))
        self.page.setVisible(bool(found and found.url))
        self.page.setToolTip(found.url if found else "")
        self.check.setEnabled(bool(model.address))
        self.check.setToolTip(
            self.tr("Reads {0}").format(model.address)
            if model.address
            else self.tr("Settings have no address of a version file.")
        )

    def _words(self) -> str:
        model = self._model
        if not model.address:
            return self.tr("No address is known where newer versions are named, so nothing is asked.")
        match model.stage:
            case Stage.CHECKING:
                return self.tr("Asking {0}…").format(f"\u2066{model.place}\u2069")
            case Stage.NEWEST:
                return self.tr("{0} is the newest version.").format(model.version)
            case Stage.FOUND if model.found is not None:
                return self.tr("Version {0} is available; this is {1}.").format(
                    model.found.version, model.version
                )
            case Stage.FAILED if model.error is not None:
                error = model.error
                return in_words(error)
        if model.checked_at:
            at = QDateTime.fromSecsSinceEpoch(model.checked_at)
            when = QLocale().toString(at, QLocale.FormatType.ShortFormat)
            last = self.tr("Last checked {0}.").format(when)
        else:
            last = self.tr("Not checked yet.")
        how = self.tr("It is checked once a day.") if model.daily else self.tr("It is not checked by itself.")
        return f"{last} {how}"
