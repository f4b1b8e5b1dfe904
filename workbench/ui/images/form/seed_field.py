"""The seed, and how many pictures are made."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from workbench.domain.images.settings import SeedMode
from workbench.ui.images.form.frame import FieldFrame, NumberEdit
from workbench.ui.images.form.kept_draft import MOST_PICTURES
from workbench.ui.images.form.model import FormModel
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.surfaces import CalmCombo, small
from workbench.ui.support.theme import GRID, INSIDE, Theme, follow


class SeedField(FieldFrame):
    """The value is there when the mode needs one."""

    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        body = QWidget()
        self.edit = NumberEdit(self.tr("Seed"))
        super().__init__(theme, self.tr("Seed"), body, parent, buddy=self.edit)
        self._model = model
        self.mode = CalmCombo()
        self.mode.setAccessibleName(self.tr("How seeds are chosen"))
        self.mode.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.mode.setMinimumContentsLength(6)
        for mode, words in (
            (SeedMode.RANDOM, self.tr("Random")),
            (SeedMode.FIXED, self.tr("Fixed")),
            (SeedMode.INCREMENT, self.tr("Counting up")),
        ):
            self.mode.addItem(words, mode)
        self.dice = small(IconButton(theme, "dices", self.tr("Another seed, which stays")))
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.mode, 2)
        row.addWidget(self.edit, 3)
        row.addWidget(self.dice)
        self.mode.activated.connect(self._chosen)
        self.edit.textEdited.connect(self._typed)
        self.dice.clicked.connect(model.roll_seed)

    def show_value(self) -> None:
        model = self._model
        random = model.draft.seed_mode is SeedMode.RANDOM
        problem = model.problems.get("seed", "")
        with QSignalBlocker(self.mode):
            self.mode.setCurrentIndex(self.mode.findData(model.draft.seed_mode))
        self.edit.setVisible(not random)
        self.edit.show_number(model.settings.seed, problem)
        self.say(problem, "" if random else model.remark("seed"))

    def _chosen(self, row: int) -> None:
        self._model.set_seed_mode(self.mode.itemData(row))

    def _typed(self, text: str) -> None:
        self._model.type_number("seed", text)


class CalmSpin(QSpinBox):
    """The wheel scrolls the form, and never changes a value."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CountField(FieldFrame):
    """How many pictures of each prompt and model."""

    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        self.spin = CalmSpin()
        self.fewer = small(IconButton(theme, "minus", self.tr("One fewer")))
        self.more = small(IconButton(theme, "plus", self.tr("One more")))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        for widget in (self.fewer, self.spin, self.more):
            row.addWidget(widget)
        super().__init__(theme, self.tr("Pictures each"), None, parent, beside=(holder,), buddy=self.spin)
        self._model = model
        self.spin.setAccessibleName(self.tr("Pictures of each prompt and model"))
        self.spin.setToolTip(self.tr("Of each prompt and model, and in each cell of a grid"))
        self.spin.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.spin.setRange(1, MOST_PICTURES)
        self.spin.valueChanged.connect(model.set_count)
        self.fewer.clicked.connect(self.spin.stepDown)
        self.more.clicked.connect(self.spin.stepUp)
        follow(self, theme, lambda: self.spin.setFixedWidth(theme.px(56)))

    def show_value(self) -> None:
        count = self._model.draft.count
        with QSignalBlocker(self.spin):
            self.spin.setValue(count)
        self.fewer.setEnabled(count > 1)
        self.more.setEnabled(count < MOST_PICTURES)
        self.say(self._model.problems.get("count", ""))
