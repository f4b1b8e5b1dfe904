"""The description of the outfit as a form, drawn from its schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.images.schema_form import LONGEST_TEXT, MOST_ITEMS, FieldKind, SchemaField, blank
from workbench.ui.images.try_on import words
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.forms import Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import CalmCombo, emptied, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow

_LINES = 3
_WIDE = frozenset((FieldKind.LONG_TEXT, FieldKind.LIST))


class LongText(QPlainTextEdit):
    """A few lines; Tab goes on to the next field."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "field")
        self.setTabChangesFocus(True)
        follow(self, theme, self._fit)

    def _fit(self) -> None:
        line = QFontMetricsF(self._theme.font()).lineSpacing()
        self.setFixedHeight(round(line * _LINES) + 2 * INSIDE + 2)

    def sizeHint(self) -> QSize:
        return QSize(80, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.height())


class ObjectForm(QWidget):
    """The fields of one object, short ones two in a row. Signals: edited."""

    edited = Signal()

    def __init__(
        self,
        theme: Theme,
        fields: Sequence[SchemaField],
        value: Mapping[str, Any],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read: dict[str, Callable[[], Any]] = {}
        self.controls: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(INSIDE)
        grid.setVerticalSpacing(INSIDE)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        row = column = 0
        for field in fields:
            wide = field.kind in _WIDE
            if wide and column:
                row, column = row + 1, 0
            cell = self._cell(theme, field, value[field.name])
            grid.addWidget(cell, row, column, 1, 2 if wide else 1, Qt.AlignmentFlag.AlignTop)
            column = 0 if wide else (column + 1) % 2
            row += 0 if column else 1

    @property
    def value(self) -> dict[str, Any]:
        return {name: read() for name, read in self._read.items()}

    def _cell(self, theme: Theme, field: SchemaField, value: Any) -> QWidget:
        control, self._read[field.name] = self._control(theme, field, value)
        self.controls[field.name] = control
        control.setAccessibleName(words.title(field))
        control.setToolTip(field.help)
        if field.kind is FieldKind.LIST:
            return control
        cell = QWidget(self)
        stack = QVBoxLayout(cell)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(2)
        label = TextLabel(theme, words.title(field), cell, size=CAPTION, role="muted")
        label.setBuddy(control)
        stack.addWidget(label)
        stack.addWidget(control)
        return cell

    def _control(self, theme: Theme, field: SchemaField, value: Any) -> tuple[QWidget, Callable[[], Any]]:
        match field.kind:
            case FieldKind.LIST:
                items = ObjectList(theme, field, value, self)
                items.edited.connect(self.edited)
                return items, lambda: items.value
            case FieldKind.SWITCH:
                switch = Switch(theme, words.title(field), self)
                switch.setChecked(value)
                switch.toggled.connect(self._changed)
                return switch, switch.isChecked
            case FieldKind.CHOICE:
                combo = CalmCombo(self)
                for choice in field.choices:
                    combo.addItem(words.choice(choice), choice)
                combo.setCurrentIndex(max(0, combo.findData(value)))
                combo.setMinimumContentsLength(6)
                combo.activated.connect(self._changed)
                return combo, combo.currentData
            case FieldKind.LONG_TEXT:
                text = LongText(theme, self)
                text.setPlainText(value)
                text.textChanged.connect(self._changed)
                return text, lambda: text.toPlainText()[:LONGEST_TEXT]
        line = QLineEdit(value, self)
        line.setMaxLength(LONGEST_TEXT)
        line.setCursorPosition(0)
        line.textEdited.connect(self._changed)
        return line, line.text

    @Slot()
    def _changed(self) -> None:
        self.edited.emit()


class ObjectList(QWidget):
    """A card for each object, and a button for one more. Signals: edited."""

    edited = Signal()

    def __init__(
        self,
        theme: Theme,
        field: SchemaField,
        value: Sequence[Mapping[str, Any]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._field = field
        self.forms: list[ObjectForm] = []
        self._cards = QVBoxLayout()
        self._cards.setSpacing(INSIDE)
        self.add = button(self.tr("Add a garment"), "quiet", self)
        set_icon(self.add, theme, "plus", "muted", 14)
        self.add.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addLayout(self._cards)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        self._build(value)

    @property
    def value(self) -> list[dict[str, Any]]:
        return [form.value for form in self.forms]

    def _build(self, value: Sequence[Mapping[str, Any]]) -> None:
        emptied(self._cards)
        self.forms = []
        for place, item in enumerate(value):
            self._cards.addWidget(self._card(place, item))
        self.add.setVisible(len(value) < MOST_ITEMS)

    def _card(self, place: int, item: Mapping[str, Any]) -> QFrame:
        card = QFrame(self)
        card.setProperty("kind", "card")
        form = ObjectForm(self._theme, self._field.inner, item, card)
        form.edited.connect(self.edited)
        self.forms.append(form)
        name = self.tr("Garment {0}").format(place + 1)
        remove = small(IconButton(self._theme, "trash-2", self.tr("Remove {0}").format(name), card))
        remove.clicked.connect(lambda: self._remove(form))
        head = QHBoxLayout()
        head.addWidget(TextLabel(self._theme, name, card, size=CAPTION + 1, weight=SEMIBOLD), 1)
        head.addWidget(remove)
        column = QVBoxLayout(card)
        column.setContentsMargins(RELATED, GRID, RELATED - 2, RELATED)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(form)
        return card

    def _remove(self, form: ObjectForm) -> None:
        self._build([one.value for one in self.forms if one is not form])
        self.edited.emit()
        self.add.setFocus()

    @Slot()
    def _add(self) -> None:
        self._build([*self.value, blank(self._field.inner)])
        self.edited.emit()
        next(iter(self.forms[-1].controls.values())).setFocus()
