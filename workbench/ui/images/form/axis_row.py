"""One axis of a grid: what changes along it, and through which values."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.images.planning import groups_in
from workbench.domain.images.settings import Axis, AxisField
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.model_picker import ModelPicker
from workbench.ui.images.form.prompt_field import GrowingText
from workbench.ui.images.form.sizes import presets
from workbench.ui.images.form.words import axis_name, ltr
from workbench.ui.support import figures
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.surfaces import CalmCombo, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow

_LETTERS = "XYZ"
_SHOWN = 6


class AxisRow(QFrame):
    """Signals: removed (place)."""

    removed = Signal(int)

    def __init__(self, theme: Theme, model: FormModel, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._place = place
        self._picker: ModelPicker | None = None
        letter = _LETTERS[place]
        name = self.tr("Axis {0}").format(letter)
        self.field = CalmCombo()
        self.field.setAccessibleName(self.tr("{0}: what changes").format(name))
        self.part = QComboBox()
        self.part.setEditable(True)
        self.part.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.part.setAccessibleName(self.tr("{0}: part of the prompt").format(name))
        self.values = GrowingText(theme, self.tr("{0}: values").format(name), 1, 8)
        self.choose = button(self.tr("Choose models"), "quiet")
        self.usual = button(self.tr("Usual sizes"), "quiet")
        self.remove = small(IconButton(theme, "x", self.tr("Remove {0}").format(name), self))
        self.note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        top.addWidget(TextLabel(theme, letter, self, weight=SEMIBOLD))
        top.addWidget(self.field, 1)
        top.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE + 2, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID + 2)
        column.addLayout(top)
        column.addWidget(self.part)
        column.addWidget(self.values)
        for quick in (self.choose, self.usual):
            column.addWidget(quick, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.note)
        self.field.activated.connect(self._chosen)
        self.part.editTextChanged.connect(self._typed_part)
        self.values.textChanged.connect(self._typed)
        self.choose.clicked.connect(self._pick)
        self.usual.clicked.connect(self._use_usual)
        self.remove.clicked.connect(self._remove)
        follow(self, theme, self._dress)

    def focus(self) -> None:
        """Put the keyboard where the axis still lacks something."""
        axis = self._model.draft.axes[self._place]
        needs_part = axis.field is AxisField.PROMPT and not axis.part
        (self.part if needs_part else self.values).setFocus(Qt.FocusReason.TabFocusReason)

    def show_value(self) -> None:
        model, axis = self._model, self._model.draft.axes[self._place]
        self._show_fields(axis)
        self._show_part(axis)
        self.values.show_text(model.axis_text(self._place))
        self.values.setPlaceholderText(self._hint(axis.field))
        ids = axis.field in (AxisField.MODEL, AxisField.SIZE, AxisField.SEED)
        self.values.setLayoutDirection(Qt.LayoutDirection.LeftToRight if ids else self.layoutDirection())
        self.choose.setVisible(axis.field is AxisField.MODEL)
        self.usual.setVisible(axis.field is AxisField.SIZE and not axis.values)
        problem = model.problems.get(f"axes.{self._place}", "")
        self.note.setText(problem or self._told(axis))
        self.note.set_role("bad" if problem else "muted")
        self.note.setVisible(bool(self.note.text()))
        self.values.setAccessibleDescription(self.note.text())
        if self._picker is not None and self._picker.isVisible():
            self._picker.show_chosen(axis.values)

    def _show_fields(self, axis: Axis) -> None:
        fields = list(dict.fromkeys((*self._model.free_fields(self._place), axis.field)))
        with QSignalBlocker(self.field):
            if [self.field.itemData(row) for row in range(self.field.count())] != fields:
                self.field.clear()
                for field in fields:
                    self.field.addItem(axis_name(field), field)
            self.field.setCurrentIndex(fields.index(axis.field))

    def _show_part(self, axis: Axis) -> None:
        self.part.setVisible(axis.field is AxisField.PROMPT)
        groups = [text for text, _ in groups_in(self._model.settings.prompt)]
        with QSignalBlocker(self.part):
            if [self.part.itemText(row) for row in range(self.part.count())] != groups:
                self.part.clear()
                self.part.addItems(groups)
            if self.part.currentText() != axis.part:
                self.part.setEditText(axis.part)
        edit = self.part.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(self.tr("Part of the prompt that is replaced"))

    def _hint(self, field: AxisField) -> str:
        return {
            AxisField.MODEL: self.tr("One model on each line"),
            AxisField.SEED: self.tr("1-4, or 7, 42"),
            AxisField.STEPS: self.tr("4, 8, or 5-20 (5)"),
            AxisField.GUIDANCE: self.tr("2.5, 5, or 1-13 (6)"),
            AxisField.STRENGTH: self.tr("0.3, 0.6, or 0.2-0.8 (0.2)"),
            AxisField.SIZE: self.tr("1024x768, 768x1024"),
            AxisField.PROMPT: self.tr("One on each line"),
        }[field]

    def _told(self, axis: Axis) -> str:
        """How the text is read, where that is not what it says."""
        count = len(axis.values)
        if not count:
            return ""
        if axis.field in (AxisField.MODEL, AxisField.PROMPT) or count == 1:
            return self.tr("1 value") if count == 1 else self.tr("{0} values").format(count)
        shown = ", ".join(axis.values[:_SHOWN])
        more = " …" if count > _SHOWN else ""
        return self.tr("{0} values: {1}").format(figures.count(count), ltr(f"{shown}{more}"))

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"AxisRow {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: 8px; }}"
        )

    def _chosen(self, row: int) -> None:
        self._model.set_axis_field(self._place, self.field.itemData(row))

    def _typed_part(self, text: str) -> None:
        self._model.set_axis_part(self._place, text)

    def _typed(self) -> None:
        self._model.set_axis_text(self._place, self.values.toPlainText())

    def _remove(self) -> None:
        self.removed.emit(self._place)

    def _use_usual(self) -> None:
        sizes = (f"{one.width}x{one.height}" for one in presets(self._model.offer)[:3])
        self._model.set_axis_text(self._place, ", ".join(sizes))

    def _pick(self) -> None:
        if self._picker is None:
            self._picker = ModelPicker(self._model.models, self._theme, self)
            self._picker.toggled.connect(self._toggle)
        self._picker.open(self.choose, self._model.draft.axes[self._place].values, many=True)

    def _toggle(self, model_id: str) -> None:
        values = self._model.draft.axes[self._place].values
        others = [one for one in values if one != model_id]
        wanted = others if model_id in values else [*values, model_id]
        self._model.set_axis_text(self._place, "\n".join(wanted))
