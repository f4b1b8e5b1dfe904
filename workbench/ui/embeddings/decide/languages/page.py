"""How often each model finds a text's translation, by language and by direction."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from workbench.domain.embeddings.languages import LanguageAccuracy
from workbench.domain.embeddings.retrieval import Interval
from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.frame import Choice, PartPage, rule
from workbench.ui.embeddings.decide.languages.model import KS, LanguagesModel
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.support import figures
from workbench.ui.support.charts.chart import Axis
from workbench.ui.support.charts.intervals import Bar, IntervalChart
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.surfaces import Heading
from workbench.ui.support.theme import Theme

_MOST_DRAWN = 16


class LanguagesPage(PartPage):
    def __init__(self, theme: Theme, model: LanguagesModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.model = model
        self.k = Choice(
            theme,
            self.tr("Among the nearest"),
            self.tr("How many nearest texts may hold the translation"),
            self,
        )
        self.shown = Choice(theme, self.tr("Drawn for"), self.tr("Whose directions the picture shows"), self)
        self.choices.addWidget(self.k)
        self.choices.addWidget(self.shown)
        self.about = rule(theme, "", self.body)
        self.table = FigureTable(theme, self.tr("Accuracy by language"), self.body)
        self.chart = IntervalChart(theme, self.tr("Accuracy by direction"), self.body)
        self.heading = Heading(theme, self.tr("By direction"), "", self.body)
        self.directions = FigureTable(theme, self.tr("Accuracy by direction"), self.body)
        for widget in (self.about, self.table, self.chart, self.heading, self.directions):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.example = self.blank.offer(self.tr("Try the example in three languages"), model.try_example)
        self.setFocusProxy(self.k.box)
        self.k.chosen.connect(model.set_k)
        self.shown.chosen.connect(model.show_column)

    def missing(self) -> tuple[str, str, str] | None:
        if self.model.pairs == ():
            return (
                "languages",
                self.tr("There are no translations in this set."),
                self.tr(
                    "Rows that say the same need the same group and different languages. A file with a column for each"
                    " language, such as en and de, brings them in like that."
                ),
            )
        return super().missing()

    def refresh(self) -> None:
        self.example.setVisible(self.model.has_example and self.model.pairs == ())
        super().refresh()

    def has_result(self) -> bool:
        return bool(self.model.results)

    def show_result(self) -> None:
        model, titles = self.model, self.model.titles()
        self.k.show_choices([(k, figures.count(k)) for k in KS], model.k)
        self.shown.show_choices(list(titles.items()), model.shown.key if model.shown else "")
        self.shown.setVisible(len(titles) > 1)
        results = [result for result in model.results if result.key in titles]
        if not results or not model.pairs:
            return
        told = ", ".join(
            self.tr("{0}–{1}: {2}").format(each.one, each.other, figures.count(len(each.left)))
            for each in model.pairs
        )
        if model.k == 1:
            said = self.tr(
                "A text finds its translation if that is the nearest of all texts in the other language."
            )
        else:
            said = self.tr(
                "A text finds its translation if that is among the {0} nearest of all texts in the other language."
            ).format(model.k)
        said += " " + self.tr("Translations: {0}.").format(told)
        if any(each.of > len(each.left) for each in model.pairs):
            most = max(each.of for each in model.pairs)
            said += " " + self.tr("They were drawn by lot from up to {0}.").format(figures.count(most))
        self.about.setText(said)
        self._show_languages(results, titles)
        self._show_directions(results, titles)
        if model.result is not None:
            self._draw(model.result, titles[model.result.key])

    def _show_languages(self, results: list[LanguageAccuracy], titles: dict[str, str]) -> None:
        languages = list(dict.fromkeys(name for result in results for name, _ in result.by_language))
        tip = self.tr("Of all directions from and to this language, on average")
        heads = [
            Head(self.tr("Model"), figures=False, wide=True),
            *(Head(language, tip) for language in languages),
            Head(self.tr("All")),
        ]
        rows, series = [], {key: number for number, key in enumerate(titles)}
        columns = [dict(result.by_language) for result in results]
        means = [_mean(list(each.values())) for each in columns]
        for result, own, mean in zip(results, columns, means, strict=True):
            cells = [Cell(titles[result.key], series=series[result.key])]
            for language in languages:
                value = own.get(language, math.nan)
                cells.append(_cell(value, [each.get(language, math.nan) for each in columns]))
            rows.append([*cells, _cell(mean, means)])
        self.table.show_rows(heads, rows)

    def _show_directions(self, results: list[LanguageAccuracy], titles: dict[str, str]) -> None:
        heads = [
            Head(self.tr("From"), figures=False),
            Head(self.tr("To"), figures=False),
            Head(self.tr("Texts")),
            *(Head(titles[result.key], self.tr("With its 95 % interval, by Wilson")) for result in results),
        ]
        rows = []
        for number, first in enumerate(results[0].directions):
            each = [result.directions[number].accuracy for result in results]
            means = [one.mean for one in each]
            rows.append(
                [
                    Cell(first.source),
                    Cell(first.target),
                    Cell(figures.count(first.accuracy.count), float(first.accuracy.count)),
                    *(Cell(_told(one), one.mean, best=_is_best(one.mean, means)) for one in each),
                ]
            )
        self.directions.show_rows(heads, rows)

    def _draw(self, found: LanguageAccuracy, title: str) -> None:
        known = [each for each in found.directions if not math.isnan(each.accuracy.mean)]
        bars = [
            Bar(
                f"{each.source} → {each.target}",
                each.accuracy.mean,
                each.accuracy.low,
                each.accuracy.high,
                f"{each.source} → {each.target}\n{_told(each.accuracy)}",
            )
            for each in known
        ]
        words_of = self.tr("Translations found by {0}, with 95 % intervals").format(title)
        if len(bars) > _MOST_DRAWN:
            bars = sorted(bars, key=lambda bar: bar.value)[:_MOST_DRAWN]
            words_of = self.tr("The directions in which {0} finds least, with 95 % intervals").format(title)
        across = Axis(
            Scale(0.0, 1.0),
            words_of,
            lambda value, decimals: figures.percent(round(value, 4)),
        )
        self.chart.show_bars(across, bars)
        if bars:
            worst, best = min(bars, key=lambda bar: bar.value), max(bars, key=lambda bar: bar.value)
            self.chart.say(
                self.tr("{0} finds most from {1}, {2}, and least from {3}, {4}.").format(
                    title,
                    best.name,
                    figures.percent(round(best.value, 3)),
                    worst.name,
                    figures.percent(round(worst.value, 3)),
                )
            )


def _told(found: Interval) -> str:
    """21.9 % (14.8–31.1 %)."""
    if math.isnan(found.mean):
        return words.NONE
    low, high = words.number(100 * found.low, 1), figures.percent(round(found.high, 3))
    return f"{figures.percent(round(found.mean, 3))} ({low}–{high})"


def _cell(value: float, column: list[float]) -> Cell:
    text = words.NONE if math.isnan(value) else figures.percent(round(value, 3))
    return Cell(text, value, best=_is_best(value, column), share=value)


def _is_best(value: float, column: list[float]) -> bool:
    known = [each for each in column if not math.isnan(each)]
    return bool(known) and value == max(known) > min(known)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan
