"""Whether there is a newer version, as the window asks and tells it. Off unless the user switches it on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.tasks import TaskScope

if TYPE_CHECKING:
    from workbench.domain.releases import Release

LOOK_AGAIN_MS = 60 * 60 * 1000


class Updates(Protocol):
    """services.updates.Updates. look raises WorkbenchError."""

    @property
    def version(self) -> str: ...
    def now(self) -> int: ...
    def is_due(self, last_check: int) -> bool: ...
    async def look(self, address: str) -> Release | None: ...


class Stage(Enum):
    """READY: not asked in this run. NEWEST: ours is the newest."""

    READY = auto()
    CHECKING = auto()
    NEWEST = auto()
    FOUND = auto()
    FAILED = auto()


def open_page(url: str) -> bool:
    """In the browser; whether there is one."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    return QDesktopServices.openUrl(QUrl(url))


class UpdatesModel(QObject):
    """found: at FOUND; error: at FAILED. Signals: changed."""

    changed = Signal()

    def __init__(
        self,
        updates: Updates,
        settings: SettingsModel,
        notifier: Notifier,
        parent: QObject | None = None,
        *,
        open_page: Callable[[str], bool] = open_page,
    ) -> None:
        super().__init__(parent)
        self._updates, self._settings, self._notifier, self._open = updates, settings, notifier, open_page
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._look_when_due)
        self.stage = Stage.READY
        self.found: Release | None = None
        self.error: WorkbenchError | None = None
        settings.changed.connect(self._setting_changed)

    @property
    def version(self) -> str:
        """Ours."""
        return self._updates.version

    @property
    def address(self) -> str:
        return self._settings.value.update_address

    @property
    def place(self) -> str:
        """Who is asked."""
        return self.address.partition("://")[2].partition("/")[0]

    @property
    def daily(self) -> bool:
        """Whether it is looked for without being asked."""
        return self._settings.value.check_for_updates

    @property
    def checked_at(self) -> int:
        """Seconds since 1970; 0 for never."""
        return self._settings.value.update_checked_at

    def start(self) -> None:
        """Look from now on whenever a day has gone by, where that is switched on."""
        self._timer.start()
        self._look_when_due()

    @Slot()
    def check(self) -> None:
        """Look now: the user asked for it. Nothing where that is being done."""
        if self.address and self.stage is not Stage.CHECKING:
            self._tasks.start("check", self._check(tell=False))

    @Slot()
    def open_found(self) -> None:
        if self.found is not None:
            self._open_or_tell(self.found.url)

    async def aclose(self) -> None:
        self._timer.stop()
        await self._tasks.aclose()

    @Slot()
    def _look_when_due(self) -> None:
        value = self._settings.value
        due = value.check_for_updates and self._updates.is_due(value.update_checked_at)
        if due and value.update_address and not self._tasks.busy:
            self._tasks.start("check", self._check(tell=True))

    async def _check(self, *, tell: bool) -> None:
        """The time is noted before: who does not answer is not asked again and again."""
        self._settings.set("update_checked_at", self._updates.now())
        self._become(Stage.CHECKING)
        try:
            found = await self._updates.look(self.address)
        except WorkbenchError as error:
            self.error = error
            self._become(Stage.FAILED)
            if tell:  # that nobody could be asked is no news
                logging.getLogger(__name__).info("no newer version could be looked for: %s", error.what)
            return
        except BaseException:
            self._become(Stage.READY)
            raise
        self.found = found
        self._become(Stage.NEWEST if found is None else Stage.FOUND)
        if tell and found is not None and found.version != self._settings.value.update_told:
            self._settings.set("update_told", found.version)
            self._tell(found)

    def _tell(self, found: Release) -> None:
        page = bool(found.url)
        self._notifier.post(
            Notice(
                self.tr("AI Workbench {0} is available.").format(found.version),
                found.notes,
                action_label=self.tr("Open the release page") if page else "",
                action=self.open_found if page else None,
                key="update",
                lasting=True,
            )
        )

    def _open_or_tell(self, url: str) -> None:
        if url and not self._open(url):
            self._notifier.info(
                self.tr("No browser opens it here. The address is {0}").format(f"\u2066{url}\u2069"),
                key="update-page",
            )

    def _become(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()

    @Slot(str)
    def _setting_changed(self, name: str) -> None:
        if name == "update_address":
            self._tasks.cancel("check")
            self.found = self.error = None
            self._become(Stage.READY)
        elif name == "check_for_updates":
            self.changed.emit()
            if self._timer.isActive():
                self._look_when_due()
