"""The sets of texts at the left of the tab: looked through, opened, renamed, deleted, brought in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.model import SetsModel
from workbench.ui.embeddings.sets.ports import Entry
from workbench.ui.embeddings.sets.rows import SetDelegate
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.drops import DropArea
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, SECTION, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox


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
        self._lay_out()
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
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Search sets"))
        self.field.setAccessibleName(self.tr("Search sets"))
        self.field.setToolTip(self.tr("Only names with all of these words (Ctrl+F)"))
        self.field.setClearButtonEnabled(True)
        self.rows = QListView(self)
        self.rows.setModel(self.model)
        self.rows.setItemDelegate(SetDelegate(theme, self.model, self.rows))
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setMouseTracking(True)
        self.rows.setUniformItemSizes(True)
        self.rows.setAccessibleName(self.tr("Sets of texts"))
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.blank = Blank(theme, self)
        self.blank_act = self.blank.offer("", self._blank_act)
        self.trouble = TroubleBox(theme, self)
        self._failed_page = QWidget(self)
        self._stack = QStackedWidget(self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(TextLabel(self._theme, self.tr("Texts"), self, size=SECTION, weight=SEMIBOLD), 1)
        head.addWidget(self.file)
        head.addWidget(self.add)
        top = QVBoxLayout()
        top.setContentsMargins(PADDING, RELATED, RELATED, 0)
        top.setSpacing(INSIDE)
        top.addLayout(head)
        top.addWidget(self.field)
        failed = QVBoxLayout(self._failed_page)
        failed.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        failed.addWidget(self.trouble)
        failed.addStretch(1)
        for page in (self.rows, self.blank, self._failed_page):
            self._stack.addWidget(page)
        body = QHBoxLayout()
        body.setContentsMargins(INSIDE, 0, GRID, 0)
        body.addWidget(self._stack)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(INSIDE)
        column.addLayout(top)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        model = self.model
        self.add.clicked.connect(self._begin)
        self.file.clicked.connect(self.choose_file)
        self.field.textChanged.connect(model.search)
        self.trouble.retry_wanted.connect(model.load)
        self.rows.selectionModel().currentChanged.connect(self._current_changed)
        self.rows.clicked.connect(self._current_changed)
        self.rows.customContextMenuRequested.connect(self._open_menu)
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
        self.trouble.show_trouble(model.trouble)
        self.field.setVisible(bool(model.entries))
        if model.trouble is not None:
            self._stack.setCurrentWidget(self._failed_page)
        elif model.rowCount():
            self._stack.setCurrentWidget(self.rows)
        else:
            self._say_blank()
            self._stack.setCurrentWidget(self.blank)

    def _say_blank(self) -> None:
        model = self.model
        if not model.loaded:
            self.blank.say("loader-circle", "muted", self.tr("Reading the list…"))
        elif model.empty:
            self.blank.say("file-text", "muted", self.tr("No texts yet."), self.tr("Drop a file here."))
            self.blank_act.setText(self.tr("Open a file"))
        else:
            self.blank.say("search-x", "muted", self.tr("No name has these words."))
            self.blank_act.setText(self.tr("Show all"))
        self.blank_act.setVisible(model.loaded)

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
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

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

    # menu

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        if self.rows.indexAt(at).isValid():
            self.menu_of(self.selected()).popup(self.rows.viewport().mapToGlobal(at))

    def menu_of(self, entries: list[Entry]) -> QMenu:
        """What can be done about these."""
        menu = QMenu(self.rows)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(entries) == 1:
            self._add(menu, "pencil", self.tr("Rename"), "F2").triggered.connect(self.rename)
            menu.addSeparator()
        self._add(menu, "trash-2", self.tr("Delete"), "Del").triggered.connect(
            lambda: self.model.delete(entries)
        )
        return menu

    def _add(self, menu: QMenu, icon: str, text: str, keys: str = "") -> QAction:
        action = QAction(text, menu)
        set_icon(action, self._theme, icon)
        action.setShortcut(QKeySequence(keys))
        menu.addAction(action)
        return action
