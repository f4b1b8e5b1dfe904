"""Which models hear, or which one speaks: a line for each, and the way to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.speech.options.model_list import ModelList
from workbench.ui.speech.options.model_picker import Describe, ModelPicker
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import emptied, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow


class ModelLine(QFrame):
    """One chosen model. Signals: pressed, removed."""

    pressed = Signal()
    removed = Signal()

    def __init__(
        self, theme: Theme, model: Model, price: str, facts: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("\n".join(part for part in (model.id, facts, model.note) if part))
        name = ElidedLabel(theme, model.short_name, self, weight=SEMIBOLD)
        cost = TextLabel(theme, price, self, size=CAPTION, role="muted")
        self.change = small(IconButton(theme, "chevrons-up-down", self.tr("Choose another model"), self))
        self.remove = small(IconButton(theme, "x", self.tr("Remove {0}").format(model.short_name), self))
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE + 2, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(name, 1)
        row.addWidget(cost)
        row.addWidget(self.change)
        row.addWidget(self.remove)
        self.change.clicked.connect(self.pressed)
        self.remove.clicked.connect(self.removed)
        follow(self, theme, self._dress)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"ModelLine {{ background: {tokens.canvas}; border: 1px solid {tokens.edge}; border-radius: 6px; }}"
            f"ModelLine:hover {{ background: {self._theme.hover()}; }}"
        )


class ModelField(QWidget):
    """many: several may be chosen, to compare. Ctrl+M is up to whoever owns it. Signals: chosen (id: it alone), toggled (id)."""

    chosen = Signal(str)
    toggled = Signal(str)

    def __init__(
        self,
        theme: Theme,
        models: ModelList,
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
        facts = found[0][2] if len(found) == 1 else ""
        gone = next((model for model in models if model.deprecated), None)
        if gone is not None:
            instead = gone.replacement or self.tr("another one")
            facts = self.tr("{0} is retired; use {1}.").format(gone.short_name, instead)
        self.note.setText(facts)
        self.note.set_role("warn" if gone is not None else "muted")
        self.note.setVisible(bool(facts))
        if self._picker is not None and self._picker.isVisible():
            self._picker.show_chosen(ids)

    def _line(self, model: Model, price: str, facts: str, several: bool) -> ModelLine:
        line = ModelLine(self._theme, model, price, facts)
        line.remove.setVisible(several)
        line.pressed.connect(self.open)
        line.removed.connect(lambda: self.toggled.emit(model.id))
        self._lines.addWidget(line)
        return line
