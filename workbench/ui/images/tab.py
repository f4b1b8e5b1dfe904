"""The images tab: a form and what comes of it, the try-on, the gallery; details, queue or a wire record beside them."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from workbench.domain.images.costs import estimated
from workbench.domain.images.fitting import fitted
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.recalling import Recall
from workbench.domain.images.settings import ImageSettings
from workbench.services.images.desk import ImagesDesk
from workbench.services.images.queue import QueueEvent
from workbench.services.images.repeat import Repeat, Verdict
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.details.panel import DetailsPanel
from workbench.ui.images.dragging import digests_in, files_in, mime_of, picture_in, takes
from workbench.ui.images.form.form import ImageForm
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.words import field_name
from workbench.ui.images.gallery.model import GalleryModel
from workbench.ui.images.gallery.page import GalleryPage
from workbench.ui.images.mask.page import MaskPage
from workbench.ui.images.model import ImagesModel, PageId, Side
from workbench.ui.images.results.exporting import Exporter
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.queue_model import QueueModel
from workbench.ui.images.results.queue_panel import QueuePanel
from workbench.ui.images.results.view import ResultsView
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.images.try_on import kept
from workbench.ui.images.try_on.model import TryOnModel
from workbench.ui.images.try_on.page import TryOnPage
from workbench.ui.images.viewer.page import ViewerPage
from workbench.ui.support import figures
from workbench.ui.support.beside import KeptWidth
from workbench.ui.support.buttons import IconButton, button
from workbench.ui.support.drops import DropHint
from workbench.ui.support.exchange_panel import ExchangePanel
from workbench.ui.support.forms import Segments
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Level, Notice, Notifier
from workbench.ui.support.pages import MOST_FOUND, Found, Page, named
from workbench.ui.support.panes import Panes
from workbench.ui.support.pixels import QtPixels
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme
from workbench.ui.support.work import RunningWork

_MIDDLE_MIN, _TRY_ON_FORM = 360, 420


class ImagesTab(QWidget):
    """Shows an ImagesModel. decoder: what desk.pixels is, for the pages that paint.

    Signals: title_changed, connection_wanted.
    """

    title_changed = Signal()
    connection_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        desk: ImagesDesk,
        decoder: QtPixels,
        settings: SettingsModel,
        notifier: Notifier,
        running: RunningWork,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.desk = desk
        self._settings = settings
        self._notifier = notifier
        self._running = running
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        last = settings.value
        self.model = ImagesModel(
            desk, running, page=last.images_page, side_shown=last.images_side_shown, parent=self
        )
        self.thumbnails = Thumbnails(desk.gallery, self)
        self.picture_actions = PictureActions(theme, desk.gallery, notifier, self)
        self._drag = partial(mime_of, path_of=desk.gallery.path)
        self.exporter = Exporter(theme, desk.gallery, running, notifier, self)
        self.form_model = FormModel(
            desk,
            kept=last.images_draft,
            keep=partial(settings.set, "images_draft"),
            parent=self,
        )
        self.results_model = ResultsModel(desk.queue, desk.gallery, estimate=self._estimate, parent=self)
        self.form = ImageForm(theme, self.form_model, self.thumbnails)
        self.results = ResultsView(
            theme, self.results_model, self.thumbnails, self.picture_actions, self.exporter, self._drag
        )
        self.queue_model = QueueModel(
            desk.queue, per_model=lambda: settings.value.images_at_once, parent=self
        )
        self.queue = QueuePanel(theme, self.queue_model, settings)
        self.details = DetailsPanel(theme, desk.gallery, self.thumbnails, self.picture_actions)
        self.record = ExchangePanel(theme)
        self.viewer = ViewerPage(theme, desk.gallery, decoder, self.thumbnails, self.picture_actions)
        self.mask_page = MaskPage(theme, desk.gallery, decoder)
        self._focused: QWidget | None = None
        self._gallery: GalleryPage | None = None
        self._try_on: TryOnPage | None = None
        self._build()
        self._connect()
        self._show_page()
        self._show_side()
        self._show_queue()

    # Made when they are first opened

    @property
    def gallery(self) -> GalleryPage:
        if self._gallery is None:
            last = self._settings.value
            model = GalleryModel(
                self.desk.gallery,
                self.desk.incoming,
                self._notifier,
                self._running,
                self,
                kept=last.images_filter,
                keep=partial(self._settings.set, "images_filter"),
            )
            self._gallery = GalleryPage(
                self._theme,
                model,
                self.thumbnails,
                self.picture_actions,
                self._notifier,
                side=last.images_thumbnail_side,
            )
            self._gallery.side_changed.connect(partial(self._settings.set, "images_thumbnail_side"))
            self._gallery.opened.connect(self._open_from_gallery)
            self._gallery.create_wanted.connect(partial(self.model.open, PageId.CREATE))
            self._gallery.selected.connect(self._select)
            _keep_keyboard(self._gallery)
            self._pages.addWidget(self._gallery)
        return self._gallery

    @property
    def try_on(self) -> TryOnPage:
        if self._try_on is None:
            model = TryOnModel(
                self.desk,
                kept=self._settings.value.images_try_on,
                keep=partial(self._settings.set, "images_try_on"),
                parent=self,
            )
            self._try_on = TryOnPage(
                self._theme, model, self.thumbnails, self.picture_actions, self.exporter, self._drag
            )
            self._try_on.failed.connect(self._notifier.error)
            self._try_on.record_wanted.connect(self.model.show_record)
            self._try_on.connection_wanted.connect(self.connection_wanted)
            self._try_on.opened.connect(self._open_alone)
            self._try_on.picture_opened.connect(self._open_digest)
            self._try_on.selected.connect(self._select_id)
            _keep_keyboard(self._try_on)
            self._pages.addWidget(self._try_on)
        return self._try_on

    # What the window asks

    def page(self) -> Page:
        return Page(self, self.title, self.matching, self.focus, self.regions, self.aclose)

    def title(self) -> str:
        batch = self.results_model.batch
        return batch.title if batch is not None and self.model.page is PageId.CREATE else ""

    def matching(self, words: str) -> Sequence[Found]:
        """Batches whose title has all the words."""
        found = islice(named(words, self.results_model.batches, attrgetter("title")), MOST_FOUND)
        return [Found(each.title, partial(self._open_batch, each.id), "images") for each in found]

    def focus(self) -> None:
        cover = self._cover.currentWidget()
        if cover is self.viewer:
            self.viewer.view.setFocus()
        elif cover is self.mask_page:
            self.mask_page.canvas.setFocus()
        elif self.model.page is PageId.CREATE:
            if self.form.isHidden():
                self.results.setFocus()
            else:
                self.form.focus()
        elif self.model.page is PageId.GALLERY:
            self.gallery.focus()
        else:
            self.try_on.focus_first()

    def regions(self) -> Sequence[QWidget]:
        cover = self._cover.currentWidget()
        if cover is not None and cover is not self._work:
            return (cover,)
        by_page: dict[PageId, Sequence[QWidget]] = {
            PageId.CREATE: (self.form, self.results),
            PageId.GALLERY: self.gallery.regions() if self._gallery else (),
            PageId.TRY_ON: (self._try_on,) if self._try_on else (),
        }
        regions = (*by_page[self.model.page], self._side)
        return [widget for widget in regions if widget.isVisible()]

    async def aclose(self) -> None:
        """Nothing runs afterwards; the queue belongs to the desk."""
        self._forget()
        for part in (self._tasks, self.model, self.viewer, self.mask_page, self.form, self.form_model,
                     self.results, self.results_model, self.queue_model, self.details, self.picture_actions, self.exporter,
                     self._gallery, self._gallery.model if self._gallery else None, self._try_on,
                     self._try_on.model if self._try_on else None, self.thumbnails):  # fmt: skip
            if part is not None:
                await part.aclose()

    def open(self) -> None:
        """Read what there is, and let the queue go on. Needs the running loop."""
        self.results_model.load()
        self.form_model.refresh()
        self._start("queue", self.desk.queue.load())
        photos = kept.digests_in(self._settings.value.images_try_on)
        self._start("tidy", self.desk.tidy((*self.form_model.draft.settings.pictures, *photos)))

    # What the user can do; the commands call these too

    def open_viewer(self, ids: Sequence[str], current_id: str) -> None:
        """Look at a picture closely; left and right lead through ids."""
        self.viewer.show_images(ids, current_id)
        self._cover_with(self.viewer)
        self.viewer.view.setFocus()

    def compare(self, id_a: str, id_b: str) -> None:
        self.viewer.compare(id_a, id_b)
        self._cover_with(self.viewer)
        self.viewer.view.setFocus()

    def paint_mask(self, source_digest: str, mask_digest: str = "") -> None:
        self.mask_page.edit(source_digest, mask_digest)
        self._cover_with(self.mask_page)

    def uncover(self) -> None:
        """Back from the viewer or the mask to the page, and to where the keyboard was there."""
        self._cover.setCurrentWidget(self._work)
        before, self._focused = self._focused, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        else:
            self.focus()

    def show_page(self, page: PageId) -> None:
        self._cover.setCurrentWidget(self._work)
        self.model.open(page)
        self.focus()

    def take(self, paths: Sequence[Path]) -> None:
        """Bring pictures into the gallery, and their settings into the form."""
        self.show_page(PageId.CREATE)
        self._start("dropped", self._bring(paths))

    def toggle_side(self, side: Side) -> None:
        """Show it, or show nothing where it is to be seen already."""
        seen = self._side.isVisible() and self.model.side is side
        self.model.show_side(side, shown=not seen)
        self._show_side()  # a button that was pressed for nothing is let go

    def show_target(self) -> None:
        """Requests go to another connection from now on."""
        self.form_model.refresh()
        if self._try_on is not None:
            self._try_on.model.models.refresh()

    def _cover_with(self, page: QWidget) -> None:
        focused = QApplication.focusWidget()
        if self._cover.currentWidget() is self._work and focused is not None:
            self._focused = focused if self._work.isAncestorOf(focused) else None
        self._cover.setCurrentWidget(page)

    def _build(self) -> None:
        theme = self._theme
        self.choice = Segments(
            self.tr("Page"),
            [
                (PageId.CREATE, self.tr("Create")),
                (PageId.TRY_ON, self.tr("Try-on")),
                (PageId.GALLERY, self.tr("Gallery")),
            ],
        )
        self.queue_button = button("", "quiet")
        self.queue_button.setCheckable(True)
        self.side_button = IconButton(theme, "panel-right", self.tr("Show details"))
        self.side_button.setCheckable(True)
        bar = Ground(theme, "bottom")
        row = QHBoxLayout(bar)
        row.setContentsMargins(PADDING, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self.choice, 1)
        row.addWidget(self.queue_button)
        row.addWidget(self.side_button)
        self._frames(bar)
        self._form_width = KeptWidth(self.form, theme, self._settings, "images_form_width", (320, 440), 352)
        self._create = Panes(self.form, self.results, main=self.results, parent=self._pages)
        self._pages.addWidget(self._create)
        for panel in (self.details, self.queue, self.record):
            self._side.addWidget(panel)
        self._side_width = KeptWidth(self._side, theme, self._settings, "images_side_width", (280, 440), 320)
        for widget in (self.viewer, self.mask_page):
            self._cover.addWidget(widget)
        for part in (self.form, self.results, self.details, self.queue, self.viewer, self.mask_page):
            _keep_keyboard(part)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.results)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.form_model.generate)
        self._hint = DropHint(theme, self.tr("Drop to take the picture's settings over"), self)
        self.setAcceptDrops(True)

    def _frames(self, bar: Ground) -> None:
        """What the panels go into, from the outside in."""
        self._cover = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._cover)
        self._work = QWidget()
        self._cover.addWidget(self._work)
        self._pages, self._side = QStackedWidget(), QStackedWidget()
        self._split = Panes(self._pages, self._side, main=self._pages)
        column = QVBoxLayout(self._work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._split, 1)

    def _connect(self) -> None:
        model, actions = self.model, self.picture_actions
        self.choice.chosen.connect(lambda page: self.show_page(PageId(page)))
        self.queue_button.clicked.connect(partial(self.toggle_side, Side.QUEUE))
        self.side_button.clicked.connect(partial(self.toggle_side, Side.DETAILS))
        model.page_changed.connect(self._show_page)
        model.side_changed.connect(self._show_side)
        model.record_changed.connect(lambda: self.record.show_exchange(model.record))
        model.repeat_ended.connect(self._repeated)
        for failing in (model, self.form_model, self.results_model, self.results, self.queue_model):
            failing.failed.connect(self._notifier.error)
        self.record.closed.connect(self._leave_side)
        self.record.copied.connect(self._notifier.copied)
        self.form.paint_wanted.connect(self.paint_mask)
        self.form.picture_opened.connect(self._open_digest)
        self.form_model.submitted.connect(self._submitted)
        self.results.opened.connect(lambda id: self.open_viewer(self.results.image_ids(), id))
        self.results.selected.connect(self._select_id)
        self.results.record_wanted.connect(model.show_record)
        self.results.connection_wanted.connect(self.connection_wanted)
        self.results.recall_wanted.connect(self._recall_batch)
        self.results.write_wanted.connect(self._write)
        self.results.example_wanted.connect(self.form_model.try_example)
        self.results_model.batch_changed.connect(self.title_changed)
        self.queue.batch_wanted.connect(self._open_batch)
        self.queue.closed.connect(self._leave_side)
        self.queue.record_wanted.connect(model.show_record)
        actions.opened.connect(self._open_alone)
        actions.compare_wanted.connect(self.compare)
        actions.recall_wanted.connect(self._recall)
        actions.use_wanted.connect(self._use)
        actions.repeat_wanted.connect(self._repeat)
        actions.try_on_wanted.connect(self._dress)
        actions.details_wanted.connect(self._show_details)
        self.form_model.offer_changed.connect(self._follow_model)
        self.details.model.changed.connect(self._fit)
        self.details.exchange_wanted.connect(model.show_record)
        self.viewer.closed.connect(self.uncover)
        self.viewer.current_changed.connect(self._viewed)
        self.mask_page.closed.connect(self.uncover)
        self.mask_page.done.connect(self._painted)
        self._split.room_changed.connect(self._fit)
        self._split.splitterMoved.connect(self._side_width.keep)
        self._create.splitterMoved.connect(self._form_width.keep)
        self._forget = self.desk.queue.on_change(self._queue_changed)

    def _follow_model(self) -> None:
        """The details tell what the chosen model would not take of a picture's settings."""
        models = self.form_model.draft.models
        if len(models) == 1:
            name = self.desk.catalogue.find(models[0]).short_name
            self.details.set_model(name, self.desk.abilities.of(models[0]))
        else:
            self.details.set_model("", None)

    def _estimate(self, model_id: str, settings: ImageSettings) -> float | None:
        """What one picture will cost by the price list, for jobs that wait."""
        abilities = self.desk.abilities.of(model_id)
        return estimated(self.desk.catalogue.find(model_id), fitted(settings, abilities).settings, abilities)

    def _show_page(self) -> None:
        page = self.model.page
        self.choice.set_value(page)
        match page:
            case PageId.CREATE:
                self._pages.setCurrentWidget(self._create)
            case PageId.TRY_ON:
                self._pages.setCurrentWidget(self.try_on)
                self.try_on.model.models.refresh()
            case PageId.GALLERY:
                self._pages.setCurrentWidget(self.gallery)
                self._select(self.gallery.model.at_hand())
        self._settings.set("images_page", page)
        self.title_changed.emit()
        self._fit()

    def _show_side(self) -> None:
        model = self.model
        self._side.setCurrentWidget(
            {Side.DETAILS: self.details, Side.QUEUE: self.queue, Side.RECORD: self.record}[model.side]
        )
        self.queue_button.setChecked(model.side_shown and model.side is Side.QUEUE)
        self.side_button.setChecked(model.side_shown and model.side is Side.DETAILS)
        self.side_button.set_text(
            self.tr("Hide details") if self.side_button.isChecked() else self.tr("Show details")
        )
        self._settings.set("images_side_shown", model.side_shown)
        self._fit()

    def _show_queue(self) -> None:
        queue = self.desk.queue
        jobs = queue.jobs
        at_work = sum(job.started_at > 0 and not job.state.over for job in jobs)
        waiting = len(jobs) - at_work
        parts = [self.tr("Queue paused")] if queue.paused else []
        parts += [self.tr("{0} running").format(figures.count(at_work))] if at_work else []
        parts += [self.tr("{0} waiting").format(figures.count(waiting))] if waiting else []
        self.queue_button.setText(" " + (" · ".join(parts) or self.tr("Queue")))
        set_icon(
            self.queue_button,
            self._theme,
            "pause" if queue.paused else "list",
            "warn" if queue.paused else "muted",
        )

    def _queue_changed(self, event: QueueEvent) -> None:
        self._show_queue()

    def _fit(self) -> None:
        """Where the window is too narrow for three, the side makes room, or what was asked for takes the form's."""
        px, whole = self._theme.px, self.width()
        form, side = self._form_width.fit(whole), self._side_width.fit(whole)
        beside = {PageId.CREATE: form, PageId.TRY_ON: px(_TRY_ON_FORM), PageId.GALLERY: 0}[self.model.page]
        room = whole >= side + px(_MIDDLE_MIN) + beside
        # What was asked for just now is shown all the same; details make room, and need something to show.
        something = bool(self.details.model.images) or self.model.page is PageId.GALLERY
        details = something and (room or self.model.side_asked)
        wanted = self.model.side_shown and (details or self.model.side is not Side.DETAILS)
        self._side.setVisible(wanted)
        shown = side if wanted else 0
        self.form.setVisible(room or not wanted)
        self._split.setSizes([max(1, whole - shown), shown])
        self._create.setSizes([form, max(1, whole - shown - form)])

    def _submitted(self, batch_id: str) -> None:
        self.results_model.open(batch_id)

    def _open_batch(self, batch_id: str) -> None:
        self.show_page(PageId.CREATE)
        self.results_model.open(batch_id)

    def _open_alone(self, image_id: str) -> None:
        """From wherever it is shown; left and right lead through what is shown there."""
        if self.model.page is PageId.GALLERY and self._gallery is not None:
            self._open_from_gallery(image_id)
        else:
            ids = self.results.image_ids()
            self.open_viewer(ids if image_id in ids else (image_id,), image_id)

    def _open_from_gallery(self, image_id: str) -> None:
        ids = self.gallery.model.ids
        self.open_viewer(ids if image_id in ids else (image_id,), image_id)

    def _open_digest(self, digest: str) -> None:
        async def find() -> None:
            if (image := await self.desk.gallery.find(digest)) is not None:
                self.open_viewer((image.id,), image.id)

        self._start("open", find())

    def _select_id(self, image_id: str) -> None:
        async def find() -> None:
            image = await self.desk.gallery.get(image_id) if image_id else None
            self.details.show_images([image] if image is not None else [])

        self._start("select", find())

    def _viewed(self, image_id: str) -> None:
        """What was looked at last is selected behind the viewer too."""
        if self.model.page is PageId.GALLERY:
            self.gallery.show_image(image_id)
        else:
            self.results.hands.go_to(image_id)
        self._select_id(image_id)

    def _select(self, images: Sequence[GalleryImage]) -> None:
        self._tasks.cancel("select")
        self.details.show_images(images)

    def _show_details(self, image_id: str) -> None:
        if self._cover.currentWidget() is self.viewer:
            self.uncover()
        self._select_id(image_id)
        self.model.show_side(Side.DETAILS)

    def _recall(self, image: GalleryImage, what: str) -> None:
        self.form_model.recall(image, Recall(what))
        self.show_page(PageId.CREATE)
        self._write()

    def _leave_side(self) -> None:
        """Back to the details, which are shown where there is room."""
        self.model.show_side(Side.DETAILS, asked=False)

    def _write(self) -> None:
        """To the form, which comes back where there was no room for it."""
        if self.form.isHidden():
            self._leave_side()
        self.form.focus()

    def _recall_batch(self, batch: ImageBatch) -> None:
        self.form_model.set_draft(batch.draft)
        self._write()

    def _use(self, digest: str, role: str) -> None:
        self.form_model.use_picture(digest, role)
        self.show_page(PageId.CREATE)
        self._write()

    def _dress(self, digest: str, role: str) -> None:
        self.try_on.model.use_picture(digest, role)
        self.show_page(PageId.TRY_ON)

    def _painted(self, mask_digest: str) -> None:
        self.form_model.set_mask(mask_digest)
        self.uncover()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A picture dropped beside the form's slots brings its settings along."""
        creating = self._cover.currentWidget() is self._work and self.model.page is PageId.CREATE
        if creating and takes(event.mimeData()):
            event.acceptProposedAction()
            if not self._comes_back(event):
                self._hint.cover()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._comes_back(event):
            self._hint.hide()
            event.ignore()
        else:
            self._hint.cover()
            event.accept()

    def _comes_back(self, event: QDropEvent) -> bool:
        """A result over the results: it was dragged by a hand that shook, and is asked for nothing."""
        place = self.results.mapFrom(self, event.position().toPoint())
        return bool(digests_in(event.mimeData())) and self.results.rect().contains(place)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        mime = event.mimeData()
        if self._comes_back(event):
            return
        if digests := digests_in(mime):
            self._start("dropped", self._recall_dropped(digests[0]))
        elif files := files_in(mime):
            self._start("dropped", self._bring(files))
        elif data := picture_in(mime):
            self._start("dropped", self._bring([data]))
        else:
            return
        event.acceptProposedAction()

    async def _recall_dropped(self, digest: str) -> None:
        image = await self.desk.gallery.find(digest)
        if image is not None:
            self._take_over(image, ())

    async def _bring(self, sources: Sequence[Path | bytes]) -> None:
        brought = await self.desk.incoming.bring(sources)
        for refused in brought.refused:
            self._notifier.error(refused.error)
        if brought.pictures:
            image, recipe = brought.pictures[0]
            self._select_id(image.id)
            self._take_over(image, recipe.leftovers if recipe is not None else ())

    def _take_over(self, image: GalleryImage, leftovers: Sequence[tuple[str, str]]) -> None:
        """Put the settings of a picture into the form, and say what of them has no place there or on the model."""
        if not image.settings.prompt:
            self._notifier.post(
                Notice(
                    self.tr("No settings are in this picture. It is in the gallery now."),
                    action_label=self.tr("Use as source"),
                    action=partial(self._use, image.digest, "source"),
                    key="recalled",
                )
            )
            return
        before = self.form_model.draft
        self.form_model.recall(image, Recall.ALL)
        model = next(iter(self.form_model.draft.models), "")
        homeless = []
        if image.model and image.model != model:
            homeless.append(self.tr("the model {0}").format(image.model))
        homeless += [name for name, _ in leftovers]
        if model:
            changes = fitted(image.settings, self.desk.abilities.of(model)).changes
            homeless += [field_name(change.field) for change in changes if not change.sent]
        words = self.tr("Settings taken over from the picture.")
        if homeless:
            words += " " + self.tr("No place here for: {0}.").format(", ".join(dict.fromkeys(homeless)))
        self._notifier.undo(words, partial(self.form_model.set_draft, before), key="recalled")

    def _repeat(self, image_id: str) -> None:
        self.details.begin_repeat(image_id)
        self.model.repeat(image_id)

    def _repeated(self, image_id: str, repeat: Repeat | None) -> None:
        """Says how the new picture compares with the one it repeats, and leads to both."""
        self.details.end_repeat(image_id, repeat)
        if repeat is None:
            return
        words = {
            Verdict.SAME: self.tr("Run again: the same picture, pixel for pixel."),
            Verdict.SIMILAR: self.tr("Run again: a similar picture ({0} of 64 bits differ).").format(
                repeat.distance
            ),
            Verdict.DIFFERENT: self.tr("Run again: a different picture ({0} of 64 bits differ).").format(
                repeat.distance
            ),
        }[repeat.verdict]
        level = Level.GOOD if repeat.verdict is Verdict.SAME else Level.INFO
        ids = (image_id, repeat.image.id)
        self._notifier.post(
            Notice(words, "", level, self.tr("Compare"), partial(self.compare, *ids), key="repeated")
        )

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """What fails is told by the notifier, which knows what is expected and what is a bug."""
        self._tasks.start(name, work)


def _keep_keyboard(page: QWidget) -> None:
    """A click on one of its buttons, which take no focus, leaves the keyboard here, and the page's shortcuts alive."""
    page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
