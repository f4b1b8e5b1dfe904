"""Find and replace, above the text."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.support import figures
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, Theme


class _Field(QLineEdit):
    """Signals: step_wanted (Enter 1, Shift+Enter -1), leave_wanted (Esc)."""

    step_wanted = Signal(int)
    leave_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.step_wanted.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave_wanted.emit()
        else:
            super().keyPressEvent(event)


class FindBar(Ground):
    """Hidden until it is wanted. Signals: step_wanted (to the next hit, or -1 to the one before), closed."""

    step_wanted = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "bottom", "surface", parent)
        self._model = model
        self.wanted = _Field(self)
        self.wanted.setPlaceholderText(self.tr("Find"))
        self.wanted.setAccessibleName(self.tr("Find"))
        self.by = _Field(self)
        self.by.setPlaceholderText(self.tr("Replace by"))
        self.by.setAccessibleName(self.tr("Replace by"))
        self.count = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.case = self._toggle(theme, "case-sensitive", self.tr("Match case"))
        self.whole = self._toggle(theme, "whole-word", self.tr("Whole words only"))
        self.back = IconButton(theme, "arrow-up", self.tr("Previous"), self)
        self.back.set_text(self.tr("Previous"), self.tr("Previous (Shift+F3)"))
        self.on = IconButton(theme, "arrow-down", self.tr("Next"), self)
        self.on.set_text(self.tr("Next"), self.tr("Next (F3)"))
        self.replacing = self._toggle(theme, "replace", self.tr("Replace"))
        self.replacing.set_text(self.tr("Replace"), self.tr("Replace too (Ctrl+H)"))
        self.close_button = IconButton(theme, "x", self.tr("Close"), self)
        self.close_button.set_text(self.tr("Close"), self.tr("Close (Esc)"))
        self.replace = button(self.tr("Replace"), "", self)
        self.replace_all = button(self.tr("Replace all"), "", self)
        self._said = ""
        self._lay_out()
        self._connect()
        self.hide()

    def open(self, *, replacing: bool, wanted: str = "") -> None:
        """wanted: what is selected in the text, to look for that."""
        self._show_replacing(replacing)
        if wanted:
            with QSignalBlocker(self.wanted):
                self.wanted.setText(wanted)
        self.show()
        self._look()
        self.wanted.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.wanted.selectAll()

    def _show_replacing(self, replacing: bool) -> None:
        self.replacing.setChecked(replacing)
        for widget in (self.by, self.replace, self.replace_all):
            widget.setVisible(replacing)

    @Slot()
    def _turn_replacing(self) -> None:
        """There and away, from the bar itself."""
        replacing = self.by.isHidden()
        self._show_replacing(replacing)
        (self.by if replacing else self.wanted).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def leave(self) -> None:
        if not self.isHidden():
            self.hide()
            self._model.finder.look_for("", case=False, whole_words=False)
            self.closed.emit()

    def _toggle(self, theme: Theme, icon: str, text: str) -> IconButton:
        made = IconButton(theme, icon, text, self)
        made.setCheckable(True)
        return made

    def _lay_out(self) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(GRID)
        for widget in (self.case, self.whole, self.back, self.on, self.replacing):
            acts.addWidget(widget)
        acts.addSpacing(GRID)
        acts.addWidget(self.count, 1)
        acts.addWidget(self.close_button)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.replace)
        below.addWidget(self.replace_all)
        below.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING, INSIDE, INSIDE, INSIDE)
        grid.setHorizontalSpacing(INSIDE)
        grid.setVerticalSpacing(GRID)
        grid.addWidget(self.wanted, 0, 0)
        grid.addLayout(acts, 0, 1)
        grid.addWidget(self.by, 1, 0)
        grid.addLayout(below, 1, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)

    def _connect(self) -> None:
        self.wanted.textEdited.connect(self._look)
        self.case.toggled.connect(self._look)
        self.whole.toggled.connect(self._look)
        self.wanted.step_wanted.connect(self.step_wanted)
        self.by.step_wanted.connect(self._replace)
        self.wanted.leave_wanted.connect(self.leave)
        self.by.leave_wanted.connect(self.leave)
        self.replacing.clicked.connect(self._turn_replacing)
        on_keys("Ctrl+H", self, self._turn_replacing)
        on_keys("Esc", self, self.leave)
        self.close_button.clicked.connect(self.leave)
        self.back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.on.clicked.connect(lambda: self.step_wanted.emit(1))
        self.replace.clicked.connect(self._replace)
        self.replace_all.clicked.connect(self._replace_all)
        self._model.finder.changed.connect(self._tell)
        self._model.replaced.connect(self._tell_replaced)

    @Slot()
    def _look(self) -> None:
        self._said = ""
        self._model.finder.look_for(
            self.wanted.text(), case=self.case.isChecked(), whole_words=self.whole.isChecked()
        )
        self._tell()

    @Slot()
    def _replace(self) -> None:
        self._said = ""
        if self._model.finder.hit is None:
            self.step_wanted.emit(1)
        else:
            self._model.replace(self.by.text())
            self.step_wanted.emit(0)

    @Slot()
    def _replace_all(self) -> None:
        self._model.replace_all(self.by.text())

    @Slot(int)
    def _tell_replaced(self, count: int) -> None:
        self._said = self.tr("Replaced: %n", "", count)
        self._tell()

    @Slot()
    def _tell(self) -> None:
        finder = self._model.finder
        total = figures.count(len(finder.hits))
        if self._said:
            text = self._said
        elif not finder.wanted.strip():
            text = ""
        elif not finder.hits:
            text = self.tr("Not found")
        elif finder.at < 0:
            text = self.tr("Found: {0}").format(total)
        else:
            text = self.tr("{0} of {1}").format(figures.count(finder.at + 1), total)
        self.count.setText(text)
        self.count.set_role(
            "bad" if finder.wanted.strip() and not finder.hits and not self._said else "muted"
        )
        for widget in (self.back, self.on, self.replace, self.replace_all):
            widget.setEnabled(bool(finder.hits))
