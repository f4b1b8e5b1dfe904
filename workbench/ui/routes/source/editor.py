"""The JSON of the route beside the canvas: what is typed goes to the canvas, what is drawn goes into the text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.findings import Severity
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.source.code_edit import CodeEdit, Underline
from workbench.ui.routes.source.model import SourceModel
from workbench.ui.routes.source.reading import Problem
from workbench.ui.routes.source.units import Units
from workbench.ui.routes.source.writing import Change
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.sentences import reason
from workbench.ui.support.shortcuts import on_keys, spelled
from workbench.ui.support.theme import GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.timers import once

LEAD_MS = 120
_ROLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "accent"}


class SourceEditor(QWidget):
    """Signals: copied (what was copied, in the user's words); failed (WorkbenchError: why nothing was copied)."""

    copied = Signal(str)
    failed = Signal(object)

    def __init__(self, theme: Theme, document: RouteDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = SourceModel(document, self)
        self.edit = CodeEdit(theme, self)
        self.edit.setAccessibleName(self.tr("JSON of the route"))
        self.edit.setAccessibleDescription(self.tr("Tab indents; Escape and then Tab leaves the text."))
        self.edit.setPlaceholderText('{"name": "…", "elements": []}')
        self.bar = ProblemBar(theme, self)
        self._units: Units | None = None
        self._lead = once(self, LEAD_MS, self._lead_canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top())
        column.addWidget(self.edit, 1)
        column.addWidget(self.bar)
        self._connect()
        follow(self, theme, self._show_marks)

    def focus_first(self) -> None:
        self.edit.setFocus()

    async def aclose(self) -> None:
        self._lead.stop()
        await self.model.aclose()

    @Slot()
    def copy_api_json(self) -> None:
        """What the API would be sent, onto the clipboard."""
        try:
            text = self.model.api_text()
        except RouteError as error:
            self.failed.emit(error)
            return
        QGuiApplication.clipboard().setText(f"{text}\n")
        self.copied.emit(self.tr("Copied the elements as the API takes them."))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.set_shown(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.leave()
        self.model.set_shown(False)

    def _top(self) -> QHBoxLayout:
        keys = QKeySequence("Ctrl+Shift+F")
        self.format_button = IconButton(self._theme, "list-tree", self.tr("Format the JSON"), self)
        shown = spelled(keys)
        self.format_button.set_text(
            self.tr("Format the JSON"), self.tr("Format the JSON ({0})").format(shown)
        )
        self.format_button.clicked.connect(self.model.format)
        on_keys(keys, self, self.model.format)
        self.copy_button = IconButton(self._theme, "clipboard-copy", self.tr("Copy as API JSON"), self)
        self.copy_button.clicked.connect(self.copy_api_json)
        self._reading = TextLabel(self._theme, self.tr("Reading…"), self, role="muted")
        self._reading.hide()
        row = QHBoxLayout()
        row.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        row.setSpacing(GRID)
        row.addWidget(TextLabel(self._theme, self.tr("Route JSON"), self, weight=SEMIBOLD))
        row.addStretch(1)
        row.addWidget(self._reading)
        row.addWidget(self.format_button)
        row.addWidget(self.copy_button)
        return row

    def _connect(self) -> None:
        edit, model = self.edit, self.model
        edit.changed.connect(self._typed)
        edit.undo_wanted.connect(model.undo)
        edit.redo_wanted.connect(model.redo)
        edit.left.connect(model.leave)
        edit.moved.connect(self._lead.start)
        edit.menu_wanted.connect(self._menu)
        model.text_wanted.connect(self._give_text)
        model.rewritten.connect(self._rewrite)
        model.problem_changed.connect(self._show_problem)
        model.marks_changed.connect(self._show_marks)
        model.draft_changed.connect(self._show_problem)
        model.selected.connect(self._show_selected)
        model.busy_changed.connect(self._reading.setVisible)
        self.bar.go.clicked.connect(self._go_to_problem)
        self.bar.bring_back.clicked.connect(model.bring_back)
        self.bar.dismiss.clicked.connect(model.forget_draft)

    @Slot()
    def _typed(self) -> None:
        self._units = None
        self.model.touch()

    @Slot()
    def _give_text(self) -> None:
        self._units = None
        self.model.take(self.edit.text)

    @Slot(object)
    def _rewrite(self, made: str | list[Change]) -> None:
        """A whole text, or changes of the one that was there."""
        self.edit.underline(())
        if isinstance(made, str):
            self.edit.put(made)
        else:
            units = self._counted()
            self.edit.make([Change(units.to_qt(one.start), units.to_qt(one.end), one.text) for one in made])
        self._units = None

    @Slot()
    def _show_problem(self) -> None:
        self.bar.say(self.model.problem, bool(self.model.draft))
        self._show_marks()

    @Slot()
    def _show_marks(self) -> None:
        model = self.model
        if model.typing:
            return
        units = Units(model.text)
        problem = model.problem
        if problem is not None:
            sentence = self.bar.sentence(problem)
            start, end = units.to_qt(problem.start), units.to_qt(problem.end)
            self.edit.underline([Underline(start, end, "bad", sentence, line=True)])
            return
        self.edit.underline(
            [
                Underline(
                    units.to_qt(mark.start), units.to_qt(mark.end), _ROLES[mark.severity], mark.sentence
                )
                for mark in model.marks
            ]
        )

    @Slot(int, int)
    def _show_selected(self, start: int, end: int) -> None:
        units = Units(self.model.text)
        start, end = units.to_qt(start), units.to_qt(end)
        self.edit.light(start, end)
        if not self.edit.hasFocus():
            self.edit.bring(start, end, move_cursor=True)

    @Slot()
    def _lead_canvas(self) -> None:
        if not self.model.typing:
            self.model.lead_from(Units(self.model.text).from_qt(self.edit.textCursor().position()))

    @Slot()
    def _go_to_problem(self) -> None:
        problem = self.model.problem
        if problem is not None:
            self.edit.go(Units(self.model.text).to_qt(problem.start))

    @Slot(QPoint)
    def _menu(self, where: QPoint) -> None:
        edit, menu = self.edit, QMenu(self)
        history = self.model.document.history
        standard = QKeySequence.StandardKey
        selected = edit.textCursor().hasSelection()
        for words, key, run, enabled in (
            (self.tr("Undo"), standard.Undo, self.model.undo, history.canUndo() or self.model.problem is not None),
            (self.tr("Redo"), standard.Redo, self.model.redo, history.canRedo()),
            ("", None, None, True),
            (self.tr("Cut"), standard.Cut, edit.cut, selected),
            (self.tr("Copy"), standard.Copy, edit.copy, selected),
            (self.tr("Paste"), standard.Paste, edit.paste, edit.canPaste()),
            (self.tr("Select all"), standard.SelectAll, edit.selectAll, True),
            ("", None, None, True),
            (self.tr("Format the JSON"), QKeySequence("Ctrl+Shift+F"), self.model.format, self.model.problem is None),
            (self.tr("Copy as API JSON"), None, self.copy_api_json, True),
        ):  # fmt: skip
            if run is None:
                menu.addSeparator()
                continue
            action = menu.addAction(words, run)
            action.setEnabled(enabled)
            if key is not None:
                action.setShortcut(QKeySequence(key))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def _counted(self) -> Units:
        """Of the text that is in the editor now."""
        if self._units is None:
            self._units = Units(self.edit.text)
        return self._units


class ProblemBar(QWidget):
    """What is wrong with the text, under it: a click goes there. Or that a text gave way to the canvas."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = ("circle-x", "bad")
        self._mark = QLabel(self)
        self.words = TextLabel(theme, "", self, wrap=True)
        self.why = ElidedLabel(theme, "", self, role="muted")
        self.go: QPushButton = button(self.tr("Go there"), "quiet", self)
        self.bring_back: QPushButton = button(self.tr("Bring it back"), "quiet", self)
        self.dismiss = IconButton(theme, "x", self.tr("Dismiss"), self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.words)
        words.addWidget(self.why)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.go)
        row.addWidget(self.bring_back)
        row.addWidget(self.dismiss)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)  # its sentences wrap
        self.setSizePolicy(policy)
        self.hide()
        follow(self, theme, self._dress)

    def say(self, problem: Problem | None, has_draft: bool) -> None:
        if problem is not None:
            self._icon = ("circle-x", "bad")
            place = self.tr("Line {0}, column {1}").format(problem.line, problem.column)
            self.words.setText(f"{place}: {self.sentence(problem)}")
            self.why.setText(reason(problem) or self.tr("The canvas shows the route as it was last read."))
        elif has_draft:
            self._icon = ("history", "warn")
            self.words.setText(self.tr("What was typed could not be read and gave way to the canvas."))
            self.why.setText(self.tr("It is kept until it is dismissed."))
        self.go.setVisible(problem is not None)
        self.bring_back.setVisible(problem is None and has_draft)
        self.dismiss.setVisible(problem is None and has_draft)
        self.setVisible(problem is not None or has_draft)
        self.setAccessibleName(self.words.text())
        self._dress()

    def sentence(self, problem: Problem) -> str:
        """What is wrong, in the user's words where the parser said it."""
        if not problem.syntax:
            return problem.what
        known = {
            "Expecting value": self.tr("a value is missing here."),
            "Expecting ',' delimiter": self.tr("a comma or a closing bracket is missing before this."),
            "Expecting ':' delimiter": self.tr("a colon is missing after the name."),
            "Expecting property name enclosed in double quotes": self.tr(
                "a name in double quotes is missing here, or a comma is too many."
            ),
            "Unterminated string starting at": self.tr("this text has no closing quote."),
            "Extra data": self.tr("there is something after the end of the route."),
            "Invalid control character at": self.tr(
                "a line break or tab inside a text is written \\n or \\t."
            ),
            "Invalid \\escape": self.tr("a backslash inside a text is written \\\\."),
        }
        return known.get(problem.syntax.removesuffix(": "), problem.syntax)

    def _dress(self) -> None:
        theme = self._theme
        name, role = self._icon
        self._mark.setPixmap(pixmap(theme, name, role))
        self.setStyleSheet(
            f"ProblemBar {{ background: {theme.tint(role)}; border-top: 1px solid {theme.tokens.line}; }}"
        )
