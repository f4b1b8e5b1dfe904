"""Starts of the program that speak to the window that is there already."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.waiting import until
from workbench.domain.opening import Opening, encoded
from workbench.ui.shell.handover import Handed, Reception

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tests speak to a socket with a file")


class FakePlace:
    def __init__(self, folder: Path, *, free: bool = True) -> None:
        self.free = free
        self.told = ""
        self._folder = folder

    def take(self) -> bool:
        return self.free

    def new_address(self) -> str:
        return str(self._folder / "s")

    def tell(self, address: str) -> None:
        self.told = address


CALLER = """
import sys, workbench.ui
from workbench.domain.opening import Opening
from workbench.ui.shell.handover import hand_over
print(hand_over(sys.argv[1], Opening(tuple(sys.argv[2:]), True, "token")))
"""


async def call(address: str, *things: str) -> Handed:
    """In a process of its own, as a start of the program is."""
    command = [sys.executable, "-c", CALLER, address, *things]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return Handed(done.stdout.strip())


def raw(address: str, message: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(20)
        caller.connect(address)
        caller.sendall(message)
        return caller.recv(100)


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s")


def test_files_and_links_arrive_and_the_caller_learns_it(
    qapp: QApplication, run_qt: Run, short: Path
) -> None:
    opening = Opening(("/a.route.json", "ai-workbench:route?data=e30"), True, "token")

    async def scenario() -> None:
        place, heard = FakePlace(short), list[Opening]()
        reception = Reception(place)
        reception.came.connect(heard.append)
        reception.open()
        assert stat.S_IMODE(os.stat(place.told).st_mode) & 0o077 == 0  # noqa: ASYNC240  a look
        for _ in range(2):
            assert await call(place.told, *opening.things) is Handed.TAKEN
        assert heard == [opening] * 2
        reception.close()
        assert await call(place.told) is Handed.NOBODY
        reception.deleteLater()

    run_qt(scenario())


def test_noise_is_refused_and_harms_nothing(qapp: QApplication, run_qt: Run, short: Path) -> None:
    async def scenario() -> None:
        place, heard = FakePlace(short), list[Opening]()
        reception = Reception(place)
        reception.came.connect(heard.append)
        reception.open()
        whole = encoded(Opening(("/a",)))
        for noise in (b"\xff\xff\xff\xff", b"\0\0\0\2{}", b"\0\0\0\x05hello", whole + b"more"):
            assert await asyncio.to_thread(raw, place.told, noise) == b"refused\n"
        assert heard == []
        assert await asyncio.to_thread(raw, place.told, whole) == b"taken\n"
        reception.close()
        reception.deleteLater()

    run_qt(scenario())


def test_a_message_may_come_in_pieces(qapp: QApplication, run_qt: Run, short: Path) -> None:
    async def scenario() -> None:
        place, heard = FakePlace(short), list[Opening]()
        reception = Reception(place)
        reception.came.connect(heard.append)
        reception.open()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(place.told)
            for byte in encoded(Opening(("/a",))):
                caller.sendall(bytes([byte]))
                await asyncio.sleep(0)
            await until(lambda: heard)
        reception.close()
        reception.deleteLater()

    run_qt(scenario())


def test_the_socket_of_a_killed_window_is_taken_over(qapp: QApplication, run_qt: Run, short: Path) -> None:
    async def scenario() -> None:
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(short / "s"))
        left.close()
        assert (short / "s").exists()
        place = FakePlace(short)
        reception = Reception(place)
        reception.open()
        assert await call(place.told) is Handed.TAKEN
        reception.close()
        reception.deleteLater()

    run_qt(scenario())


def test_a_second_window_listens_once_the_place_is_free(qapp: QApplication, run_qt: Run, short: Path) -> None:
    async def scenario() -> None:
        place = FakePlace(short, free=False)
        reception = Reception(place)
        reception.open()
        assert place.told == ""
        place.free = True
        reception.open()
        assert place.told
        reception.close()
        reception.deleteLater()

    run_qt(scenario())
