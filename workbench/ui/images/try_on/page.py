"""Virtual try-on: photos and steps at the side, pictures in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.try_on import PERSON, StepState
from workbench.ui.images.form.ports import Thumbnails
from workbench.ui.images.results.exporting import Exporter
from workbench.ui.images.results.ports import Actions, ThumbnailSource
from workbench.ui.images.results.view import ResultsView
from workbench.ui.images.try_on import words
from workbench.ui.images.try_on.examples import Example
from workbench.ui.images.try_on.model import TryOnModel
from workbench.ui.images.try_on.photo_slot import PhotoPair
from workbench.ui.images.try_on.start import StartPage
from workbench.ui.images.try_on.step_card import show_run_or_stop
from workbench.ui.images.try_on.steps import DescribeCard, DressCard
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.icons import set_icon
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import Ground
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

NARROWEST, WIDEST, SHARE = 352, 432, 0.4
"""Of the side with the steps: as wide as this share of the page, within limits."""


class AllThumbnails(Thumbnails, ThumbnailSource, Protocol):
    """ui.images.thumbnails.Thumbnails."""

    @property
    def ready(self) -> SignalInstance: ...


class RunBar(Ground):
    """Runs both steps, and tells what that is and what it may cost."""

    def __init__(self, theme: Theme, model: TryOnModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "top", "surface", parent)
        self._model = model
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.run = button("", "primary", self)
        self.run.clicked.connect(model.run)
        self.stop = button(self.tr("Stop"), "", self)
        set_icon(self.stop, theme, "circle-stop", "text", 14)
        self.stop.clicked.connect(model.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        row.setSpacing(INSIDE)
        row.addWidget(self.facts, 1)
        row.addWidget(self.stop)
        row.addWidget(self.run)
        model.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self._model
        hindrance = model.run_hindrance
        self.run.setText(self.tr("Run step 2") if model.skips_first else self.tr("Run both steps"))
        self.run.setToolTip(hindrance or self.tr("{0} (Ctrl+Enter)").format(self.run.text()))
        show_run_or_stop(self.run, self.stop, running=model.running, can_run=not hindrance)
        self.facts.setText("" if model.running else hindrance or words.outlook(tuple(model.prospects)))


class TryOnPage(QWidget):
    """mime_of: what is dragged when pictures are.

    Signals: opened (image id), selected (image id, "" for none), picture_opened (digest of a photo), record_wanted (exchange id),
    connection_wanted, failed (Exception).
    """

    opened = Signal(str)
    selected = Signal(str)
    picture_opened = Signal(str)
    record_wanted = Signal(str)
    connection_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: TryOnModel,
        thumbnails: AllThumbnails,
        actions: Actions,
        exporter: Exporter,
        mime_of: Callable[[Sequence[GalleryImage]], QMimeData],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        model.failed.connect(self.failed)
        self.photos = PhotoPair(theme, model, thumbnails, self)
        self.describe = DescribeCard(theme, model, self)
        self.dress = DressCard(theme, model, self)
        self.bar = RunBar(theme, model, self)
        self.over = IconButton(theme, "rotate-ccw", self.tr("Start over"), self)
        self.over.setToolTip(self.tr("Start over: photos and description go, pictures stay in the gallery"))
        self.start = StartPage(theme, self)
        self.results = ResultsView(theme, model.results, thumbnails, actions, exporter, mime_of, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.start)
        self._stack.addWidget(self.results)
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def shows_results(self) -> bool:
        """Rather than the page to start from."""
        return self._stack.currentWidget() is self.results

    def focus_first(self) -> None:
        """Put the keyboard where the user will want it."""
        free = [slot.add for slot in (self.photos.person, self.photos.outfit) if slot.add.isVisibleTo(self)]
        (free[0] if free else self.bar.stop if self.model.running else self.bar.run).setFocus()

    async def aclose(self) -> None:
        await self._tasks.aclose()
        await self.photos.aclose()
        await self.results.aclose()

    @Slot()
    def refresh(self) -> None:
        model = self.model
        there = model.results.batch is not None
        self._stack.setCurrentWidget(self.results if there else self.start)
        running = model.first_step is StepState.RUNNING
        self.start.show_hint(model.empty, running, model.run_hindrance)
        self.over.setEnabled(not model.empty)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        least, most = self._theme.px(NARROWEST), self._theme.px(WIDEST)
        self._side.setFixedWidth(min(most, max(least, round(self.width() * SHARE))))

    def _lay_out(self) -> None:
        inner = Ground(self._theme, "bottom")
        steps = QVBoxLayout(inner)
        steps.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        steps.setSpacing(RELATED)
        head = QHBoxLayout()
        head.addWidget(TextLabel(self._theme, self.tr("Virtual try-on"), size=SECTION, weight=SEMIBOLD), 1)
        head.addWidget(self.over)
        steps.addLayout(head)
        steps.addWidget(self.photos)
        steps.addSpacing(GRID)
        steps.addWidget(self.describe)
        steps.addWidget(self.dress)
        steps.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = Ground(self._theme, "right")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self._stack, 1)
        self._side = side
        follow(self, self._theme, self._fit)

    def _connect(self) -> None:
        model = self.model
        model.changed.connect(self.refresh)
        model.pictures_changed.connect(self.refresh)
        self.over.clicked.connect(model.start_over)
        self.start.example_wanted.connect(self._try)
        self.start.files_wanted.connect(self._ask_for_files)
        self.photos.opened.connect(self.picture_opened)
        for card in (self.describe, self.dress):
            card.record_wanted.connect(self.record_wanted)
            card.connection_wanted.connect(self.connection_wanted)
        self.results.opened.connect(self.opened)
        self.results.selected.connect(self.selected)
        self.results.record_wanted.connect(self.record_wanted)
        self.results.connection_wanted.connect(self.connection_wanted)
        self.results.recall_wanted.connect(model.recall)
        self.results.failed.connect(self.failed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            on_keys(keys, self, model.run)

    @Slot(object)
    def _try(self, example: Example) -> None:
        self.setFocus()  # its button goes, and the keyboard would go wherever comes next
        self.model.try_example(example.photos, example.title)

    @Slot()
    def _ask_for_files(self) -> None:
        self._tasks.start("files", self._choose_files())

    async def _choose_files(self) -> None:
        filters = self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp)")
        title = self.tr("Choose the photo of the person, then that of the outfit")
        paths = await open_files(self, title, filters=filters, several=True)
        if paths:
            self.model.add_files([Path(path) for path in paths], PERSON)
