"""What stands in the middle of the tab while there are no recordings."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from workbench.ui.speech.library.files import dragged
from workbench.ui.speech.library.model import LibraryModel
from workbench.ui.support.blank import BlankPage
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.drops import DropArea
from workbench.ui.support.example_card import ExampleCards
from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import CAPTION, INSIDE, Theme
from workbench.ui.support.trouble_box import TroubleBox


class StartPage(BlankPage):
    """One sentence, one primary action, a few examples that are spoken and heard at a click.

    Signals: add_wanted, record_wanted.
    """

    add_wanted = Signal()
    record_wanted = Signal()

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model = model
        self._tried = ""
        self.blank.say(
            "audio-lines",
            "accent",
            self.tr("Turn speech into text that you can read along, correct and hand on."),
            self.tr("Drop audio or video files anywhere on this page, or record with a microphone."),
        )
        self.add = self.blank.offer(self.tr("Add recordings"), self.add_wanted.emit, "primary")
        self.record = self.blank.offer(self.tr("Record"), self.record_wanted.emit)
        set_icon(self.record, theme, "mic")
        column = self.blank.column
        column.addSpacing(INSIDE)
        self.progress = QProgressBar(self.blank)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.status = TextLabel(theme, "", self.blank, size=CAPTION, role="muted")
        self.trouble = TroubleBox(theme, self.blank)
        column.addWidget(self.status)
        column.addWidget(self.progress)
        column.addWidget(self.trouble)
        self.tries = ExampleCards(
            theme, ((text, "play", title, f"“{text}”") for title, text in self.examples()), self.blank
        )
        self.tries.chosen.connect(self._try)
        column.addWidget(self.tries)
        DropArea(theme, self.tr("Add to the recordings"), self, dragged, model.add)
        self.trouble.retry_wanted.connect(self._again)
        model.changed.connect(self._show)
        self._show()

    def examples(self) -> tuple[tuple[str, str], ...]:
        """Title and text of each."""
        return (
            (
                self.tr("A voice message"),
                self.tr("Hi, it's Ada. I missed my train, so please start the meeting without me."),
            ),
            (
                self.tr("Names and figures"),
                self.tr("Flight 417 to Oslo leaves at 9:15 from gate B 12; boarding begins in 20 minutes."),
            ),
            (
                self.tr("A longer text"),
                self.tr(
                    "Every evening the keeper climbed two hundred and four stairs, and counted them aloud. One night there was one more."
                ),
            ),
        )

    @Slot(str)
    def _try(self, text: str) -> None:
        self._tried = text
        self._again()

    @Slot()
    def _again(self) -> None:
        self._model.try_example(self._tried)

    @Slot()
    def _show(self) -> None:
        making = self._model.making
        self.progress.setVisible(bool(making))
        self.status.setText(
            self.tr("It is being spoken…")
            if making
            else self.tr("Or try one of these: it is spoken, then heard")
        )
        self.trouble.show_trouble(self._model.example_trouble)
        self.tries.setEnabled(not making)
