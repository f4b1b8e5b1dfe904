"""Which models hear, or which one speaks: a line for each, and the way to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.speech.options.model_picker import Describe, ModelPicker
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.models.line import ModelLine, retired
from workbench.ui.support.models.target_models import TargetModels
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import CAPTION, GRID, SEMIBOLD, Theme


class ModelField(QWidget):
    """many: several may be chosen, to compare. Ctrl+M is up to whoever owns it. Signals: chosen (id: it alone), toggled (id)."""

    chosen = Signal(str)
    toggled = Signal(str)

    def __init__(
        self,
        theme: Theme,
        models: TargetModels,
        describe: Describe,
        current: Callable[[], Sequence[str]],
        *,
        many: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._models = models
        self._describe = describe
        self._current = current
        self._many = many
        self._shown: tuple[object, ...] | None = None
        self._picker: ModelPicker | None = None
        self.lines: list[ModelLine] = []
        self.label = TextLabel(theme, self.tr("Model"), self, weight=SEMIBOLD)
        self.add = QToolButton(self)
        self.add.setText(self.tr("Compare"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setToolTip(self.tr("Let several models hear the same (Ctrl+M)"))
        self.add.setVisible(many)
        set_icon(self.add, theme, "plus", "muted", 14)
        self.choose = button(self.tr("Choose a model"), parent=self)
        self.note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        head = QHBoxLayout()
        head.addWidget(self.label, 1)
        head.addWidget(self.add)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addLayout(self._lines)
        column.addWidget(self.choose)
        column.addWidget(self.note)
        self.add.clicked.connect(self.open)
        self.choose.clicked.connect(self.open)
        models.changed.connect(self.show_value)
        self.show_value()

    def open(self) -> None:
        """The picker, at this field."""
        if self._picker is None:
            self._picker = ModelPicker(
                self._models, self._describe, self._theme, many=self._many, parent=self
            )
            self._picker.chosen.connect(self.chosen)
            self._picker.toggled.connect(self.toggled)
        self._picker.open(self.lines[0] if self.lines else self.choose, self._current())

    def show_value(self) -> None:
        ids = tuple(self._current())
        models = [self._models.find(id) for id in ids]
        found = tuple((model, *self._describe(model)) for model in models)
        if found != self._shown:
            self._shown = found
            emptied(self._lines)
            self.lines = [self._line(model, price, facts, len(found) > 1) for model, price, facts in found]
        self.label.setText(self.tr("Models") if len(ids) > 1 else self.tr("Model"))
        self.choose.setVisible(not ids)
        gone = retired(models)
        facts = found[0][2] if len(found) == 1 else ""
        self.note.setText(gone or facts)
        self.note.set_role("warn" if gone else "muted")
        self.note.setVisible(bool(gone or facts))
        if self._picker is not None and self._picker.isVisible():
            self._picker.show_chosen(ids)

    def _line(self, model: Model, price: str, facts: str, several: bool) -> ModelLine:
        line = ModelLine(self._theme, model, price, self.tr("Choose another model"))
        line.setToolTip("\n".join(part for part in (model.id, facts, model.note) if part))
        line.remove.setVisible(several)
        line.pressed.connect(self.open)
        line.removed.connect(lambda: self.toggled.emit(model.id))
        self._lines.addWidget(line)
        return line
