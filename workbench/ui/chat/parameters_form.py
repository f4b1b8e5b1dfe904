"""The parameters a model takes, as a form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.domain.chat import ChatParameters
from workbench.domain.parameters import ParameterSpec
from workbench.ui.chat.fields import Field
from workbench.ui.chat.values import Value
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.theme import PADDING, Theme


class ParametersForm(QWidget):
    """One field for each spec; a field that is left empty is not sent. Values other models set are kept, unseen."""

    changed = Signal(object)
    """ChatParameters."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._specs: tuple[ParameterSpec, ...] = ()
        self._parameters = ChatParameters()
        self.fields: dict[str, Field] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(PADDING)
        self._none = TextLabel(theme, self.tr("This model takes no parameters."), role="muted", wrap=True)
        self._layout.addWidget(self._none)

    def show_specs(self, specs: tuple[ParameterSpec, ...]) -> None:
        """Offer these; the fields of others go."""
        if specs == self._specs:
            return
        self._specs = specs
        for field in self.fields.values():
            self._layout.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields = {spec.name: Field(spec, self._theme) for spec in specs}
        for field in self.fields.values():
            field.edited.connect(self._edited)
            self._layout.addWidget(field)
        self._none.setVisible(not specs)
        self.show_parameters(self._parameters)

    def show_parameters(self, parameters: ChatParameters) -> None:
        self._parameters = parameters
        for name, field in self.fields.items():
            field.show_value(getattr(parameters, name))

    def _edited(self, name: str, value: Value) -> None:
        change: dict[str, Any] = {name: value}
        self._parameters = replace(self._parameters, **change)
        self.changed.emit(self._parameters)
