"""A gallery page over pictures in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.images.fakes import FakeGallery, entry
from workbench.domain.errors import WorkbenchError
from workbench.services.images.incoming import Brought, Refused
from workbench.ui.images.actions import PictureActions
from workbench.ui.images.gallery.model import GalleryModel
from workbench.ui.images.gallery.page import GalleryPage
from workbench.ui.images.thumbnails import Thumbnails
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class FakeIncoming:
    """services.images.incoming.IncomingPictures over a fake gallery."""

    def __init__(self, gallery: FakeGallery) -> None:
        self._gallery = gallery

    async def bring(
        self, sources: Sequence[Path | bytes], progress: Callable[[float], None] = lambda part: None
    ) -> Brought:
        pictures, refused = [], []
        for source in sources:
            try:
                pictures.append(await self._gallery.bring(source))
            except WorkbenchError as error:
                refused.append(Refused(source.name if isinstance(source, Path) else "", error))
        progress(1.0)
        return Brought(tuple(pictures), tuple(refused))


class Scene:
    """A model over a gallery in memory, and what was said."""

    def __init__(self, pictures: int, kept: str = "") -> None:
        self.kept = kept
        self.gallery = FakeGallery([entry(number) for number in range(pictures)])
        self.notifier = Notifier()
        self.said: list[Notice] = []
        self.notifier.posted.connect(self.said.append)
        self.running = RunningWork()
        self.model = GalleryModel(
            self.gallery,
            FakeIncoming(self.gallery),
            self.notifier,
            self.running,
            kept=kept,
            keep=lambda text: setattr(self, "kept", text),
        )

    async def settle(self) -> None:
        """Until everything that was begun has ended, also what is gathered for a moment."""
        for _ in range(3):
            while self.model._gather.isActive():
                self.model._gather.stop()
                self.model._read_again()
            await self.model._tasks.finish()
            await self.model._entries._tasks.finish()
            await asyncio.sleep(0)

    async def open(self) -> None:
        self.model.load()
        await self.settle()

    async def aclose(self) -> None:
        await self.model.aclose()


class PageScene(Scene):
    """With the widgets over it."""

    def __init__(self, theme: Theme, pictures: int) -> None:
        super().__init__(pictures)
        self.thumbnails = Thumbnails(self.gallery)
        self.actions = PictureActions(theme, self.gallery, self.notifier)
        self.page = GalleryPage(theme, self.model, self.thumbnails, self.actions, self.notifier)
        self.page.resize(1000, 700)

    async def open(self) -> None:
        self.page.show()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await super().settle()
            if self.page._gather.isActive():
                self.page._gather.stop()
                self.page._tell_selected()
            await self.actions._tasks.finish()
            await self.page._tasks.finish()
            await self.thumbnails._tasks.finish()

    async def aclose(self) -> None:
        await self.page.aclose()
        await self.actions.aclose()
        await self.thumbnails.aclose()
        await super().aclose()


@pytest.fixture
def scene(qtbot: QtBot, run_qt: Run) -> Iterator[Scene]:
    """Twelve pictures, not loaded yet."""
    made = Scene(12)
    yield made
    run_qt(made.aclose())


@pytest.fixture
def pages(theme: Theme, qtbot: QtBot, run_qt: Run) -> Iterator[Callable[[int], PageScene]]:
    """Makes a page over so many pictures."""
    made: list[PageScene] = []

    def make(pictures: int) -> PageScene:
        scene = PageScene(theme, pictures)
        qtbot.addWidget(scene.page)
        made.append(scene)
        return scene

    yield make
    for scene in made:
        run_qt(scene.aclose())
