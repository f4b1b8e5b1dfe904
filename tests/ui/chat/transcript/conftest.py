"""A shown transcript, on a frame clock that the tests may also drive by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from workbench.ui.chat.transcript.view import TranscriptView
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.theme import Theme


class Seconds:
    """A clock the test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def frames(theme: Theme) -> Iterator[FrameClock]:
    clock = FrameClock()
    yield clock
    clock.stop()


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, frames: FrameClock, seconds: Seconds) -> TranscriptView:
    made = TranscriptView(theme, frames, clock=seconds)
    frames.stop()  # nothing is warmed: each test measures its own work only
    made.resize(620, 420)
    qtbot.addWidget(made)
    made.show()
    return made
