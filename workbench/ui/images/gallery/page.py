"""The gallery's page: boards at the left, filters over the thumbnails, and what stands there without pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.dragging import digests_in, files_in, folders_in, picture_in, takes
from workbench.ui.images.gallery.boards import BoardList
from workbench.ui.images.gallery.filters import FilterBar
from workbench.ui.images.gallery.model import GalleryModel, Phase
from workbench.ui.images.gallery.skeleton import Outlines
from workbench.ui.images.gallery.view import USUAL_SIDE, ThumbnailView
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support import figures
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import ElidedLabel, button
from workbench.ui.support.dialogs import open_files, open_folder, save_file
from workbench.ui.support.drops import DropHint
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.shortcuts import HERE, on_keys
from workbench.ui.support.surfaces import Ground, Remark
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, Theme, follow
from workbench.ui.support.timers import once

_BOARDS, _LEAST, _WITH_BOARDS = 200, 300, 500
_GATHER_MS = 40
_PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp"


class GalleryPage(QWidget):
    """Shows a GalleryModel. Pictures and folders of them can be dropped on it, and pasted into it. side: of the thumbnails; 0 for the usual one.

    Signals: opened (id; Enter, or a double click), create_wanted (from the empty page), selected (the selected GalleryImages, each time they or
    what is known of them change), side_changed (of the thumbnails).
    """

    opened = Signal(str)
    create_wanted = Signal()
    selected = Signal(object)
    side_changed = Signal(int)

    def __init__(
        self,
        theme: Theme,
        model: GalleryModel,
        thumbnails: Thumbnails,
        actions: PictureActions,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        side: int = 0,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._actions = actions
        self._thumbnails = thumbnails
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        # Entries of ten thousand selected pictures come in fifty parts.
        self._gather = once(self, _GATHER_MS, self._tell_selected)
        self.boards = BoardList(theme, model, self)
        self.filters = FilterBar(theme, model, self)
        self.view = ThumbnailView(theme, model, thumbnails, self)
        self.foot = Foot(theme, self)
        self._remark = Remark(theme, self)
        self._stack = QStackedWidget(self)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._hint = DropHint(theme, self.tr("Drop to import"), self)
        self._build()
        self._connect()
        if side:
            self.filters.slider.setValue(side)
        self.filters.side_changed.connect(self.side_changed)
        self.setAcceptDrops(True)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self.model
        self.filters.setVisible(not model.empty and model.phase is not Phase.FAILED)
        if model.phase is Phase.FAILED and model.problem is not None:
            self._trouble.say_trouble(model.problem)
            self._stack.setCurrentWidget(self._trouble)
        elif model.phase in (Phase.NEW, Phase.LOADING):
            self._stack.setCurrentWidget(self._loading)
        elif model.empty:
            self._stack.setCurrentWidget(self._empty)
        elif not model.ids:
            self._say_nothing()
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._stack.setCurrentWidget(self.view)
        partly = model.partly
        self._remark.say(f"{partly.what} {partly.fix}".strip() if partly is not None else "")
        self._count()

    def focus(self) -> None:
        """Put the keyboard where one will want it."""
        if self._stack.currentWidget() is self.view:
            self.view.setFocus()
        else:
            (self._make if self.model.empty else self.filters.search).setFocus()

    def show_image(self, id: str) -> None:
        """Select it alone, and scroll to it; nothing where it is not in the list."""
        if self.model.place_of(id) >= 0:
            self.model.select(id)
            self.view.reveal(id)

    def regions(self) -> list[QWidget]:
        """Where F6 stops."""
        return [part for part in (self.boards.list, self.filters.search, self.view) if part.isVisible()]

    async def aclose(self) -> None:
        self._gather.stop()
        await self._tasks.aclose()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        # Another window may have made pictures meanwhile. ActivationChange comes to the window alone.
        if event.type() == QEvent.Type.WindowActivate and self.isVisible():
            self.model.load()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field down to what was found."""
        down = (Qt.Key.Key_Down, Qt.Key.Key_Escape)
        if (
            watched is self.filters.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in down
        ):
            self.focus()
            return True
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if not digests_in(mime) and (takes(mime) or folders_in(mime)):
            event.acceptProposedAction()
            self._hint.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        if sources := _sources(event.mimeData()):
            event.acceptProposedAction()
            self.model.bring(sources)

    def _build(self) -> None:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self._remark)
        column.addWidget(self._stack, 1)
        column.addWidget(self.foot)
        self._loading = Outlines(self._theme, self)
        self._empty = self._make_empty()
        self._nothing = Blank(self._theme, self)
        self._clear = self._nothing.offer(self.tr("Clear the filter"), self.filters.clear.click)
        self._trouble = Blank(self._theme, self)
        self._trouble.offer(self.tr("Try again"), self._reload, "primary")
        self._remark.act.setText(self.tr("Try again"))
        self._remark.act.show()
        for widget in (self.view, self._loading, self._empty, self._nothing, self._trouble):
            self._stack.addWidget(widget)
        self._split.addWidget(self.boards)
        self._split.addWidget(middle)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes([self._theme.px(_BOARDS), 1200])
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._split)

        def dress() -> None:
            self.boards.setMinimumWidth(self._theme.px(140))
            self.boards.setMaximumWidth(self._theme.px(320))
            middle.setMinimumWidth(_LEAST)
            self._fit()

        follow(self, self._theme, dress)

    def _fit(self) -> None:
        """Where pictures and boards have no room side by side, pictures are what one came for."""
        self.boards.setVisible(self.width() >= self._theme.px(_WITH_BOARDS))

    def _make_empty(self) -> Blank:
        blank = Blank(self._theme, self)
        blank.say(
            "images",
            "accent",
            self.tr("Every picture you make is kept here."),
            self.tr(
                "With its prompt, settings, cost and the exchange behind it, so that it can be found again and made again. "
                "Drop pictures here to bring them in; settings that other programs left in them are read."
            ),
        )
        self._make = blank.offer(self.tr("Make a picture"), self.create_wanted.emit, "primary")
        set_icon(self._make, self._theme, "sparkles", "on_accent")
        bring = blank.offer(self.tr("Import pictures…"), self._ask_files)
        set_icon(bring, self._theme, "image-plus", "muted")
        return blank

    def _connect(self) -> None:
        model, view = self.model, self.view
        self.filters.search.installEventFilter(self)
        model.changed.connect(self.refresh)
        model.ids_changed.connect(self.refresh)
        model.selection_changed.connect(self._tell_selected)
        model.entries_changed.connect(self._tell_entries)
        model.brought.connect(self._show_brought)
        view.opened.connect(self.opened)
        view.rated.connect(self._rate)
        view.deleted.connect(self._delete)
        view.menu_wanted.connect(self._show_menu)
        view.zoomed.connect(self._zoom)
        self.filters.side_changed.connect(view.set_side)
        self.filters.import_wanted.connect(self._ask_files)
        self.filters.folder_wanted.connect(self._ask_folder)
        self.filters.export_wanted.connect(self._ask_zip)
        self.foot.export.clicked.connect(self._ask_zip)
        self.foot.compare.clicked.connect(self._compare)
        self.boards.dropped.connect(self._actions.put_on_board)
        self._remark.act.clicked.connect(self._reload)
        keys = (
            ("Ctrl+F", self._focus_search),
            ("Ctrl+Z", self._actions.undo_delete),
            ("Ctrl+E", self._ask_zip),
            ("Ctrl+R", self._reload),
        )
        for text, run in keys:
            on_keys(text, self, run)
        closer, usual = partial(self._zoom, 1), partial(self.filters.slider.setValue, USUAL_SIDE)
        zoom = {"Ctrl++": closer, "Ctrl+=": closer, "Ctrl+-": partial(self._zoom, -1), "Ctrl+0": usual}
        OwnKeys(self, zoom)
        on_view = (
            ("Ctrl+C", self._copy),
            ("Ctrl+S", self._save),
            ("Ctrl+V", self._paste),
            ("T", self._ask_tags),
            ("B", self._ask_board),
        )
        for text, run in on_view:
            on_keys(text, self.view, run, HERE)

    def _say_nothing(self) -> None:
        if self.model.narrowed:
            self._nothing.say("search-x", "muted", self.tr("No picture fits the filter."))
        else:
            self._nothing.say(
                "layout-grid",
                "muted",
                self.tr("There is nothing on this board yet."),
                self.tr("Drag pictures onto its name, or select some and press B."),
            )
        self._clear.setVisible(self.model.narrowed)

    def _count(self) -> None:
        model = self.model
        self.foot.say(len(model.ids), len(model.selected), model.total)
        self.foot.setVisible(self._stack.currentWidget() is self.view)

    @Slot(int)
    def _zoom(self, steps: int) -> None:
        slider = self.filters.slider
        slider.setValue(slider.value() + steps * slider.pageStep())

    @Slot()
    def _reload(self) -> None:
        self._thumbnails.retry()
        self.model.reload()

    @Slot()
    def _tell_selected(self) -> None:
        self._count()
        self.selected.emit(self.model.at_hand())

    @Slot(object)
    def _tell_entries(self, ids: set[str]) -> None:
        if ids & self.model.selected and not self._gather.isActive():
            self._gather.start()

    @Slot(object)
    def _show_brought(self, images: list[GalleryImage]) -> None:
        """Those that the filter hides are not selected: nothing is to be done to what cannot be seen."""
        shown = [image.id for image in images if self.model.place_of(image.id) >= 0]
        if shown:
            self.model.select_these(shown)
            first = min(shown, key=self.model.place_of)
            self.model.move(first)
            self.view.reveal(first)

    @Slot(int)
    def _rate(self, stars: int) -> None:
        self._with_chosen("rate", lambda images: self._actions.rate(images, stars))

    @Slot()
    def _delete(self) -> None:
        self._actions.delete(self.model.in_order())

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        self._with_chosen("menu", lambda images: self._actions.menu(images, self).popup(at))

    @Slot()
    def _copy(self) -> None:
        self._with_chosen("copy", self._actions.copy_picture)

    @Slot()
    def _save(self) -> None:
        self._with_chosen("save", lambda images: self._actions.save_as(images, self))

    @Slot()
    def _ask_tags(self) -> None:
        self._with_chosen("tags", lambda images: self._actions.ask_tags(images, self))

    @Slot()
    def _ask_board(self) -> None:
        self._actions.ask_board(self.model.in_order(), self)

    @Slot()
    def _compare(self) -> None:
        self._with_chosen("compare", self._actions.compare)

    @Slot()
    def _paste(self) -> None:
        self.model.bring(_sources(QGuiApplication.clipboard().mimeData()))

    @Slot()
    def _focus_search(self) -> None:
        if self.filters.isVisible():
            self.filters.search.begin()

    @Slot()
    def _ask_files(self) -> None:
        self._tasks.start("files", self._choose_files())

    @Slot()
    def _ask_folder(self) -> None:
        self._tasks.start("files", self._choose_folder())

    @Slot()
    def _ask_zip(self) -> None:
        if self.model.ids:
            self._tasks.start("zip", self._choose_zip())

    async def _choose_files(self) -> None:
        filters = self.tr("Pictures ({0})").format(_PICTURES)
        found = await open_files(self, self.tr("Import pictures"), filters=filters, several=True)
        self.model.bring([Path(path) for path in found])

    async def _choose_folder(self) -> None:
        if folder := await open_folder(self, self.tr("Import all pictures in a folder")):
            self.model.bring([Path(folder)])

    async def _choose_zip(self) -> None:
        """What is selected, or else all that was found."""
        ids = self.model.in_order() or self.model.ids
        title = self.tr("Export {0} pictures").format(figures.count(len(ids)))
        path = await save_file(self, title, "pictures.zip", filters=self.tr("Zip files (*.zip)"))
        if path:
            self.model.export(ids, Path(path).with_suffix(".zip"))

    def _with_chosen(self, name: str, run: Callable[[list[GalleryImage]], object]) -> None:
        self._tasks.start(name, self._run_with_chosen(run))

    async def _run_with_chosen(self, run: Callable[[list[GalleryImage]], object]) -> None:
        if images := await self.model.chosen():
            run(images)


class Foot(Ground):
    """How many there are, and what can be done with those that are selected."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "top", "canvas", parent)
        self.words = ElidedLabel(theme, "", self, size=CAPTION, role="muted")
        self.compare = button(self.tr("Compare"), "quiet", self)
        self.export = button(self.tr("Export…"), "quiet", self)
        self.export.setToolTip(
            self.tr("A zip file with a manifest: what is selected, or all that was found (Ctrl+E)")
        )
        set_icon(self.compare, theme, "columns-2", "muted")
        set_icon(self.export, theme, "download", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, GRID, PADDING, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self.words, 1)
        row.addWidget(self.compare)
        row.addWidget(self.export)

    def say(self, found: int, selected: int, total: int) -> None:
        parts = [
            self.tr("Pictures: {0}").format(figures.count(found))
            if found == total
            else self.tr("Pictures: {0} of {1}").format(figures.count(found), figures.count(total))
        ]
        if selected:
            parts.append(self.tr("selected: {0}").format(figures.count(selected)))
        self.words.setText(" · ".join(parts))
        self.compare.setVisible(selected == 2)


def _sources(mime: QMimeData) -> list[Path | bytes]:
    """What of a drop or of the clipboard is to be imported; nothing for our own pictures, which are here already."""
    if digests_in(mime):
        return []
    files: list[Path | bytes] = [*folders_in(mime), *files_in(mime)]
    if files:
        return files
    data = picture_in(mime)
    return [data] if data else []
