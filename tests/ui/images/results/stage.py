"""The results with everything around them, over fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from tests.conftest import Run
from tests.ui.images.fakes import FakeGallery
from tests.ui.images.results.fakes import NOW, FakeQueue
from tests.waiting import until
from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.dragging import mime_of
from workbench.ui.images.results.exporting import Exporter
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.results.view import ResultsView
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class Stage:
    def __init__(self, theme: Theme) -> None:
        self.queue = FakeQueue()
        self.gallery = FakeGallery()
        self.notices: list[Notice] = []
        self.notifier = Notifier()
        self.notifier.posted.connect(self.notices.append)
        self.thumbnails = Thumbnails(self.gallery)
        self.actions = PictureActions(theme, self.gallery, self.notifier)
        self.work = RunningWork()
        self.exporter = Exporter(theme, self.gallery, self.work, self.notifier)
        self.model = ResultsModel(self.queue, self.gallery, clock=lambda: NOW)
        self.view = ResultsView(
            theme,
            self.model,
            self.thumbnails,
            self.actions,
            self.exporter,
            lambda images: mime_of(images, self.gallery.path),
        )
        self.view.resize(800, 600)

    async def open(self, batch: ImageBatch | None = None, jobs: Sequence[ImageJob] = ()) -> None:
        if batch is not None:
            self.queue.add(batch, jobs)
        self.view.show()
        self.model.load()
        await until(lambda: self.model.loaded and not self.model.reading)
        await asyncio.sleep(0.01)

    async def aclose(self) -> None:
        self.view.history.close()
        self.view.hide()  # what is not painted asks for no thumbnails
        await self.view.aclose()
        await self.exporter.aclose()
        await self.model.aclose()
        await self.thumbnails.aclose()
        await self.actions.aclose()
        self.view.close()
        self.view.deleteLater()


@asynccontextmanager
async def stage(theme: Theme) -> AsyncGenerator[Stage]:
    made = Stage(theme)
    try:
        yield made
    finally:
        await made.aclose()


def go(run_qt: Run, theme: Theme, act: Callable[[Stage], Awaitable[None]]) -> None:
    async def scenario() -> None:
        async with stage(theme) as made:
            await act(made)

    run_qt(scenario())
