"""What the described requests come to: the figures, which model gets how much, what a period costs, and the simulation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.models import short_name
from workbench.domain.routes.elements import ModelCall
from workbench.services.route_odds import Odds, Percentiles, Simulated, Spend
from workbench.ui.routes.odds.model import REQUESTS, OddsModel, Phase
from workbench.ui.routes.proof.blank import Blank
from workbench.ui.routes.words import field_words
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.figures import count, percent, seconds, usd
from workbench.ui.support.icons import icon, pixmap, set_icon
from workbench.ui.support.sentences import reason
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    GROUPS,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)

_WIDE = 760
"""From this width on the tables stand side by side."""
_TABLE, _SIMULATION = 132, 264
_ELEMENT = Qt.ItemDataRole.UserRole


class Results(QWidget):
    """Signals: element_chosen (id: a row of the models)."""

    element_chosen = Signal(str)

    def __init__(self, theme: Theme, model: OddsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.cost = Tile(theme, self.tr("Cost per request"), self)
        self.errors = Tile(theme, self.tr("End in an error"), self)
        self.first_byte = Tile(theme, self.tr("First byte, on average"), self)
        self.worst = Tile(theme, self.tr("Longest wait"), self)
        self.warnings = Warnings(theme, self)
        self.models = QTreeWidget(self)
        self.spend = SpendTable(theme, self)
        self.simulation = SimulationBox(theme, model, self)
        self.blank = Blank(theme, self)
        self.retry = button(self.tr("Simulate it"), "primary", self)
        self.retry.clicked.connect(model.simulate)
        self.show_problem = button(self.tr("Show on the canvas"), "", self)
        self.show_problem.clicked.connect(self._reveal_problem)
        for offer in (self.retry, self.show_problem):
            self.blank.add(offer)
        self._shown: Odds | Simulated | None = None
        self._tables = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._stack = QStackedLayout(self)
        self._build()
        model.changed.connect(self._show)
        model.simulation_changed.connect(self._show)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _build(self) -> None:
        inner = QWidget(self)
        inner.setObjectName("results")
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, INSIDE, PADDING, PADDING)
        column.setSpacing(RELATED)
        tiles = QHBoxLayout()
        tiles.setSpacing(GROUPS)
        for tile in (self.cost, self.errors, self.first_byte, self.worst):
            tiles.addWidget(tile, 1)
        column.addLayout(tiles)
        column.addWidget(self.warnings)
        self._tables.setSpacing(PADDING)
        self._tables.addWidget(self.models, 1)
        self._tables.addWidget(self.spend)
        self._tables.addWidget(self.simulation)
        column.addLayout(self._tables, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setStyleSheet("QScrollArea, QWidget#results { background: transparent; }")
        scroll.setWidget(inner)
        self._full = scroll
        self._stack.addWidget(scroll)
        self._stack.addWidget(self.blank)
        self.models.setRootIsDecorated(False)
        self.models.setUniformRowHeights(True)
        self.models.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.models.setAccessibleName(self.tr("Models, by how much they answer"))
        self.models.setHeaderLabels(
            [self.tr("Who answers"), self.tr("Share"), self.tr("Tries"), self.tr("Cost")]
        )
        header = self.models.headerItem()
        for number, words in (
            (1, self.tr("Of all requests, those it answers")),
            (2, self.tr("How often it is asked, for each request")),
            (3, self.tr("What its answers cost, shared among all requests")),
        ):
            header.setToolTip(number, words)
            header.setTextAlignment(number, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        bar = self.models.header()
        bar.setStretchLastSection(False)
        bar.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        bar.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.models.itemActivated.connect(self._chosen)
        self.models.itemClicked.connect(self._chosen)
        follow(self, self._theme, self._arrange)

    def _arrange(self) -> None:
        wide = self.width() >= self._theme.px(_WIDE)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._tables.setDirection(way)
        self.models.setMinimumHeight(self._theme.px(_TABLE))

    @Slot()
    def _show(self) -> None:
        model = self._model
        found = model.shown
        self._stack.setCurrentWidget(self._full if found is not None else self.blank)
        if found is None:
            self._say_blank()
            return
        if found is self._shown:  # a simulation tells how far it is
            return
        self._shown = found
        self._show_tiles(found)
        self.warnings.say(self._warnings(found))
        self._show_models(found)
        self.spend.setVisible(isinstance(found, Odds))
        if isinstance(found, Odds):
            self.spend.show_spend(found)

    def _say_blank(self) -> None:
        model = self._model
        problem = model.problem or model.simulation_problem
        simulating = model.progress is not None
        self.retry.setVisible(model.too_many and not simulating)
        self.show_problem.setVisible(problem is not None and bool(self._problem_element()))
        if simulating:
            words = self.tr("Simulating {0} requests…").format(count(REQUESTS))
            self.blank.say("loader-circle", "accent", words, percent(model.progress or 0.0))
        elif model.phase in (Phase.IDLE, Phase.RECKONING):
            self.blank.say("loader-circle", "accent", self.tr("Reckoning the odds…"))
        elif problem is not None:
            role = "warn" if model.too_many else "bad"
            self.blank.say("circle-alert", role, problem.what, reason(problem))

    def _show_tiles(self, found: Odds | Simulated) -> None:
        self.cost.say(usd(found.cost_per_request))
        self.errors.say(percent(found.error), "bad" if found.error > 0.01 else "")
        if isinstance(found, Odds):
            times = found.times
            mean = "—" if times.answered_ms is None else seconds(times.answered_ms)
            self.first_byte.say(mean)
            if times.bounded:
                self.worst.say(seconds(times.worst_ms))
            else:
                words = self.tr("> {0}").format(seconds(times.worst_ms))
                self.worst.say(words, "warn", self.tr("A model on that way has no time-out."))
        else:
            drawn = found.first_byte_ms
            self.first_byte.say("—" if drawn is None else seconds(drawn.mean))
            self.worst.say("—", "", self.tr("Only the exact odds tell it."))

    def _warnings(self, found: Odds | Simulated) -> list[str]:
        warnings = []
        if isinstance(found, Simulated):
            warnings.append(
                self.tr("There is too much to tell apart for exact odds, so this is the simulation.")
            )
        if found.undescribed:
            names = ", ".join(field_words(name) for name in found.undescribed)
            warnings.append(
                self.tr("Nothing is said of {0}, so it counts as missing.").format(names)
                if len(found.undescribed) == 1
                else self.tr("Nothing is said of {0}, so they count as missing.").format(names)
            )
        if found.unpriced:
            names = ", ".join(short_name(name) for name in found.unpriced)
            warnings.append(self.tr("No price is known of {0}, so it costs nothing here.").format(names))
        if isinstance(found, Odds) and not found.times.bounded:
            warnings.append(
                self.tr("Somebody can wait without end: a model on the longest way has no time-out.")
            )
        return warnings

    def _show_models(self, found: Odds | Simulated) -> None:
        kept = self.models.currentItem()
        chosen = kept.data(0, _ELEMENT) if kept is not None else None
        self.models.blockSignals(True)
        self.models.clear()
        elements = {one.id: one for one in self._model.document.route.elements}
        order = sorted(found.answers, key=lambda id: (-found.answers[id], -found.tries.get(id, 0.0)))
        for id in order:
            element = elements.get(id)
            if isinstance(element, ModelCall):
                unpriced = f"{element.provider}/{element.model}" in found.unpriced
                cost = "—" if unpriced else usd(found.cost.get(id, 0.0))
                tries = f"{found.tries.get(id, 0.0):.2f}"
                name = short_name(element.model)
                item = self._row([name, percent(found.answers[id]), tries, cost], id)
                item.setToolTip(0, f"{element.provider}/{element.model} ({id})")
                if id == chosen:
                    self.models.setCurrentItem(item)
        if found.error > 0:
            ends = ", ".join(f"{id} {percent(share)}" for id, share in found.errors.items() if share > 0)
            item = self._row([self.tr("nobody: an error"), percent(found.error), "", ""], "")
            item.setIcon(0, icon(self._theme, "circle-x", "bad"))
            item.setToolTip(0, self.tr("Where they end: {0}").format(ends))
        self.models.blockSignals(False)

    def _row(self, words: Sequence[str], id: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(list(words))
        for number in range(1, len(words)):
            item.setTextAlignment(number, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, _ELEMENT, id)
        self.models.addTopLevelItem(item)
        return item

    def _problem_element(self) -> str:
        pointer = getattr(self._model.problem, "pointer", "").split("/")
        elements = self._model.document.route.elements
        match pointer:
            case ["", "elements", index, *_] if index.isdigit() and int(index) < len(elements):
                return elements[int(index)].id
        return ""

    @Slot()
    def _reveal_problem(self) -> None:
        if id := self._problem_element():
            self.element_chosen.emit(id)

    @Slot(QTreeWidgetItem)
    def _chosen(self, item: QTreeWidgetItem) -> None:
        if id := item.data(0, _ELEMENT):
            self.element_chosen.emit(id)


class Warnings(QWidget):
    """What is to be known of the figures, a line each; hidden where there is nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mark = QLabel(self)
        self.words = TextLabel(theme, "", self, size=CAPTION + 1, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        follow(self, theme, self._dress)

    def say(self, sentences: Sequence[str]) -> None:
        self.words.setText("\n".join(sentences))
        self.setVisible(bool(sentences))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, "triangle-alert", "warn", 14))


class Tile(QWidget):
    """A figure under its name."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._figure = TextLabel(theme, "—", self, size=SECTION + 2, weight=SEMIBOLD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(TextLabel(theme, name, self, size=CAPTION, role="muted", wrap=True))
        column.addWidget(self._figure)
        column.addStretch(1)

    def say(self, figure: str, role: str = "", why: str = "") -> None:
        self._figure.setText(figure)
        self._figure.set_role(role)
        self.setToolTip(why)
        self.setAccessibleName(f"{self._name}: {figure}")

    @property
    def text(self) -> str:
        return self._figure.text()


class Figures(QWidget):
    """A table of words and figures that is only looked at."""

    def __init__(self, theme: Theme, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heads = heads
        self._cells: dict[tuple[int, int], QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(RELATED)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(0, 1)
        for column, words in enumerate(heads):
            label = TextLabel(theme, words, self, size=CAPTION, role="muted")
            self._grid.addWidget(label, 0, column, self._side(column))

    def fill(self, rows: Sequence[Sequence[str]]) -> None:
        """As many cells in a row as there are heads; as many rows each time."""
        for row, words in enumerate(rows, 1):
            for column, text in enumerate(words):
                label = self._cells.get((row, column))
                if label is None:
                    role = "muted" if column == 0 else ""
                    label = TextLabel(self._theme, "", self, size=CAPTION + 1, role=role)
                    self._cells[row, column] = label
                    self._grid.addWidget(label, row, column, self._side(column))
                label.setText(text)
        parts = (": ".join((words[0], " / ".join(words[1:]))) for words in rows)
        self.setAccessibleDescription("; ".join(parts))

    def text(self, row: int, column: int) -> str:
        """row: from 1."""
        return self._cells[row, column].text()

    def _side(self, column: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeading if column == 0 else Qt.AlignmentFlag.AlignTrailing


class SpendTable(QWidget):
    """What a period costs, as expected and at worst."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = Figures(theme, [self.tr("Spend"), self.tr("expected"), self.tr("at worst")], self)
        self.table.setToolTip(
            self.tr("At worst: models fail or answer as it costs most, and every budget is used up.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.addWidget(self.table)
        column.addStretch(1)

    def show_spend(self, found: Odds) -> None:
        periods = {"hour": self.tr("an hour"), "day": self.tr("a day"), "month": self.tr("30 days")}
        none = Spend(0.0, 0.0, 0.0)
        spends = [(words, found.spend.get(name, none)) for name, words in periods.items()]
        self.table.fill([(words, usd(one.expected), usd(one.worst)) for words, one in spends])


class SimulationBox(QWidget):
    """A million requests drawn: the button, how far it is, and percentiles beside the exact figures."""

    def __init__(self, theme: Theme, model: OddsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.run = button(self.tr("Simulate {0}").format(count(REQUESTS)), "", self)
        set_icon(self.run, theme, "chart-scatter", "muted")
        self.run.setToolTip(self.tr("Draw that many requests and send them through the route (Ctrl+Enter)"))
        self.run.setShortcut("Ctrl+Return")
        self.stop = button(self.tr("Cancel"), "quiet", self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("How far the simulation is"))
        self.table = Figures(theme, ["", "50 %", "95 %", "99 %", self.tr("mean")], self)
        self.words = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        top.addWidget(self.run)
        top.addWidget(self.bar, 1)
        top.addWidget(self.stop)
        top.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addLayout(top)
        column.addWidget(self.table)
        column.addWidget(self.words)
        column.addStretch(1)
        follow(self, theme, lambda: self.setMinimumWidth(theme.px(_SIMULATION)))
        self.run.clicked.connect(model.simulate)
        self.stop.clicked.connect(model.stop_simulation)
        model.simulation_changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        model = self._model
        running, found = model.progress is not None, model.simulated
        had_focus = self.run.hasFocus() or self.stop.hasFocus()
        self.run.setVisible(not running)
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        if had_focus:
            (self.stop if running else self.run).setFocus()
        self.bar.setValue(round((model.progress or 0.0) * 1000))
        self.table.setVisible(found is not None)
        if found is not None:
            cost = found.cost_usd
            self.table.fill(
                [
                    (self.tr("First byte"), *_times(found.first_byte_ms)),
                    (self.tr("Cost"), usd(cost.p50), usd(cost.p95), usd(cost.p99), usd(cost.mean)),
                ]
            )
        problem = model.simulation_problem
        self.words.set_role("bad" if problem is not None else "muted")
        self.words.setText(problem.what if problem is not None else self._sentence())

    def _sentence(self) -> str:
        found, agreement = self._model.simulated, self._model.agreement
        if found is None:
            if self._model.progress is not None:
                return ""
            return self.tr("Tells percentiles, and holds against the exact odds.")
        if agreement is None:
            return self.tr("{0} requests drawn.").format(count(found.requests))
        words = self.tr("Agrees with the exact odds: shares within {0}, the cost within {1}.")
        return words.format(percent(agreement.share), percent(agreement.cost))


def _times(found: Percentiles | None) -> tuple[str, str, str, str]:
    if found is None:
        return "—", "—", "—", "—"
    return seconds(found.p50), seconds(found.p95), seconds(found.p99), seconds(found.mean)
