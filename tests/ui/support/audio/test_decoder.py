from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.speech.waves import heard, read, tone, wav
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.ui.support.audio.decoder import QtDecoder

FILES = Path(__file__).parent / "files"


async def decode(source: Path, to: Path) -> list[float]:
    told: list[float] = []
    await QtDecoder().decode(source, to, told.append)
    await asyncio.sleep(0)
    return told


@pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "opus", "m4a", "aac", "webm", "mp4", "mkv"])
def test_every_kind_becomes_16_khz_mono(run_qt: Run, tmp_path: Path, kind: str) -> None:
    to = tmp_path / "out.s16"
    run_qt(decode(FILES / f"tone.{kind}", to))
    samples = read(to)
    assert len(samples) == pytest.approx(8000, abs=1100)  # some begin or end with a frame of their own
    assert heard(samples, 440) > 4 * heard(samples, 700)
    assert heard(samples, 440) > 0.1


def test_it_tells_how_far_it_is(run_qt: Run, tmp_path: Path) -> None:
    told = run_qt(decode(FILES / "tone.mp3", tmp_path / "out.s16"))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_wav_file_needs_no_codec(run_qt: Run, tmp_path: Path) -> None:
    source, to = tmp_path / "in.wav", tmp_path / "out.s16"
    source.write_bytes(wav(tone(0.2).tobytes()))
    run_qt(decode(source, to))
    assert read(to) == tone(0.2)


def test_a_packed_wav_file_is_decoded_too(run_qt: Run, tmp_path: Path) -> None:
    source, to = tmp_path / "in.wav", tmp_path / "out.s16"
    source.write_bytes(wav(b"\xff\x7f" * 4000, tag=7, bits=8, rate=8000))
    run_qt(decode(source, to))
    assert len(read(to)) == 16000


@pytest.mark.parametrize("name", ["junk.mp3", "junk.wav", "junk.m4a"])
def test_what_is_no_sound_is_refused(run_qt: Run, tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(InvalidInput, match="cannot be decoded") as caught:
        run_qt(decode(source, tmp_path / "out.s16"))
    assert caught.value.fix


def test_a_file_that_was_cut_before_its_directory_is_refused(run_qt: Run, tmp_path: Path) -> None:
    source = tmp_path / "cut.m4a"
    whole = (FILES / "tone.m4a").read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInput, match="cannot be decoded"):
        run_qt(decode(source, tmp_path / "out.s16"))


def test_an_empty_file_is_refused(run_qt: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").touch()
    with pytest.raises(InvalidInput, match="empty"):
        run_qt(decode(tmp_path / "empty.mp3", tmp_path / "out.s16"))


def test_a_wav_file_of_no_length_is_refused(run_qt: Run, tmp_path: Path) -> None:
    (tmp_path / "in.wav").write_bytes(wav(b""))
    with pytest.raises(InvalidInput, match="no sound"):
        run_qt(decode(tmp_path / "in.wav", tmp_path / "out.s16"))


def test_a_film_without_sound_is_refused(run_qt: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no sound"):
        run_qt(decode(FILES / "mute.mp4", tmp_path / "out.s16"))


def test_a_protected_file_is_refused(run_qt: Run, tmp_path: Path) -> None:
    source = tmp_path / "bought.m4a"
    source.write_bytes((FILES / "tone.m4a").read_bytes().replace(b"mp4a", b"drms"))
    with pytest.raises(InvalidInput, match="protected"):
        run_qt(decode(source, tmp_path / "out.s16"))


def test_a_file_that_is_not_there_is_told(run_qt: Run, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="cannot be read"):
        run_qt(decode(tmp_path / "none.mp3", tmp_path / "out.s16"))


def test_a_folder_that_cannot_be_written_is_told(run_qt: Run, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="could not be written"):
        run_qt(decode(FILES / "tone.mp3", tmp_path / "none" / "out.s16"))


def test_several_are_decoded_at_once(run_qt: Run, tmp_path: Path) -> None:
    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for kind in ("mp3", "ogg", "m4a"):
                group.create_task(decode(FILES / f"tone.{kind}", tmp_path / kind))

    run_qt(all_of_them())
    assert all((tmp_path / kind).stat().st_size > 10_000 for kind in ("mp3", "ogg", "m4a"))


def test_a_cancelled_decoding_has_ended_when_the_cancelling_has(run_qt: Run, tmp_path: Path) -> None:
    long, to = tmp_path / "long.ogg", tmp_path / "out.s16"
    with long.open("wb") as file:  # a chain of files, which is a longer one
        for _ in range(400):
            file.write((FILES / "tone.ogg").read_bytes())

    async def cancelled() -> int:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(decode(long, to))
            await asyncio.sleep(0.05)
            task.cancel()
        return to.stat().st_size if to.exists() else 0

    size = run_qt(cancelled())
    assert (to.stat().st_size if to.exists() else 0) == size


def test_it_can_be_moved_away_at_once(run_qt: Run, tmp_path: Path) -> None:
    source = tmp_path / "tone.flac"
    shutil.copy(FILES / "tone.flac", source)
    run_qt(decode(source, tmp_path / "out.s16"))
    source.unlink()
    assert not source.exists()
