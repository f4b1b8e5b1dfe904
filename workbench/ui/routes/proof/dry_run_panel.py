"""The dry run: a request on one side, what is chosen on its way in the middle, the way itself on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from workbench.domain.routes.elements import Percentage
from workbench.services.route_proof import RouteProof
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.panel import Panel
from workbench.ui.routes.proof.blank import Blank
from workbench.ui.routes.proof.dry_run_model import DryRunModel
from workbench.ui.routes.proof.request_side import RequestSide
from workbench.ui.routes.proof.rows import RowList
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.notify import Notifier
from workbench.ui.support.sentences import reason
from workbench.ui.support.theme import GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow

_LEAST = 190


class DryRunPanel(Panel):
    """Signals: test_saved (its name). `take_request` is where the chat tab's request goes."""

    test_saved = Signal(str)

    def __init__(
        self,
        theme: Theme,
        document: RouteDocument,
        proof: RouteProof,
        notifier: Notifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, parent)
        self._theme = theme
        self.model = DryRunModel(document, proof, notifier, self)
        self.request = RequestSide(theme, self.model, proof, self)
        self.choices = ChoicesSide(theme, self.model, self)
        self.way = WaySide(theme, self.model, self)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        for side in (self.request, self.choices, self.way):
            split.addWidget(side)
        split.setChildrenCollapsible(False)
        split.setSizes([300, 280, 420])
        for place, stretch in enumerate((3, 3, 5)):
            split.setStretchFactor(place, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        follow(self, theme, self._dress)
        self.model.overlay_changed.connect(self._show_overlay)
        self.model.saved.connect(self.test_saved)

    def opened(self) -> None:
        super().opened()
        self.model.watch(True)

    def left(self) -> None:
        self.model.watch(False)
        super().left()

    def focus_first(self) -> None:
        self.request.form.metadata.rows[0][0].setFocus()

    @Slot(object, object, object)
    def take_request(
        self, headers: Mapping[str, str], metadata: Mapping[str, Any], body: Mapping[str, Any]
    ) -> None:
        """Try this request, made elsewhere, on the route."""
        self.model.take_request(headers, metadata, body)

    async def aclose(self) -> None:
        await self.model.aclose()

    def _dress(self) -> None:
        for side in (self.request, self.choices, self.way):
            side.setMinimumWidth(self._theme.px(_LEAST))

    @Slot()
    def _show_overlay(self) -> None:
        if self.in_front:
            self.document.show_overlay(self.model.overlay)


class _Side(QWidget):
    """A column with a title and what can be done in it."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.top = QHBoxLayout()
        self.top.setContentsMargins(RELATED, GRID, INSIDE, GRID)
        self.top.setSpacing(INSIDE)
        self.title = TextLabel(theme, title, self, weight=SEMIBOLD)
        self.title.setMinimumHeight(theme.px(28))
        self.top.addWidget(self.title, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(self.top)


class ChoicesSide(_Side):
    """How the models end, how the limits stand, which way the splits go."""

    def __init__(self, theme: Theme, model: DryRunModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self.title.setText(self.tr("Suppose that"))
        self._model = model
        self._theme = theme
        self.list = RowList(theme, self.tr("What models, limits and splits do"), self)
        self.list.setModel(model.choices)
        self.list.chosen.connect(self.offer)
        self.list.rows.acted.connect(self._offer_index)
        self.forget = IconButton(theme, "rotate-ccw", self.tr("Forget what was chosen"), self)
        self.forget.clicked.connect(model.forget_choices)
        self.top.addWidget(self.forget)
        self._blank = TextLabel(
            theme,
            self.tr("This route has no model, limit or split yet, so there is nothing to choose."),
            self,
            role="muted",
            wrap=True,
        )
        self._blank.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        self._blank.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self._blank, 1)
        model.ran.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        there = self._model.choices.rowCount() > 0
        self.list.setVisible(there)
        self._blank.setVisible(not there)
        self.forget.setVisible(bool(self._model.outcomes or self._model.picks))

    @Slot(object)
    def _offer_index(self, index: QPersistentModelIndex) -> None:
        self.offer(index.row())

    @Slot(int)
    def offer(self, row: int) -> None:
        """A menu of what can be chosen for the element in that row."""
        choices = self._model.choices
        if not 0 <= row < len(choices.elements):
            return
        element = choices.elements[row]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for option in choices.options(element):
            action = menu.addAction(option.words)
            action.setCheckable(True)
            action.setChecked(option.value == choices.value(element))
            group.addAction(action)
            action.triggered.connect(lambda _=False, value=option.value: self.choose(element.id, value))
        if isinstance(element, Percentage):
            menu.addSeparator()
            menu.addAction(self._dice(menu, element))
        index: QModelIndex = choices.index(row)
        box = self.list.visualRect(index)
        menu.popup(self.list.viewport().mapToGlobal(QPoint(box.left() + RELATED, box.bottom())))

    def choose(self, id: str, value: Any) -> None:
        element = self._model.document.route.find(id)
        if isinstance(element, Percentage):
            self._model.set_pick(id, value)
        else:
            self._model.set_outcome(id, value)

    def _dice(self, menu: QMenu, element: Percentage) -> QWidgetAction:
        """A number for the dice to fall on."""
        row = QWidget(menu)
        spin = QDoubleSpinBox(row)
        spin.setRange(0, 99.99)
        spin.setDecimals(2)
        spin.setAccessibleName(self.tr("Where the dice fall, from 0 up to 100"))
        pick = self._model.picks.get(element.id)
        spin.setValue(pick if isinstance(pick, float) else 0.0)
        spin.valueChanged.connect(lambda value: self._model.set_pick(element.id, float(value)))
        line = QHBoxLayout(row)
        line.setContentsMargins(RELATED, GRID, RELATED, GRID)
        line.addWidget(TextLabel(self._theme, self.tr("Dice fall on"), row))
        line.addWidget(spin)
        action = QWidgetAction(menu)
        action.setDefaultWidget(row)
        return action


class WaySide(_Side):
    """Who answers, the steps that led there, and the form that keeps it as a test."""

    def __init__(self, theme: Theme, model: DryRunModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self._theme = theme
        self._model = model
        self._icon = ("circle-dot", "muted")
        self._mark = QLabel(self)
        self.top.insertWidget(0, self._mark)
        self.title.setWordWrap(True)
        self.save = button(self.tr("Save as a test"), "primary", self)
        self.save.setToolTip(self.tr("Keep this request in the route’s file, with what it should come to"))
        self.save.clicked.connect(self._open_form)
        self.top.addWidget(self.save)
        self.form = TestForm(theme, model, self)
        self.form.hide()
        self.form.ended.connect(self._close_form)
        self.list = RowList(theme, self.tr("Way of the request"), self, lines=4)
        self.list.setModel(model.steps)
        self.list.chosen.connect(self._reveal)
        self._blank = Blank(theme, self)
        self.show_problem = button(self.tr("Show on the canvas"), "", self)
        self.show_problem.clicked.connect(model.reveal_problem)
        self._blank.add(self.show_problem)
        pages = QWidget(self)
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._blank)
        self.column.addWidget(self.form)
        self.column.addWidget(pages, 1)
        model.ran.connect(self._show)
        self._show()
        follow(self, theme, self._dress)

    def sentence(self) -> str:
        """The result in a line."""
        run = self._model.result
        if run is None:
            return self.tr("The route cannot run yet.")
        tries = self.tr("tries: {0}").format(self._model.tries)
        if run.answered:
            who = self.tr("{0} answers").format(f"{run.provider}/{run.model}")
            return f"{who} · {tries}"
        if run.tried:
            _, outcome = run.tried[-1]
            last = outcome.error or self.tr("status {0}").format(outcome.status)
            return self.tr("Nobody answers: {0} · {1}").format(last, tries)
        return self.tr("Nobody is asked, so an error goes out.")

    @Slot()
    def _show(self) -> None:
        model = self._model
        run = model.result
        if run is None:
            self._icon = ("circle-alert", "bad")
        else:
            self._icon = ("circle-check", "good") if run.answered else ("circle-x", "bad")
        self.title.setText(self.sentence())
        self.save.setVisible(run is not None and not self.form.isVisibleTo(self))
        self._pages.setCurrentWidget(self.list if run is not None else self._blank)
        problem = model.problem
        if problem is not None:
            self._blank.say("circle-alert", "bad", problem.what, reason(problem))
            self.show_problem.setVisible(bool(model.problem_element))
            self.form.hide()
        self._dress()

    @Slot()
    def _open_form(self) -> None:
        self.form.open()
        self.save.hide()

    @Slot()
    def _close_form(self) -> None:
        self.form.hide()
        self.save.setVisible(self._model.result is not None)

    @Slot(int)
    def _reveal(self, row: int) -> None:
        if 0 <= row < len(self._model.steps.visits):
            self._model.document.reveal(self._model.steps.visits[row].element)

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, *self._icon))


class TestForm(QFrame):
    """Name and expectation, both proposed. Signals: ended (saved or not)."""

    ended = Signal()
    __test__ = False

    def __init__(self, theme: Theme, model: DryRunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setProperty("kind", "card")
        self.name = QLineEdit(self)
        self.name.setAccessibleName(self.tr("Name of the test"))
        self.name.setPlaceholderText(self.tr("Name of the test"))
        self.expected = QComboBox(self)
        self.expected.setAccessibleName(self.tr("What the test expects"))
        self.expected.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.expected.setMinimumContentsLength(12)
        self.pinned = QCheckBox(self.tr("Only with these dice"), self)
        keep = button(self.tr("Save"), "primary", self)
        drop = button(self.tr("Cancel"), "quiet", self)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self.pinned, 1)
        row.addWidget(drop)
        row.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        column.setSpacing(INSIDE)
        column.addWidget(self.name)
        column.addWidget(self.expected)
        column.addLayout(row)
        keep.clicked.connect(self.keep)
        drop.clicked.connect(self.ended)
        self.name.returnPressed.connect(self.keep)
        model.ran.connect(self._refill)

    def open(self) -> None:
        self.name.setText(self._model.proposed_name())
        self._refill()
        run = self._model.result
        self.pinned.setVisible(run is not None and bool(run.dice))
        self.pinned.setChecked(True)
        self.show()
        self.name.setFocus()
        self.name.selectAll()

    @Slot()
    def keep(self) -> None:
        name = self.name.text().strip() or self._model.proposed_name()
        expected = self.expected.currentData()
        if expected is not None:
            self._model.save_test(name, expected, pin_dice=self.pinned.isChecked())
        self.ended.emit()

    @Slot()
    def _refill(self) -> None:
        chosen = max(0, self.expected.currentIndex())
        self.expected.clear()
        for words, expected in self._model.expectations():
            self.expected.addItem(words, expected)
        self.expected.setCurrentIndex(min(chosen, self.expected.count() - 1))
