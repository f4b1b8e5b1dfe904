"""Where texts come in: typed, pasted, from a file, or as an example."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from workbench.services.embeddings.examples import Example
from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.model import SetsModel
from workbench.ui.support.blank import BlankPage
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.drops import DropArea
from workbench.ui.support.example_card import ExampleCards
from workbench.ui.support.icons import set_icon
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.shortcuts import WITHIN, on_keys
from workbench.ui.support.theme import CAPTION, INSIDE, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_FIELD = 132
_AT_ONCE = 200_000
"""Characters; a field with more of them would no longer be fluent, so they go straight in."""
_ICONS = {Example.SUPPORT: "languages", Example.QUESTIONS: "messages-square", Example.MEANINGS: "split"}


class StartPage(BlankPage):
    """One sentence, a field, one primary action, a few examples. Signals: file_wanted."""

    file_wanted = Signal()

    def __init__(self, theme: Theme, model: SetsModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model = model
        self._tried = ""
        self.setAccessibleName(self.tr("New set of texts"))
        self.blank.say(
            "chart-scatter",
            "accent",
            self.tr("Which model separates your texts?"),
            self.tr(
                "Type or paste them, one on each line, or drop a file: CSV, TSV, JSONL, Parquet or text."
            ),
        )
        self.field = TextsField(model, self.blank)
        self.field.setAccessibleName(self.tr("Texts, one on each line"))
        self.field.setPlaceholderText(self.tr("One text on each line"))
        follow(self.field, theme, lambda: self.field.setFixedHeight(theme.px(_FIELD)))
        self.use = self.blank.offer(self.tr("Use these texts"), self._use, "primary")
        self.use.setToolTip(self.tr("Make a set of them (Ctrl+Enter)"))
        self.file = self.blank.offer(self.tr("Open a file…"), self.file_wanted.emit)
        self.file.setToolTip(self.tr("Look at a file of texts first (Ctrl+O)"))
        set_icon(self.file, theme, "folder-open")
        self.back = self.blank.offer(self.tr("Back"), model.back, "quiet")
        self.back.setToolTip(self.tr("To the set that is open (Esc)"))
        self.status = TextLabel(theme, "", self.blank, size=CAPTION, role="muted")
        self.progress = QProgressBar(self.blank)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Texts are taken in"))
        self.trouble = TroubleBox(theme, self.blank)
        column = self.blank.column
        column.insertWidget(column.count() - 1, self.field)
        column.addWidget(self.trouble)
        column.addSpacing(INSIDE)
        column.addWidget(self.status)
        column.addWidget(self.progress)
        self.tries = ExampleCards(
            theme, ((one, _ICONS[one], words.example(one), words.about(one)) for one in Example), self.blank
        )
        self.tries.chosen.connect(self._try)
        column.addWidget(self.tries)
        DropArea(theme, self.tr("Look at this file"), self, words.dragged, model.open_file)
        self.trouble.retry_wanted.connect(self._again)
        self.field.textChanged.connect(self._show)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_keys(keys, self, self._use, WITHIN)
        on_keys("Esc", self, model.back, WITHIN)
        model.changed.connect(self._show)
        model.place_changed.connect(self._show)
        model.open_changed.connect(self._came_in)
        self._show()

    def focus(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _use(self) -> None:
        text = self.field.toPlainText()
        if text.strip() and not self._model.adding:
            self._tried = ""
            self._model.paste(text)

    @Slot(str)
    def _try(self, example: str) -> None:
        self._tried = example
        self._again()

    @Slot()
    def _again(self) -> None:
        if self._tried:
            self._model.try_example(self._tried)
        else:
            self._use()

    @Slot()
    def _came_in(self) -> None:
        if self._model.open_id and not self._tried and not self._model.draft.active:
            self.field.clear()

    @Slot()
    def _show(self) -> None:
        model = self._model
        self.progress.setVisible(model.adding)
        self.status.setText(
            self.tr("The texts are taken in…") if model.adding else self.tr("Or try one of these")
        )
        self.trouble.show_trouble(model.add_trouble)
        self.use.setEnabled(not model.adding and bool(self.field.toPlainText().strip()))
        self.back.setVisible(bool(model.open_id))
        self.tries.setEnabled(not model.adding)


class TextsField(PlainText):
    """Takes a pasted book without a stop: what is too long for a field goes straight in."""

    def __init__(self, model: SetsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setProperty("kind", "field")
        self.setAcceptDrops(False)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText() and len(source.text()) > _AT_ONCE:
            self._model.paste(source.text())
        else:
            super().insertFromMimeData(source)
