"""Text to speech on one page: the text, who says it, what was said before."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.exchange import Exchange
from workbench.domain.speech.spoken import Spoken
from workbench.ui.speech.options.model_field import ModelField
from workbench.ui.speech.options.option_form import OptionForm
from workbench.ui.speech.speaking.composer import Composer
from workbench.ui.speech.speaking.detail import Detail
from workbench.ui.speech.speaking.history import SPOKEN
from workbench.ui.speech.speaking.model import SpeakingModel
from workbench.ui.speech.speaking.rows import HistoryDelegate
from workbench.ui.speech.words import ltr
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.example_card import ExampleCard
from workbench.ui.support.exchange_panel import ExchangePanel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_SIDE = 290


class SpeakingPage(QWidget):
    """Shows a SpeakingModel. Ctrl+Enter speaks; what comes is played at once.

    Signals: record_wanted (exchange id), connection_wanted, failed (Exception).
    """

    record_wanted = Signal(str)
    connection_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self, theme: Theme, model: SpeakingModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self.setAccessibleName(self.tr("Text to speech"))
        self.composer = Composer(theme, model, self)
        self.detail = Detail(theme, model, self)
        self._make()
        self._lay_out()
        self._connect()
        self._show_offer()
        self._show_chosen()

    async def aclose(self) -> None:
        await self.detail.aclose()

    def focus(self) -> None:
        self.composer.focus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QKeyEvent() if watched is self.list and event.type() is QEvent.Type.KeyPress:
                return self._pressed(event)
            case QMouseEvent() if event.type() is QEvent.Type.MouseButtonPress:
                return self._clicked(event)
        return super().eventFilter(watched, event)

    def _make(self) -> None:
        theme, model = self._theme, self.model
        self.list = QListView(self)
        self.list.setModel(model.history)
        self.delegate = HistoryDelegate(theme, model, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setAccessibleName(self.tr("What was spoken"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        self.blank = Blank(theme)
        self.blank.say(
            "audio-lines", "accent", self.tr("Have a text said aloud, and check how well it is understood.")
        )
        self.write = self.blank.offer(self.tr("Write a text"), self.composer.focus, "primary")
        self.blank.column.addSpacing(INSIDE)
        self.blank.column.addWidget(
            TextLabel(theme, self.tr("Or hear one of these"), self.blank, size=CAPTION, role="muted")
        )
        self.cards = [ExampleCard(theme, "play", title, text) for title, text in self.examples()]
        for card in self.cards:
            card.clicked.connect(self._try)
            self.blank.column.addWidget(card)
        self.trouble = TroubleBox(theme, self)
        self.reading = TextLabel(theme, self.tr("Reading what was spoken before…"), self, role="muted")
        self.voices = ModelField(
            theme, model.voices, model.describe, lambda: (model.model_id,) if model.model_id else ()
        )
        self.form = OptionForm(theme)

    def examples(self) -> tuple[tuple[str, str], ...]:
        """Title and text of each."""
        return (
            (self.tr("A greeting"), self.tr("Good morning! How can I help you today?")),
            (
                self.tr("Names and figures"),
                self.tr("Flight 417 to Oslo leaves at 9:15 from gate B 12; boarding begins in 20 minutes."),
            ),
            (
                self.tr("Hard to understand"),
                self.tr("The sixth sick sheikh's sixth sheep's sick."),
            ),
        )

    def _lay_out(self) -> None:
        theme = self._theme
        past = QWidget()
        left = QVBoxLayout(past)
        left.setContentsMargins(PADDING, INSIDE, INSIDE, 0)
        left.setSpacing(INSIDE)
        left.addWidget(TextLabel(theme, self.tr("Spoken before"), past, weight=SEMIBOLD))
        left.addWidget(self.trouble)
        left.addWidget(self.reading)
        left.addWidget(self.list, 1)
        self.past = QSplitter(Qt.Orientation.Horizontal)
        self.past.addWidget(past)
        self.past.addWidget(self.detail)
        self.past.setStretchFactor(0, 2)
        self.past.setStretchFactor(1, 3)
        self.past.setChildrenCollapsible(False)
        empty = QScrollArea()
        empty.setWidget(self.blank)
        empty.setWidgetResizable(True)
        empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        empty.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.past)
        self._stack.addWidget(empty)
        top = QWidget()
        head = QVBoxLayout(top)
        head.setContentsMargins(PADDING, RELATED, PADDING, INSIDE)
        head.addWidget(self.composer)
        main = QSplitter(Qt.Orientation.Vertical)
        main.addWidget(top)
        main.addWidget(self._stack)
        main.setStretchFactor(0, 2)
        main.setStretchFactor(1, 3)
        main.setChildrenCollapsible(False)
        side = Ground(theme, "left", "surface", self)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        column.setSpacing(RELATED)
        column.addWidget(self.voices)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = scrolled(inner)
        whole = QVBoxLayout(side)
        whole.setContentsMargins(1, 0, 0, 0)
        self.record = ExchangePanel(theme)
        self._side = QStackedWidget()
        self._side.addWidget(scroll)
        self._side.addWidget(self.record)
        whole.addWidget(self._side)
        follow(side, theme, lambda: side.setFixedWidth(theme.px(_SIDE)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(main, 1)
        row.addWidget(side)

    def _connect(self) -> None:
        model = self.model
        self.voices.chosen.connect(model.set_model)
        self.form.edited.connect(model.set_value)
        self.form.typed.connect(model.type_number)
        self.trouble.retry_wanted.connect(model.load)
        for part in (self.composer, self.detail):
            part.record_wanted.connect(self.record_wanted)
            part.connection_wanted.connect(self.connection_wanted)
        self.detail.failed.connect(self.failed)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        model.changed.connect(self._show)
        model.offer_changed.connect(self._show_offer)
        model.chosen_changed.connect(self._show_chosen)
        model.spoken.connect(model.play_new)
        model.deleted.connect(self._tell_deleted)
        model.saved.connect(self._tell_saved)
        model.failed.connect(self.failed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_keys(keys, self, model.speak)
        on_keys("Ctrl+M", self, self.voices.open)

    # showing

    @Slot()
    def _show_offer(self) -> None:
        languages = self.model.abilities.languages if self.model.model_id else ()
        self.form.show_offer(self.model.offer, languages)
        self._show()

    @Slot()
    def _show(self) -> None:
        model = self.model
        self.voices.show_value()
        self.form.show_values(model.draft.values, model.problems)
        self.reading.setVisible(model.loading)
        self.trouble.show_trouble(model.history_trouble)
        empty = model.loaded and not model.history.all
        self._stack.setCurrentIndex(1 if empty else 0)
        self.detail.inner.setVisible(model.chosen is not None)
        for card in self.cards:
            card.setEnabled(not model.speaking)

    @Slot()
    def _show_chosen(self) -> None:
        chosen = self.model.chosen
        row = self.model.history.row_of(chosen.id) if chosen else -1
        if row >= 0 and row != self.list.currentIndex().row():
            with QSignalBlocker(self.list.selectionModel()):
                self._mark(self.model.history.index(row))
            self.list.viewport().update()
        self.detail.inner.setVisible(chosen is not None)

    def _mark(self, index: QModelIndex) -> None:
        """Only this one, whatever keys are held: the list itself would add to what is marked while Ctrl+Enter is down."""
        command = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, command)

    def show_record(self, exchange: Exchange | None, shown: bool) -> None:
        """What was sent and came back, where the options stand; shown: False for the options."""
        self.record.show_exchange(exchange)
        self._side.setCurrentIndex(1 if shown else 0)

    # doing

    def selected(self) -> list[Spoken]:
        """From the top."""
        indexes = sorted(self.list.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [index.data(SPOKEN) for index in indexes]

    @Slot(QModelIndex)
    def _current_changed(self, index: QModelIndex) -> None:
        if index.isValid():
            self.model.choose(index.data(SPOKEN).id)

    @Slot()
    def _try(self) -> None:
        card = self.sender()
        texts = dict(zip(self.cards, self.examples(), strict=True))
        if isinstance(card, ExampleCard):
            self.model.try_example(texts[card][1])
            self.composer.focus()

    @Slot(object)
    def _tell_deleted(self, several: tuple[Spoken, ...]) -> None:
        if not self.list.selectionModel().hasSelection():
            self._mark(self.list.currentIndex())  # the next one: it is shown beside the list
        text = self.tr("Deleted.") if len(several) == 1 else self.tr("{0} deleted.").format(len(several))
        self._notifier.undo(text, lambda: self.model.restore(several), key="speech/spoken-deleted")

    @Slot(str)
    def _tell_saved(self, path: str) -> None:
        self._notifier.info(self.tr("Saved as {0}.").format(ltr(path)), key="speech/saved")

    def _pressed(self, event: QKeyEvent) -> bool:
        index = self.list.currentIndex()
        match event.key():
            case Qt.Key.Key_Space if index.isValid():
                self.model.toggle(index.data(SPOKEN))
            case Qt.Key.Key_Delete:
                self.model.delete(self.selected())
            case _:
                return False
        return True

    def _clicked(self, event: QMouseEvent) -> bool:
        """The button at the beginning of a row."""
        at = event.position().toPoint()
        index = self.list.indexAt(at)
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            place = self.delegate.button_in(self.list.visualRect(index), self.layoutDirection())
            if place.contains(at):
                self.model.toggle(index.data(SPOKEN))
        return False
