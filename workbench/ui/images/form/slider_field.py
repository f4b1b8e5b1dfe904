"""A number between two limits: a slider for the hand, a field for the exact value, and the way back to the default."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QWidget

from workbench.domain.images.abilities import Range
from workbench.ui.images.form.frame import CalmSlider, FieldFrame, NumberEdit
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.numbers import written_number
from workbench.ui.support.theme import Theme, follow


class SliderField(FieldFrame):
    """One of "steps", "guidance", "strength"."""

    def __init__(
        self, theme: Theme, model: FormModel, field: str, label: str, parent: QWidget | None = None
    ) -> None:
        self.edit = NumberEdit(label)
        self.slider = CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(label)
        super().__init__(theme, label, self.slider, parent, beside=(self.edit,), buddy=self.edit, reset=True)
        self._model = model
        self._field = field
        self._limits = Range(0, 1)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.textEdited.connect(self._typed)
        self.slider.valueChanged.connect(self._slid)
        self.reset_wanted.connect(self._reset)
        follow(self, theme, lambda: self.edit.setFixedWidth(theme.px(76)))

    def show_offer(self, limits: Range) -> None:
        self._limits = limits
        default = limits.default
        self.edit.setPlaceholderText(self.tr("auto") if default is None else written_number(default))
        tip = self.tr("From {0} to {1}").format(
            written_number(limits.minimum), written_number(limits.maximum)
        )
        self.edit.setToolTip(tip)
        self.slider.setToolTip(tip)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, round((limits.maximum - limits.minimum) / limits.step))
            self.slider.setPageStep(max(1, self.slider.maximum() // 10))

    def show_value(self, value: float | None) -> None:
        problem = self._model.problems.get(self._field, "")
        self.edit.show_number(value, problem)
        limits = self._limits
        shown = (
            value if value is not None else limits.default if limits.default is not None else limits.minimum
        )
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((shown - limits.minimum) / limits.step))
        self.show_default(value is None and not self.edit.text())
        self.say(problem, self._model.remark(self._field))

    def _typed(self, text: str) -> None:
        self._model.type_number(self._field, text)

    def _slid(self, place: int) -> None:
        value = self._limits.nearest(self._limits.minimum + place * self._limits.step)
        self._model.type_number(self._field, written_number(value))
        self.edit.show_number(value)

    def _reset(self) -> None:
        self.edit.clear()
        self._model.type_number(self._field, "")
