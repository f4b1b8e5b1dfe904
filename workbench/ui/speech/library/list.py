"""The recordings at the left of the tab: looked through, brought in, renamed, deleted, found again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QWidget

from workbench.domain.speech.takes import Recording, Take
from workbench.domain.trouble import Trouble
from workbench.ui.speech.library import words
from workbench.ui.speech.library.files import dragged, filters
from workbench.ui.speech.library.model import Deleted, LibraryModel
from workbench.ui.speech.library.rows import LibraryDelegate, LibraryTree
from workbench.ui.speech.words import ltr
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.dialogs import ask, open_files
from workbench.ui.support.drops import DropArea
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.row_menu import RowMenu, open_on_rows
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.sentences import reason
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.side_list import ListPages, lay_out_side
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import INSIDE, PADDING, RELATED, Theme, follow
from workbench.ui.support.tooltips import as_tip
from workbench.ui.support.trouble_box import TroubleBox

_INDENT = 18
_NAMED = 4
"""Of files that were refused, so many are named in sight."""
_LONGEST = 30


class LibraryList(Ground):
    """Shows a LibraryModel. Signals: record_wanted, failed (Exception)."""

    record_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self, theme: Theme, model: LibraryModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "right", "surface", parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.setAccessibleName(self.tr("Recordings"))
        self._make()
        self._lay_out()
        DropArea(theme, self.tr("Add to the recordings"), self, dragged, model.add)
        self._connect()
        self._show()
        self._show_open()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def focus(self) -> None:
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_files(self) -> None:
        """Ask for files to add."""
        self._tasks.start("files", self._choose_files())

    # building

    def _make(self) -> None:
        theme = self._theme
        self.add = IconButton(theme, "plus", self.tr("Add recordings"), self)
        self.add.set_text(self.tr("Add recordings"), self.tr("Add audio or video files (Ctrl+O)"))
        self.record = IconButton(theme, "mic", self.tr("Record"), self)
        self.record.set_text(self.tr("Record"), self.tr("Record with a microphone (Ctrl+R)"))
        self.field = SearchField(self.tr("Search recordings"), self)
        self.field.setToolTip(self.tr("Only names with all of these words (Ctrl+F)"))
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Adding files"))
        self.stop = IconButton(theme, "x", self.tr("Stop adding"), self, size=14)
        self.refused = TroubleBox(theme, self, retry=self.tr("Dismiss"))
        set_icon(self.refused.retry, theme, "x")
        self.mishap = TroubleBox(theme, self, retry=self.tr("Locate…"))
        self.mishap.retry.setToolTip(self.tr("Tell where the file is now"))
        set_icon(self.mishap.retry, theme, "folder-open")
        self.tree = LibraryTree(theme, self)
        self.tree.setModel(self.model)
        self.tree.setItemDelegate(LibraryDelegate(theme, self.model, self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(self.tr("Recordings and their takes"))
        self.tree.setExpandsOnDoubleClick(True)
        self.pages = ListPages(theme, self.tree, self)

    def _lay_out(self) -> None:
        theme, acts = self._theme, (self.record, self.add)
        column = lay_out_side(theme, self, self.tr("Recordings"), acts, self.field, self.pages)
        bar = QHBoxLayout()
        bar.setContentsMargins(PADDING, 0, RELATED, 0)
        bar.addWidget(self.progress, 1)
        bar.addWidget(self.stop)
        column.insertLayout(1, bar)
        column.insertLayout(2, _apart(self.refused))
        column.addLayout(_apart(self.mishap))
        follow(self, theme, lambda: self.tree.setIndentation(theme.px(_INDENT)))

    def _connect(self) -> None:
        model = self.model
        self.add.clicked.connect(self.choose_files)
        self.record.clicked.connect(self.record_wanted)
        self.field.textChanged.connect(model.search)
        self.stop.clicked.connect(model.stop_adding)
        self.refused.retry_wanted.connect(model.forget_refused)
        self.mishap.retry_wanted.connect(self._locate_open)
        self.pages.retry_wanted.connect(model.load)
        self.pages.act_wanted.connect(self._blank_act)
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        open_on_rows(self.tree, lambda: self.menu_of(self.selected()))
        model.changed.connect(self._show)
        model.open_changed.connect(self._show_open)
        model.modelReset.connect(self._show_open)
        model.rowsInserted.connect(self._rows_came)
        model.deleted.connect(self._tell_deleted)
        model.question_changed.connect(self._ask)
        model.failed.connect(self.failed)
        for keys, run in (("Del", self.delete), ("F2", self.rename)):
            on_keys(keys, self.tree, run, HERE)
        OwnKeys(self.tree, {"Ctrl+F": self.search})

    # showing

    @Slot()
    def _show(self) -> None:
        model = self.model
        adding = model.adding
        self.progress.setVisible(adding is not None)
        self.stop.setVisible(adding is not None)
        if adding is not None:
            self.progress.setRange(0, 100)
            self.progress.setValue(round(adding * 100))
        self.refused.show_trouble(self._refusal())
        self.refused.setToolTip(as_tip("\n".join(_lines_of(model))))
        self.field.setVisible(bool(model.recordings))
        if model.trouble is not None:
            self.pages.show_trouble(model.trouble)
        elif model.rowCount():
            self.pages.show_rows()
        elif not model.loaded:
            self.pages.say("loader-circle", self.tr("Reading the list…"))
        elif model.empty:
            what, why = self.tr("No recordings yet."), self.tr("Drop files here.")
            self.pages.say("audio-lines", what, why, act=self.tr("Add recordings"))
        else:
            self.pages.say("search-x", self.tr("No name has these words."), act=self.tr("Show all"))

    @Slot()
    def _blank_act(self) -> None:
        if self.model.empty:
            self.choose_files()
        else:
            self.field.clear()

    def _refusal(self) -> Trouble | None:
        refused = self.model.refused
        if len(refused) <= 1:
            return Trouble.of(refused[0].error) if refused else None
        names = "\n".join(_shortened(each.name) for each in refused[:_NAMED])
        more = self.tr("and %n more", "", len(refused) - _NAMED) if len(refused) > _NAMED else ""
        return Trouble(self.tr("{0} files could not be added.").format(len(refused)), names, more)

    @Slot()
    def _show_open(self) -> None:
        """The view's cursor is where the model is."""
        opened = self.model.open
        index = self.model.index_of(opened.recording_id, opened.take_id)
        if index.isValid() and index != self.tree.currentIndex():
            if index.parent().isValid():
                self.tree.expand(index.parent())
            with QSignalBlocker(self.tree.selectionModel()):
                self.tree.setCurrentIndex(index)
            self.tree.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.tree.scrollTo(index)
        recording = self.model.recording
        mishap = words.mishap(recording) if recording else ""
        self.mishap.show_trouble(Trouble(mishap, ltr(recording.path)) if recording and mishap else None)
        self.tree.viewport().update()

    @Slot(QModelIndex, int, int)
    def _rows_came(self, parent: QModelIndex, first: int, last: int) -> None:
        """Takes of the open recording are shown at once."""
        entry = self.model.entry(parent)
        if entry is not None and entry.id == self.model.open.recording_id:
            self.tree.expand(parent)
            self._show_open()

    @Slot(QModelIndex)
    def _current_changed(self, index: QModelIndex) -> None:
        entry = self.model.entry(index)
        if isinstance(entry, Recording):
            self.model.choose(entry.id)
        elif isinstance(entry, Take):
            self.model.choose(entry.recording_id, entry.id)

    # doing

    def selected(self) -> list[Recording | Take]:
        """From the top."""
        indexes = self.tree.selectionModel().selectedIndexes()
        return [entry for index in indexes if (entry := self.model.entry(index)) is not None]

    @Slot()
    def delete(self) -> None:
        """What is selected; it can be taken back."""
        self.model.delete(self.selected())

    @Slot()
    def rename(self) -> None:
        index = self.tree.currentIndex()
        if isinstance(self.model.entry(index), Recording):
            self.tree.edit(index)

    @Slot()
    def search(self) -> None:
        self.field.begin()

    @Slot()
    def _locate_open(self) -> None:
        if (recording := self.model.recording) is not None:
            self.locate(recording)

    def locate(self, recording: Recording) -> None:
        """Ask where its file is now."""
        self._tasks.start("locate", self._locate(recording))

    @Slot(object)
    def _tell_deleted(self, deleted: Deleted) -> None:
        count = len(deleted.recordings) + len(deleted.takes)
        if count > 1:
            text = self.tr("{0} entries deleted.").format(count)
        elif deleted.recordings:
            text = self.tr("“{0}” deleted. Its file stays.").format(deleted.recordings[0].name)
            if deleted.recordings[0].own:
                text = self.tr("“{0}” deleted.").format(deleted.recordings[0].name)
        else:
            text = self.tr("Take of {0} deleted.").format(words.take_title(deleted.takes[0]))
        self._notifier.undo(text, lambda: self.model.restore(deleted), key="speech/deleted")

    @Slot()
    def _ask(self) -> None:
        if self.model.question is not None:
            self._tasks.start("question", self._ask_about_file())

    async def _ask_about_file(self) -> None:
        question = self.model.question
        if question is None:
            return
        trouble = question.trouble
        agreed = await ask(
            self,
            trouble.what,
            reason(trouble),
            accept=self.tr("Use it nevertheless"),
        )
        self.model.answer(agreed)

    async def _choose_files(self) -> None:
        paths = await open_files(self, self.tr("Add recordings"), filters=filters(), several=True)
        self.model.add([Path(path) for path in paths])

    async def _locate(self, recording: Recording) -> None:
        title = self.tr("Where is {0} now?").format(Path(recording.path).name)
        paths = await open_files(self, title, filters=filters())
        for path in paths:
            self.model.locate(recording.id, Path(path))

    def menu_of(self, entries: list[Recording | Take]) -> QMenu:
        """What can be done about these."""
        menu = RowMenu(self._theme, self.tree)
        one = entries[0] if len(entries) == 1 else None
        if isinstance(one, Recording):
            menu.add("pencil", self.tr("Rename"), self.rename, "F2")
            menu.add("folder-open", self.tr("Locate the file…"), lambda: self.locate(one))
            menu.addSeparator()
        menu.add("trash-2", self.tr("Delete"), lambda: self.model.delete(entries), "Del")
        return menu

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.tree.viewport().update()


def _shortened(name: str) -> str:
    """In one word it could not be broken into lines."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 3 :]}"


def _apart(box: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(INSIDE, 0, INSIDE, INSIDE)
    row.addWidget(box)
    return row


def _lines_of(model: LibraryModel) -> list[str]:
    """Of each file that was refused, why."""
    return [f"{one.name}: {one.error.what} {one.error.why}".strip() for one in model.refused]
