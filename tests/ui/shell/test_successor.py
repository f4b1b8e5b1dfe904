"""Who comes back to the window after an upgrade is told, once, and may start the new program."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from workbench.services.about import Build
from workbench.ui.shell.successor import SuccessorNotice
from workbench.ui.support.notify import Notice, Notifier

NEWER = Build("1.1", "abc", "2026-01-31T12:00:00Z", True)


class Disk:
    """found: what was put in the program's place."""

    def __init__(self, found: Build | None = None) -> None:
        self.found, self.looks = found, 0

    async def look(self) -> Build | None:
        self.looks += 1
        return self.found


def test_a_new_build_is_told_once_and_started_on_demand(qtbot: QtBot, run_qt: Run) -> None:
    async def scene() -> None:
        notifier, disk = Notifier(), Disk()
        told: list[Notice] = []
        restarts: list[str] = []
        notifier.posted.connect(told.append)
        notice = SuccessorNotice(disk, notifier, lambda: restarts.append("again"))
        notice.look()
        await notice._tasks.finish()
        assert told == []
        disk.found = NEWER
        for _ in range(2):
            notice.look()
            await notice._tasks.finish()
        (one,) = told
        assert "1.1" in one.text
        assert one.lasting
        assert one.action is not None
        one.action()
        assert restarts == ["again"]
        disk.found = Build("1.2", "def", "", True)
        notice.look()
        await notice._tasks.finish()
        assert "1.2" in told[-1].text
        assert told[-1].key == one.key  # it takes the place of the other
        await notice.aclose()
        notice.deleteLater()

    run_qt(scene())


def test_it_looks_when_the_window_gets_the_user_back(qapp: QApplication, run_qt: Run) -> None:
    async def scene() -> None:
        disk = Disk()
        notice = SuccessorNotice(disk, Notifier(), lambda: None)
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
        await notice._tasks.finish()
        assert disk.looks == 0
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        await notice._tasks.finish()
        assert disk.looks == 1
        await notice.aclose()
        notice.deleteLater()

    run_qt(scene())
