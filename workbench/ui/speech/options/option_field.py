"""One option of a model as a form field."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from workbench.domain.models import short_name
from workbench.domain.speech.abilities import OptionKind, SpeechOption
from workbench.ui.speech.options import words
from workbench.ui.speech.options.languages import COMMON, named
from workbench.ui.speech.words import language, ltr, translate
from workbench.ui.support.forms import Field, Switch
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import Theme

LANGUAGES = ("language", "lang")
"""Names of options that take the code of a language."""


class OptionField(Field):
    """Signals: edited (the value; None for the default), typed (text of a number, not checked yet)."""

    edited = Signal(object)
    typed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        option: SpeechOption,
        *,
        languages: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        """languages: codes that can be named, () for any. missing: ids of chosen models that do not have it."""
        label = words.label(option.name)
        control = _control(theme, option, label, languages)
        control.setToolTip(option.name)
        super().__init__(theme, label, _hint(option, missing), control, parent)
        self.option = option
        self._connect()
        self.reset_wanted.connect(self._to_default)

    def set_value(self, value: Any, problem: str = "") -> None:
        """Show it; says nothing. What is being typed, and means the same or is wrong, is left alone."""
        control = self.control
        match control:
            case Switch():
                control.setChecked(bool(self.option.default if value is None else value))
            case QComboBox():
                self._show_choice(control, value)
            case QLineEdit() if not problem:
                number = self.option.kind is OptionKind.NUMBER
                same = (
                    words.read_number(control.text()) == value if number else control.text() == (value or "")
                )
                if not same or (value is None and control.text()):
                    control.setText(words.number(value) if number else str(value or ""))
        self.show_problem(problem)
        self.show_default(value is None and not problem)

    def _show_choice(self, combo: QComboBox, value: Any) -> None:
        row = combo.findData(value if value is not None else self._default)
        with QSignalBlocker(combo):
            combo.setCurrentIndex(row)
            if (line := combo.lineEdit()) is not None and not line.hasFocus():
                line.setText(combo.itemText(row) if row >= 0 else str(value or ""))

    @property
    def _default(self) -> Any:
        """What stands in the list for the default; a language that is not told is to be found out."""
        return self.option.default if self.option.kind is OptionKind.CHOICE else None

    def _connect(self) -> None:
        match self.control:
            case Switch() as switch:
                switch.clicked.connect(self._said)
            case QComboBox() as combo:
                combo.activated.connect(self._chosen)
                if (typed := combo.lineEdit()) is not None:
                    typed.editingFinished.connect(self._written)
            case QLineEdit() as line:
                number = self.option.kind is OptionKind.NUMBER
                line.textEdited.connect(self.typed if number else self._said)

    @Slot(bool)
    @Slot(str)
    def _said(self, value: object) -> None:
        self.edited.emit(value)

    @Slot(int)
    def _chosen(self, row: int) -> None:
        assert isinstance(self.control, QComboBox)
        self.edited.emit(self.control.itemData(row))

    @Slot()
    def _written(self) -> None:
        """A name of the list, or a code of any other language."""
        combo = self.control
        assert isinstance(combo, QComboBox)
        text = combo.currentText().strip()
        row = combo.findText(text, Qt.MatchFlag.MatchFixedString)
        self.edited.emit(combo.itemData(row) if row >= 0 else text or None)

    @Slot()
    def _to_default(self) -> None:
        if isinstance(self.control, QLineEdit):
            self.control.clear()
        self.edited.emit(None)


def _hint(option: SpeechOption, missing: tuple[str, ...]) -> str:
    """What it is for, and which chosen models do not have it."""
    said = words.hint(option.name)
    if missing:
        names = ", ".join(ltr(short_name(id)) for id in missing)
        said = f"{said} {translate('SpeechOptions', 'Not sent to {0}.').format(names)}".strip()
    return said


def _control(theme: Theme, option: SpeechOption, label: str, languages: tuple[str, ...]) -> QWidget:
    if option.kind is OptionKind.FLAG:
        return Switch(theme, label)
    if option.kind is OptionKind.CHOICE:
        combo = _combo(label)
        if option.default is None:
            combo.addItem(words.default_text(option), None)
        for value in option.choices:
            combo.addItem(words.choice(value), value)
        return combo
    if option.name in LANGUAGES:
        return _language_combo(option, label, languages)
    line = QLineEdit()
    line.setAccessibleName(label)
    line.setPlaceholderText(words.default_text(option))
    if option.kind is OptionKind.NUMBER:
        line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return line


def _language_combo(option: SpeechOption, label: str, languages: tuple[str, ...]) -> QWidget:
    """A list to choose from, into which any other code can be typed where the model takes any."""
    combo = _combo(label)
    if option.default:
        default = translate("SpeechOptions", "Default ({0})").format(language(str(option.default)))
        combo.addItem(default, None)
    else:
        combo.addItem(translate("SpeechOptions", "Find out"), None)
    for code, name in named(languages or COMMON):
        combo.addItem(name, code)
    if not languages:
        combo.setEditable(True)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        if (line := combo.lineEdit()) is not None:
            line.setAccessibleName(label)
    return combo


def _combo(label: str) -> CalmCombo:
    combo = CalmCombo()
    combo.setAccessibleName(label)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    return combo
