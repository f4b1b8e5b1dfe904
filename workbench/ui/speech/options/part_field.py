"""How long a part of a long recording may be."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QLineEdit

from workbench.ui.speech.options import words
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.support.forms import Field
from workbench.ui.support.theme import Theme


class PartField(Field):
    """Shows and changes an OptionsModel's `most_s`; empty for what suits the model."""

    def __init__(self, theme: Theme, model: OptionsModel) -> None:
        self.line = QLineEdit()
        super().__init__(
            theme, QCoreApplication.translate("PartField", "Longest part, in seconds"), "", self.line
        )
        self._model = model
        self.line.setAccessibleName(self.tr("Longest part"))
        self.line.setPlaceholderText(self.tr("auto"))
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.line.setToolTip(self.tr("Seconds of one call; shorter parts come sooner"))
        self.line.textEdited.connect(model.type_most_s)
        self.reset_wanted.connect(self._leave_to_model)
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _leave_to_model(self) -> None:
        self.line.clear()
        self._model.type_most_s("")

    @Slot()
    def _show(self) -> None:
        wished, problem = self._model.most_s, self._model.problems.get("most_s", "")
        if not problem and (words.read_number(self.line.text()) or 0) != wished:
            with QSignalBlocker(self.line):
                self.line.setText(words.number(wished) if wished else "")
        self.show_problem(problem)
        self.show_default(not wished and not problem)
