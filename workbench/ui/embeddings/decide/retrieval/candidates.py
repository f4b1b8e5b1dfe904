"""The rows that the models answer a query with, to be judged."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.retrieval.model import Candidate, RetrievalModel
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.support import figures
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.shortcuts import WITHIN, on_keys
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.theme import INSIDE, SEMIBOLD, Theme


class Candidates(QWidget):
    """Keys 0 to 3 judge the row that is chosen, and Delete takes its judgement back."""

    def __init__(self, theme: Theme, model: RetrievalModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._shown: tuple[Candidate, ...] = ()
        self.title = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self.table = FigureTable(theme, self.tr("Rows that the models answer with"), self)
        acts = FlowLayout(spacing=INSIDE)
        self.grades = []
        for grade, text in (
            (1.0, self.tr("Relevant")),
            (2.0, self.tr("Very")),
            (3.0, self.tr("Exactly this")),
            (0.0, self.tr("Not relevant")),
            (None, self.tr("Not judged")),
        ):
            act = button(text, "" if grade else "quiet", self)
            key = self.tr("Delete") if grade is None else f"{grade:.0f}"
            act.setToolTip(self.tr("{0} ({1})").format(text, key))
            act.clicked.connect(lambda _=False, grade=grade: self._grade(grade))
            on_keys("Delete" if grade is None else f"{grade:.0f}", self.table, act.click, WITHIN)
            acts.addWidget(act)
            self.grades.append(act)
        self.selected = button(self.tr("Selected rows are relevant"), "", self)
        self.selected.setToolTip(self.tr("All rows that are selected in the other pages"))
        self.selected.clicked.connect(model.grade_selected)
        acts.addWidget(self.selected)
        column = column_of(self, spacing=INSIDE)
        column.addWidget(self.title)
        column.addLayout(acts)
        column.addWidget(self.table)
        self.table.row_chosen.connect(self._chosen)

    def refresh(self) -> None:
        model, query = self._model, self._model.query
        self.setVisible(query is not None)
        if query is None:
            return
        self._shown = model.candidates
        self.title.setText(self.tr("Which rows should “{0}” find?").format(model.words_of(query)))
        titles = model.titles()
        heads = [
            Head(self.tr("Row"), figures=False),
            Head(self.tr("Text"), figures=False, wide=True),
            Head(self.tr("Judged"), self.tr("0 is not relevant, 1 to 3 ever more so"), figures=False),
            *(
                Head(titles.get(result.key, ""), self.tr("Where it stands for this model"))
                for result in model.results
            ),
        ]
        rows = [
            [
                Cell(model.shared.rows[each.row].id, float(each.row)),
                Cell(model.shared.rows[each.row].text, tip=model.shared.rows[each.row].text),
                Cell(*self._told(each.grade), best=bool(each.grade)),
                *(
                    Cell(words.NONE if place is None else figures.count(place), float(place or 1e9))
                    for place in each.places
                ),
            ]
            for each in self._shown
        ]
        self.table.show_rows(heads, rows)
        for act in self.grades:
            act.setVisible(bool(rows))
        self.selected.setVisible(bool(model.shared.selected))

    def _told(self, grade: float | None) -> tuple[str, float]:
        if grade is None:
            return "", -1.0
        if grade == 0:
            return self.tr("not relevant"), 0.0
        return self.tr("relevant") if grade == 1 else self.tr("relevant, {0}").format(f"{grade:g}"), grade

    @Slot(int)
    def _chosen(self, number: int) -> None:
        if 0 <= number < len(self._shown):
            self._model.shared.select([self._shown[number].row])

    def _grade(self, grade: float | None) -> None:
        number = self.table.current_row
        if 0 <= number < len(self._shown):
            self._model.grade(self._shown[number].row, grade)
