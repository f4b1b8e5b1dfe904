"""What can be known of the player without a device; `test_sounding` plays for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.errors import WorkbenchError
from workbench.ui.support.audio.player import QtPlayer


@pytest.fixture
def player(qapp: object) -> Iterator[QtPlayer]:
    player = QtPlayer()
    yield player
    player.close()
    player.deleteLater()


def test_without_a_device_it_says_so_and_does_not_play(player: QtPlayer, run_qt: Run) -> None:
    if not player.trouble:
        pytest.skip("there is a device")
    failures: list[WorkbenchError] = []
    player.failed.connect(failures.append)

    async def play() -> None:
        player.open(Path(__file__), 5.0)
        player.play(1.0)

    run_qt(play())
    assert not player.playing
    assert "Connect" in player.trouble
    assert failures[0].why == player.trouble


def test_it_can_be_put_anywhere_within_the_recording(player: QtPlayer) -> None:
    moved: list[float] = []
    player.position_changed.connect(moved.append)
    player.open(None, 0.0)
    player._seconds = 5.0
    for at in (2.0, -1.0, 9.0, 9.0):
        player.seek(at)
    assert moved == [2.0, 0.0, 5.0]


def test_the_speed_stays_where_the_pitch_can_be_kept(player: QtPlayer) -> None:
    speeds: list[float] = []
    player.speed_changed.connect(speeds.append)
    for speed in (0.1, 0.5, 1.25, 7.0):
        player.set_speed(speed)
    assert speeds == [0.5, 1.25, 2.0]


def test_with_nothing_opened_nothing_plays(player: QtPlayer) -> None:
    player.play()
    assert not player.playing
