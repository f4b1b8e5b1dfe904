from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tests.services.speech.waves import tone
from workbench.domain.errors import StorageFailed
from workbench.services.speech.wav_file import SampleFile, WavWriter, cannot_write, look


def test_what_was_written_can_be_read_while_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "in.wav"
    writer = WavWriter(path, 16000)
    writer.write(tone(1.0).tobytes())
    writer.settle()
    head = look(path)
    assert head is not None
    assert head.seconds == 1.0
    writer.write(tone(0.5).tobytes())
    writer.close()
    head = look(path)
    assert head is not None
    assert head.seconds == 1.5
    assert path.read_bytes()[head.data_at :] == tone(1.0).tobytes() + tone(0.5).tobytes()


def test_a_recording_that_never_settled_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    writer = WavWriter(path, 16000)
    writer.write(tone(0.25).tobytes())
    head = look(path)
    assert head is not None
    assert head.seconds == 0.25
    writer.close()


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    path.write_bytes(b"mine")
    with pytest.raises(StorageFailed):
        WavWriter(path, 16000)
    assert path.read_bytes() == b"mine"


def test_a_full_disk_is_told_as_one() -> None:
    told = cannot_write(Path("x.wav"), OSError(errno.ENOSPC, "No space left on device"))
    assert told.why == "The disk is full."
    assert "room" in told.fix


def test_samples_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed), SampleFile(tmp_path / "none" / "x.s16"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_up_meanwhile_is_told() -> None:
    with pytest.raises(StorageFailed, match="could not be written"), SampleFile(Path("/dev/full")) as file:
        file.write(bytes(10**6))
