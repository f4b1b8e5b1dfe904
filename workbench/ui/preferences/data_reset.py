"""Back to how the program was when it was new: the settings alone, or everything."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from workbench.ui.preferences.data_jobs import Card, JobBox, PlannedCard
from workbench.ui.preferences.data_model import DataModel, Job
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.dialogs import ask
from workbench.ui.support.notify import Notifier
from workbench.ui.support.theme import Theme


class ResetBox(JobBox):
    """A reset of everything is confirmed by typing a word; that keys go, too, is asked by itself."""

    def __init__(
        self, theme: Theme, model: DataModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, model, Job.RESET, parent)
        self._notifier = notifier
        self.name(self.tr("Reset"))
        self.help_text = self.tr(
            "Nothing is deleted: what there is now is moved into a folder of its own, and can be put back from there."
        )
        self.settings = self.add_act(self.tr("Reset settings only"), model.reset_settings)
        self.everything = self.add_act(self.tr("Reset everything…"), self._unfold, "danger")
        self.everything.setCheckable(True)
        self._make_sure(theme)
        self.planned = PlannedCard(theme, model, reset=True, parent=self)
        self.column.addWidget(self.sure)
        self.column.addWidget(self.planned)
        model.settings_reset.connect(self._tell)
        self.refresh()

    def _make_sure(self, theme: Theme) -> None:
        self.sure = Card(theme, self)
        self.sure.say(
            self.tr("Reset everything?"),
            self.tr(
                "At the next start all conversations, pictures, recordings, routes, texts, connections and settings are moved "
                "aside, and the program begins as new."
            ),
        )
        self._word = self.tr("reset", "the word that is typed to confirm")
        asked = TextLabel(theme, self.tr("Type “{0}” to confirm").format(self._word), self.sure)
        self.typed = QLineEdit(self.sure)
        self.typed.setAccessibleName(asked.text())
        self.typed.setMaximumWidth(theme.px(220))
        self.typed.textChanged.connect(self._typed)
        self.typed.returnPressed.connect(self._reset)
        asked.setBuddy(self.typed)
        self.keys_too = QCheckBox(self.tr("Also remove my tokens and keys from the keychain"), self.sure)
        for row, widget in enumerate((asked, self.typed, self.keys_too), 2):
            self.sure.column.insertWidget(row, widget)
        self.confirm = self.sure.add_act(self.tr("Reset everything"), self._reset, "danger")
        self.sure.add_act(self.tr("Cancel"), self._fold)
        self._typed("")

    def show_state(self) -> None:
        planned = self.model.planned is not None and self.model.planned.reset
        if planned or self.model.running is Job.RESET:
            self._fold()
        self.everything.setVisible(not planned)
        self.say("")
        self.planned.refresh()

    @Slot()
    def _unfold(self) -> None:
        self.sure.setVisible(self.everything.isChecked())
        if self.everything.isChecked():
            self.typed.clear()
            self.keys_too.setChecked(False)
            self.typed.setFocus()

    @Slot()
    def _fold(self) -> None:
        self.everything.setChecked(False)
        self.sure.hide()

    @Slot(str)
    def _typed(self, text: str) -> None:
        right = text.strip().casefold() == self._word.casefold()
        self.confirm.setEnabled(right)
        self.confirm.setToolTip("" if right else self.tr("Type “{0}” first.").format(self._word))

    @Slot()
    def _reset(self) -> None:
        if self.confirm.isEnabled():
            self.model.ask(self._ask_and_reset(self.keys_too.isChecked()))

    async def _ask_and_reset(self, keys_too: bool) -> None:
        if keys_too:
            text = self.tr(
                "They cannot be brought back: neither the folder with what was moved aside nor an export has them. "
                "You need them again for each connection."
            )
            question, accept = self.tr("Remove tokens and keys?"), self.tr("Remove them")
            if not await ask(self, question, text, accept=accept, dangerous=True):
                self.keys_too.setChecked(False)
                return
        self.model.reset(keys_too=keys_too)

    @Slot()
    def _tell(self) -> None:
        self._notifier.undo(
            self.tr("All settings have their defaults again."),
            self.model.restore_settings,
            key="settings-reset",
        )
