"""Three figures, how many neighbours rows have in common, and the rows that two models see most differently."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from workbench.domain.embeddings.agreement import Agreement
from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.agreement.model import KS, AgreementModel
from workbench.ui.embeddings.decide.frame import Choice, PartPage, beside, figure_of, rule
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.support import figures
from workbench.ui.support.charts.histogram import Histogram
from workbench.ui.support.surfaces import Heading
from workbench.ui.support.theme import GROUPS, Theme


class AgreementPage(PartPage):
    def __init__(self, theme: Theme, model: AgreementModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.model = model
        self.one = Choice(theme, self.tr("Compare"), self.tr("One of the two models"), self)
        self.other = Choice(theme, self.tr("with"), self.tr("The other of the two models"), self)
        self.k = Choice(
            theme, self.tr("Neighbours"), self.tr("How many nearest rows of each row are compared"), self
        )
        for choice in (self.one, self.other, self.k):
            self.choices.addWidget(choice)
        overlap, self.overlap = figure_of(theme, self.tr("neighbours in common"), self.body)
        biased, self.biased = figure_of(theme, self.tr("rank-biased overlap"), self.body)
        cka, self.cka = figure_of(theme, self.tr("linear CKA"), self.body)
        overlap.setToolTip(self.tr("The part of a row’s nearest rows that both models name, on average"))
        biased.setToolTip(
            self.tr(
                "The same, the nearest weighing most: 1 where both models rank alike, 0 where they share nothing"
            )
        )
        cka.setToolTip(
            self.tr(
                "How alike all rows lie to one another, whatever the models’ dimensions: 1 is the same picture. With"
                " fewer rows than dimensions it comes out too high."
            )
        )
        self.column.addLayout(beside(overlap, biased, cka, spacing=GROUPS))
        self.about = rule(theme, "", self.body)
        self.chart = Histogram(theme, self.tr("Neighbours in common"), self.body)
        self.heading = Heading(
            theme,
            self.tr("Rows seen most differently"),
            self.tr("Choose one: the other pages show it too, Neighbours its neighbours in both models."),
            self.body,
        )
        self.table = FigureTable(theme, self.tr("Rows seen most differently"), self.body)
        for widget in (self.about, self.chart, self.heading, self.table):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setFocusProxy(self.one.box)
        self.one.chosen.connect(self._choose)
        self.other.chosen.connect(self._choose)
        self.k.chosen.connect(model.set_k)
        self.table.row_chosen.connect(model.select)

    def has_result(self) -> bool:
        return self.model.result is not None

    def show_result(self) -> None:
        model, pair = self.model, self.model.pair
        if pair is not None:
            titles = [(key, title) for key, title in model.titles().items()]
            self.one.show_choices(titles, pair[0].key)
            self.other.show_choices(titles, pair[1].key)
        self.k.show_choices([(k, figures.count(k)) for k in KS], model.k)
        if model.result is not None:
            self._show(model.result)

    def _show(self, found: Agreement) -> None:
        self.overlap.setText(figures.percent(round(found.overlap, 3)))
        self.biased.setText(words.number(found.biased))
        self.cka.setText(words.number(found.cka))
        if found.rows < found.of:
            said = self.tr("Of {0} rows, drawn by lot, among {1} that both models have; {2} neighbours each.")
            said = said.format(figures.count(found.rows), figures.count(found.of), figures.count(found.k))
        else:
            said = self.tr("Of {0} rows that both models have; {1} neighbours each.")
            said = said.format(figures.count(found.of), figures.count(found.k))
        self.about.setText(said)
        self.chart.show_counts(
            [number - 0.5 for number in range(found.k + 2)],
            found.spread,
            (),
            (self.tr("rows"), ""),
            self.tr("Neighbours in common, of {0}").format(found.k),
            lambda value: figures.count(round(value)) if abs(value - round(value)) < 0.01 else "",
        )
        self.chart.say(
            self.tr("On average {0} of {1} neighbours are the same; {2} rows share none.").format(
                words.number(found.overlap * found.k, 1),
                figures.count(found.k),
                figures.count(found.spread[0]),
            )
        )
        rows = self.model.shared.rows
        self.table.show_rows(
            [
                Head(self.tr("Row"), figures=False),
                Head(self.tr("Text"), figures=False, wide=True),
                Head(self.tr("In common"), self.tr("The part of its neighbours that both models name")),
                Head(self.tr("RBO"), self.tr("Rank-biased overlap")),
            ],
            [
                [
                    Cell(rows[each.row].id, float(each.row)),
                    Cell(rows[each.row].text, tip=rows[each.row].text),
                    Cell(
                        self.tr("{0} of {1}").format(round(each.overlap * found.k), found.k),
                        each.overlap,
                        share=each.overlap,
                    ),
                    Cell(words.number(each.biased, 2), each.biased),
                ]
                for each in found.changed
            ],
        )

    @Slot()
    def _choose(self) -> None:
        shown = list(self.model.titles())
        one, other = self.one.box.currentIndex(), self.other.box.currentIndex()
        if 0 <= one < len(shown) and 0 <= other < len(shown):
            self.model.choose(shown[one], shown[other])
