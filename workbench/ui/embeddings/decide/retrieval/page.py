"""Figures of each model, the queries they are of, and the rows that a query should find, to be judged by a click or a key."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from workbench.domain.embeddings.judgements import Query
from workbench.domain.embeddings.retrieval import LEAST_TO_TELL, Interval, Retrieval
from workbench.services.embeddings.retrieval import Outlook
from workbench.ui.embeddings.decide import words
from workbench.ui.embeddings.decide.board.page import retrieval_cells, retrieval_heads
from workbench.ui.embeddings.decide.frame import Choice, PartPage, rule
from workbench.ui.embeddings.decide.retrieval.candidates import Candidates
from workbench.ui.embeddings.decide.retrieval.model import KS, RetrievalModel
from workbench.ui.embeddings.decide.table import Cell, FigureTable, Head
from workbench.ui.support import dialogs, figures
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.charts.chart import Axis
from workbench.ui.support.charts.intervals import Bar, IntervalChart
from workbench.ui.support.charts.scale import Scale
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.surfaces import Heading, column_of
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import INSIDE, RELATED, SECTION, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox

_MOST_LISTED = 1000
"""Queries in the table; all of them count."""


class RetrievalPage(PartPage):
    def __init__(self, theme: Theme, model: RetrievalModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.model = model
        self._listed: tuple[Query, ...] | None = None
        self._rows: dict[str, tuple[Query, tuple[Cell, ...]]] = {}
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(model.failed)
        self.k = Choice(
            theme, self.tr("Among the first"), self.tr("How far down each ranking is looked at"), self
        )
        self.file = button(self.tr("Open judgements…"), "", self)
        self.file.setToolTip(
            self.tr(
                "TREC qrels (query 0 row grade), or CSV, TSV, JSONL with query, doc_id and grade; a file of queries with"
                " query_id and text gives those their words. Several can be opened at once."
            )
        )
        set_icon(self.file, theme, "folder-open")
        self.choices.addWidget(self.k)
        self.choices.addWidget(self.file)
        self.reading = TroubleBox(theme, self.body)
        self.read = rule(theme, "", self.body)
        self.asking = Asking(theme, model, self.body)
        self.waiting = Waiting(theme, model, self.body)
        self.verdict = TextLabel(theme, "", self.body, size=SECTION, weight=SEMIBOLD, wrap=True)
        self.chart = IntervalChart(theme, self.tr("nDCG of each model"), self.body)
        self.table = FigureTable(theme, self.tr("Retrieval of each model"), self.body)
        self.about = rule(theme, "", self.body)
        self.queries = FigureTable(theme, self.tr("Queries"), self.body)
        self.remove = button(self.tr("Remove this query"), "quiet", self.body)
        set_icon(self.remove, theme, "trash-2")
        self.remove_all = button(self.tr("Remove all"), "quiet", self.body)
        self.undo = button(self.tr("Undo"), "quiet", self.body)
        self.undo.setToolTip(self.tr("Have the queries back as they were"))
        set_icon(self.undo, theme, "undo-2")
        self.heading = Heading(
            theme, self.tr("Queries"), "", self.body, [self.undo, self.remove_all, self.remove]
        )
        self.candidates = Candidates(theme, model, self.body)
        for widget in (
            self.asking, self.reading, self.read, self.waiting, self.verdict, self.chart, self.table, self.about, self.heading,
            self.queries, self.candidates,
        ):  # fmt: skip
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setFocusProxy(self.asking.field)
        self.k.chosen.connect(model.set_k)
        self.file.clicked.connect(self._open)
        self.queries.row_chosen.connect(self._show_query)
        self.remove.clicked.connect(self._remove)
        self.remove_all.clicked.connect(model.remove_all)
        self.undo.clicked.connect(model.known.undo)
        self.reading.retry_wanted.connect(model.known.keep_again)
        model.shared.selection_changed.connect(self.refresh)

    def show_result(self) -> None:
        with self.held(self.candidates):  # the first judgement brings figures above it
            self._show_all()

    def _show_all(self) -> None:
        model = self.model
        self.k.show_choices([(k, figures.count(k)) for k in KS], model.k)
        self.file.setEnabled(model.known.loaded)
        trouble = model.reading_trouble or model.known.trouble
        self.reading.show_trouble(trouble, retryable=model.reading_trouble is None)
        self.read.setText(self._said())
        self.read.setVisible(bool(self.read.text()))
        self.asking.refresh()
        self.waiting.show_outlook(model.waiting)
        results = model.results if model.judged_count else ()
        self.chart.setVisible(bool(results))
        self.table.setVisible(bool(results))
        self.verdict.setText(self._verdict(results))
        self.verdict.setVisible(bool(self.verdict.text()))
        self.about.setText(self._about())
        self._show_results(results)
        self._show_queries()
        self.candidates.refresh()

    # what it is worth

    def _show_results(self, results: tuple[Retrieval, ...]) -> None:
        titles = self.model.titles()
        shown = [each for each in results if each.key in titles]
        if not shown:
            return
        series = {key: number for number, key in enumerate(titles)}
        bars = [
            Bar(
                titles[each.key],
                each.ndcg.mean,
                each.ndcg.low,
                each.ndcg.high,
                f"{titles[each.key]}\n{words.interval(each.ndcg)}",
                series[each.key],
            )
            for each in shown
            if not math.isnan(each.ndcg.mean)
        ]
        title = self.tr("nDCG@{0}, with 95 % intervals").format(self.model.k)
        self.chart.show_bars(Axis(Scale(0.0, 1.0), title, words.tick), bars)
        if bars:
            best = max(bars, key=lambda bar: bar.value)
            self.chart.say(
                self.tr("{0} is best with {1}, between {2} and {3}.").format(
                    best.name, words.number(best.value), words.number(best.low, 2), words.number(best.high, 2)
                )
            )
        behind = Head(
            self.tr("Behind the best"),
            self.tr(
                "nDCG less than the best model’s over the same queries, with its 95 % interval by the paired bootstrap; where"
                " that holds 0, these queries do not tell the two apart"
            ),
        )
        heads = [
            Head(self.tr("Model"), figures=False, wide=True),
            *retrieval_heads(self, self.model.k),
            behind,
        ]
        heads.append(Head(self.tr("Queries"), self.tr("That it could be asked and something is relevant to")))
        rows = []
        for each in shown:
            said, tip = self._behind(each.behind)
            rows.append(
                [
                    Cell(titles[each.key], series=series[each.key]),
                    *retrieval_cells(each, shown, intervals=True),
                    Cell(said, each.behind.mean if each.behind is not None else 0.0, tip=tip),
                    Cell(figures.count(each.ndcg.count), float(each.ndcg.count)),
                ]
            )
        self.table.show_rows(heads, rows)

    def _behind(self, found: Interval | None) -> tuple[str, str]:
        if found is None or math.isnan(found.mean):
            return words.NONE, ""
        if found.more_than_chance:
            return words.interval(found), self.tr("It is worse than the best by more than chance.")
        return words.interval(found), self.tr("These queries do not tell it from the best.")

    def _verdict(self, results: tuple[Retrieval, ...]) -> str:
        """Which is best, and of which of the others that can be said."""
        titles = self.model.titles()
        known = [each for each in results if each.key in titles and not math.isnan(each.ndcg.mean)]
        if len(known) < 2:
            return ""
        best = next((each for each in known if each.behind is None), known[0])
        others = [(titles[each.key], each.behind) for each in known if each.behind is not None]
        comma = self.tr(", ")
        worse = comma.join(title for title, behind in others if behind.more_than_chance)
        unsure = comma.join(title for title, behind in others if not behind.more_than_chance)
        said = []
        if worse:
            said.append(
                self.tr("{0} finds more than {1}, by more than chance.").format(titles[best.key], worse)
            )
        if unsure and best.ndcg.count < LEAST_TO_TELL:
            said.append(
                self.tr("So few queries do not tell {0} from {1}; judge at least {2}.").format(
                    titles[best.key], unsure, LEAST_TO_TELL
                )
            )
        elif unsure:
            said.append(
                self.tr("These queries do not tell {0} from {1}: what lies between may be chance.").format(
                    titles[best.key], unsure
                )
            )
        return " ".join(said)

    def _about(self) -> str:
        model = self.model
        if not model.queries:
            return self.tr(
                "Type what somebody would look for, or select a row and let it ask; then say which rows are relevant."
            )
        said = []
        if not model.judged_count:
            said.append(self.tr("Nothing is judged yet: say below which rows are relevant."))
        elif model.results:
            said.append(
                self.tr(
                    "Means over the queries; intervals by 2,000 bootstrap draws. Queries judged: %n.",
                    "",
                    model.judged_count,
                )
            )
            none = len(model.usable) - model.judged_count
            if none:
                said.append(self.tr("Queries that nothing is relevant to, which do not count: %n.", "", none))
        titles = model.titles()
        own = [titles[each.key] for each in model.columns if each.run is None and each.key in titles]
        if own and any(query.text for query in model.queries):
            said.append(
                self.tr(
                    "{0}: rows as queries only, for nobody knows which model makes more vectors like these."
                ).format(", ".join(own))
            )
        bare = len(model.queries) - len(model.usable)
        if bare:
            said.append(
                self.tr(
                    "Queries without words, which cannot be asked: %n. Open a file with query_id and text.",
                    "",
                    bare,
                )
            )
        if len(model.queries) > _MOST_LISTED:
            said.append(
                self.tr("All {0} queries count; the first {1} are listed.").format(
                    figures.count(len(model.queries)), figures.count(_MOST_LISTED)
                )
            )
        return " ".join(said)

    # queries

    def _show_queries(self) -> None:
        model = self.model
        self.heading.setVisible(bool(model.queries) or model.undoable)
        self.undo.setVisible(model.undoable)
        for act in (self.remove, self.remove_all):
            act.setVisible(bool(model.queries))
        self.queries.setVisible(bool(model.queries))
        current = model.query
        if self._listed is not model.queries:
            self._listed = model.queries
            self.queries.show_rows(
                [
                    Head(self.tr("Query"), figures=False, wide=True),
                    Head(self.tr("Asked by"), figures=False),
                    Head(self.tr("Relevant"), self.tr("How many rows are judged to be relevant to it")),
                ],
                [self._cells(query) for query in model.queries[:_MOST_LISTED]],
            )
        if current is not None:
            place = next(at for at, each in enumerate(model.queries) if each.id == current.id)
            if place < _MOST_LISTED and self.queries.current_row != place:
                self.queries.choose_row(place)

    def _cells(self, query: Query) -> tuple[Cell, ...]:
        """Those of a query that has not changed are kept: one judgement changes one of thousands."""
        known = self._rows.get(query.id)
        if known is None or known[0] is not query:
            words_of = self.model.words_of(query)
            cells = (
                Cell(words_of, tip=words_of),
                Cell(self._asks(query)),
                Cell(figures.count(query.answers), float(query.answers)),
            )
            known = self._rows[query.id] = (query, cells)
        return known[1]

    def _asks(self, query: Query) -> str:
        if query.text:
            return self.tr("words")
        return self.tr("row {0}").format(query.row) if query.row else self.tr("nobody")

    def _said(self) -> str:
        read = self.model.read
        if read is None:
            return ""
        said = [self.tr("Queries read: %n.", "", len(read.queries))]
        if read.unknown:
            said.append(
                self.tr(
                    "Rows named in the file that are not in this set: %n, such as “{0}”.",
                    "",
                    len(read.unknown),
                ).format(read.unknown[0])
            )
        if read.left_out:
            said.append(self.tr("Queries that no judgement names are left out: %n.", "", read.left_out))
        return " ".join(said)

    @Slot(int)
    def _show_query(self, place: int) -> None:
        if 0 <= place < len(self.model.queries):
            self.model.show_query(self.model.queries[place].id)

    @Slot()
    def _remove(self) -> None:
        if self.model.query is not None:
            self.model.remove(self.model.query.id)

    @Slot()
    def _open(self) -> None:
        self._tasks.start("open", self._choose_file())

    async def _choose_file(self) -> None:
        filters = self.tr(
            "Judgements (*.qrels *.txt *.csv *.tsv *.jsonl *.ndjson *.json *.parquet);;All files (*)"
        )
        found = await dialogs.open_files(self, self.tr("Which rows answer which query"), filters=filters)
        if found:
            self.model.read_files([Path(path) for path in found])


class Asking(QWidget):
    """A field for a new query, and a button for the row that is selected."""

    def __init__(self, theme: Theme, model: RetrievalModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.tr("New query"))
        self.field.setPlaceholderText(self.tr("What would somebody look for?"))
        self.field.setToolTip(self.tr("Enter adds the query; each model embeds it, which costs a few tokens"))
        self.add = button(self.tr("Add query"), "primary", self)
        self.add.setToolTip(self.tr("Ask all chosen models (Enter)"))
        self.row = button(self.tr("Let the selected row ask"), "", self)
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        top.addWidget(self.field, 1)
        top.addWidget(self.add)
        acts = FlowLayout(spacing=INSIDE)
        acts.addWidget(self.row)
        column = column_of(self, spacing=INSIDE)
        column.addLayout(top)
        column.addLayout(acts)
        self.field.returnPressed.connect(self._add)
        self.add.clicked.connect(self._add)
        self.field.textChanged.connect(self.refresh)
        self.row.clicked.connect(model.add_row)

    @Slot()
    def refresh(self) -> None:
        loaded = self._model.known.loaded
        self.add.setEnabled(loaded and bool(self.field.text().strip()))
        selected = bool(self._model.shared.selected)
        self.row.setEnabled(loaded and selected)  # not hidden: what is below stays where it is
        self.row.setToolTip(
            self.tr("The row that was selected last asks; the other selected ones count as relevant to it")
            if selected
            else self.tr("Select a row in any page first")
        )

    @Slot()
    def _add(self) -> None:
        if self.add.isEnabled():
            self._model.add_text(self.field.text())
            self.field.clear()


class Waiting(QWidget):
    """What asking would take, before it is paid for."""

    def __init__(self, theme: Theme, model: RetrievalModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = TextLabel(theme, "", self, wrap=True)
        self.ask = button(self.tr("Ask the models"), "primary", self)
        self.ask.clicked.connect(model.ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(RELATED)
        row.addWidget(self.words, 1)
        row.addWidget(self.ask)
        self.hide()

    def show_outlook(self, found: Outlook | None) -> None:
        self.setVisible(found is not None)
        if found is not None:
            cost = self.tr("no price is known") if found.usd is None else figures.about_usd(found.usd)
            self.words.setText(
                self.tr("Queries have no vectors yet. Texts to embed: {0}, ≈ {1} tokens, {2}.").format(
                    figures.count(found.texts), figures.count(found.tokens), cost
                )
            )
