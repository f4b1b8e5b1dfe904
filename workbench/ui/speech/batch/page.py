"""Many files at once: the list of them, and beside it what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.takes import TakeState
from workbench.ui.speech.batch import words
from workbench.ui.speech.batch.model import BatchModel
from workbench.ui.speech.batch.rows import BatchFile
from workbench.ui.speech.batch.table import BatchTable
from workbench.ui.speech.library.files import dragged, filters
from workbench.ui.speech.options.model_field import ModelField
from workbench.ui.speech.options.option_form import OptionForm
from workbench.ui.speech.options.part_field import PartField
from workbench.ui.speech.words import ltr
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.dialogs import ask, open_files, open_folder
from workbench.ui.support.drops import DropArea
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.hindrance import Hindrance
from workbench.ui.support.icons import set_icon
from workbench.ui.support.row_menu import RowMenu, open_on_rows
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    INSIDE,
    PADDING,
    RELATED,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)
from workbench.ui.support.trouble_box import TroubleBox

_SIDE = 310


class BatchPage(QWidget):
    """Shows a BatchModel. Ctrl+Enter starts. Signals: failed (Exception), opened (id of a recording, of its take)."""

    failed = Signal(object)
    opened = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        model: BatchModel,
        parent: QWidget | None = None,
        *,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._open_url = open_url
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.setAccessibleName(self.tr("Many files"))
        self._make()
        self._lay_out()
        DropArea(theme, self.tr("Add to the batch"), self, dragged, model.add)
        self._connect()
        self._show_offer()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def focus(self) -> None:
        (self.table if self.model.rows.files else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_files(self) -> None:
        self._tasks.start("files", self._choose_files())

    @Slot()
    def choose_folder(self) -> None:
        """One whose recordings are all to be heard."""
        self._tasks.start("files", self._choose_folder())

    @Slot()
    def choose_output(self) -> None:
        self._tasks.start("output", self._choose_output())

    # building

    def _make(self) -> None:
        theme, options = self._theme, self.model.options
        self.add = self._button(self.tr("Add files"), "plus", self.tr("Add audio or video files (Ctrl+O)"))
        self.add_folder = self._button(
            self.tr("Add a folder"), "folder-open", self.tr("All recordings that lie directly in it")
        )
        self.pause = self._button(
            self.tr("Pause"), "pause", self.tr("Cut off what runs; what is heard by then is kept")
        )
        self.go_on = self._button(
            self.tr("Go on"), "play", self.tr("Hear what was stopped or failed; nothing is heard twice")
        )
        self.clear = self._button(
            self.tr("Clear"),
            "check-check",
            self.tr("Leave out what is over, else what is not begun; the texts stay where they are"),
        )
        self.cancel = self._button(self.tr("Cancel all"), "x", self.tr("Stop everything and empty the list"))
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.trouble = TroubleBox(theme, self)
        self.table = BatchTable(theme, self.model.rows, self)
        self.blank = Blank(theme, self)
        self.blank.say(
            "files",
            "accent",
            self.tr("Have many files heard, one after the other, and their texts written into a folder."),
            self.tr(
                "Drop files or folders here. What fails can be tried again without hearing the rest twice."
            ),
        )
        self.blank_add = self.blank.offer(self.tr("Add files"), self.choose_files, "primary")
        self.blank_folder = self.blank.offer(self.tr("Add a folder"), self.choose_folder)
        self.blank_listed = self.blank.offer("", self.model.add_listed)
        self.blank_listed.setToolTip(self.tr("All recordings of the list"))
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.blank)
        self.models = ModelField(theme, options.models, options.describe, lambda: options.chosen[:1])
        self.form = OptionForm(theme)
        self.longest = PartField(theme, options)
        self.boxes = {form: self._box(form) for form in TextForm}
        self.folder = ElidedLabel(theme, "", role="muted")
        self.choose = button(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose the folder for the texts"))
        self.beside = button(self.tr("Beside each file"), "quiet")
        self.beside.setToolTip(self.tr("Write each text where its recording lies"))
        self.start = button(self.tr("Start"), "primary")
        self.start.setToolTip(self.tr("Start (Ctrl+Enter)"))
        self.hindrance = Hindrance(theme, self.start)

    def _button(self, text: str, icon: str, tip: str) -> QPushButton:
        made = button(text, "quiet", self)
        made.setToolTip(tip)
        set_icon(made, self._theme, icon, "muted", 14)
        return made

    def _box(self, form: TextForm) -> QPushButton:
        box = button(ltr(form.value), "segment")
        box.setCheckable(True)
        box.setToolTip(words.form(form))
        box.setAccessibleName(words.form(form))
        return box

    def _lay_out(self) -> None:
        theme = self._theme
        acts = FlowLayout(spacing=GRID)
        # what is pressed just as the last file ends must not meet a button that empties the list
        for act in (self.add, self.add_folder, self.clear, self.cancel, self.pause, self.go_on):
            acts.addWidget(act)
        top = QVBoxLayout()
        top.setContentsMargins(PADDING, RELATED, PADDING, 0)
        top.setSpacing(GRID)
        top.addWidget(TextLabel(theme, self.tr("Many files"), self, size=SECTION, weight=SEMIBOLD))
        top.addWidget(self.facts)
        top.addLayout(acts)
        top.addWidget(self.trouble)
        main = QVBoxLayout()
        main.setSpacing(INSIDE)
        main.addLayout(top)
        body = QVBoxLayout()
        body.setContentsMargins(PADDING, 0, PADDING, 0)
        body.addWidget(self._stack)
        main.addLayout(body, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(main, 1)
        row.addWidget(self._side())

    def _side(self) -> QWidget:
        theme = self._theme
        side = Ground(theme, "left", "surface", self)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        column.setSpacing(RELATED)
        column.addWidget(self.models)
        column.addWidget(TextLabel(theme, self.tr("Texts to write"), weight=SEMIBOLD))
        forms = FlowLayout(spacing=GRID)
        for box in self.boxes.values():
            forms.addWidget(box)
        column.addLayout(forms)
        column.addWidget(TextLabel(theme, self.tr("Folder for the texts"), weight=SEMIBOLD))
        column.addWidget(self.folder)
        places = FlowLayout(spacing=GRID)
        places.addWidget(self.choose)
        places.addWidget(self.beside)
        column.addLayout(places)
        over = self.tr("Texts of the same name are written over.")
        column.addWidget(TextLabel(theme, over, size=CAPTION, role="muted", wrap=True))
        column.addWidget(self.form)
        column.addWidget(self.longest)
        column.addStretch(1)
        foot = Ground(theme, "top", "surface", side)
        last = QVBoxLayout(foot)
        last.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        last.setSpacing(INSIDE)
        last.addWidget(self.hindrance)
        last.addWidget(self.start)
        whole = QVBoxLayout(side)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled(inner), 1)
        whole.addWidget(foot)
        follow(side, theme, lambda: side.setFixedWidth(theme.px(_SIDE)))
        return side

    def _connect(self) -> None:
        model, options = self.model, self.model.options
        for act, run in (
            (self.add, self.choose_files),
            (self.add_folder, self.choose_folder),
            (self.pause, model.pause),
            (self.go_on, model.go_on),
            (self.clear, model.clear),
            (self.cancel, self._cancel),
            (self.choose, self.choose_output),
            (self.beside, self._beside),
            (self.start, self._start),
        ):
            act.clicked.connect(run)
        for form, box in self.boxes.items():
            box.clicked.connect(lambda checked, form=form: model.toggle_form(form))
        self.models.chosen.connect(self._choose_model)
        self.form.edited.connect(options.set_value)
        self.form.typed.connect(options.type_number)
        self.trouble.retry_wanted.connect(self._try_again)
        open_on_rows(self.table, lambda: self.menu_of(self.table.selected()))
        self.table.doubleClicked.connect(self._open)
        options.offer_changed.connect(self._show_offer)
        model.changed.connect(self._show)
        model.failed.connect(self.failed)
        for keys, run in (
            ("Ctrl+Return", self._start),
            ("Ctrl+Enter", self._start),
            ("Ctrl+M", self.models.open),
        ):
            on_keys(keys, self, run)
        for keys, run in (
            ("Del", self._remove),
            ("R", self._retry),
            ("Return", self._open),
            ("F", self._open_folder),
        ):
            on_keys(keys, self.table, run, HERE)

    # showing

    @Slot()
    def _show_offer(self) -> None:
        self.form.show_offer(self.model.options.offer, self.model.options.languages)
        self._show()

    @Slot()
    def _show(self) -> None:
        model, totals = self.model, self.model.totals
        self._stack.setCurrentWidget(self.blank if model.empty else self.table)
        listed = len(model.listed)
        self.blank_listed.setText(self.tr("From the list ({0})").format(listed))
        self.blank_listed.setVisible(listed > 0)
        busy = model.adding or model.loading
        self.facts.setText(words.adding(model.adding) if busy else words.totals(totals))
        self.facts.setVisible(bool(self.facts.text()))
        for act in (self.add, self.add_folder):
            act.setVisible(not model.empty)
        self.pause.setVisible(totals.busy)
        self.go_on.setVisible(not totals.busy and bool(totals.stopped or totals.failed))
        self.go_on.setText(self.tr("Go on") if totals.stopped else self.tr("Try again"))
        self.clear.setVisible(not totals.busy and not model.empty)
        self.cancel.setVisible(totals.busy)
        self.trouble.show_trouble(model.trouble, retryable=not model.loaded)
        self.models.show_value()
        self.form.show_values(model.options.values, model.options.problems)
        for form, box in self.boxes.items():
            box.setChecked(form in model.forms)
        self.folder.setText(ltr(model.folder) if model.folder else self.tr("Beside each file"))
        self.beside.setVisible(bool(model.folder))
        self.hindrance.say(model.hindrance)
        self.start.setText(words.start(totals.ready))

    # doing

    @Slot(str)
    def _choose_model(self, model_id: str) -> None:
        self.model.options.set_models([model_id])

    @Slot()
    def _start(self) -> None:
        """The button is of no use then, so the keyboard goes where something happens."""
        if not self.model.hindrance:
            self.model.start()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _beside(self) -> None:
        self.model.set_folder("")

    @Slot()
    def _try_again(self) -> None:
        self.model.load()

    @Slot()
    def _remove(self) -> None:
        self.model.remove(self.table.selected())

    @Slot()
    def _retry(self) -> None:
        self.model.retry(self.table.selected())

    @Slot()
    def _open(self) -> None:
        """The first of the selected files in the list of recordings."""
        for file in self.table.selected()[:1]:
            if file.item is not None and file.item.recording_id:
                self.opened.emit(file.item.recording_id, file.item.take_id)

    @Slot()
    def _open_folder(self) -> None:
        for file in self.table.selected()[:1]:
            if file.item is not None and file.item.files:
                self._open_url(QUrl.fromLocalFile(str(Path(file.item.files[0]).parent)))

    @Slot()
    def _cancel(self) -> None:
        self._tasks.start("cancel", self._ask_to_cancel())

    async def _ask_to_cancel(self) -> None:
        sure = await ask(
            self,
            self.tr("Stop the batch and empty the list?"),
            self.tr("What is heard and written by now stays. The rest has to be added again."),
            accept=self.tr("Cancel all"),
            cancel=self.tr("Go on"),
        )
        if sure:
            self.model.cancel()

    async def _choose_files(self) -> None:
        paths = await open_files(self, self.tr("Add files"), filters=filters(), several=True)
        self.model.add([Path(path) for path in paths])

    async def _choose_folder(self) -> None:
        if path := await open_folder(self, self.tr("Add the recordings of a folder")):
            self.model.add([Path(path)])

    async def _choose_output(self) -> None:
        if path := await open_folder(self, self.tr("Folder for the texts"), folder=self.model.folder):
            self.model.set_folder(path)

    def menu_of(self, files: list[BatchFile]) -> QMenu:
        """What can be done about these."""
        menu = RowMenu(self._theme, self.table)
        if any(file.item and file.item.recording_id for file in files[:1]):
            menu.add("audio-lines", self.tr("Show the recording"), self._open, "Return")
        if any(file.item and file.item.files for file in files[:1]):
            menu.add("folder-open", self.tr("Open the folder of the texts"), self._open_folder, "F")
        if any(file.state in (TakeState.FAILED, TakeState.STOPPED) for file in files):
            menu.add("rotate-ccw", self.tr("Try again"), self._retry, "R")
        if any(file.state is None for file in files):
            menu.add("x", self.tr("Remove"), self._remove, "Del")
        return menu
