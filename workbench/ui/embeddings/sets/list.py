"""The sets of texts at the left of the tab: looked through, opened, renamed, deleted, brought in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QListView, QMenu, QWidget

from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.model import SetsModel
from workbench.ui.embeddings.sets.ports import Entry
from workbench.ui.embeddings.sets.rows import SetDelegate
from workbench.ui.support.buttons import IconButton
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.drops import DropArea
from workbench.ui.support.notify import Notifier
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.row_menu import RowMenu, open_on_rows
from workbench.ui.support.search_field import SearchField
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.side_list import ListPages, lay_out_side
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import Theme


class SetsList(Ground):
    """Shows a SetsModel. Signals: add_wanted (the page where texts come in is), failed (Exception)."""

    add_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self, theme: Theme, model: SetsModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "right", "surface", parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.setAccessibleName(self.tr("Sets of texts"))
        self._make()
        DropArea(theme, self.tr("Look at this file"), self, words.dragged, model.open_file)
        self._connect()
        self._show()
        self._show_open()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def focus(self) -> None:
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file to bring in."""
        self._tasks.start("file", self._choose_file())

    # building

    def _make(self) -> None:
        theme = self._theme
        self.add = IconButton(theme, "plus", self.tr("New set"), self)
        self.add.set_text(self.tr("New set"), self.tr("Type or paste texts, or try an example (Ctrl+N)"))
        self.file = IconButton(theme, "folder-open", self.tr("Open a file"), self)
        self.file.set_text(self.tr("Open a file"), self.tr("Open a file of texts (Ctrl+O)"))
        self.field = SearchField(self.tr("Search sets"), self)
        self.field.setToolTip(self.tr("Only names with all of these words (Ctrl+F)"))
        self.rows = QListView(self)
        self.rows.setModel(self.model)
        self.rows.setItemDelegate(SetDelegate(theme, self.model, self.rows))
        self.rows.setUniformItemSizes(True)
        self.rows.setAccessibleName(self.tr("Sets of texts"))
        self.pages = ListPages(theme, self.rows, self)
        lay_out_side(theme, self, self.tr("Texts"), (self.file, self.add), self.field, self.pages)

    def _connect(self) -> None:
        model = self.model
        self.add.clicked.connect(self._begin)
        self.file.clicked.connect(self.choose_file)
        self.field.textChanged.connect(model.search)
        self.pages.retry_wanted.connect(model.load)
        self.pages.act_wanted.connect(self._blank_act)
        self.rows.selectionModel().currentChanged.connect(self._current_changed)
        self.rows.clicked.connect(self._current_changed)
        open_on_rows(self.rows, lambda: self.menu_of(self.selected()))
        model.changed.connect(self._show)
        model.open_changed.connect(self._show_open)
        model.modelReset.connect(self._show_open)
        model.deleted.connect(self._tell_deleted)
        for keys, run in (("Del", self.delete), ("F2", self.rename)):
            on_keys(keys, self.rows, run, HERE)
        OwnKeys(self.rows, {"Ctrl+F": self.search})

    # showing

    @Slot()
    def _show(self) -> None:
        model = self.model
        self.field.setVisible(bool(model.entries))
        if model.trouble is not None:
            self.pages.show_trouble(model.trouble)
        elif model.rowCount():
            self.pages.show_rows()
        elif not model.loaded:
            self.pages.say("loader-circle", self.tr("Reading the list…"))
        elif model.empty:
            what, why = self.tr("No texts yet."), self.tr("Drop a file here.")
            self.pages.say("file-text", what, why, act=self.tr("Open a file"))
        else:
            self.pages.say("search-x", self.tr("No name has these words."), act=self.tr("Show all"))

    @Slot()
    def _blank_act(self) -> None:
        if self.model.empty:
            self.choose_file()
        else:
            self.field.clear()

    @Slot()
    def _show_open(self) -> None:
        """The view's cursor is where the model is."""
        index = self.model.index_of(self.model.open_id)
        if index.isValid() and index != self.rows.currentIndex():
            chosen = self.rows.selectionModel()
            with QSignalBlocker(chosen):  # not the view's own way: it heeds the keys that are held
                chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.rows.scrollTo(index)
        self.rows.viewport().update()

    @Slot(QModelIndex)
    def _current_changed(self, index: QModelIndex) -> None:
        entry = self.model.entry(index)
        if entry is not None:
            self.model.choose(entry.id)

    # doing

    def selected(self) -> list[Entry]:
        """From the top."""
        indexes = sorted(self.rows.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [entry for index in indexes if (entry := self.model.entry(index)) is not None]

    @Slot()
    def delete(self) -> None:
        """What is selected; it can be taken back."""
        self.model.delete(self.selected())

    @Slot()
    def rename(self) -> None:
        index = self.rows.currentIndex()
        if index.isValid():
            self.rows.edit(index)

    @Slot()
    def search(self) -> None:
        self.field.begin()

    @Slot()
    def _begin(self) -> None:
        self.model.begin()
        self.add_wanted.emit()

    @Slot(object)
    def _tell_deleted(self, gone: list[Entry]) -> None:
        if len(gone) == 1:
            text = self.tr("“{0}” deleted, with the vectors made of it.").format(gone[0].name)
        else:
            text = self.tr("{0} sets deleted, with the vectors made of them.").format(len(gone))
        self._notifier.undo(text, lambda: self.model.restore(gone), key="embeddings/deleted")

    async def _choose_file(self) -> None:
        for path in await open_files(self, self.tr("Open a file of texts"), filters=words.filters()):
            self.model.open_file(Path(path))

    def menu_of(self, entries: list[Entry]) -> QMenu:
        """What can be done about these."""
        menu = RowMenu(self._theme, self.rows)
        if len(entries) == 1:
            menu.add("pencil", self.tr("Rename"), self.rename, "F2")
            menu.addSeparator()
        menu.add("trash-2", self.tr("Delete"), lambda: self.model.delete(entries), "Del")
        return menu
