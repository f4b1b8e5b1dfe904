"""One field of the inspector: label above, help or what is wrong under, one click back to the default."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.domain.errors import InvalidInput
from workbench.domain.parameters import ParameterKind, ParameterSpec
from workbench.ui.chat.values import Value, hint, parsed, written
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.theme import CAPTION, GRID, SEMIBOLD, Theme

_LIST_LINES = 3


class Field(QWidget):
    """Edits one value. `edited` comes with every change that is a value; what is not one is said under the field."""

    edited = Signal(str, object)
    """Name of the field, Value."""

    def __init__(self, spec: ParameterSpec, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._theme = theme
        self._value: Value = () if spec.kind is ParameterKind.LIST else None
        self._problem = ""
        self.editor = self._make_editor()
        self.editor.setAccessibleName(spec.label)
        self.editor.setAccessibleDescription(spec.help)
        self._help = TextLabel(theme, spec.help, size=CAPTION, role="muted", wrap=True)
        self._help.setVisible(bool(spec.help))
        self.reset_button = IconButton(theme, "rotate-ccw", self.tr("Back to the default: not sent"), size=14)
        self.reset_button.clicked.connect(self.reset)
        label = TextLabel(theme, spec.label, weight=SEMIBOLD, size=12)
        label.setBuddy(self.editor)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(label, 1)
        head.addWidget(self.reset_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(self.editor)
        layout.addWidget(self._help)
        self._show_set()

    @property
    def problem(self) -> str:
        """What is wrong with what is typed; "" when nothing is."""
        return self._problem

    @property
    def text(self) -> str:
        match self.editor:
            case QComboBox() as combo:
                return str(combo.currentData() or "")
            case QPlainTextEdit() as many:
                return many.toPlainText()
            case QLineEdit() as line:
                return line.text()
            case _:
                raise AssertionError(self.editor)

    def show_value(self, value: Value) -> None:
        """The value as it is stored; what is typed and means the same is left alone."""
        same = value == self._value
        self._value = value
        if not same:
            self._write(written(self.spec, value))
            self.complain("")
        self._show_set()

    def reset(self) -> None:
        self._write("")
        self._typed()

    def complain(self, problem: str) -> None:
        """Say what is wrong, in the place of the help; "" takes it back."""
        self._problem = problem
        self._help.setText(problem or self.spec.help)
        self._help.setVisible(bool(problem or self.spec.help))
        self._help.set_role("bad" if problem else "muted")
        self.editor.setProperty("invalid", bool(problem))
        self.editor.setAccessibleDescription(problem or self.spec.help)
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)

    def _make_editor(self) -> QComboBox | QPlainTextEdit | QLineEdit:
        match self.spec.kind:
            case ParameterKind.CHOICE:
                combo = QComboBox()
                combo.addItem(hint(self.spec), "")
                for choice in self.spec.choices:
                    combo.addItem(choice, choice)
                combo.currentIndexChanged.connect(self._typed)
                return combo
            case ParameterKind.LIST:
                many = QPlainTextEdit()
                many.setProperty("kind", "field")
                many.setPlaceholderText(self.tr("One on each line"))
                many.setTabChangesFocus(True)
                many.setFixedHeight(self._theme.px(20) * _LIST_LINES)
                many.setFont(self._theme.mono())
                many.textChanged.connect(self._typed)
                return many
            case _:
                line = QLineEdit()
                line.setPlaceholderText(hint(self.spec))
                if self.spec.kind is not ParameterKind.TEXT:
                    line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
                line.textChanged.connect(self._typed)
                return line

    def _write(self, text: str) -> None:
        with QSignalBlocker(self.editor):
            match self.editor:
                case QComboBox() as combo:
                    combo.setCurrentIndex(max(0, combo.findData(text)))
                case QPlainTextEdit() as many:
                    many.setPlainText(text)
                case QLineEdit() as line:
                    line.setText(text)

    def _typed(self) -> None:
        try:
            value = parsed(self.spec, self.text)
        except InvalidInput as error:
            self.complain(error.what)
            self._show_set()
            return
        self.complain("")
        changed = value != self._value
        self._value = value
        self._show_set()
        if changed:
            self.edited.emit(self.spec.name, value)

    def _show_set(self) -> None:
        self.reset_button.setVisible(bool(self.text))
