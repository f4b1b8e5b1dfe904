"""The page Texts: what is in the set, what is odd about it, and how far each model is with it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.embeddings.sets import words as sets_words
from workbench.ui.embeddings.texts import words
from workbench.ui.embeddings.texts.model import Show, TextsModel
from workbench.ui.embeddings.texts.rows import TextRows
from workbench.ui.embeddings.texts.table import TextTable
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import set_icon
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.shortcuts import WITHIN, on_keys
from workbench.ui.support.surfaces import CalmCombo, Ground, Remark
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, Theme, follow
from workbench.ui.support.tooltips import as_tip
from workbench.ui.support.trouble_box import TroubleBox

_READ = 92
_LONGEST = 100_000
"""Characters of a text that are shown in full."""


class TextsPage(QWidget):
    """Shows a TextsModel."""

    def __init__(self, theme: Theme, model: TextsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self.setAccessibleName(self.tr("Texts"))
        self._make()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        self._show()

    def focus(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # building

    def _make(self) -> None:
        theme = self._theme
        self.field = SearchField(self.tr("Search texts"), self)
        self.field.setToolTip(
            self.tr("Only rows with all of these words in text, label, id or group (Ctrl+F)")
        )
        self.shown = CalmCombo(self)
        self.shown.setAccessibleName(self.tr("Which rows are shown"))
        for show in Show:
            self.shown.addItem("", show.value)
        self.tidy = button("", "quiet", self)
        set_icon(self.tidy, theme, "sparkles")
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 100)
        self.progress.setAccessibleName(self.tr("Rows are counted"))
        self.failures = Remark(theme, self)
        self.failures.act.setText(self.tr("Show them"))
        self.rows = TextRows(self.model, self)
        self.table = TextTable(theme, self.rows, self.model, self)
        self.nothing = Blank(theme, self)
        self.all = self.nothing.offer(self.tr("Show all"), self._show_all)
        self.blank = Blank(theme, self)
        self.trouble = TroubleBox(theme, self)
        self.whole = PlainText(self)
        self.whole.setReadOnly(True)
        self.whole.setAccessibleName(self.tr("The current text"))
        self.about = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.summary = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        theme = self._theme
        top = QHBoxLayout()
        top.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        top.setSpacing(INSIDE)
        top.addWidget(self.field, 3)
        top.addWidget(self.shown)
        top.addStretch(1)
        top.addWidget(self.tidy)
        self._rows_or_none = QStackedWidget(self)
        self._rows_or_none.addWidget(self.table)
        self._rows_or_none.addWidget(self.nothing)
        self._reader = QWidget(self)
        reader = QVBoxLayout(self._reader)
        reader.setContentsMargins(PADDING - GRID, INSIDE, PADDING, GRID)
        reader.setSpacing(GRID)
        reader.addWidget(self.about)
        reader.addWidget(self.whole, 1)
        self.whole.setFrameShape(PlainText.Shape.NoFrame)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._rows_or_none)
        self._split.addWidget(self._reader)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([1000, theme.px(_READ)])
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.failures)
        column.addLayout(top)
        column.addWidget(self.progress)
        column.addWidget(self._split, 1)
        foot = Ground(theme, "top", "canvas", self)
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, GRID + 2, PADDING, GRID + 2)
        line.addWidget(self.summary, 1)
        column.addWidget(foot)
        failed = QWidget(self)
        beside = QVBoxLayout(failed)
        beside.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        beside.addWidget(self.trouble)
        beside.addStretch(1)
        self._stack = QStackedWidget(self)
        self._pages = (body, self.blank, failed)
        for page in self._pages:
            self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

        def fit() -> None:
            self.field.setMinimumWidth(theme.px(160))
            self.field.setMaximumWidth(theme.px(320))
            self.shown.setMinimumWidth(theme.px(150))
            self._reader.setMinimumHeight(theme.px(_READ))

        follow(self._split, theme, fit)

    def _connect(self) -> None:
        model = self.model
        self.field.textChanged.connect(model.search)
        self.shown.activated.connect(self._show_chosen)
        self.tidy.clicked.connect(model.tidy)
        self.failures.act.clicked.connect(self._show_failed)
        self.trouble.retry_wanted.connect(model.reopen_wanted)
        model.changed.connect(self._show)
        model.rows_changed.connect(self._show)
        model.shared.columns_changed.connect(self._show_failures)
        model.shared.selection_changed.connect(self._show_current)
        on_keys("Ctrl+F", self, self.field.begin, WITHIN)
        OwnKeys(self.field, {"Down": self.focus})

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.set_active(False)

    # showing

    @Slot()
    def _show(self) -> None:
        model, shared = self.model, self.model.shared
        body, blank, failed = self._pages
        self.trouble.show_trouble(shared.trouble)
        if shared.trouble is not None:
            self._stack.setCurrentWidget(failed)
        elif shared.study is None:
            self.blank.say(
                "file-text",
                "muted",
                self.tr("No texts are open."),
                self.tr("Choose a set at the left, or bring in a new one."),
            )
            self._stack.setCurrentWidget(blank)
        else:
            self._stack.setCurrentWidget(body)
        if self.field.text() != model.words:
            with QSignalBlocker(self.field):
                self.field.setText(model.words)
        self.progress.setVisible(model.progress is not None and model.facts is None)
        self.progress.setValue(round(100 * (model.progress or 0.0)))
        self._show_kinds()
        self._show_tidy()
        self._show_none()
        self._show_summary()
        self._show_failures()
        self._show_current()

    def _show_kinds(self) -> None:
        model = self.model
        titles = {
            Show.ALL: self.tr("All texts"),
            Show.DUPLICATES: self.tr("Duplicates"),
            Show.EMPTY: self.tr("Empty"),
            Show.CUT: self.tr("Cut by a model"),
            Show.FAILED: self.tr("Without a vector"),
        }
        for place, show in enumerate(Show):
            told = self.tr("{0} ({1})").format(titles[show], figures.count(model.count(show)))
            if self.shown.itemText(place) != told:
                self.shown.setItemText(place, told)
        self.shown.setCurrentIndex(list(Show).index(model.show))

    def _show_tidy(self) -> None:
        facts = self.model.facts
        duplicates = len(facts.duplicates) if facts is not None else 0
        empty = len(facts.empty) if facts is not None else 0
        self.tidy.setVisible(bool(duplicates or empty))
        if duplicates and empty:
            self.tidy.setText(self.tr("New set without duplicates and empty ones"))
        else:
            self.tidy.setText(
                self.tr("New set without duplicates") if duplicates else self.tr("New set without empty ones")
            )
        self.tidy.setToolTip(self.tr("This set stays as it is"))

    def _show_none(self) -> None:
        model = self.model
        none = not len(model.rows) and bool(model.shared.rows)
        self._rows_or_none.setCurrentIndex(1 if none else 0)
        if none and model.words:
            self.nothing.say("search-x", "muted", self.tr("No row has these words."))
        elif none:
            self.nothing.say("circle-check", "good", self.tr("There are no such rows."))

    def _show_summary(self) -> None:
        model = self.model
        if model.facts is None:
            self.summary.setText(self.tr("Counting…"))
            return
        parts = [sets_words.count(len(model.shared.rows)), *sets_words.counted(model.facts)]
        parts.append(words.in_all(model.tokens))
        if len(model.rows) != len(model.shared.rows):
            parts.insert(0, self.tr("{0} shown").format(figures.count(len(model.rows))))
        if len(model.shared.selected) > 1:
            parts.append(self.tr("{0} selected").format(figures.count(len(model.shared.selected))))
        self.summary.setText(" · ".join(parts))

    @Slot()
    def _show_failures(self) -> None:
        """One quiet line; what is left of it is the tooltip."""
        told = []
        for column, many, trouble in self.model.troubles():
            title = self.model.shared.title_of(column)
            count = self.tr("1 text") if many == 1 else self.tr("{0} texts").format(figures.count(many))
            told.append(self.tr("{0} without a vector of {1}: {2}").format(count, title, words.told(trouble)))
        self.failures.say(" ".join(told))
        self.failures.act.setVisible(self.model.show is not Show.FAILED)

    @Slot()
    def _show_current(self) -> None:
        model, number = self.model, self.model.current
        known = number is not None and number < len(model.shared.rows)
        self._reader.setVisible(known)
        if known and number is not None:
            row = model.row(number)
            text = row.text if len(row.text) <= _LONGEST else row.text[:_LONGEST] + "…"
            if self.whole.toPlainText() != text:
                self.whole.setPlainText(text)
            parts = [row.id, row.label, row.language, row.group]
            if model.facts is not None:
                parts.append(words.in_all(model.facts.tokens[number]))
            parts += self.rows.marks(number)
            self.about.setText(" · ".join(dict.fromkeys(part for part in parts if part)))
            self.about.setToolTip(as_tip("\n".join(model.cut_names(number))))
        self._show_summary()

    # doing

    @Slot(int)
    def _show_chosen(self, place: int) -> None:
        self.model.show_only(list(Show)[place])

    @Slot()
    def _show_failed(self) -> None:
        self.field.clear()
        self.model.show_only(Show.FAILED)

    def _show_all(self) -> None:
        self.field.clear()
        self.model.show_only(Show.ALL)
