"""Takes side by side: a head with scores, the reference they are measured against, and their words."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.speech.transcript.compare.reference import ReferencePanel
from workbench.ui.speech.transcript.compare.scores import ScoreRow
from workbench.ui.speech.transcript.compare.table import CompareTable
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import CalmCombo, Ground
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, Theme


class ComparePage(QWidget):
    """Shows what its model says."""

    def __init__(self, theme: Theme, model: CompareModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.tools = Ground(theme, "bottom", "canvas", self)
        self.facts = ElidedLabel(theme, "", self.tools, size=CAPTION, role="muted")
        self.back = IconButton(theme, "chevron-up", self.tr("Previous difference"), self.tools)
        self.back.set_text(self.tr("Previous difference"), self.tr("Previous difference (Shift+F8)"))
        self.on = IconButton(theme, "chevron-down", self.tr("Next difference"), self.tools)
        self.on.set_text(self.tr("Next difference"), self.tr("Next difference (F8)"))
        self.base_label = TextLabel(
            theme, self.tr("Differences from"), self.tools, size=CAPTION, role="muted"
        )
        self.base = CalmCombo(self.tools)
        self.base.setAccessibleName(self.tr("The take that differences are told from"))
        self.base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.base.activated.connect(model.measure_by)
        self.reference_button = button("", "", self.tools)
        set_icon(self.reference_button, theme, "file-text", "muted")
        self.reference = ReferencePanel(theme, model, self)
        self.table = CompareTable(theme, model, self)
        self.scores = ScoreRow(theme, model, self.table, self)
        self.blank = Blank(theme, self)
        full = QWidget(self)
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.tools, self.reference, self.scores, self.table):
            column.addWidget(widget)
        column.setStretchFactor(self.table, 1)
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self.facts, 1)
        acts: tuple[QWidget, ...] = (self.base_label, self.base, self.back, self.on, self.reference_button)
        for act in acts:
            row.addWidget(act)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(full)
        self.pages.addWidget(self.blank)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self._full = full
        self.reference_button.clicked.connect(self._toggle_reference)
        self.reference.closed.connect(self.table.setFocus)
        self.back.clicked.connect(lambda: self.go(-1))
        self.on.clicked.connect(lambda: self.go(1))
        model.changed.connect(self.refresh)
        model.reference_changed.connect(self.refresh)
        model.tasks.busy_changed.connect(self.refresh)
        self.table.step_wanted.connect(self.go)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self.model
        self.pages.setCurrentWidget(self._full if model.comparison is not None else self.blank)
        self._say_why()
        count = len(self._differing())
        total = figures.count(len(model.rows))
        facts = self.tr("Rows that differ: {0} of {1}").format(figures.count(count), total)
        self.facts.setText(self.tr("Measuring…") if model.tasks.running("compare") else facts)
        for act in (self.back, self.on):
            act.setEnabled(bool(count))
        self.base.clear()
        self.base.addItems(list(model.titles))
        self.base.setCurrentIndex(model.base)
        for widget in (self.base_label, self.base):
            widget.setVisible(not model.by_reference)
        self.reference_button.setText(
            self.tr("Change reference…") if model.reference else self.tr("Measure against a reference…")
        )

    def _say_why(self) -> None:
        if self.model.comparing:
            self.blank.say("columns-2", "muted", self.tr("Laying the takes side by side…"))
            return
        self.blank.say(
            "columns-2",
            "muted",
            self.tr("Choose two or more takes to compare"),
            self.tr(
                "Their words stand side by side, what differs is underlined, and a reference gives error rates."
            ),
        )

    def go(self, step: int) -> None:
        """To the next row in which takes differ, or the one before; past the end it goes on at the beginning."""
        rows = self._differing()
        if not rows:
            return
        here = self.table.currentIndex().row()
        if step > 0:
            row = next((row for row in rows if row > here), rows[0])
        else:
            row = next((row for row in reversed(rows) if row < here), rows[-1])
        index = self.table.rows.index(row, max(1, self.table.currentIndex().column()))
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index, self.table.ScrollHint.PositionAtCenter)
        self.table.setFocus()

    def _differing(self) -> list[int]:
        return [number for number in range(len(self.model.rows)) if self.model.differs(number)]

    @Slot()
    def _toggle_reference(self) -> None:
        if self.reference.isHidden():
            self.reference.open()
        else:
            self.reference.leave()
