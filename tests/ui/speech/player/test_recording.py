from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.speech.player.fakes import FakeRecorder
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.services.speech.sound import Level
from workbench.ui.speech.player.recorder_bar import RecorderBar, room
from workbench.ui.speech.player.recording import RecordingModel
from workbench.ui.speech.player.words import recording_name
from workbench.ui.support.theme import Theme

QUIET, SPOKEN = Level(-90, -85), Level(-20, -10)


async def begun(model: RecordingModel) -> None:
    model.start()
    await model._tasks.finish()
    model._timer.stop()


async def ended(model: RecordingModel) -> None:
    model.stop()
    await model._tasks.finish()


@pytest.fixture
def bar(theme: Theme, recording: RecordingModel, qtbot: QtBot) -> RecorderBar:
    bar = RecorderBar(theme, recording)
    qtbot.addWidget(bar)
    bar.show()
    return bar


def test_a_recording_is_handed_on_when_it_is_ended(
    recording: RecordingModel, recorder: FakeRecorder, run_qt: Run, tmp_path: Path
) -> None:
    made: list[Path] = []
    recording.recorded.connect(made.append)

    async def record() -> None:
        recording.choose("b")
        await begun(recording)
        assert recording.recording
        recorder.seconds = 2.0
        await ended(recording)

    run_qt(record())
    assert recorder.used == "b"
    assert made == [tmp_path / "new.wav"]
    assert not recording.recording


def test_a_recording_of_no_length_is_none(
    recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    made: list[Path] = []
    recording.recorded.connect(made.append)

    async def record() -> None:
        await begun(recording)
        await ended(recording)

    run_qt(record())
    assert made == []


def test_why_it_cannot_record_is_said_in_the_bar(
    bar: RecorderBar, recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    recorder.refuses = InvalidInput("The microphone may not be used.", why="Because.", fix="Allow it.")
    run_qt(begun(recording))
    assert bar._trouble.isVisible()
    assert bar._problem.text() == "The microphone may not be used. Because. Allow it."
    assert bar._record.isEnabled()
    recorder.refuses = None
    run_qt(begun(recording))
    assert not bar._trouble.isVisible()


@pytest.mark.parametrize("act", ["close", "choose"])
def test_trouble_is_over_once_the_bar_is_closed_or_another_microphone_chosen(
    bar: RecorderBar, recording: RecordingModel, recorder: FakeRecorder, run_qt: Run, act: str
) -> None:
    recorder.refuses = InvalidInput("Headset was unplugged.")
    run_qt(begun(recording))
    if act == "close":
        bar._close.click()
    else:
        recording.choose("b")
    assert recording.trouble is None
    assert not bar._trouble.isVisible()


def test_recordings_are_named_so_that_files_can_be_called_like_them() -> None:
    assert recording_name(1.9e9).startswith("Recording ")
    assert not set(recording_name(1.9e9)) & set('/\\:*?"<>|')


def test_a_microphone_that_is_unplugged_ends_the_recording_and_keeps_it(
    recording: RecordingModel, recorder: FakeRecorder, run_qt: Run, tmp_path: Path
) -> None:
    made: list[Path] = []
    recording.recorded.connect(made.append)

    async def record() -> None:
        await begun(recording)
        recorder.seconds = 5.0
        recorder.failed.emit(InvalidInput("Headset was unplugged."))
        await recording._tasks.finish()

    run_qt(record())
    assert made == [tmp_path / "new.wav"]
    assert recording.trouble is not None
    assert recording.trouble.what == "Headset was unplugged."


def test_a_full_disk_ends_the_recording_and_keeps_it(
    recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    made: list[Path] = []
    recording.recorded.connect(made.append)

    async def record() -> None:
        await begun(recording)
        recorder.seconds = 5.0
        recorder.failed.emit(StorageFailed("Full."))
        await recording._tasks.finish()

    run_qt(record())
    assert len(made) == 1
    assert isinstance(recording.trouble, StorageFailed)


def test_closing_finishes_what_is_recorded(
    recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    made: list[Path] = []
    recording.recorded.connect(made.append)

    async def record() -> None:
        await begun(recording)
        recorder.seconds = 5.0
        await recording.aclose()

    run_qt(record())
    assert len(made) == 1


def test_when_nothing_is_heard_for_long_it_is_said_and_taken_back(
    bar: RecorderBar, recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    run_qt(begun(recording))
    for seconds, level in ((1.0, SPOKEN), (3.0, QUIET), (6.0, QUIET)):
        recorder.seconds = seconds
        recorder.level_changed.emit(level)
    assert "Nothing is heard" in bar._problem.text()
    assert bar._trouble.isVisible()
    recorder.level_changed.emit(SPOKEN)
    assert not bar._trouble.isVisible()


def test_the_bar_says_what_can_be_done_now(
    bar: RecorderBar, recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    assert (bar._record.text(), bar._pause.isVisible()) == ("Record", False)
    run_qt(begun(recording))
    recorder.seconds = 61.5
    recording.ticked.emit()
    assert (bar._record.text(), bar._pause.text(), bar._clock.text()) == ("Stop", "Pause", "1:01.5")
    assert bar._room.text() == "room for 2 h"
    assert not bar._microphones.isEnabled()
    assert not bar._close.isEnabled()
    bar._pause.click()
    assert recorder.paused
    assert bar._pause.text() == "Go on"
    bar._pause.click()
    assert not recorder.paused


def test_the_microphones_are_offered_and_remembered(
    bar: RecorderBar, recording: RecordingModel, recorder: FakeRecorder
) -> None:
    combo = bar._microphones
    assert combo.currentText() == "Built-in microphone (system)"
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert recording.microphone_id == "b"
    recorder.microphones = (*recorder.microphones[::-1],)
    recorder.microphones_changed.emit()
    assert combo.currentText() == "Headset"
    recorder.microphones = ()
    recorder.microphones_changed.emit()
    assert combo.currentText() == "No microphone"
    assert not combo.isEnabled()


def test_a_disk_that_is_almost_full_is_told_in_time(
    bar: RecorderBar, recording: RecordingModel, recorder: FakeRecorder, run_qt: Run
) -> None:
    recorder.left = 120.0
    run_qt(begun(recording))
    assert "almost full" in bar._problem.text()
    assert bar._room.text() == "room for 2 min"


def test_room_for_longer_than_anybody_records_is_not_told(qapp: object) -> None:
    assert room(None) == room(1e6) == ""
