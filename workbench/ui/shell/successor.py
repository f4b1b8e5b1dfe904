"""Tells when the program was upgraded under its open window, and offers to start the new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from workbench.services.about import Build
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.tasks import TaskScope


class Successor(Protocol):
    """services.successor.Successor."""

    async def look(self) -> Build | None: ...


class SuccessorNotice(QObject):
    """Looks when the user comes back to the window, and when it is asked to; tells of each build once."""

    def __init__(
        self,
        successor: Successor,
        notifier: Notifier,
        restart: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._successor, self._notifier, self._restart = successor, notifier, restart
        self._told: Build | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._state_changed)

    @Slot()
    def look(self) -> None:
        if not self._tasks.busy:
            self._tasks.start("look", self._look())

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @Slot(Qt.ApplicationState)
    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()

    async def _look(self) -> None:
        found = await self._successor.look()
        if found is None or found == self._told:
            return
        self._told = found
        self._notifier.post(
            Notice(
                self.tr("AI Workbench {0} was installed.").format(found.version),
                self.tr("This window is still the program from before. What you made stays."),
                action_label=self.tr("Close and start again"),
                action=self._restart,
                key="successor",
                lasting=True,
            )
        )
