"""Where files and links come in: each goes to the tab that takes it, and what nothing takes is said."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.shell.test_handover import call
from tests.waiting import until
from workbench.domain.errors import InvalidInput
from workbench.domain.opening import Opening
from workbench.storage.paths import Paths
from workbench.storage.window_place import WindowPlace
from workbench.ui.doorway import Doorway
from workbench.ui.errands import Errands
from workbench.ui.shell.handover import Handed, Place
from workbench.ui.support.notify import Notice, Notifier

LINK = "ai-workbench:route?data=e30"


class FakeWindow(QObject):
    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.came: list[str] = []

    def come_forward(self, token: str = "") -> None:
        self.came.append(token)


class Desk:
    """A doorway with everything it asks for written down in `order`."""

    def __init__(self, place: Place | None = None) -> None:
        self.order: list[object] = []
        self.said: list[Notice] = []
        self.window = FakeWindow()
        self.notifier = Notifier()
        self.notifier.posted.connect(self.said.append)
        self.errands = Errands(self.order.append)
        for signal in (
            self.errands.chat_file_wanted,
            self.errands.route_file_wanted,
            self.errands.connection_file_wanted,
            self.errands.sounds_wanted,
            self.errands.pictures_wanted,
        ):
            signal.connect(self.order.append)
        self.doorway = Doorway(self.window, self.notifier, place)  # type: ignore[arg-type]  # as much of it as is used

    async def follow(self, link: str) -> None:
        self.order.append(link)
        await asyncio.sleep(0)
        if "bad" in link:
            raise InvalidInput("It is bad.")

    def admit(self) -> None:
        self.doorway.admit(self.errands, self.follow)


def test_each_file_goes_to_the_tab_that_takes_it(qapp: QApplication, run_qt: Run, tmp_path: Path) -> None:
    starts = {
        "a.route.json": b"{}",
        "b.chat.json": b"{}",
        ".dev.vars": b"",
        "c.wav": b"RIFF0000WAVE",
        "d.png": b"\x89PNG\r\n\x1a\n",
        "e.wav": b"RIFF0000WAVE",
    }
    paths = {name: tmp_path / name for name in starts}
    for name, start in starts.items():
        paths[name].write_bytes(start)

    async def scenario() -> None:
        desk = Desk()
        desk.admit()
        desk.window.dropped.emit([str(path) for path in paths.values()])
        await until(lambda: [paths["d.png"]] in desk.order)
        assert desk.order == [
            "routes",
            paths["a.route.json"],
            "chat",
            paths["b.chat.json"],
            "connections",
            paths[".dev.vars"],
            "speech",
            [paths["c.wav"], paths["e.wav"]],
            "images",
            [paths["d.png"]],
        ]
        assert desk.said == []
        await desk.doorway.aclose()

    run_qt(scenario())


def test_what_comes_too_early_waits(qapp: QApplication, run_qt: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        desk = Desk()
        desk.doorway.open(Opening((str(tmp_path / "gone.json"),), new_chat=True))
        desk.doorway.open_things([LINK])
        await asyncio.sleep(0.02)
        assert (desk.order, desk.said) == ([], [])
        desk.admit()
        await until(lambda: desk.said and LINK in desk.order)
        assert "chat" in desk.order
        assert "gone.json is not there" in desk.said[0].text
        await desk.doorway.aclose()

    run_qt(scenario())


def test_links_are_followed_one_after_the_other_and_not_without_end(qapp: QApplication, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = Desk()
        desk.admit()
        links = [f"ai-workbench:bad?{number}" for number in range(20)]
        desk.doorway.open_things([links[0], *links])
        await until(lambda: not desk.doorway._tasks.busy)
        assert desk.order == links[:5]
        assert {notice.text for notice in desk.said} == {"It is bad."}
        await desk.doorway.aclose()

    run_qt(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="the caller speaks to a socket with a file")
def test_a_window_that_was_closed_takes_nothing_more(qapp: QApplication, run_qt: Run, tmp_path: Path) -> None:
    """What it takes while all behind it is closed would be lost."""

    async def scenario() -> None:
        place = WindowPlace(Paths.under(tmp_path))
        desk = Desk(place)
        assert await call(place.address) is Handed.TAKEN
        qapp.lastWindowClosed.emit()
        assert await call(place.address) is Handed.NOBODY
        assert desk.window.came == ["token"]
        await desk.doorway.aclose()
        place.leave()

    run_qt(scenario())
