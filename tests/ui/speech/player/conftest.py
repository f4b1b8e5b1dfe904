from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.speech.waves import silence, stored, tone
from tests.ui.speech.player.fakes import FakePlayer, FakeRecorder
from workbench.services.speech.samples import Samples
from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.player.recording import RecordingModel


@pytest.fixture
def player(qapp: object) -> FakePlayer:
    return FakePlayer()


@pytest.fixture
def model(player: FakePlayer) -> Iterator[PlayerModel]:
    model = PlayerModel(player)
    yield model
    model.deleteLater()


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    """Ten seconds: speech from 1 to 3, from 4 to 6 and from 7 to 9, silence around them."""
    spoken = tone(2, 300, 0.4)
    pause = silence(1)
    return stored(tmp_path / "x.s16", pause, spoken, pause, spoken, pause, spoken, pause)


@pytest.fixture
def recorder(qapp: object) -> FakeRecorder:
    return FakeRecorder()


@pytest.fixture
def recording(recorder: FakeRecorder, tmp_path: Path) -> Iterator[RecordingModel]:
    model = RecordingModel(recorder, lambda: tmp_path / "new.wav")
    yield model
    model._timer.stop()
    model.deleteLater()
