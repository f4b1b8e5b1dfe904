"""The results of the Create page: the open batch as cards or as a grid, and what stands there without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.ui.images.results import words
from workbench.ui.images.results.blank_page import BlankPage
from workbench.ui.images.results.cards import Cards
from workbench.ui.images.results.exporting import Exporter
from workbench.ui.images.results.grid import Grid
from workbench.ui.images.results.hands import Hands
from workbench.ui.images.results.header import BatchHeader
from workbench.ui.images.results.history import History
from workbench.ui.images.results.layout import layout_of
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.pictures import Pictures
from workbench.ui.images.results.ports import Actions, ThumbnailSource
from workbench.ui.images.results.result import Result
from workbench.ui.images.results.trouble_bar import TroubleBar
from workbench.ui.support.blank import Blank
from workbench.ui.support.dialogs import ask, save_file
from workbench.ui.support.sentences import in_words
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import Remark
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import PADDING, Theme
from workbench.ui.support.ticking import Ticking

_TICK_MS = 1000


class ResultsView(QWidget):
    """Shows a ResultsModel. mime_of: what is dragged when pictures are.

    Signals: opened (image id, by double click or Enter), selected (image id, "" for none), record_wanted (exchange id),
    connection_wanted, recall_wanted (ImageBatch: its draft goes back into the form), write_wanted (the user wants to write a prompt),
    example_wanted (prompt to run), failed (Exception).
    """

    opened = Signal(str)
    selected = Signal(str)
    record_wanted = Signal(str)
    connection_wanted = Signal()
    recall_wanted = Signal(object)
    write_wanted = Signal()
    example_wanted = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: ResultsModel,
        thumbnails: ThumbnailSource,
        actions: Actions,
        exporter: Exporter,
        mime_of: Callable[[Sequence[GalleryImage]], QMimeData],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._exporter = exporter
        pictures = Pictures(thumbnails)
        self.header = BatchHeader(theme, model, self)
        self.remark = Remark(theme, self)
        self.pages = QTabBar(self)
        self.cards = Cards(theme, model, pictures, actions, mime_of, self)
        self.grid = Grid(theme, model, pictures, actions, mime_of, self)
        self.blank = BlankPage(theme, self)
        self.trouble_page = Blank(theme, self)
        self.trouble_bar = TroubleBar(theme, self)
        self.history = History(theme, model, pictures, self)
        self._stack = QStackedWidget(self)
        self._view: Cards | Grid = self.cards
        self._shown_id = ""
        self._said = ""
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._tick = Ticking(self, _TICK_MS, lambda: model.ticking, self._repaint)
        self._lay_out()
        self._connect(thumbnails)
        self.refresh()

    @property
    def view(self) -> Cards | Grid:
        """The one that shows the open batch."""
        return self._view

    @property
    def hands(self) -> Hands:
        return self._view.hands

    def selected_images(self) -> list[GalleryImage]:
        return [result.image for result in self.hands.selected() if result.image is not None]

    def image_ids(self) -> tuple[str, ...]:
        """All pictures of the batch in the order they are shown in, for whoever goes from one to the next."""
        return tuple(
            result.image_id
            for job in self.model.jobs
            for result in self.model.results(job.id)
            if result.image is not None
        )

    def focus_view(self) -> None:
        """Put the keyboard where the user will want it."""
        if self._stack.currentWidget() is self.blank:
            self.blank.write.setFocus()
        else:
            self._view.setFocus()

    async def aclose(self) -> None:
        self._tick.stop()
        await self._tasks.aclose()

    @Slot()
    def refresh(self) -> None:
        """Everything anew: another batch is open, or the same has been read."""
        model = self.model
        layout = layout_of(model.batch.draft, model.jobs) if model.batch else None
        self._view = self.grid if layout else self.cards
        fresh = model.batch.id if model.batch else ""
        if fresh != self._shown_id:
            self._shown_id = fresh
            self._view.zoom.fit()
            self._pick(None)
        self.grid.show_grid(layout)
        self._show_pages()
        self.header.show_zoom(self._view.zoom)
        self._choose_page()
        self._tick.look()

    def _lay_out(self) -> None:
        self.pages.setDrawBase(False)
        self.pages.setExpanding(False)
        self.pages.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.pages.setUsesScrollButtons(True)
        self.pages.setAccessibleName(self.tr("Pages of the grid"))
        self.trouble_page.offer(self.tr("Try again"), self.model.load, "primary")
        for widget in (self.cards, self.grid, self.blank, self.trouble_page):
            self._stack.addWidget(widget)
        self._stack.lower()  # the first child: F6 comes to the pictures
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.remark)
        column.addWidget(self.pages)
        column.addWidget(self._stack, 1)
        column.addWidget(self.trouble_bar)
        self.pages.setContentsMargins(PADDING, 0, PADDING, 0)

    def _connect(self, thumbnails: ThumbnailSource) -> None:
        model = self.model
        model.batch_changed.connect(self.refresh)
        model.history_changed.connect(self._choose_page)
        model.job_changed.connect(self._renew)
        model.paused_changed.connect(self._show_paused)
        model.counts_changed.connect(self._show_paused)
        thumbnails.ready.connect(self._repaint)
        self.pages.currentChanged.connect(self.grid.show_page)
        self.grid.page_changed.connect(self._show_page)
        for hands in (self.cards.hands, self.grid.hands):
            hands.opened.connect(self.opened)
            hands.picked.connect(self._pick)
            hands.record_wanted.connect(self.record_wanted)
        self.trouble_bar.retry_wanted.connect(lambda job_id: model.retry((job_id,)))
        self.trouble_bar.record_wanted.connect(self.record_wanted)
        self.trouble_bar.connection_wanted.connect(self.connection_wanted)
        self.blank.write_wanted.connect(self.write_wanted)
        self.blank.example_wanted.connect(self.example_wanted)
        self.header.history_wanted.connect(self.open_history)
        self.header.recall_wanted.connect(self._recall)
        self.header.delete_wanted.connect(self._delete_open)
        self.header.export_wanted.connect(self.export)
        self.history.chosen.connect(model.open)
        self.history.delete_wanted.connect(self._delete)
        self.remark.act.setText(self.tr("Go on"))
        self.remark.act.clicked.connect(model.toggle_pause)
        for keys, run in (
            ("Alt+Left", model.open_newer),
            ("Alt+Right", model.open_older),
            ("Ctrl+H", self.open_history),
            ("Ctrl+E", self._open_exports),
            ("Ctrl+PgDown", self.grid.next_page),
            ("Ctrl+PgUp", self.grid.previous_page),
        ):
            on_keys(keys, self, run)

    # what is shown

    @Slot()
    def _choose_page(self) -> None:
        model = self.model
        there = model.batch is not None
        if model.problem is not None and not model.jobs:
            self.trouble_page.say_trouble(model.problem)
            self._stack.setCurrentWidget(self.trouble_page)
        elif there or (model.loading and not model.loaded):
            self._stack.setCurrentWidget(self._view)
        else:
            self._stack.setCurrentWidget(self.blank)
        self.header.setVisible(there)
        if not there:
            self.pages.hide()

    def _show_pages(self) -> None:
        layout = self.grid.grid
        names = [page.name for page in layout.pages] if layout else []
        with QSignalBlocker(self.pages):
            while self.pages.count():
                self.pages.removeTab(0)
            for name in names if len(names) > 1 else []:
                self.pages.setTabToolTip(self.pages.addTab(name.replace("&", "&&")), name)
        self.pages.setVisible(len(names) > 1)
        self._show_page()

    @Slot()
    def _show_page(self) -> None:
        with QSignalBlocker(self.pages):
            self.pages.setCurrentIndex(self.grid.page)

    @Slot()
    def _show_paused(self) -> None:
        trouble = self.model.trouble
        self.remark.say(in_words(trouble) if trouble else "")
        self.remark.act.setVisible(trouble is not None)
        self._tick.look()
        self._view.viewport().update()

    @Slot()
    def _repaint(self) -> None:
        self._view.viewport().update()

    @Slot(str)
    def _renew(self, job_id: str) -> None:
        self._tick.look()
        current = self.hands.current
        if current is not None and current.job.id == job_id:
            self._pick(current)
        layout = self.grid.grid
        if layout is not None and layout.page_of(job_id) < 0:
            self.grid.show_grid(
                layout_of(self.model.batch.draft, self.model.jobs) if self.model.batch else None
            )

    @Slot(object)
    def _pick(self, result: Result | None) -> None:
        self.trouble_bar.show_result(result)
        image_id = result.image_id if result is not None else ""
        if image_id != self._said:
            self._said = image_id
            self.selected.emit(image_id)

    # what is done

    @Slot()
    def open_history(self) -> None:
        self.history.open_under(self.header.history)

    @Slot()
    def _open_exports(self) -> None:
        if self.header.export.isEnabled():
            self.header.open_exports()

    @Slot()
    def _recall(self) -> None:
        if self.model.batch is not None:
            self.recall_wanted.emit(self.model.batch)

    @Slot()
    def _delete_open(self) -> None:
        if self.model.batch is not None:
            self._delete(self.model.batch.id)

    @Slot(str)
    def _delete(self, batch_id: str) -> None:
        self._tasks.start("delete", self._ask_to_delete(batch_id))

    async def _ask_to_delete(self, batch_id: str) -> None:
        batch = next((one for one in self.model.batches if one.id == batch_id), None)
        if batch is None:
            return
        title = words.title(batch)
        short = title if len(title) <= 60 else f"{title[:59]}…"
        open_now = self.model.batch is not None and self.model.batch.id == batch_id
        busy = open_now and any(not job.state.over for job in self.model.jobs)
        why = self.tr("It leaves this list for good. Its pictures stay in the gallery.")
        if busy:
            why += " " + self.tr("What has not come yet is cancelled.")
        if await ask(
            self,
            self.tr("Delete the batch “{0}”?").format(short),
            why,
            accept=self.tr("Delete"),
            dangerous=True,
        ):
            self.model.delete(batch_id)

    @Slot(str)
    def export(self, kind: str) -> None:
        """kind: "png", "html" or "json"."""
        self._tasks.start("export", self._choose_file(kind))

    async def _choose_file(self, kind: str) -> None:
        batch = self.model.batch
        if batch is None:
            return
        filters = {
            "png": self.tr("Pictures (*.png)"),
            "html": self.tr("Web pages (*.html)"),
            "json": self.tr("JSON (*.json)"),
        }[kind]
        name = f"{file_name(words.title(batch))}.{kind}"
        path = await save_file(self, self.tr("Export this batch"), name, filters=filters)
        if path:
            self._exporter.export(kind, batch, self.model.jobs, Path(path))


def file_name(title: str) -> str:
    """A title as a file may be called on every system."""
    kept = "".join(char if char.isalnum() or char in " -_" else " " for char in title)
    return "-".join(kept.split())[:60].rstrip("-") or "batch"
