"""The list of problems: what is wrong, where, and the edit that puts it right."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from workbench.services.route_proof import RouteProof
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.panel import Panel
from workbench.ui.routes.proof.blank import Blank
from workbench.ui.routes.proof.problems_model import ProblemsModel
from workbench.ui.routes.proof.rows import RowList
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.shortcuts import on_keys, spelled
from workbench.ui.support.theme import GRID, INSIDE, RELATED, Theme


class ProblemsPanel(Panel):
    """Signals: counts_changed (errors, warnings)."""

    counts_changed = Signal(int, int)

    def __init__(
        self, theme: Theme, document: RouteDocument, proof: RouteProof, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self.model = ProblemsModel(document, proof, self)
        self.list = RowList(theme, self.tr("Problems of the route"), self)
        self.list.setModel(self.model)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._summary = TextLabel(theme, "", self, role="muted")
        keys = QKeySequence("Ctrl+.")
        self.fix_button = button(self.tr("Fix this one"), "quiet", self)
        shown = spelled(keys)
        self._fix_help = self.tr("Make the first edit that would put it right ({0})").format(shown)
        on_keys(keys, self, self._fix_current)
        self.fix_all = button(self.tr("Fix all safe ones ({0})").format(0), "", self)
        set_icon(self.fix_all, theme, "wand-sparkles", "text")
        self.fix_all.setToolTip(
            self.tr("Where there is one way only to put it right, and nothing that works changes")
        )
        self._blank = Blank(theme, self)
        self._blank.say(
            "circle-check",
            "good",
            self.tr("The route is sound."),
            self.tr("Nothing stands in its way. What happens to a request, the dry run tells."),
        )
        self._build()
        self.model.counts_changed.connect(self.counts_changed)
        self.model.refreshed.connect(self._show)
        self.list.chosen.connect(self.model.reveal)
        self.list.rows.acted.connect(self._fix_index)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.selectionModel().selectionChanged.connect(self._selected)
        self.fix_button.clicked.connect(self._fix_current)
        self.fix_all.clicked.connect(self.model.fix_all_safe)
        self.model.refresh()

    def focus_first(self) -> None:
        self.list.setFocus()
        if not self.list.currentIndex().isValid() and self.model.findings:
            self.list.setCurrentIndex(self.model.index(0))

    async def aclose(self) -> None:
        self.model.stop()

    def _build(self) -> None:
        self._top = QWidget(self)
        row = QHBoxLayout(self._top)
        row.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._summary, 1)
        row.addWidget(self.fix_button)
        row.addWidget(self.fix_all)
        full = QWidget(self)
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self.list, 1)
        self._full = full
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(self._blank)

    @Slot()
    def _show(self) -> None:
        model = self.model
        self._stack.setCurrentWidget(self._full if model.findings else self._blank)
        notes = len(model.findings) - model.errors - model.warnings
        parts = [
            (self.tr("Errors: {0}"), model.errors),
            (self.tr("Warnings: {0}"), model.warnings),
            (self.tr("Notes: {0}"), notes),
        ]
        self._summary.setText(" · ".join(words.format(count) for words, count in parts if count))
        self.fix_all.setText(self.tr("Fix all safe ones ({0})").format(model.safe))
        self.fix_all.setVisible(model.safe > 0)
        self._selected()

    @Slot(QItemSelection, QItemSelection)
    def _selected(self, *_: object) -> None:
        row = self.list.currentIndex().row()
        fixes = self.model.findings[row].fixes if 0 <= row < len(self.model.findings) else ()
        self.fix_button.setEnabled(bool(fixes))
        if fixes:
            why = self._fix_help
        else:
            why = self.tr("For the selected problem there is no edit that would be sure to help.")
            if row < 0:
                why = self.tr("No problem is selected.")
        self.fix_button.setToolTip(why)

    @Slot()
    def _fix_current(self) -> None:
        self._fix(self.list.currentIndex().row())

    @Slot(object)
    def _fix_index(self, index: QPersistentModelIndex) -> None:
        self._fix(index.row())

    def _fix(self, row: int, number: int = 0) -> None:
        """The next one takes its place in the list, so that they can be fixed one after another."""
        self.model.fix(row, number)
        self.model.refresh_now()
        if self.model.findings:
            self.list.setCurrentIndex(self.model.index(min(max(row, 0), len(self.model.findings) - 1)))

    @Slot(QPoint)
    def _menu(self, where: QPoint) -> None:
        index: QModelIndex = self.list.indexAt(where)
        if not index.isValid():
            return
        row, menu = index.row(), QMenu(self)
        show = menu.addAction(self.tr("Show on the canvas"))
        show.triggered.connect(lambda: self.model.reveal(row))
        show.setEnabled(bool(self.model.findings[row].element))
        for number, fix in enumerate(self.model.findings[row].fixes):
            action = menu.addAction(fix.title)
            action.triggered.connect(lambda _=False, number=number: self._fix(row, number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(where))
