"""The frame around each field of the form: its name above, what it gets or what is wrong below, one click back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.ui.images.form.numbers import read_number, written_number
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.sliders import Slider
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme

LABEL = 12.0


class FieldFrame(QWidget):
    """Signals: reset_wanted."""

    reset_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        label: str,
        body: QWidget | None = None,
        parent: QWidget | None = None,
        *,
        beside: Sequence[QWidget] = (),
        buddy: QWidget | None = None,
        reset: bool = False,
    ) -> None:
        """beside: at the end of the label's line. reset: there is a default to go back to."""
        super().__init__(parent)
        self._buddy = buddy or body
        self.label = TextLabel(theme, label, self, size=LABEL, weight=SEMIBOLD)
        if self._buddy is not None:
            self.label.setBuddy(self._buddy)
        self.reset_button = IconButton(
            theme, "rotate-ccw", self.tr("Back to the default: {0}").format(label), self, size=14
        )
        self.reset_button.clicked.connect(self.reset_wanted)
        kept = self.reset_button.sizePolicy()
        kept.setRetainSizeWhenHidden(reset)  # the row must not jump when it comes and goes
        self.reset_button.setSizePolicy(kept)
        self.reset_button.hide()
        self.note = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.note.hide()
        self.head = QHBoxLayout()
        self.head.setSpacing(INSIDE)
        self.head.addWidget(self.label)
        self.head.addWidget(self.reset_button)
        self.head.addStretch(1)
        for widget in beside:
            self.head.addWidget(widget)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GRID)
        self.column.addLayout(self.head)
        if body is not None:
            self.column.addWidget(body)
        self.column.addWidget(self.note)

    def say(self, problem: str, remark: str = "") -> None:
        """problem: keeps it from being sent. remark: what is made of it."""
        self.note.setText(problem or remark)
        self.note.setVisible(bool(problem or remark))
        self.note.set_role("bad" if problem else "muted")
        if self._buddy is not None:
            self._buddy.setAccessibleDescription(problem or remark)
            mark_invalid(self._buddy, bool(problem))

    def show_default(self, is_default: bool) -> None:
        self.reset_button.setVisible(not is_default)


def mark_invalid(widget: QWidget, invalid: bool) -> None:
    if bool(widget.property("invalid")) != invalid:
        widget.setProperty("invalid", invalid)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class NumberEdit(QLineEdit):
    """A number, written from left to right in every language."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def show_number(self, value: float | None, problem: str = "") -> None:
        """What is stored. What is typed and means the same is left alone, and so is what cannot be read."""
        mark_invalid(self, bool(problem))
        if not problem and (read_number(self.text()) != value or (value is None and self.text())):
            self.setText(written_number(value))


class CalmSlider(Slider):
    """The wheel scrolls the form, and never changes a value."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
