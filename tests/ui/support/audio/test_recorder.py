"""What can be known of the recorder without a microphone; `test_sounding` records for real."""

from __future__ import annotations

import struct
from array import array
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtMultimedia import QAudioFormat

from tests.conftest import Run
from tests.services.speech.waves import heard, tone
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.services.speech.sound import Level
from workbench.services.speech.wav_file import WavWriter, look
from workbench.ui.support.audio.recorder import QtRecorder, _Writing

INT16, FLOAT = QAudioFormat.SampleFormat.Int16, QAudioFormat.SampleFormat.Float


def form(sample: QAudioFormat.SampleFormat, rate: int = 16000, channels: int = 1) -> QAudioFormat:
    made = QAudioFormat()
    made.setSampleFormat(sample)
    made.setSampleRate(rate)
    made.setChannelCount(channels)
    return made


def written(path: Path) -> array[int]:
    head = look(path)
    assert head is not None
    samples = array("h")
    samples.frombytes(path.read_bytes()[head.data_at :])
    assert head.data_size == 2 * len(samples)
    return samples


def test_without_a_microphone_it_says_so_and_leaves_no_file(run_qt: Run, tmp_path: Path) -> None:
    recorder = QtRecorder()
    if recorder.microphones:
        pytest.skip("there is a microphone")
    with pytest.raises(InvalidInput, match="no microphone") as caught:
        run_qt(recorder.start(tmp_path / "x.wav"))
    assert "Connect" in caught.value.fix
    assert not recorder.recording
    assert list(tmp_path.iterdir()) == []
    recorder.deleteLater()


def test_stopping_what_never_began_gives_nothing(run_qt: Run) -> None:
    recorder = QtRecorder()
    assert run_qt(recorder.stop()) is None
    recorder.deleteLater()


def test_what_comes_is_written_and_measured(qapp: QCoreApplication, tmp_path: Path) -> None:
    writing = _Writing(WavWriter(tmp_path / "x.wav", 16000), form(INT16))
    levels: list[Level] = []
    writing.level_changed.connect(levels.append)
    writing.put(tone(0.1, 500, 1.0).tobytes())
    writing.put(tone(0.1, 500, 0.1).tobytes())
    writing.end()
    qapp.processEvents()
    assert written(tmp_path / "x.wav") == tone(0.1, 500, 1.0) + tone(0.1, 500, 0.1)
    assert [round(level.loudness) for level in levels] == [-3, -23]
    assert [level.clipped for level in levels] == [True, False]


def test_pauses_are_heard_and_not_written(qapp: QCoreApplication, tmp_path: Path) -> None:
    writing = _Writing(WavWriter(tmp_path / "x.wav", 16000), form(INT16))
    levels: list[Level] = []
    writing.level_changed.connect(levels.append)
    writing.put(tone(0.1).tobytes())
    writing.paused = True
    writing.put(tone(0.3).tobytes())
    writing.paused = False
    writing.put(tone(0.1).tobytes())
    writing.end()
    qapp.processEvents()
    assert writing.seconds == pytest.approx(0.2)
    assert len(levels) == 3


def test_a_microphone_with_its_own_format_is_converted_wherever_its_pieces_end(
    qapp: QCoreApplication, tmp_path: Path
) -> None:
    data = b"".join(struct.pack("<ff", value / 32768, value / 32768) for value in tone(0.5, 440, 0.5, 48000))
    writing = _Writing(WavWriter(tmp_path / "x.wav", 16000), form(FLOAT, 48000, 2))
    for at in range(0, len(data), 1001):
        writing.put(data[at : at + 1001])
    writing.end()
    samples = written(tmp_path / "x.wav")
    assert len(samples) == pytest.approx(8000, abs=400)
    assert heard(samples, 440) == pytest.approx(0.5, rel=0.02)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_once_and_ends_nothing_else(qapp: QCoreApplication, tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "x.wav", 16000)
    writing = _Writing(writer, form(INT16))
    failures: list[WorkbenchError] = []
    writing.failed.connect(failures.append)
    writing.put(tone(0.1).tobytes())
    while not writing.seconds:
        pass
    file, writer._file = writer._file, open("/dev/full", "wb", buffering=0)  # noqa: SIM115
    writing.put(tone(0.1).tobytes())
    writing.put(tone(0.1).tobytes())
    writing.end()
    file.close()
    qapp.processEvents()
    assert [error.why for error in failures] == ["The disk is full."]
    assert writing.seconds == pytest.approx(0.1)
    head = look(tmp_path / "x.wav")
    assert head is not None
    assert head.seconds == pytest.approx(0.1)


def test_room_on_the_disk_is_told_in_seconds(qapp: QCoreApplication, tmp_path: Path) -> None:
    recorder = QtRecorder()
    left = recorder.seconds_left(tmp_path / "not" / "yet" / "there")
    assert left is not None
    assert left >= 0
    recorder.deleteLater()
