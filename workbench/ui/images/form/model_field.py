"""Which models draw: a line for each, and the way to others."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.images.form.frame import FieldFrame
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.model_picker import ModelPicker
from workbench.ui.images.form.words import facts_text, price_text
from workbench.ui.support.buttons import button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.models.line import ModelLine, retired
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import GRID, Theme


class ModelField(FieldFrame):
    def __init__(self, theme: Theme, model: FormModel, parent: QWidget | None = None) -> None:
        body = QWidget()
        self.add = QToolButton()
        super().__init__(theme, self.tr("Model"), body, parent, beside=(self.add,), buddy=self.add)
        self._theme = theme
        self._model = model
        self._shown: tuple[tuple[Model, float | None], ...] | None = None
        self._picker: ModelPicker | None = None
        self.lines: list[ModelLine] = []
        self._lines = QVBoxLayout(body)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(GRID)
        self.choose = button(self.tr("Choose a model"), parent=body)
        self.choose.clicked.connect(self._open_to_change)
        self.add.setText(self.tr("Compare"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setToolTip(self.tr("Send the same prompt to several models (Ctrl+M)"))
        set_icon(self.add, theme, "plus", "muted", 14)
        self.add.clicked.connect(self._open_to_add)
        model.models.changed.connect(self.show_value)

    def open(self, *, many: bool = False) -> None:
        """The picker, at this field. many: what is taken there comes beside what is chosen."""
        if self._picker is None:
            self._picker = ModelPicker(self._model.models, self._theme, self)
            self._picker.chosen.connect(self._use)
            self._picker.toggled.connect(self._model.toggle_model)
        self._picker.open(self.lines[0] if self.lines else self.choose, self._model.draft.models, many=many)

    def show_value(self) -> None:
        model = self._model
        ids = model.draft.models
        found = tuple((each, model.models.usual_price(each)) for each in map(model.models.find, ids))
        if found != self._shown:
            self._shown = found
            self._rebuild(found)
        self.label.setText(self.tr("Models") if len(ids) > 1 else self.tr("Model"))
        remark = retired(each for each, _ in found)
        if model.chosen != ids:
            remark = self.tr("The grid's own models are used instead.")
        self.say(model.problems.get("models", ""), remark)
        if self._picker is not None and self._picker.isVisible():
            self._picker.show_chosen(ids)

    def _rebuild(self, found: tuple[tuple[Model, float | None], ...]) -> None:
        self._lines.removeWidget(self.choose)
        emptied(self._lines)
        self.lines = []
        for each, usd in found:
            line = ModelLine(self._theme, each, price_text(usd), self.tr("Choose other models"))
            line.price.setToolTip(self.tr("About, for one picture with nothing set"))
            line.setToolTip("\n".join((each.id, *facts_text(self._model.models.abilities_of(each.id)))))
            line.remove.setVisible(len(found) > 1)
            line.pressed.connect(self._open_to_change)
            line.removed.connect(lambda model_id=each.id: self._model.toggle_model(model_id))
            self.lines.append(line)
            self._lines.addWidget(line)
        self._lines.addWidget(self.choose)
        self.choose.setVisible(not found)

    def _open_to_add(self) -> None:
        self.open(many=True)

    def _open_to_change(self) -> None:
        self.open()

    def _use(self, model_id: str) -> None:
        self._model.set_models([model_id])
