"""Form fields: label above, control, help below, what is wrong beside it, one click back to the default."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.settings import SettingInfo
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.search_words import has_words
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme

_SWITCH = QSize(34, 20)
_FEW = 3


class Switch(QCheckBox):
    """On or off. To a screen reader it is the check box it is."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return _SWITCH + QSize(4, 4)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, 2, _SWITCH.width(), _SWITCH.height())
        painter.setPen(QPen(QColor(tokens.accent if self.isChecked() else tokens.edge), 1))
        painter.setBrush(QColor(tokens.accent if self.isChecked() else tokens.canvas))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        at_end = self.isChecked() != rtl
        size = track.height() - 6
        left = track.right() - size - 3 if at_end else track.left() + 3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.on_accent if self.isChecked() else tokens.muted))
        painter.drawEllipse(QRectF(left, track.top() + 3, size, size))
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(-1.2, -1.2, 1.2, 1.2), 11, 11)


class Segments(QWidget):
    """A few choices side by side. Signals: chosen (value)."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: dict[QAbstractButton, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for value, words in choices:
            made = QPushButton(words, self)
            made.setCheckable(True)
            made.setProperty("kind", "segment")
            made.setAccessibleName(f"{name}: {words}")
            self._group.addButton(made)
            self._values[made] = value
            row.addWidget(made)
        row.addStretch(1)
        self._group.buttonClicked.connect(self._clicked)

    def set_value(self, value: str) -> None:
        for made, own in self._values.items():
            if own == value:
                made.setChecked(True)

    @Slot(QAbstractButton)
    def _clicked(self, made: QAbstractButton) -> None:
        self.chosen.emit(self._values[made])


class Field(QWidget):
    """The frame around any control. Signals: reset_wanted."""

    reset_wanted = Signal()

    def __init__(
        self, theme: Theme, label: str, help_text: str, control: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words = f"{label} {help_text}".casefold()
        self.control = control
        name = TextLabel(theme, label, self, weight=SEMIBOLD)
        name.setBuddy(control)
        self._reset = IconButton(theme, "undo-2", self.tr("Back to the default: {0}").format(label), self)
        self._reset.clicked.connect(self.reset_wanted)
        self._problem = TextLabel(theme, "", self, role="bad", wrap=True)
        self._problem.hide()
        beside = isinstance(control, QCheckBox)
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        top.addWidget(name)
        top.addWidget(self._reset)
        top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(top)
        if beside:
            top.addWidget(control)
        else:
            column.addWidget(control)
        column.addWidget(self._problem)
        if help_text:
            column.addWidget(TextLabel(theme, help_text, self, size=CAPTION + 1, role="muted", wrap=True))
        kept = self._reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the row must not jump when it comes and goes
        self._reset.setSizePolicy(kept)
        self._reset.hide()

    def show_default(self, is_default: bool) -> None:
        """Offer the way back to the default, or not, because it is there."""
        self._reset.setVisible(not is_default)

    def show_problem(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.control.setAccessibleDescription(sentence)
        if isinstance(self.control, QLineEdit):
            self.control.setProperty("invalid", bool(sentence))
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)

    def matches(self, words: str) -> bool:
        """Whether all the words are in its label or help."""
        return has_words(self._words, words)


class SettingField(Field):
    """A field drawn from what is declared of a setting. Signals: edited (new value, not checked yet)."""

    edited = Signal(object)

    def __init__(
        self,
        theme: Theme,
        info: SettingInfo,
        default: object,
        label: str,
        help_text: str,
        choices: Sequence[tuple[object, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        """choices: instead of those declared, in the user's words."""
        self._kind = type(default)
        control = self._made(theme, choices or info.choices, default, label)
        super().__init__(theme, label, help_text, control, parent)

    def set_value(self, value: object) -> None:
        """Show it; says nothing. A field that is being typed in keeps what is typed."""
        control = self.control
        if isinstance(control, Switch):
            control.setChecked(bool(value))
        elif isinstance(control, Segments):
            control.set_value(str(value))
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(value)))
        elif isinstance(control, QLineEdit) and self._parsed(control.text()) != value:
            control.setText(f"{value:g}" if isinstance(value, float) else str(value))

    def _made(
        self, theme: Theme, choices: Sequence[tuple[object, str]], default: object, label: str
    ) -> QWidget:
        if isinstance(default, bool):
            switch = Switch(theme, label)
            switch.clicked.connect(self._switched)
            return switch
        if choices and len(choices) <= _FEW:
            segments = Segments(label, [(str(value), words) for value, words in choices])
            segments.chosen.connect(self._chosen)
            return segments
        if choices:
            combo = QComboBox()
            combo.setAccessibleName(label)
            for value, words in choices:
                combo.addItem(words, value)
            combo.activated.connect(self._activated)
            combo.setMaximumWidth(theme.px(260))
            return combo
        line = QLineEdit()
        line.setAccessibleName(label)
        line.setMaximumWidth(theme.px(140 if isinstance(default, int | float) else 420))
        line.textEdited.connect(self._typed)
        return line

    def _parsed(self, text: str) -> object:
        """The typed text as the setting's kind; as it is where it cannot be."""
        try:
            return self._kind(text) if self._kind in (int, float) else text
        except ValueError:
            return text

    @Slot(bool)
    def _switched(self, on: bool) -> None:
        self.edited.emit(on)

    @Slot(str)
    def _chosen(self, value: str) -> None:
        self.edited.emit(value)

    @Slot(int)
    def _activated(self, row: int) -> None:
        assert isinstance(self.control, QComboBox)
        self.edited.emit(self.control.itemData(row))

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.edited.emit(self._parsed(text))
