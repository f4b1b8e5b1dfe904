"""Reports of bugs in the window: offered beside what is said of a bug, shown one at a time, never sent."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from workbench.ui.support.notify import Level, Notice, Notifier, Offer
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import Theme

if TYPE_CHECKING:
    from workbench.services.crash_reports import Bug, CrashReport
    from workbench.ui.shell.crash_dialog import CrashDialog


class Reports(Protocol):
    """services.crash_reports.CrashReports. save raises StorageFailed."""

    def caught(self, error: BaseException) -> Bug: ...
    async def of(self, bug: Bug) -> CrashReport: ...
    async def of_last_run(self) -> CrashReport | None: ...
    async def save(self, path: Path, text: str) -> None: ...


class Crashes(QObject):
    def __init__(self, window: QWidget, theme: Theme, reports: Reports, notifier: Notifier) -> None:
        super().__init__(window)
        self._window, self._theme, self._reports, self._notifier = window, theme, reports, notifier
        self._muted: set[str] = set()
        self._shown_key = ""
        self._next: Callable[[], None] | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self._failed)
        self.dialog: CrashDialog | None = None
        notifier.reporter = self

    def offer(self, bug: BaseException) -> Offer | None:
        """None where the user does not want to hear of it again in this run."""
        noted = self._reports.caught(bug)
        return None if noted.key in self._muted else Offer(noted.key, partial(self.show_bug, noted))

    def show_bug(self, bug: Bug) -> None:
        self._tasks.start("compose", self._compose(bug))

    def look_back(self) -> None:
        """Say it where an earlier run was ended by a fault."""
        self._tasks.start("last run", self._look_back())

    async def aclose(self) -> None:
        self._notifier.reporter = None
        self._next = None
        await self._tasks.aclose()
        if self.dialog is not None:
            await self.dialog.aclose()
            self.dialog.close()

    async def _compose(self, bug: Bug) -> None:
        self._show(bug.key, await self._reports.of(bug))

    async def _look_back(self) -> None:
        report = await self._reports.of_last_run()
        if report is None:
            return
        self._notifier.post(
            Notice(
                self.tr("AI Workbench ended unexpectedly the last time."),
                self.tr(
                    "What was stored is kept. A report says where it happened; it stays on this computer."
                ),
                Level.WARN,
                self.tr("Show the report"),
                partial(self._show, "", report),
                key="crash",
                lasting=True,
            )
        )

    def _show(self, key: str, report: CrashReport) -> None:
        """One at a time: one that was not touched gives way, one that was edited is finished first."""
        from workbench.ui.shell.crash_dialog import CrashDialog

        if self.dialog is not None:
            self._next = partial(self._show, key, report)
            if self.dialog.edited:
                self.dialog.raise_()
                self.dialog.activateWindow()
            else:
                self.dialog.close()
            return
        self._shown_key = key
        self.dialog = CrashDialog(self._theme, report, self._reports.save, self._window, can_mute=bool(key))
        self.dialog.finished.connect(self._closed)
        self.dialog.show()

    @Slot()
    def _closed(self) -> None:
        assert self.dialog is not None
        if self.dialog.mute.isChecked():
            self._muted.add(self._shown_key)
        self.dialog.deleteLater()
        self.dialog = None
        show, self._next = self._next, None
        if show is not None:
            show()

    @Slot(object)
    def _failed(self, error: BaseException) -> None:
        """A report of the reports would have no end."""
        logging.getLogger(__name__).error("a report could not be shown", exc_info=error)
