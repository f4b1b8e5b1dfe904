"""How large the picture becomes: a ratio at a click, exact pixels within the limits, or a ratio alone."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from workbench.domain.images.abilities import Range
from workbench.ui.images.form.frame import FieldFrame, NumberEdit
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.numbers import written_number
from workbench.ui.images.form.sizes import presets
from workbench.ui.images.form.words import size_text
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.surfaces import CalmCombo, small
from workbench.ui.support.theme import GRID, Theme

_OWN = "own"


class SizeField(FieldFrame):
    """Pixels."""

    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        body = QWidget()
        self.preset = CalmCombo()
        self.swap = small(IconButton(theme, "arrow-right-left", self.tr("Swap width and height")))
        super().__init__(
            theme, self.tr("Size"), body, parent, beside=(self.swap,), buddy=self.preset, reset=True
        )
        self._model = model
        self.width_edit = NumberEdit(self.tr("Width in pixels"))
        self.height_edit = NumberEdit(self.tr("Height in pixels"))
        self._times = TextLabel(theme, "×", role="muted")
        self.preset.setAccessibleName(self.tr("Size"))
        self.preset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.preset.setMinimumContentsLength(5)
        self.preset.view().setMinimumWidth(theme.px(180))
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.preset, 5)
        row.addWidget(self.width_edit, 4)
        row.addWidget(self._times)
        row.addWidget(self.height_edit, 4)
        for edit in (self.width_edit, self.height_edit):
            edit.setMinimumWidth(theme.px(48))
            edit.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.preset.activated.connect(self._chosen)
        self.width_edit.textEdited.connect(self._typed_width)
        self.height_edit.textEdited.connect(self._typed_height)
        self.swap.clicked.connect(model.swap_size)
        self.reset_wanted.connect(self._reset)

    def show_offer(self) -> None:
        offer = self._model.offer
        free = offer.width is not None
        with QSignalBlocker(self.preset):
            self.preset.clear()
            self.preset.addItem(self.tr("Default"), None)
            for one in presets(offer):
                size = (one.width, one.height)
                words = f"{one.ratio} · {size_text(size)}" if one.ratio else size_text(size)
                self.preset.addItem(words, size)
            if free:
                self.preset.addItem(self.tr("Own"), _OWN)
        for widget in (self.width_edit, self._times, self.height_edit):
            widget.setVisible(free)
        if offer.width is not None and offer.height is not None:
            self._show_limits(self.width_edit, offer.width)
            self._show_limits(self.height_edit, offer.height)

    def show_value(self) -> None:
        model, settings = self._model, self._model.settings
        problems = model.problems
        problem = problems.get("width", "") or problems.get("height", "")
        self.width_edit.show_number(settings.width, problems.get("width", ""))
        self.height_edit.show_number(settings.height, problems.get("height", ""))
        size = (settings.width, settings.height)
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(0 if size == (None, None) else self._row_of(size))
        self.show_default(size == (None, None) and not problem)
        self.say(problem, model.remark("size"))

    def _row_of(self, size: tuple[int | None, int | None]) -> int:
        for row in range(self.preset.count()):
            if self.preset.itemData(row) == size:
                return row
        return self.preset.findData(_OWN)

    def _show_limits(self, edit: NumberEdit, limits: Range) -> None:
        edit.setPlaceholderText(written_number(limits.default) or self.tr("auto"))
        edit.setToolTip(
            self.tr("From {0} to {1} pixels").format(
                written_number(limits.minimum), written_number(limits.maximum)
            )
        )

    def _chosen(self, row: int) -> None:
        data = self.preset.itemData(row)
        if data == _OWN:
            self.width_edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.width_edit.selectAll()
        else:
            width, height = data or (None, None)
            self._model.set_size(width, height)

    def _typed_width(self, text: str) -> None:
        self._model.type_number("width", text)

    def _typed_height(self, text: str) -> None:
        self._model.type_number("height", text)

    def _reset(self) -> None:
        self.width_edit.clear()
        self.height_edit.clear()
        self._model.set_size(None, None)


class RatioField(FieldFrame):
    """For models that take a ratio in place of pixels."""

    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        self.choice = CalmCombo()
        self.swap = small(IconButton(theme, "arrow-right-left", self.tr("Swap width and height")))
        super().__init__(theme, self.tr("Aspect ratio"), self.choice, parent, beside=(self.swap,), reset=True)
        self._model = model
        self.choice.setAccessibleName(self.tr("Aspect ratio"))
        self.choice.activated.connect(self._chosen)
        self.swap.clicked.connect(model.swap_size)
        self.reset_wanted.connect(self._reset)

    def show_offer(self) -> None:
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItem(self.tr("The model's own"), "")
            for ratio in self._model.offer.aspect_ratios:
                self.choice.addItem(ratio, ratio)

    def show_value(self) -> None:
        ratio = self._model.settings.aspect_ratio
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(max(0, self.choice.findData(ratio)))
        upright = ":".join(reversed(ratio.split(":")))
        self.swap.setEnabled(bool(ratio) and self.choice.findData(upright) >= 0)
        self.show_default(not ratio)
        self.say("", self._model.remark("size"))

    def _chosen(self, row: int) -> None:
        self._model.set_aspect_ratio(self.choice.itemData(row))

    def _reset(self) -> None:
        self._model.set_aspect_ratio("")
