"""The tab as a whole: which page is open, what is shown beside it, and what is done to a single picture."""

from __future__ import annotations

from collections.abc import Awaitable
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.images.gallery import GalleryImage
from workbench.services.images.repeat import Repeat
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.work import RunningWork


class PageId(StrEnum):
    CREATE = "create"
    TRY_ON = "try-on"
    GALLERY = "gallery"


class Side(StrEnum):
    """What is shown beside the page."""

    DETAILS = "details"
    QUEUE = "queue"
    RECORD = "record"


class Gallery(Protocol):
    """services.images.gallery.Gallery."""

    async def get(self, image_id: str) -> GalleryImage | None: ...
    async def images(self, ids: list[str]) -> list[GalleryImage]: ...


class Repeats(Protocol):
    """services.images.repeat.Repeats."""

    async def again(self, image_id: str) -> Repeat: ...


class Desk(Protocol):
    """services.images.desk.ImagesDesk."""

    @property
    def gallery(self) -> Gallery: ...
    @property
    def repeats(self) -> Repeats: ...
    def exchange(self, exchange_id: str, /) -> Awaitable[Exchange | None]: ...


class ImagesModel(QObject):
    """page: see PageId. side: what is chosen to be shown beside it; side_shown: whether anything is, where there is room.

    side_asked: it was asked for just now, and is shown where there is no room too.

    Signals: page_changed, side_changed, shown_changed (the images whose details are shown), record_changed,
    repeat_ended (id of the image that was to be repeated; Repeat, or None where it failed or was stopped), failed (Exception).
    """

    page_changed = Signal()
    side_changed = Signal()
    shown_changed = Signal()
    record_changed = Signal()
    repeat_ended = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        running: RunningWork,
        *,
        page: str = "",
        side_shown: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._running = running
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.page = PageId(page) if page in set(PageId) else PageId.CREATE
        self.side = Side.DETAILS
        self.side_shown = side_shown
        self.side_asked = False
        self.record: Exchange | None = None

    async def finish(self) -> None:
        """Wait until what was begun is done."""
        await self._tasks.finish()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def open(self, page: PageId) -> None:
        if page is not self.page:
            self.page = page
            self.page_changed.emit()

    def show_side(self, side: Side, *, shown: bool = True, asked: bool = True) -> None:
        asked = asked and shown
        if (side, shown, asked) != (self.side, self.side_shown, self.side_asked):
            self.side, self.side_shown, self.side_asked = side, shown, asked
            self.side_changed.emit()

    def show_record(self, exchange_id: str) -> None:
        """Open the wire record of a call."""
        self._tasks.start("record", self._show_record(exchange_id))

    def repeat(self, image_id: str) -> None:
        """Ask for the picture again with the very same request. The window's running work can stop it."""
        self._tasks.start(f"repeat-{image_id}", self._repeat(image_id))

    async def _show_record(self, exchange_id: str) -> None:
        try:
            self.record = await self._desk.exchange(exchange_id) if exchange_id else None
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.record_changed.emit()
        self.show_side(Side.RECORD)

    async def _repeat(self, image_id: str) -> None:
        name = f"repeat-{image_id}"
        work = self._running.add(self.tr("Repeating a picture"), lambda: self._tasks.cancel(name))
        repeat: Repeat | None = None
        try:
            repeat = await self._desk.repeats.again(image_id)
        except WorkbenchError as error:
            self.failed.emit(error)
        finally:
            work.done()
            self.repeat_ended.emit(image_id, repeat)
