"""How the scores of pairs spread, a line to draw through them, and where that line lies for the other models."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QWidget

from workbench.domain.embeddings.cuts import Cut, PairScores
from workbench.domain.embeddings.judgements import LabelledPair
from workbench.services.embeddings.judgement_files import PairsRead
from workbench.services.embeddings.thresholds import Pairs, PairSource
from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.frame import Choice, PartPage, beside, rule
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.embeddings.decide.threshold.model import Line, ThresholdModel
from workbench.ui.support import dialogs, figures
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.charts.histogram import Histogram
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.section import Section
from workbench.ui.support.surfaces import column_of
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import INSIDE, RELATED, SECTION, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox

_MOST_LISTED = 500
"""Pairs in the table; all of them count."""
_ENOUGH = 20
"""Pairs below which their line is called unsure."""
_LEAST_GAIN = 0.01
"""F1 more than without a line, below which the scores are called blind."""


class ThresholdPage(PartPage):
    def __init__(self, theme: Theme, model: ThresholdModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(model.failed)
        self.source = Choice(theme, self.tr("Pairs"), self.tr("How it is known which rows are similar"), self)
        self.here = Choice(
            theme,
            self.tr("Line for"),
            self.tr("Whose scores are drawn; the line stays at the same part of the pairs"),
            self,
        )
        self.file = button(self.tr("Open pairs…"), "", self)
        self.file.setToolTip(
            self.tr(
                "A CSV, TSV or JSONL file with two ids or texts of rows and whether they are similar, 1 or 0"
            )
        )
        set_icon(self.file, theme, "folder-open")
        for choice in (self.source, self.here, self.file):
            self.choices.addWidget(choice)
        self.about = rule(theme, "", self.body)
        self.chart = Histogram(theme, self.tr("Scores of the pairs"), self.body)
        self.chart.setToolTip("")
        self.score = QDoubleSpinBox(self.body)
        self.score.setDecimals(3)
        self.score.setSingleStep(0.01)
        self.score.setRange(-1e6, 1e6)
        self.score.setKeyboardTracking(False)
        self.score.setAccessibleName(self.tr("The line"))
        self.score.setToolTip(self.tr("Where the line stands; it can be dragged in the picture, too"))
        self.best = button(self.tr("To the best F1"), "", self.body)
        self.best.setToolTip(self.tr("Where precision and recall together are highest"))
        self.told = TextLabel(theme, "", self.body, weight=SEMIBOLD, wrap=True)
        self.blind = TextLabel(theme, "", self.body, role="warn", wrap=True)
        name = QLabel(self.tr("Line at"), self.body)
        name.setBuddy(self.score)
        name.setMinimumHeight(self.score.sizeHint().height())
        self.line = beside(name, self.score, self.best, spacing=INSIDE)
        self.sentence = TextLabel(theme, "", self.body, size=SECTION, weight=SEMIBOLD, wrap=True)
        self.table = FigureTable(theme, self.tr("The same line for each model"), self.body)
        self.judging = Judging(theme, model, self.body)
        self.column.addWidget(self.about)
        self.column.addWidget(self.chart)
        self.column.addLayout(self.line)
        for widget in (self.told, self.blind, self.sentence, self.table, self.judging):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setFocusProxy(self.source.box)
        self.source.chosen.connect(model.choose_source)
        self.here.chosen.connect(model.look_from)
        self.file.clicked.connect(self._open)
        self.best.clicked.connect(model.to_best)
        self.score.valueChanged.connect(model.draw_line)
        self.chart.cut_moved.connect(model.draw_line)
        model.shared.selection_changed.connect(self.refresh)

    def has_result(self) -> bool:
        return self.model.pairs is not None

    def show_result(self) -> None:
        model = self.model
        self.file.setEnabled(model.known.loaded)
        self.source.show_choices([(each, self._named(each)) for each in model.sources], model.source)
        if model.pairs is None:
            return
        here = model.here
        lines = model.lines
        self.here.show_choices([(line.column.key, line.title) for line in lines], here.key if here else "")
        self.about.setText(self._about(model.pairs))
        drawn = bool(lines)
        for widget in (self.chart, self.score, self.best, self.told, self.blind, self.sentence, self.table):
            widget.setVisible(drawn)
        if drawn:
            own = next(line for line in lines if here is not None and line.column.key == here.key)
            self._show_line(own)
            self._show_lines(own, lines)
        self.judging.refresh()

    # the line

    def _show_line(self, own: Line) -> None:
        scores = own.scores
        similar, dissimilar, unlabelled = scores.counts
        told = bool(scores.similar or scores.dissimilar)
        self.chart.lower_passes = not scores.higher_is_closer
        edges = (scores.edges, similar if told else unlabelled, dissimilar if told else ())
        names = (self.tr("similar"), self.tr("not similar")) if told else (self.tr("pairs"), "")
        if (self.chart.edges, self.chart.above, self.chart.below) != edges:
            title = self.tr("Distance") if self.chart.lower_passes else self.tr("Score")
            self.chart.show_counts(*edges, names, f"{title} · {own.title}", words.score, words.tick)
        self.chart.set_cut(own.cut.score)
        self.score.blockSignals(True)
        self.score.setValue(own.cut.score)
        self.score.blockSignals(False)
        self.best.setVisible(scores.best is not None)
        self.best.setEnabled(scores.best is not None and scores.best.score != own.cut.score)
        self.told.setText(self._told(own.cut, scores.passing(own.cut.score)))
        self.blind.setText(self._blind(scores))
        self.blind.setVisible(bool(self.blind.text()))
        self.chart.say(self._summary(own))

    def _told(self, cut: Cut, passing: float) -> str:
        said = self.tr("{0} of the pairs pass").format(figures.percent(round(passing, 3)))
        if math.isnan(cut.f1):
            return self.tr("{0}.").format(said)
        told = self.tr("precision {0} · recall {1} · F1 {2}").format(
            *(words.number(each) for each in (cut.precision, cut.recall, cut.f1))
        )
        return f"{said} · {told}"

    def _blind(self, scores: PairScores) -> str:
        """Said where the best line is hardly better than none."""
        if scores.best is None or scores.best.f1 - scores.f1_of_all > _LEAST_GAIN:
            return ""
        return self.tr(
            "These scores do not tell the two kinds apart: no line does better than to call every pair similar."
        )

    def _summary(self, own: Line) -> str:
        scores = own.scores
        if scores.best is None:
            return self.tr("Scores of {0} pairs as {1} sees them.").format(
                figures.count(len(scores.unlabelled)), own.title
            )
        return self.tr("{0} similar and {1} dissimilar pairs as {2} sees them; best F1 {3} at {4}.").format(
            figures.count(len(scores.similar)),
            figures.count(len(scores.dissimilar)),
            own.title,
            words.number(scores.best.f1),
            words.score(scores.best.score),
        )

    def _show_lines(self, own: Line, lines: tuple[Line, ...]) -> None:
        others = [line for line in lines if line.column.key != own.column.key]
        self.sentence.setText(
            self.tr("{0} for {1} is {2}.").format(
                words.number(own.cut.score, 2),
                own.title,
                self.tr(", ").join(
                    self.tr("{0} for {1}").format(words.number(line.cut.score, 2), line.title)
                    for line in others[:3]
                ),
            )
        )
        self.sentence.setVisible(bool(others))
        told = any(line.scores.best is not None for line in lines)
        heads = [
            Head(self.tr("Model"), figures=False, wide=True),
            Head(self.tr("Same line"), self.tr("The score that lets through the same part of the pairs")),
        ]
        if told:
            heads += [
                Head(self.tr("F1 there"), self.tr("Of precision and recall at that line")),
                Head(self.tr("Best line"), self.tr("Where F1 is highest")),
                Head(
                    self.tr("Best F1"),
                    self.tr("At its own best line, on these pairs; on others it will be a little lower"),
                ),
                Head(
                    self.tr("Precision"), self.tr("At its best line: the part of what passes that is similar")
                ),
                Head(self.tr("Recall"), self.tr("At its best line: the part of what is similar that passes")),
            ]
        each = [round(line.scores.best.f1, 3) for line in lines if line.scores.best]
        top = max(each) if each and max(each) > min(each) else math.nan
        rows = []
        for number, line in enumerate(lines):
            cells = [
                Cell(line.title, series=number),
                Cell(words.score(line.cut.score), line.cut.score, best=line is own),
            ]
            if told:
                best = line.scores.best or Cut(math.nan, math.nan, math.nan, math.nan)
                cells += [
                    Cell(words.number(line.cut.f1), line.cut.f1),
                    Cell(words.score(best.score), best.score),
                    Cell(words.number(best.f1), best.f1, best=round(best.f1, 3) == top),
                    Cell(words.number(best.precision), best.precision),
                    Cell(words.number(best.recall), best.recall),
                ]
            rows.append(cells)
        self.table.show_rows(heads, rows)

    # the pairs

    def _named(self, source: PairSource) -> str:
        match source:
            case PairSource.JUDGED:
                return self.tr("Told one by one")
            case PairSource.LABELS:
                return self.tr("Same label is similar")
            case PairSource.GROUPS:
                return self.tr("Same group is similar")
            case _:
                return self.tr("Any, not told")

    def _about(self, pairs: Pairs) -> str:
        if self.model.source is PairSource.ANY:
            said = self.tr("Pairs of which nobody has told whether they are similar: %n.", "", len(pairs))
            said += " " + self.tr(
                "A line can be carried to another model all the same; for the best one, label the rows."
            )
        else:
            similar, dissimilar = pairs.count(True), pairs.count(False)
            said = self.tr("{0} similar pairs, {1} that are not.").format(
                figures.count(similar), figures.count(dissimilar)
            )
            if not (similar and dissimilar):
                said += " " + self.tr("For a best line it takes some of both kinds.")
            elif len(pairs) < _ENOUGH:
                said += " " + self.tr("So few say little; judge at least {0}.").format(_ENOUGH)
            if self.model.source is not PairSource.JUDGED:
                said += " " + self.tr("As many of both are taken as there are of the fewer.")
        if not pairs.all:
            said += " " + self.tr("They were drawn by lot.")
        missing = max((line.scores.missing for line in self.model.lines), default=0)
        if missing:
            said += " " + self.tr("Pairs with a row that has no vector: %n.", "", missing)
        return said

    @Slot()
    def _open(self) -> None:
        self._tasks.start("open", self._choose_file())

    async def _choose_file(self) -> None:
        filters = self.tr("Tables (*.csv *.tsv *.jsonl *.ndjson *.json *.parquet);;All files (*)")
        found = await dialogs.open_files(self, self.tr("Pairs that are known"), filters=filters)
        if found:
            self.model.read_files([Path(path) for path in found])


class Judging(QWidget):
    """The two rows that are selected, and the pairs that were told."""

    def __init__(self, theme: Theme, model: ThresholdModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._listed: tuple[LabelledPair, ...] = ()
        self.read = TextLabel(theme, "", self, role="muted", wrap=True)
        self.trouble = TroubleBox(theme, self)
        self.about = TextLabel(theme, "", self, wrap=True)
        self.similar = button(self.tr("These two are similar"), "", self)
        self.dissimilar = button(self.tr("These two are not"), "", self)
        set_icon(self.similar, theme, "check")
        set_icon(self.dissimilar, theme, "x")
        acts = FlowLayout(spacing=INSIDE)
        acts.addWidget(self.similar)
        acts.addWidget(self.dissimilar)
        self.offer = button(self.tr("Show me a pair"), "", self)
        self.offer.setToolTip(
            self.tr("Two rows near the line that nobody has judged: what they are tells most")
        )
        set_icon(self.offer, theme, "dices")
        acts.addWidget(self.offer)
        self.undo = button(self.tr("Undo"), "quiet", self)
        self.undo.setToolTip(self.tr("Have the pairs back as they were"))
        set_icon(self.undo, theme, "undo-2")
        acts.addWidget(self.undo)
        self.told = FigureTable(theme, self.tr("Pairs that were told"), self)
        self.forget = button(self.tr("Forget this pair"), "quiet", self)
        set_icon(self.forget, theme, "trash-2")
        listed = QWidget(self)
        inner = column_of(listed, spacing=INSIDE)
        self.forget_all = button(self.tr("Forget all"), "quiet", self)
        inner.addWidget(self.told)
        inner.addLayout(beside(self.forget, self.forget_all, spacing=INSIDE))
        self.listed = Section(theme, self.tr("Pairs that were told"), listed, self)
        column = column_of(self, spacing=RELATED)
        for widget in (self.trouble, self.read, self.about):
            column.addWidget(widget)
        column.addLayout(acts)
        column.addWidget(self.listed)
        self.similar.clicked.connect(self._similar)
        self.dissimilar.clicked.connect(self._dissimilar)
        self.forget.clicked.connect(self._forget)
        self.forget_all.clicked.connect(model.forget_all)
        self.undo.clicked.connect(model.known.undo)
        self.offer.clicked.connect(model.offer)
        self.told.row_chosen.connect(self._select)
        self.trouble.retry_wanted.connect(model.known.keep_again)

    def refresh(self) -> None:
        model, pairs = self._model, self._model.known.judgements.pairs
        trouble = model.reading_trouble or model.known.trouble
        self.trouble.show_trouble(trouble, retryable=model.reading_trouble is None)
        self.read.setText(self._said(model.read) if model.read is not None else "")
        self.read.setVisible(bool(self.read.text()))
        self.undo.setVisible(model.undoable)
        self.offer.setEnabled(model.known.loaded)
        two, rows = model.two, model.shared.rows
        for act in (self.similar, self.dissimilar):
            act.setVisible(two is not None)
            act.setEnabled(model.known.loaded)
        if two is None:
            self.about.setText(
                self.tr(
                    "To tell a pair yourself, select two rows in any page, such as a cell of Similarity, or be shown some."
                )
            )
        else:
            self.about.setText("\n".join(f"“{_short(rows[row].text)}”" for row in two))
        self.listed.setVisible(bool(pairs))
        title = self.tr("Pairs that were told: {0}").format(figures.count(len(pairs)))
        if len(pairs) > _MOST_LISTED:
            title = self.tr("Pairs that were told: {0}, of which the first {1} are listed").format(
                figures.count(len(pairs)), figures.count(_MOST_LISTED)
            )
        self.listed.set_title(title)
        if self._listed is not pairs:
            self._listed = pairs
            self._list(pairs)

    def _list(self, pairs: tuple[LabelledPair, ...]) -> None:
        rows, places = self._model.shared.rows, self._model.known.facts.places

        def text(id: str) -> str:
            return rows[places[id]].text if id in places else id

        kinds = {True: self.tr("similar"), False: self.tr("not similar")}
        self.told.show_rows(
            [
                Head(self.tr("One"), figures=False, wide=True),
                Head(self.tr("Other"), figures=False, wide=True),
                Head(self.tr("Told"), figures=False),
            ],
            [
                [
                    Cell(text(pair.left)),
                    Cell(text(pair.right)),
                    Cell(kinds[pair.similar]),
                ]
                for pair in pairs[:_MOST_LISTED]
            ],
        )

    def _said(self, read: PairsRead) -> str:
        said = [self.tr("Pairs read: %n.", "", len(read.pairs))]
        if read.unknown:
            said.append(
                self.tr(
                    "Rows of the file that name texts which are not in this set: %n.", "", len(read.unknown)
                )
            )
        if read.unclear:
            said.append(self.tr("Rows of the file that do not say 1 or 0: %n.", "", len(read.unclear)))
        if read.alone:
            said.append(
                self.tr("Rows of the file whose two sides are the same text: %n.", "", len(read.alone))
            )
        if read.again:
            said.append(
                self.tr("Pairs that came before in the file, the last one counts: %n.", "", len(read.again))
            )
        return " ".join(said)

    @Slot()
    def _similar(self) -> None:
        self._model.judge(True)

    @Slot()
    def _dissimilar(self) -> None:
        self._model.judge(False)

    @Slot()
    def _forget(self) -> None:
        pairs = self._model.known.judgements.pairs
        if 0 <= self.told.current_row < len(pairs):
            self._model.forget(pairs[self.told.current_row])

    @Slot(int)
    def _select(self, number: int) -> None:
        pairs = self._model.known.judgements.pairs
        place = self._model.known.facts.places
        if 0 <= number < len(pairs) and {pairs[number].left, pairs[number].right} <= place.keys():
            self._model.shared.select((place[pairs[number].left], place[pairs[number].right]))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"
