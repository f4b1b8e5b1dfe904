"""Fixtures for every test, and the checks that a test left nothing behind.

`run_async` runs a coroutine on plain asyncio, for everything below ui/. `run_qt` runs one on the Qt loop, for ui/.
Both fail when a task is left. `theme` is the light theme on the application.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from workbench.ui.support.theme import Theme

# Before anything imports Qt, platformdirs or keyring: no display, no real folders, no real keychain.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
_HOME = tempfile.TemporaryDirectory(prefix="workbench-tests-")
os.environ["WORKBENCH_HOME"] = _HOME.name

# No test asserts time, and neither does hypothesis for us: a busy machine is not a fault.
settings.register_profile("workbench", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("workbench")

T = TypeVar("T")


def pytest_configure(config: pytest.Config) -> None:
    from workbench.ui.interpreter import keep_none_alive

    keep_none_alive()
    # Offscreen says this of every dialog and popup; it is about the platform, not about us.
    config.addinivalue_line("qt_log_ignore", r"This plugin does not support ")
    # And this where there is no sound server, which is most places that run tests.
    config.addinivalue_line("qt_log_ignore", r"PulseAudioService: ")


def pytest_collection_finish() -> None:
    # What has been imported by now stays: the collector need not go through it after every test. From here on it runs
    # between tests, on the main thread: in another it may free Qt objects there, which ends the process.
    gc.collect()
    gc.freeze()
    gc.disable()


def pytest_runtest_teardown() -> None:
    if gc.get_count()[0] > 50_000:
        gc.collect()


class Run(Protocol):
    def __call__(self, coro: Coroutine[Any, Any, T], /) -> T: ...


async def _alone(coro: Coroutine[Any, Any, T]) -> T:
    """Await coro; fail if it leaves tasks running. One turn of the loop is allowed for those just cancelled."""
    before = asyncio.all_tasks()
    result = await coro
    for _ in range(3):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before
    assert not left, f"tasks left running: {sorted(task.get_name() for task in left)}"
    return result


@pytest.fixture
def run_async() -> Run:
    """Run a coroutine to its end on a fresh asyncio loop."""

    def run(coro: Coroutine[Any, Any, T], /) -> T:
        with asyncio.Runner() as runner:
            return runner.run(_alone(coro))

    return run


@pytest.fixture
def run_qt(qapp: QApplication) -> Run:
    """Run a coroutine to its end on a fresh Qt loop, as the window does."""
    import qasync  # type: ignore[import-untyped]  # ships no types

    def run(coro: Coroutine[Any, Any, T], /) -> T:
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
            return runner.run(_alone(coro))

    return run


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme at normal size, on the application."""
    from workbench.ui.support.theme import Theme

    theme = Theme("light")
    theme.apply(qapp)
    return theme


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves threads, running timers or top-level widgets."""
    threads = _threads()
    if "qapp" not in request.fixturenames:  # to look for widgets takes longer than most tests without any
        yield
        assert not _late(lambda: _threads() - threads), f"threads left: {_threads() - threads}"
        return
    timers, widgets = _timers(), _widgets()
    yield
    _settle()
    assert not _late(lambda: _threads() - threads), f"threads left: {_threads() - threads}"
    assert not _timers() - timers, f"timers left running: {_names(_timers() - timers)}"
    assert not _widgets() - widgets, f"widgets left: {_names(_widgets() - widgets)}"


def _threads() -> set[threading.Thread]:
    # A QThread that ran Python shows up as a dummy that never goes away.
    alive = {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread) and thread is not threading.main_thread()
    }
    if any(thread.name == "gateway" for thread in alive):
        # The pool of its loop grows when it is needed, in whichever test that is, and ends with it.
        alive = {thread for thread in alive if not thread.name.startswith("uvloop_")}
    return alive


def _late(left: Callable[[], set[threading.Thread]]) -> bool:
    """Whether something is left even after a moment's grace."""
    deadline = time.monotonic() + 2
    while left() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(left())


def _settle() -> None:
    """Carry out deferred deletions, Qt's and Python's."""
    if not _has_application():
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _timers() -> set[object]:
    if not _has_application():
        return set()
    from PySide6.QtCore import QTimer
    from shiboken6 import isValid

    timers = [thing for thing in gc.get_objects() if isinstance(thing, QTimer)]
    return {timer for timer in timers if isValid(timer) and timer.isActive()}


def _widgets() -> set[object]:
    if not _has_application():
        return set()
    from PySide6.QtWidgets import QApplication

    return set(QApplication.topLevelWidgets())


def _has_application() -> bool:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets is not None and isinstance(widgets.QApplication.instance(), widgets.QApplication)


def _names(things: set[object]) -> list[str]:
    return sorted(repr(thing) for thing in things)
