"""What the parts of the page look like around their results: nothing yet, at work, stopped, failed, incomplete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.embeddings.decide.part import PartModel
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.surfaces import CalmCombo, column_of
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, TITLE, Theme
from workbench.ui.support.timers import once
from workbench.ui.support.trouble_box import TroubleBox

_SOON_MS = 400
"""What is done before that needs no word."""


class WorkBar(QWidget):
    """How far it is, and a way to stop it; after that, a way to begin again. Signals: stop_wanted, again_wanted."""

    stop_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = TextLabel(theme, "", self, size=CAPTION + 1, role="muted")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("How far it is"))
        self.act = button("", "quiet", self)
        self.act.clicked.connect(self._clicked)
        self._stopped = False
        self._soon = once(self, _SOON_MS, self.show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addWidget(self._word)
        row.addWidget(self._bar, 1)
        row.addWidget(self.act)
        self.hide()

    def show_work(self, part: float | None, stopped: bool) -> None:
        """part: None where nothing is done."""
        self._stopped = part is None and stopped
        if self._stopped:
            self._soon.stop()
            self._word.setText(self.tr("Stopped before it was done."))
            self.act.setText(self.tr("Reckon again"))
            self._bar.hide()
            self.show()
        elif part is None:
            self._soon.stop()
            self.hide()
        else:
            self._word.setText(self.tr("Reckoning, {0}").format(figures.percent(round(part, 2))))
            self.act.setText(self.tr("Stop"))
            self._bar.show()
            self._bar.setValue(round(part * 1000))
            if not self.isVisible() and not self._soon.isActive():
                self._soon.start()

    @Slot()
    def _clicked(self) -> None:
        if self._stopped:
            self.again_wanted.emit()
        else:
            self.stop_wanted.emit()


class PartPage(QWidget):
    """A subclass puts what it shows into `column`, fills it in `show_result`, and says in `missing` what there must be first."""

    def __init__(self, theme: Theme, model: PartModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.part = model
        self.blank = Blank(theme, self)
        self.choices = FlowLayout(spacing=RELATED)
        self.work = WorkBar(theme, self)
        self.trouble = TroubleBox(theme, self)
        self.remark = TextLabel(theme, "", self, size=CAPTION + 1, role="muted", wrap=True)
        self.body = QWidget()
        self.column = column_of(self.body, spacing=RELATED)
        inner = QWidget()
        whole = column_of(inner, margins=PADDING, spacing=RELATED)
        whole.addLayout(self.choices)
        for widget in (self.work, self.trouble, self.remark):
            whole.addWidget(widget)
        whole.addWidget(self.body, 1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self._area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self.work.stop_wanted.connect(model.stop)
        self.work.again_wanted.connect(model.reckon)
        self.trouble.retry_wanted.connect(model.reckon)
        model.changed.connect(self.refresh)

    def show_result(self) -> None:
        raise NotImplementedError

    def missing(self) -> tuple[str, str, str] | None:
        """icon, what, why: shown instead of everything while there is nothing to show."""
        if self.part.shared.study is None:
            return (
                "letter-text",
                self.tr("No texts are open."),
                self.tr("Choose a set at the left, or bring one in."),
            )
        few = len(self.part.columns) < self.part.least_columns
        if few and self.part.coming:
            return (
                "chart-scatter",
                self.tr("Vectors are on their way."),
                self.tr("This page shows what they are worth as soon as there are enough."),
            )
        if not self.part.columns:
            return (
                "chart-scatter",
                self.tr("There are no vectors yet."),
                self.tr("Choose models at the right, then press Embed."),
            )
        if few:
            return (
                "git-compare-arrows",
                self.tr("It takes two models to compare."),
                self.tr(
                    "Embed the set with another model, or choose one more of those there are at the right."
                ),
            )
        return None

    def has_result(self) -> bool:
        return True

    @Slot()
    def refresh(self) -> None:
        if not self.isVisible():
            return
        model, missing = self.part, self.missing()
        self._stack.setCurrentIndex(0 if missing else 1)
        if missing:
            icon, what, why = missing
            self.blank.say(icon, "muted", what, why)
            return
        self.work.show_work(model.working, model.stopped)
        self.trouble.show_trouble(model.trouble)
        self.body.setVisible(self.has_result())
        said = self.incomplete()
        self.remark.setText(said)
        self.remark.setVisible(bool(said))
        self.show_result()

    @contextmanager
    def held(self, worked_in: QWidget) -> Iterator[None]:
        """While somebody works in that widget, it stays where it is on the screen, whatever comes above it in this."""
        focus = self.focusWidget()
        if focus is None or not worked_in.isAncestorOf(focus):
            yield
            return
        before = worked_in.mapTo(self, QPoint()).y()
        yield
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + worked_in.mapTo(self, QPoint()).y() - before)

    def incomplete(self) -> str:
        """Which of the columns have not all rows; "" where all have."""
        wanted = self.part.known.facts.texts
        short = [column for column in self.part.columns if column.done < wanted]
        if not short:
            return ""
        told = ", ".join(
            self.tr("{0}: {1} of {2} rows").format(
                self.part.shared.title_of(column), figures.count(column.done), figures.count(wanted)
            )
            for column in short
        )
        return self.tr("Rows without a vector are left out. {0}.").format(told)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.part.set_seen(True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.part.set_seen(False)


class Choice(QWidget):
    """A label and what can be chosen. Signals: chosen (value)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, label: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(tip)
        self.name = TextLabel(theme, label, self, size=CAPTION + 1, role="muted")
        self.box = CalmCombo(self)
        self.name.setBuddy(self.box)
        self.box.setAccessibleName(label)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.activated.connect(self._activated)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID + 2)
        row.addWidget(self.name)
        row.addWidget(self.box)
        self._shown: tuple[tuple[object, str], ...] = ()

    def show_choices(self, choices: Sequence[tuple[object, str]], value: object) -> None:
        """value: which of them is chosen."""
        if tuple(choices) != self._shown:
            self._shown = tuple(choices)
            self.box.clear()
            for _, words in choices:
                self.box.addItem(words)
            self.box.setMinimumWidth(min(self.box.sizeHint().width(), 220))
            self.updateGeometry()
        place = next((at for at, (each, _) in enumerate(choices) if each == value), -1)
        self.box.setCurrentIndex(place)

    def _activated(self, place: int) -> None:
        self.chosen.emit(self._shown[place][0])


def figure_of(theme: Theme, title: str, parent: QWidget) -> tuple[QWidget, TextLabel]:
    """A big figure with its title under it."""
    box = QWidget(parent)
    value = TextLabel(theme, "", box, size=TITLE, weight=SEMIBOLD)
    name = TextLabel(theme, title, box, size=CAPTION, role="muted")
    column = column_of(box, spacing=2)
    column.addWidget(value)
    column.addWidget(name)
    return box, value


def beside(*widgets: QWidget, spacing: int = PADDING) -> FlowLayout:
    row = FlowLayout(spacing=spacing)
    for widget in widgets:
        row.addWidget(widget)
    return row


def rule(theme: Theme, text: str, parent: QWidget) -> QLabel:
    """A remark under a result."""
    return TextLabel(theme, text, parent, size=CAPTION + 1, role="muted", wrap=True)
