"""One timer for all views: it feeds those that ask and are seen, and stops."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.ui.support.frames import FrameClock


class View:
    """Counts its frames; each takes `cost` ms of the test's clock."""

    def __init__(self, time: Time, log: list[str], name: str, cost: float = 1.0) -> None:
        self.time, self.log, self.name, self.cost = time, log, name, cost
        self.visible, self.focused = True, False
        self.asks: Callable[[], None] | None = None

    def paint_frame(self, budget_ms: float) -> None:
        self.log.append(self.name)
        self.time.now += self.cost / 1000
        if self.asks is not None:
            self.asks()

    def is_visible(self) -> bool:
        return self.visible

    def is_focused(self) -> bool:
        return self.focused


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def clock(qapp: QApplication, time: Time) -> FrameClock:
    return FrameClock(clock=time)


def test_asking_many_times_is_one_frame(qtbot: QtBot, clock: FrameClock, time: Time) -> None:
    log: list[str] = []
    view = View(time, log, "a")
    for _ in range(50):
        clock.request(view)
    qtbot.waitUntil(lambda: bool(log))
    qtbot.wait(40)
    assert log == ["a"]
    assert not clock.running


def test_a_view_that_is_not_seen_gets_no_frame(qtbot: QtBot, clock: FrameClock, time: Time) -> None:
    log: list[str] = []
    hidden, seen = View(time, log, "hidden"), View(time, log, "seen")
    hidden.visible = False
    clock.request(hidden)
    clock.request(seen)
    qtbot.waitUntil(lambda: bool(log))
    assert log == ["seen"]
    assert not clock.running


def test_the_focused_view_comes_first(qtbot: QtBot, clock: FrameClock, time: Time) -> None:
    log: list[str] = []
    views = [View(time, log, name) for name in "abc"]
    views[2].focused = True
    for view in views:
        clock.request(view)
    qtbot.waitUntil(lambda: len(log) == 3)
    assert log == ["c", "a", "b"]


def test_a_spent_budget_leaves_the_rest_to_the_next_frame(
    qtbot: QtBot, clock: FrameClock, time: Time
) -> None:
    log: list[str] = []
    views = [View(time, log, name, cost=5) for name in "abcd"]

    def ask_again() -> None:
        if log.count("a") < 2:
            clock.request(views[0])

    views[0].asks = ask_again
    for view in views:
        clock.request(view)
    qtbot.waitUntil(lambda: len(log) >= 4)
    qtbot.waitUntil(lambda: not clock.running)
    assert log == ["a", "b", "c", "d", "a"]


def test_a_forgotten_view_stops_the_timer(clock: FrameClock, time: Time) -> None:
    view = View(time, [], "a")
    clock.request(view)
    assert clock.running
    clock.forget(view)
    assert not clock.running


def test_a_view_that_is_gone_is_no_trouble(qtbot: QtBot, clock: FrameClock, time: Time) -> None:
    log: list[str] = []
    gone, here = View(time, log, "gone"), View(time, log, "here")
    clock.request(gone)
    clock.request(here)
    del gone
    qtbot.waitUntil(lambda: bool(log))
    assert log == ["here"]


def test_idle_steps_run_until_they_are_done(qtbot: QtBot, clock: FrameClock) -> None:
    steps: list[int] = []

    def step() -> bool:
        steps.append(1)
        return len(steps) < 3

    clock.when_idle(step)
    qtbot.waitUntil(lambda: not clock.running)
    assert len(steps) == 3
