"""The tab as a whole: which page is open, and which wire record is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.ui.support.tasks import TaskScope


class PageId(StrEnum):
    TRANSCRIBE = "transcribe"
    BATCH = "batch"
    SPEAK = "speak"


Records = Callable[[str], Awaitable[Exchange | None]]


class SpeechModel(QObject):
    """records: where wire records are asked for, one after the other until one knows it.

    Signals: page_changed, record_changed (record_shown says whether it is shown), failed (Exception).
    """

    page_changed = Signal()
    record_changed = Signal()
    failed = Signal(object)

    def __init__(self, records: tuple[Records, ...], page: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records = records
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.page = PageId(page) if page in set(PageId) else PageId.TRANSCRIBE
        self.record: Exchange | None = None
        self.record_shown = False

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def open(self, page: PageId) -> None:
        if page is not self.page:
            self.page = page
            self.page_changed.emit()

    def show_record(self, exchange_id: str) -> None:
        """Open the wire record of a call."""
        self._tasks.start("record", self._show_record(exchange_id))

    def close_record(self) -> None:
        self.record_shown = False
        self.record_changed.emit()

    async def _show_record(self, exchange_id: str) -> None:
        found: Exchange | None = None
        try:
            for records in self._records:
                found = found or (await records(exchange_id) if exchange_id else None)
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self.record, self.record_shown = found, True
        self.record_changed.emit()
