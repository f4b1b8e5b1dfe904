"""The tests of the route: which pass, why others do not, and each of them as JSON to edit."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from workbench.services.route_proof import RouteProof
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.panel import Panel
from workbench.ui.routes.proof.blank import Blank
from workbench.ui.routes.proof.rows import RowList
from workbench.ui.routes.proof.tests_model import TestsModel
from workbench.ui.routes.source.code_edit import CodeEdit
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.shortcuts import HERE, on_keys, spelled
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, Theme
from workbench.ui.support.timers import once

TYPED_MS = 300


class TestsPanel(Panel):
    """Signals: counts_changed (passed, all); dry_run_wanted (the user would rather make a test from one)."""

    counts_changed = Signal(int, int)
    dry_run_wanted = Signal()
    __test__ = False

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        proof: RouteProof,
        notifier: Notifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self._last = -1
        self.model = TestsModel(document, proof, notifier, self)
        self.list = RowList(theme, self.tr("Tests of the route"), self, lines=3)
        self.list.setModel(self.model)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.source = TestSource(theme, self.model, self)
        self._summary = TextLabel(theme, "", self, role="muted")
        self._blank = Blank(theme, self)
        self._actions()
        self._build()
        self.model.counts_changed.connect(self.counts_changed)
        self.model.ran.connect(self._show)
        self.model.modelReset.connect(self._select_again)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.chosen.connect(self._show_way)
        self.list.selectionModel().selectionChanged.connect(self._selected)
        self._show()

    def opened(self) -> None:
        super().opened()
        self._show_overlay()

    def focus_first(self) -> None:
        self.list.setFocus()
        if not self.list.currentIndex().isValid() and self.model.results:
            self.select(0)

    def select(self, row: int) -> None:
        if 0 <= row < len(self.model.results):
            self.list.setCurrentIndex(self.model.index(row))
            self.source.show_row(row)

    async def aclose(self) -> None:
        self.source.stop()
        await self.model.aclose()

    def _actions(self) -> None:
        theme = self._theme
        self.add_button = button(self.tr("Add a test"), "", self)
        set_icon(self.add_button, theme, "plus", "text")
        self.copy_button = IconButton(theme, "copy-plus", self.tr("Duplicate the test"), self)
        self.rename_button = IconButton(theme, "pencil", self.tr("Rename the test"), self)
        self.delete_button = IconButton(theme, "trash-2", self.tr("Delete the test"), self)
        for made, keys, run in (
            (self.copy_button, "Ctrl+D", self.duplicate),
            (self.rename_button, "F2", self.rename),
            (self.delete_button, "Del", self.delete),
        ):
            key = QKeySequence(keys)
            shown = spelled(key)
            made.set_text(made.accessibleName(), f"{made.accessibleName()} ({shown})")
            made.clicked.connect(run)
            on_keys(key, self.list, run, HERE)
        self.add_button.clicked.connect(self.add)
        self.first = button(self.tr("Add a test"), "primary", self)
        self.first.clicked.connect(self.add)
        self.from_dry_run = button(self.tr("Make one from a dry run"), "", self)
        self.from_dry_run.clicked.connect(self.dry_run_wanted)
        self._blank.say(
            "clipboard-check",
            "muted",
            self.tr("This route has no tests yet."),
            self.tr(
                "A test says who should answer a request. They are kept in the file, and run on every edit."
            ),
        )
        self._blank.add(self.first)
        self._blank.add(self.from_dry_run)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        top.setSpacing(GRID)
        top.addWidget(self._summary, 1)
        for made in (self.rename_button, self.copy_button, self.delete_button, self.add_button):
            top.addWidget(made)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.addWidget(left)
        split.addWidget(self.source)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self._full = split
        self._stack = QStackedLayout(self)
        self._stack.addWidget(split)
        self._stack.addWidget(self._blank)

    @property
    def row(self) -> int:
        return self.list.currentIndex().row()

    @Slot()
    def add(self) -> None:
        self.select(self.model.add())
        self.source.edit.setFocus()

    @Slot()
    def duplicate(self) -> None:
        if self.row >= 0:
            self.select(self.model.duplicate(self.row))

    @Slot()
    def rename(self) -> None:
        if self.row >= 0:
            self.list.edit(self.list.currentIndex())

    @Slot()
    def delete(self) -> None:
        row = self.row
        if row >= 0:
            self.model.delete(row)
            self.select(min(row, len(self.model.results) - 1))

    @Slot()
    def _show(self) -> None:
        model = self.model
        full = bool(model.results)
        self._stack.setCurrentWidget(self._full if full else self._blank)
        self._summary.setText(self.tr("{0} of {1} pass").format(model.passed, len(model.results)))
        self._summary.set_role("muted" if model.passed == len(model.results) else "bad")
        self._selected()

    @Slot()
    def _select_again(self) -> None:
        """Other rows: the same place is selected."""
        row = self._last if self._last >= 0 else 0 if self.list.hasFocus() else -1
        self.select(min(row, len(self.model.results) - 1))

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, *_: object) -> None:
        row = self.row
        if row >= 0:
            self._last = row
        for made in (self.copy_button, self.rename_button, self.delete_button):
            made.setEnabled(row >= 0)
        self.source.show_row(row)
        self._show_overlay()

    @Slot(int)
    def _show_way(self, row: int) -> None:
        """Enter, or a click on what is selected already: the way comes back if another panel hid it."""
        self.select(row)
        self._show_overlay()

    def _show_overlay(self) -> None:
        if self.in_front:
            self.document.show_overlay(self.model.overlay(self.row))

    @Slot(QPoint)
    def _menu(self, where: QPoint) -> None:
        if not self.list.indexAt(where).isValid():
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Rename the test"), self.rename)
        menu.addAction(self.tr("Duplicate the test"), self.duplicate)
        menu.addAction(self.tr("Delete the test"), self.delete)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(where))


class TestSource(QWidget):
    """The selected test as JSON, taken into the file when the user pauses."""

    __test__ = False

    def __init__(self, theme: Theme, model: TestsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._row = -1
        self._about = ""
        self.edit = CodeEdit(theme, self)
        self.edit.setAccessibleName(self.tr("Test as JSON"))
        self.edit.undo_wanted.connect(self._undo)
        self.edit.redo_wanted.connect(model.document.history.redo)
        self.problem = TextLabel(theme, "", self, role="bad", size=CAPTION + 1, wrap=True)
        self.problem.setContentsMargins(RELATED, GRID, RELATED, GRID)
        self.problem.hide()
        self._hint = TextLabel(theme, self.tr("Select a test to edit it."), self, role="muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._typed = once(self, TYPED_MS, self.take)
        self.edit.changed.connect(self._typed.start)
        self.edit.left.connect(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.edit, 1)
        column.addWidget(self._hint, 1)
        column.addWidget(self.problem)
        self.show_row(-1)

    def show_row(self, row: int) -> None:
        """What is typed and not taken yet stays, as long as it is about the same test."""
        there = row >= 0
        self.edit.setVisible(there)
        self._hint.setVisible(not there)
        if row == self._row and (self._typed.isActive() or self.problem.isVisibleTo(self)):
            return
        self._typed.stop()
        self._row = row
        self.problem.hide()
        self._about = text = self._model.text_of(row) if there else ""
        if not _same(text, self.edit.text):
            self.edit.put(text)

    @Slot()
    def take(self) -> None:
        if not self._typed.isActive() and not self.problem.isVisibleTo(self):
            return
        self._typed.stop()
        if self._row < 0:
            return
        if not _same(self._about, self._model.text_of(self._row)):  # another edit has put another test there
            self.problem.hide()
            self.show_row(self._row)
            return
        problem = self._model.set_text(self._row, self.edit.text)
        if not problem:
            self._about = self._model.text_of(self._row)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def stop(self) -> None:
        self._typed.stop()

    @Slot()
    def _undo(self) -> None:
        """What cannot be read is taken back first; else the document's last step."""
        self.take()
        if self.problem.isVisibleTo(self):
            self.problem.hide()
            self.edit.put(self._model.text_of(self._row))
        else:
            self._model.document.history.undo()


def _same(one: str, other: str) -> bool:
    """Both say the same, however they are laid out: what somebody types is not laid out anew under their hands."""
    import json

    try:
        return repr(json.loads(one)) == repr(json.loads(other))
    except ValueError:
        return one == other
