"""Recall against bytes: a line for each way of storing, a point for each number of dimensions."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.domain.embeddings.compression import Compression, SmallerForm, Storing
from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.compression.model import KS, RESCORED, CompressionModel
from workbench.ui.embeddings.decide.frame import Choice, PartPage, rule
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.support import figures
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.charts.chart import Axis
from workbench.ui.support.charts.lines import Line, LineChart
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.theme import SECTION, SEMIBOLD, Theme

_MANY = 1_000_000


class CompressionPage(PartPage):
    def __init__(self, theme: Theme, model: CompressionModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.model = model
        self.shown = Choice(theme, self.tr("Model"), self.tr("Whose vectors are made smaller"), self)
        self.k = Choice(
            theme, self.tr("Neighbours"), self.tr("How many nearest rows are to be found again"), self
        )
        self.rescored = Choice(
            theme,
            self.tr("Then sort anew"),
            self.tr(
                "Find more with the small vectors than are wanted, and choose the best of them with the whole ones"
            ),
            self,
        )
        for choice in (self.shown, self.k, self.rescored):
            self.choices.addWidget(choice)
        self.sentence = TextLabel(theme, "", self.body, size=SECTION, weight=SEMIBOLD, wrap=True)
        self.chart = LineChart(theme, self.tr("Recall against bytes"), self.body)
        self.about = rule(theme, "", self.body)
        self.table = FigureTable(theme, self.tr("Smaller vectors"), self.body)
        for widget in (self.sentence, self.chart, self.about, self.table):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setFocusProxy(self.shown.box)
        self.shown.chosen.connect(model.show_column)
        self.k.chosen.connect(model.set_k)
        self.rescored.chosen.connect(model.set_rescored)

    def has_result(self) -> bool:
        return self.model.result is not None

    def show_result(self) -> None:
        model = self.model
        self.shown.show_choices(list(model.titles().items()), model.shown.key if model.shown else "")
        self.k.show_choices([(k, figures.count(k)) for k in KS], model.k)
        self.rescored.show_choices([(each, self._times(each)) for each in RESCORED], model.rescored)
        if model.result is not None and model.shown is not None:
            self._show(model.result, model.shared.title_of(model.shown))

    def _show(self, found: Compression, title: str) -> None:
        enough, whole = self.model.enough, max(form.bytes_per_row for form in found.forms)
        if enough is None or enough.bytes_per_row == whole:
            said = self.tr("Nothing smaller keeps 95 % of the neighbours.")
        else:
            said = self.tr("{0} as {1} keep {2} of the neighbours in {3} instead of {4} a row.").format(
                self._dimensions(enough.dimensions),
                enough.storing.value,
                figures.percent(round(enough.recall, 3)),
                figures.size(enough.bytes_per_row),
                figures.size(whole),
            )
        self.sentence.setText(said)
        self.about.setText(self._about(found))
        lines = [
            Line(
                storing.value,
                tuple(
                    (float(form.bytes_per_row), form.recall, self._told(form))
                    for form in found.forms
                    if form.storing is storing
                ),
            )
            for storing in Storing
        ]
        sizes = [float(form.bytes_per_row) for form in found.forms]
        recalls = [form.recall for form in found.forms]
        self.chart.set_axes(
            Axis(
                Scale.around(sizes, base=2.0),
                self.tr("Bytes of a vector"),
                lambda value, decimals: figures.size(round(value)),
            ),
            Axis(
                Scale.around(recalls, least=max(0.0, min(recalls) - 0.08), most=1.03),
                self.tr("Recall@{0} · {1}").format(found.k, title),
                lambda value, decimals: words.tick(value, decimals) if value <= 1 else "",
            ),
            [line.name for line in lines],
        )
        self.chart.show_lines(lines)
        self.chart.say(said)
        self.table.show_rows(
            [
                Head(self.tr("Dimensions")),
                Head(
                    self.tr("Stored as"),
                    self.tr(
                        "int8: a byte for each dimension and a scale for each row; binary: the signs alone"
                    ),
                    figures=False,
                    wide=True,
                ),
                Head(self.tr("Bytes"), self.tr("Of a vector")),
                Head(self.tr("Smaller"), self.tr("How many fit where one whole vector does")),
                Head(self.tr("1M rows"), self.tr("Bytes of a million vectors")),
                Head(
                    self.tr("Recall@{0}").format(found.k),
                    self.tr(
                        "The part of the nearest by the whole vectors that the smaller ones find as well"
                    ),
                ),
            ],
            [
                [
                    Cell(figures.count(form.dimensions), float(form.dimensions)),
                    Cell(form.storing.value),
                    Cell(figures.count(form.bytes_per_row), float(form.bytes_per_row)),
                    Cell(
                        self.tr("{0} ×").format(words.number(whole / form.bytes_per_row, 1)),
                        whole / form.bytes_per_row,
                    ),
                    Cell(figures.size(form.bytes_per_row * _MANY), float(form.bytes_per_row)),
                    Cell(words.number(form.recall), form.recall, best=form is enough, share=form.recall),
                ]
                for form in found.forms
            ],
        )

    def _about(self, found: Compression) -> str:
        said = self.tr("{0} rows look for their {1} nearest among {2} others, by cosine.").format(
            figures.count(found.queries), figures.count(found.k), figures.count(found.rows)
        )
        if found.queries + found.rows < found.of:
            said += " " + self.tr("They were drawn by lot from {0}.").format(figures.count(found.of))
        return (
            said
            + " "
            + self.tr("Fewer dimensions are worth it with models that were trained for that (Matryoshka).")
        )

    def _told(self, form: SmallerForm) -> str:
        return "\n".join(
            (
                self.tr("{0} as {1}").format(self._dimensions(form.dimensions), form.storing.value),
                self.tr("{0}, recall {1}").format(
                    figures.size(form.bytes_per_row), words.number(form.recall)
                ),
            )
        )

    def _dimensions(self, many: int) -> str:
        return self.tr("{0} dimensions").format(figures.count(many))

    def _times(self, rescored: int) -> str:
        return self.tr("no") if rescored == 1 else self.tr("of {0} × as many").format(rescored)
