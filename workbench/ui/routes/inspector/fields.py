"""Fields of the inspector: each edits one value, says beside it what is wrong while one types, and gives only what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from workbench.ui.routes.inspector.numbers import Unit, narrowed, read_number, unit_of, written_number
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.forms import Field, Segments
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.theme import INSIDE, Theme, follow

Check = Callable[[str], str]
"""What is wrong with a text, as a sentence; "" for nothing."""


_BESIDE, _WIDEST = 48, 520
"""Of a list: pixels beside the text, and how wide it may be."""
_FITTING = 42
"""Pixels beside the text of a closed combo box."""


def no_problem(text: str) -> str:
    return ""


def mark(line: QWidget, problem: str) -> None:
    """Give a field the border of one that is wrong, or take it away."""
    if bool(line.property("invalid")) != bool(problem):
        line.setProperty("invalid", bool(problem))
        line.style().unpolish(line)
        line.style().polish(line)


class NarrowCombo(CalmCombo):
    """A combo box that is as wide as there is room, and whose list is as wide as its texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(4)

    def sizeHint(self) -> QSize:
        self.ensurePolished()  # else the layout keeps the height of another font
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        return super().minimumSizeHint()

    def showPopup(self) -> None:
        texts = (self.itemText(row) for row in range(self.count()))
        longest = max((self.fontMetrics().horizontalAdvance(text) for text in texts), default=0)
        self.view().setMinimumWidth(min(longest + _BESIDE, _WIDEST))
        super().showPopup()


class FittingCombo(NarrowCombo):
    """A combo box that is as wide as what is chosen. Call updateGeometry when that changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        height = super().sizeHint().height()
        return QSize(self.fontMetrics().horizontalAdvance(self.currentText()) + _FITTING, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class SuggestCombo(NarrowCombo):
    """A text with suggestions that are filtered as one types. source: of what to suggest, asked when one comes to it."""

    def __init__(self, name: str, source: Callable[[], Iterable[str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._listed: tuple[str, ...] = ()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMaxVisibleItems(14)
        completer = self.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    @property
    def line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None
        return line

    def suggest(self) -> None:
        """Ask again what there is to suggest; what is typed stays."""
        found = tuple(self._source())
        if found == self._listed:
            return
        self._listed = found
        text, at = self.currentText(), self.line.cursorPosition()
        with QSignalBlocker(self), QSignalBlocker(self.line):
            self.clear()
            self.addItems(found)
            self.setEditText(text)
        self.line.setCursorPosition(at)

    def show_text(self, text: str) -> None:
        if text != self.currentText():
            with QSignalBlocker(self), QSignalBlocker(self.line):
                self.setEditText(text)
            self.line.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.suggest()
        super().focusInEvent(event)

    def showPopup(self) -> None:
        self.suggest()
        super().showPopup()


class GrowingText(QPlainTextEdit):
    """Text of several lines, as high as it is long, within bounds."""

    def __init__(self, name: str, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.setProperty("kind", "field")
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    @Slot()
    def fit(self) -> None:
        lines = min(max(self._least, self.document().size().height()), self._most)
        self.setFixedHeight(round(QFontMetricsF(self.font()).lineSpacing() * lines) + 20)


class ValueField(Field):
    """Shows a value and keeps what is typed until another one is stored. Signals: edited (the new value, a right one).

    A subclass says how a value is shown (`_write`) and calls `_given` or `_refused` with what was typed.
    """

    edited = Signal(object)

    def __init__(
        self, theme: Theme, label: str, help_text: str, control: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, label, help_text, control, parent)
        control.setAccessibleName(label)
        self._value: object = None
        self._default: object = None
        self.problem = ""
        self._reset.setFixedSize(theme.px(20), theme.px(20))
        self._keep_room(False)
        self.reset_wanted.connect(self._reset_to_default)

    def with_default(self, value: object) -> None:
        """Offer one click back to it."""
        self._default = value
        self._keep_room(True)

    def show_value(self, value: object) -> None:
        """As it is stored; says nothing. What is typed stays while the stored value does."""
        if value != self._value or type(value) is not type(self._value):
            self._value = value
            self._write(value)
            self.show_problem(self._check(value))
        self._show_default()

    def forget(self) -> None:
        """The next value to be shown is another thing's: what is typed is of no account."""
        self._value = None

    def show_problem(self, sentence: str) -> None:
        self.problem = sentence
        super().show_problem(sentence)

    def _check(self, value: object) -> str:
        """What is wrong with a value that is stored."""
        return ""

    def _write(self, value: object) -> None:
        raise NotImplementedError

    def _given(self, value: object) -> None:
        self.show_problem("")
        if value != self._value:
            self._value = value
            self.edited.emit(value)
        self._show_default()

    def _refused(self, sentence: str) -> None:
        self.show_problem(sentence)

    def _show_default(self) -> None:
        self.show_default(self._default is None or (self._value == self._default and not self.problem))

    def _keep_room(self, keep: bool) -> None:
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(keep)
        self._reset.setSizePolicy(policy)

    @Slot()
    def _reset_to_default(self) -> None:
        self._write(self._default)
        self._given(self._default)


class TextField(ValueField):
    """check: what is wrong with a text. code: an id, which reads from left to right and in fixed width.

    lazily: given when the user is done with it (Enter, or going elsewhere), not with every letter.
    """

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str = "",
        check: Check = no_problem,
        *,
        code: bool = False,
        lazily: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.line = QLineEdit()
        self.check = check
        self._lazily = lazily
        super().__init__(theme, label, help_text, self.line, parent)
        if code:
            self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            follow(self.line, theme, lambda: self.line.setFont(theme.mono()))
        self.line.textEdited.connect(self._typed)
        if lazily:
            self.line.editingFinished.connect(self._done)

    def _write(self, value: object) -> None:
        self.line.setText(str(value))
        self.line.setCursorPosition(0)

    def _check(self, value: object) -> str:
        return self.check(str(value))

    @Slot(str)
    def _typed(self, text: str) -> None:
        if problem := self.check(text):
            self._refused(problem)
        elif self._lazily:
            self.show_problem("")
        else:
            self._given(text)

    @Slot()
    def _done(self) -> None:
        """What is wrong is not taken: the stored text comes back."""
        text = self.line.text()
        if self.check(text):
            self._write(self._value)
            self.show_problem(self._check(self._value))
        else:
            self._given(text)


class SuggestField(ValueField):
    """A text with suggestions. source: of these. check: what is wrong with a text."""

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str,
        source: Callable[[], Iterable[str]],
        check: Check = no_problem,
        parent: QWidget | None = None,
    ) -> None:
        self.combo = SuggestCombo(label, source)
        self._check_text = check
        super().__init__(theme, label, help_text, self.combo, parent)
        follow(self.combo, theme, lambda: self.combo.setFont(theme.mono()))
        self.combo.editTextChanged.connect(self._typed)

    @property
    def line(self) -> QLineEdit:
        return self.combo.line

    def show_problem(self, sentence: str) -> None:
        super().show_problem(sentence)
        mark(self.combo, sentence)

    def _write(self, value: object) -> None:
        self.combo.show_text(str(value))

    def _check(self, value: object) -> str:
        return self._check_text(str(value))

    @Slot(str)
    def _typed(self, text: str) -> None:
        text = text.strip()
        if problem := self._check_text(text):
            self._refused(problem)
        else:
            self._given(text)


class ChoiceField(ValueField):
    """One of a few. choices: (value, in words)."""

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str,
        choices: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        self.segments = Segments(label, choices)
        super().__init__(theme, label, help_text, self.segments, parent)
        self.segments.chosen.connect(self._given)

    def _write(self, value: object) -> None:
        self.segments.set_value(str(value))


class Measure(Protocol):
    """The sentence for a number that cannot be: too small, too large, not whole; "" if it can."""

    def __call__(self, value: float) -> str: ...


class NumberLine(QLineEdit):
    """A line of a number; arrow up and down make it more and less. Signals: stepped (int: how many)."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif (step := steps.get(Qt.Key(event.key()))) is not None:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)


class NumberField(ValueField):
    """A number, perhaps with a unit behind it that one chooses. The value counts in the smallest of the units.

    check: what is wrong with a number. units: none for a bare number, whose unit is `words`.
    """

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str,
        check: Measure,
        units: Sequence[tuple[Unit, str]] = (),
        words: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self.line = NumberLine()
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.units = CalmCombo()
        self._measure = check
        self._units = [unit for unit, _ in units]
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self.line)
        self.words = TextLabel(theme, words, both, role="muted")
        if units:
            for unit, name in units:
                self.units.addItem(name, unit.key)
            row.addWidget(self.units)
            self.words.hide()
        else:
            self.units.setParent(both)
            self.units.hide()
            row.addWidget(self.words)
        row.addStretch(1)
        super().__init__(theme, label, help_text, both, parent)
        both.setFocusProxy(self.line)
        self.line.setAccessibleName(label)
        self.units.setAccessibleName(self.tr("{0}: unit").format(label))
        follow(self.line, theme, lambda: self.line.setFixedWidth(theme.px(104)))
        self.line.textEdited.connect(self._typed)
        self.line.stepped.connect(self._step)
        self.units.activated.connect(self._typed)

    def show_problem(self, sentence: str) -> None:
        super().show_problem(sentence)
        mark(self.line, sentence)
        self.line.setAccessibleDescription(sentence)

    def _write(self, value: object) -> None:
        assert isinstance(value, int | float)
        with QSignalBlocker(self.units):
            if self._units and value:
                unit = unit_of(int(value), self._units)
                self.units.setCurrentIndex(self._units.index(unit))
        factor = self._factor
        self.line.setText(written_number(value / factor if factor != 1 else value))

    def _check(self, value: object) -> str:
        assert isinstance(value, int | float)
        return self._measure(value)

    @property
    def _factor(self) -> int:
        return self._units[max(0, self.units.currentIndex())].factor if self._units else 1

    @Slot()
    def _typed(self) -> None:
        number = read_number(self.line.text())
        if number is None:
            self._refused(self.tr("A number goes here."))
            return
        value = narrowed(round(number * self._factor, 6))
        if problem := self._measure(value):
            self._refused(problem)
        else:
            self._given(value)

    @Slot(int)
    def _step(self, steps: int) -> None:
        number = read_number(self.line.text())
        if number is None or self._measure(narrowed((number + steps) * self._factor)):
            return
        self.line.setText(written_number(narrowed(round(number + steps, 6))))
        self._typed()
