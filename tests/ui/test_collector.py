"""Garbage is collected on the main thread and nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from workbench.ui.collector import Collector


class Knot:
    """A cycle that only the collector can undo."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.deleteLater()


def test_garbage_made_in_another_thread_is_freed_in_this_one(qtbot: QtBot, collector: Collector) -> None:
    freed_in: list[int] = []

    def litter() -> None:
        knot = Knot()
        weakref.finalize(knot, lambda: freed_in.append(threading.get_ident()))
        del knot
        for _ in range(5 * gc.get_threshold()[0]):
            Knot()

    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert freed_in == []
    qtbot.waitUntil(lambda: bool(freed_in))
    assert freed_in == [threading.get_ident()]
