"""A table of the models, and their quality against their cost."""

from __future__ import annotations

import math
from enum import StrEnum

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from workbench.domain.embeddings.retrieval import Retrieval
from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.board.model import BoardModel, Entry
from workbench.ui.embeddings.decide.frame import Choice, PartPage, rule
from workbench.ui.embeddings.decide.retrieval.model import RetrievalModel
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.support import figures
from workbench.ui.support.charts.chart import Axis
from workbench.ui.support.charts.points import Point, PointChart
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.section import Section
from workbench.ui.support.theme import RELATED, Theme

_LEAST_SPAN = 0.1
"""Of the axis of a quality: less is no difference to look at."""


class Quality(StrEnum):
    SEPARATION = "separation"
    NDCG = "ndcg"
    RECALL = "recall"


class Price(StrEnum):
    """PER_MILLION: by the price list. SPENT: for this set."""

    PER_MILLION = "per-million"
    SPENT = "spent"
    BYTES = "bytes"


class BoardPage(PartPage):
    def __init__(
        self, theme: Theme, model: BoardModel, retrieval: RetrievalModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, model, parent)
        self.model, self.retrieval = model, retrieval
        self._quality: Quality | None = None
        self._price: Price | None = None
        self.table = FigureTable(theme, self.tr("Models compared"), self.body)
        self.quality = Choice(theme, self.tr("Quality"), self.tr("What the picture shows upwards"), self)
        self.price = Choice(theme, self.tr("Cost"), self.tr("What the picture shows to the right"), self)
        self.chart = PointChart(theme, self.tr("Quality against cost"), self.body)
        self.left_out = rule(theme, "", self.body)
        self.labels = FigureTable(theme, self.tr("Labels"), self.body)
        self.by_label = Section(theme, self.tr("By label"), self.labels, self.body)
        self.hint = rule(theme, "", self.body)
        axes = FlowLayout(spacing=RELATED)
        axes.addWidget(self.quality)
        axes.addWidget(self.price)
        self.column.addWidget(self.table)
        self.column.addWidget(self.hint)
        self.column.addLayout(axes)
        for widget in (self.chart, self.left_out, self.by_label):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setFocusProxy(self.table)
        self.quality.chosen.connect(self._choose_quality)
        self.price.chosen.connect(self._choose_price)
        retrieval.changed.connect(self.refresh)

    def show_result(self) -> None:
        entries = self.model.entries
        self._show_table(entries)
        self._show_chart(entries)
        self._show_labels(entries)
        hints = []
        if not self.model.labelled:
            hints.append(
                self.tr("The set has no labels, so nothing can be said of how well models keep them apart.")
            )
        if self.retrieval.waiting is not None:
            hints.append(self.tr("Queries wait to be asked: see the part Retrieval."))
        elif not self.retrieval.judged_count:
            hints.append(
                self.tr("For retrieval, say in the part Retrieval which rows should be found by which query.")
            )
        self.hint.setText(" ".join(hints))
        self.hint.setVisible(bool(hints))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.retrieval.set_seen(True, "board")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.retrieval.set_seen(False, "board")

    @property
    def _results(self) -> tuple[Retrieval, ...]:
        return self.retrieval.results if self.retrieval.judged_count else ()

    # table

    def _show_table(self, entries: tuple[Entry, ...]) -> None:
        judged = {each.key: each for each in self._results}
        heads = [Head(self.tr("Model"), figures=False, wide=True)]
        if self.model.labelled:
            heads.append(
                Head(
                    self.tr("Separation"),
                    self.tr(
                        "Silhouette of the labels: 1 where rows lie with their own label and far from the others, 0 where"
                        " labels lie through each other, below 0 where rows are nearer to another label."
                    ),
                )
            )
        if judged:
            heads += retrieval_heads(self, self.retrieval.k)
        heads += [
            Head(self.tr("Dimensions"), self.tr("Numbers in a vector")),
            Head(self.tr("Bytes"), self.tr("Of a vector as float32")),
            Head(self.tr("1M tokens"), self.tr("What a million tokens cost, by the price list")),
            Head(
                self.tr("This set"),
                self.tr("What the vectors cost that there are; ≈ where it was worked out"),
            ),
        ]
        best = _best([entry.separation.silhouette if entry.separation else None for entry in entries])
        rows = []
        for number, entry in enumerate(entries):
            cells = [Cell(entry.title, tip=entry.column.choice.model, series=number)]
            if self.model.labelled:
                value = entry.separation.silhouette if entry.separation else None
                cells.append(
                    Cell(
                        words.number(value),
                        _sorted(value),
                        best=value is not None and round(value, 3) == best,
                    )
                )
            if judged:
                cells += retrieval_cells(judged.get(entry.column.key), list(judged.values()))
            cells += self._costs(entry)
            rows.append(cells)
        self.table.show_rows(heads, rows)

    def _costs(self, entry: Entry) -> list[Cell]:
        cost = entry.cost
        per_million = words.NONE if cost.per_million is None else figures.price(cost.per_million)
        spent = words.NONE
        if cost.spent is not None:
            spent = figures.usd(cost.spent) if cost.charged else figures.about_usd(cost.spent)
        unknown = self.tr("The price is not known.")
        return [
            Cell(figures.count(entry.column.dimensions), float(entry.column.dimensions)),
            Cell(figures.count(cost.bytes_per_row), float(cost.bytes_per_row)),
            Cell(per_million, _sorted(cost.per_million), tip=unknown if cost.per_million is None else ""),
            Cell(spent, _sorted(cost.spent), tip=unknown if cost.spent is None else ""),
        ]

    # chart

    def _show_chart(self, entries: tuple[Entry, ...]) -> None:
        qualities, prices = self._qualities(), self._prices(entries)
        there = [each for each, _ in qualities]
        quality = self._quality if self._quality in there else there[0] if there else None
        known = [each for each, _ in prices]
        price = self._price if self._price in known else known[0]
        self.quality.show_choices(qualities, quality)
        self.price.show_choices(prices, price)
        for choice in (self.quality, self.price):
            choice.setVisible(quality is not None)
        self.chart.setVisible(quality is not None)
        self.left_out.setVisible(False)
        if quality is None:
            return
        points, without = [], []
        for number, entry in enumerate(entries):
            found = self._value(entry, quality)
            cost = _cost(entry, price)
            if found is None or cost is None:
                without.append(entry.title)
                continue
            value, low, high = found
            told = f"{entry.title}\n{dict(qualities)[quality]}: {words.number(value)}"
            told += f"\n{dict(prices)[price]}: {_price_text(price, cost)}"
            points.append(Point(entry.title, cost, value, told, number, low, high))
        values = [each for point in points for each in (point.y, point.low, point.high) if each is not None]
        costs = [point.x for point in points]
        top = max([1.0, *values]) if quality is not Quality.SEPARATION else None
        self.chart.set_axes(
            Axis(
                Scale.around(costs, least=0.0 if min(costs, default=0.0) >= 0 else None),
                dict(prices)[price],
                lambda value, decimals: _price_tick(price, value, decimals),
            ),
            Axis(Scale.around(values, most=top, span=_LEAST_SPAN), dict(qualities)[quality], words.tick),
        )
        self.chart.show_points(points)
        self.chart.say(self._summary(points, dict(qualities)[quality]))
        if without and self.model.working is None:
            self.left_out.setText(
                self.tr("Not in the picture, because one of the two is not known: {0}.").format(
                    ", ".join(without)
                )
            )
            self.left_out.show()

    def _summary(self, points: list[Point], quality: str) -> str:
        if not points:
            return self.tr("Nothing to show yet.")
        best, cheapest = max(points, key=lambda each: each.y), min(points, key=lambda each: each.x)
        return self.tr("{0}: {1} is best with {2}, {3} is cheapest with {4}.").format(
            quality, best.name, words.number(best.y), cheapest.name, words.number(cheapest.y)
        )

    def _qualities(self) -> list[tuple[Quality, str]]:
        found = []
        if self.model.labelled:
            found.append((Quality.SEPARATION, self.tr("Separation of the labels")))
        if self._results:
            k = self.retrieval.k
            found.append((Quality.NDCG, self.tr("nDCG@{0}").format(k)))
            found.append((Quality.RECALL, self.tr("Recall@{0}").format(k)))
        return found

    def _prices(self, entries: tuple[Entry, ...]) -> list[tuple[Price, str]]:
        found = []
        if any(entry.cost.per_million is not None for entry in entries):
            found.append((Price.PER_MILLION, self.tr("US dollars for 1M tokens")))
        if any(entry.cost.spent is not None for entry in entries):
            found.append((Price.SPENT, self.tr("US dollars for this set")))
        return [*found, (Price.BYTES, self.tr("Bytes of a vector"))]

    def _value(self, entry: Entry, quality: Quality) -> tuple[float, float | None, float | None] | None:
        if quality is Quality.SEPARATION:
            value = entry.separation.silhouette if entry.separation else None
            return None if value is None else (value, None, None)
        found = next((each for each in self._results if each.key == entry.column.key), None)
        if found is None:
            return None
        of = found.ndcg if quality is Quality.NDCG else found.recall
        return None if math.isnan(of.mean) else (of.mean, of.low, of.high)

    @Slot(object)
    def _choose_quality(self, quality: Quality) -> None:
        self._quality = quality
        self.refresh()

    @Slot(object)
    def _choose_price(self, price: Price) -> None:
        self._price = price
        self.refresh()

    # labels

    def _show_labels(self, entries: tuple[Entry, ...]) -> None:
        known = [entry for entry in entries if entry.separation is not None and entry.separation.labels]
        self.by_label.setVisible(bool(known) and self.model.labelled)
        if not known:
            return
        heads = [
            Head(self.tr("Label"), figures=False, wide=True),
            Head(self.tr("Rows")),
            *(Head(entry.title, self.tr("Silhouette of this label’s rows")) for entry in known),
        ]
        by_label = [
            {each.label: each for each in entry.separation.labels} for entry in known if entry.separation
        ]
        rows = []
        for label in {label: None for found in by_label for label in found}:
            each = [found[label].silhouette if label in found else math.nan for found in by_label]
            count = max(found[label].rows for found in by_label if label in found)
            best = _best(each)
            cells = [Cell(words.number(value), value, best=round(value, 3) == best) for value in each]
            rows.append([Cell(label), Cell(figures.count(count), float(count)), *cells])
        self.labels.show_rows(heads, rows)


def retrieval_heads(owner: QWidget, k: int) -> list[Head]:
    return [
        Head(
            owner.tr("nDCG@{0}").format(k),
            owner.tr(
                "How high the relevant rows stand among the first {0}, the better ones counting more; 1 is the best order"
                " there is. Gains are the grades themselves, as trec_eval has it."
            ).format(k),
        ),
        Head(
            owner.tr("MRR@{0}").format(k),
            owner.tr(
                "1 divided by the place of the first relevant row, 0 where none is among the first {0}"
            ).format(k),
        ),
        Head(
            owner.tr("Recall@{0}").format(k),
            owner.tr("The part of the relevant rows that is among the first {0}").format(k),
        ),
    ]


def retrieval_cells(
    found: Retrieval | None, all_of: list[Retrieval], *, intervals: bool = False
) -> list[Cell]:
    """intervals: written in the cells, else where they are pointed at."""
    if found is None:
        return [Cell(words.NONE, math.nan)] * 3
    cells = []
    for name in ("ndcg", "mrr", "recall"):
        own = getattr(found, name)
        best = _best([getattr(each, name).mean for each in all_of])
        told = words.interval(own)
        text = told if intervals else words.number(own.mean)
        cells.append(Cell(text, own.mean, tip="" if intervals else told, best=round(own.mean, 3) == best))
    return cells


def _best(values: list[float | None] | list[float]) -> float | None:
    """As it is written; None where all are alike."""
    known = [round(value, 3) for value in values if value is not None and not math.isnan(value)]
    return max(known) if known and max(known) > min(known) else None


def _sorted(value: float | None) -> float:
    return math.nan if value is None else value


def _cost(entry: Entry, price: Price) -> float | None:
    match price:
        case Price.PER_MILLION:
            return entry.cost.per_million
        case Price.SPENT:
            return entry.cost.spent
        case _:
            return float(entry.cost.bytes_per_row)


def _price_tick(price: Price, value: float, decimals: int) -> str:
    if price is Price.BYTES:
        return _price_text(price, value)
    return f"${words.tick(value, decimals)}" if value else "$0"


def _price_text(price: Price, value: float) -> str:
    if price is Price.BYTES:
        return figures.size(round(value))
    return figures.price(value) if price is Price.PER_MILLION else figures.usd(max(value, 0.0))
