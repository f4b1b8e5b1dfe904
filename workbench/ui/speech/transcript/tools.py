"""The row above a transcript: back and forth, find, what is shown of it, doubtful places."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QKeySequence, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QWidget
from shiboken6 import isValid

from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.support import figures
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.shortcuts import spelled
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme


class Tools(Ground):
    """Signals: find_wanted, rerun_wanted; mark_wanted (1 for the next doubtful place, -1 for the one before)."""

    find_wanted = Signal()
    rerun_wanted = Signal()
    mark_wanted = Signal(int)

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "bottom", "canvas", parent)
        self._theme, self._model = theme, model
        self._history: QUndoStack | None = None
        self.undo = self._tool("undo-2")
        self.redo = self._tool("redo-2")
        self.search = self._tool("search", self.tr("Find and replace"), "Ctrl+F")
        self.shade = self._tool("highlighter", self.tr("Shade words the model is not sure of"))
        self.shade.setCheckable(True)
        self.follow = self._tool("audio-lines", self.tr("Scroll along with playback"))
        self.follow.setCheckable(True)
        self.rerun = self._tool("refresh-cw", self.tr("Hear what is selected again"), "Ctrl+Shift+R")
        self.locked = TextLabel(
            theme, self.tr("Being heard; it can be corrected when that is done"), self, size=CAPTION
        )
        self.locked.set_role("muted")
        self.marks = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.mark_back = self._tool("chevron-up", self.tr("Previous doubtful place"), "Shift+F8")
        self.mark_on = self._tool("chevron-down", self.tr("Next doubtful place"), "F8")
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        row.setSpacing(GRID)
        for widget in (self.undo, self.redo, self.search, self.shade, self.follow, self.rerun):
            row.addWidget(widget)
        row.addSpacing(GRID)
        row.addWidget(self.locked)
        row.addStretch(1)
        ends: tuple[QWidget, ...] = (self.marks, self.mark_back, self.mark_on)
        for end in ends:
            row.addWidget(end)
        self._connect()
        self.watch()

    def _connect(self) -> None:
        model = self._model
        self.undo.clicked.connect(model.undo)
        self.redo.clicked.connect(model.redo)
        self.search.clicked.connect(self.find_wanted)
        self.shade.clicked.connect(model.shade)
        self.follow.clicked.connect(model.follow)
        self.rerun.clicked.connect(self.rerun_wanted)
        self.mark_back.clicked.connect(lambda: self.mark_wanted.emit(-1))
        self.mark_on.clicked.connect(lambda: self.mark_wanted.emit(1))
        model.document_changed.connect(self.watch)
        model.edited.connect(self._show_steps)
        model.shading_changed.connect(self._show_ways)
        model.following_changed.connect(self._show_ways)
        model.marks_changed.connect(self._show_marks)
        model.locked_changed.connect(self._show_steps)

    @Slot()
    def watch(self) -> None:
        """Another transcript: its steps are those to go back."""
        if self._history is not None and isValid(self._history):
            self._history.indexChanged.disconnect(self._show_steps)
        self._history = self._model.document.history
        self._history.indexChanged.connect(self._show_steps)
        self._show_steps()
        self._show_ways()
        self._show_marks()

    def _tool(self, icon: str, text: str = "", keys: str = "") -> IconButton:
        made = IconButton(self._theme, icon, text, self)
        if keys:
            made.set_text(text, f"{text} ({spelled(keys)})")
        return made

    @Slot()
    def _show_steps(self) -> None:
        history, free = self._model.document.history, not self._model.locked
        if not isValid(history):
            return  # it says goodbye to its steps as it goes
        self.locked.setVisible(not free)
        for tool, can, word, name, keys in (
            (
                self.undo,
                history.canUndo(),
                self.tr("Undo"),
                history.undoText(),
                QKeySequence.StandardKey.Undo,
            ),
            (
                self.redo,
                history.canRedo(),
                self.tr("Redo"),
                history.redoText(),
                QKeySequence.StandardKey.Redo,
            ),
        ):
            tool.setEnabled(can and free)
            text = f"{word}: {name}" if name else word
            native = spelled(keys)
            tool.set_text(text, f"{text} ({native})")

    @Slot()
    def _show_ways(self) -> None:
        for tool, on in ((self.shade, self._model.shading), (self.follow, self._model.following)):
            with QSignalBlocker(tool):
                tool.setChecked(on)

    @Slot()
    def _show_marks(self) -> None:
        count = len(self._model.marks)
        for widget in (self.marks, self.mark_back, self.mark_on):
            widget.setVisible(bool(count))
        self.marks.setText(self.tr("Doubtful places: {0}").format(figures.count(count)))
