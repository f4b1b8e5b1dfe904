from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.speech.recordings import FakeDecoder, put, tone, wav
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.speech.takes import Recording
from workbench.services.speech.library import (
    AnotherRecording,
    LibraryEvent,
    RecordingAdded,
    RecordingChanged,
    Recordings,
    RecordingsGone,
)
from workbench.services.speech.samples import SampleCache
from workbench.services.speech.wav_file import WavWriter
from workbench.storage.audio_files import OwnAudio
from workbench.storage.database import Database
from workbench.storage.recordings import RecordingStore

MP3 = b"ID3\x04" + bytes(100)


class Desk:
    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.now = 1000.0
        self.decoder = FakeDecoder()
        self.own = OwnAudio(folder / "own")
        self.cache = SampleCache(folder / "samples", self.decoder)
        self.store = RecordingStore(database)
        self.recordings = Recordings(self.store, self.own, self.cache, clock=lambda: self.now)
        self.events: list[LibraryEvent] = []
        self.recordings.on_change(self.events.append)

    def put(self, name: str = "talk.wav", *stretches: tuple[float, float]) -> Path:
        return put(self.folder, name, *(stretches or ((1.0, 0.5),)))

    def write(self, name: str, data: bytes) -> Path:
        (self.folder / name).write_bytes(data)
        return self.folder / name


def there(recording: Recording) -> bool:
    return Path(recording.path).exists()


Story = Callable[[Callable[[Desk], Awaitable[None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    """Runs a coroutine that is given a desk, on a folder of the test's own."""

    async def whole(told: Callable[[Desk], Awaitable[None]]) -> None:
        database = await Database.open(tmp_path / "data" / "workbench.db")
        desk = Desk(database, tmp_path)
        try:
            await told(desk)
        finally:
            await desk.cache.aclose()
            await database.aclose()

    return lambda told: run_async(whole(told))


def test_a_file_is_taken_in_where_it_lies_with_what_its_head_tells(story: Story) -> None:
    async def told(desk: Desk) -> None:
        path = desk.put("talk.wav", (2.5, 0.5))
        one = await desk.recordings.add(path)
        assert (one.name, one.path, one.media_type, one.own) == ("talk.wav", str(path), "audio/wav", False)
        assert (one.seconds, one.size, one.created_at) == (2.5, 80_044, 1000.0)
        assert desk.events == [RecordingAdded(one)]
        assert await desk.recordings.all() == [one]
        assert await desk.recordings.get(one.id) == one
        assert await desk.recordings.add(path) == one
        assert len(await desk.recordings.all()) == 1

    story(told)


@pytest.mark.parametrize(
    ("data", "what"), [(b"", "is empty"), (b"Dear Sirs,\n", "is no recording"), (b"RIFF", "is no recording")]
)
def test_what_is_empty_or_no_recording_is_refused(story: Story, data: bytes, what: str) -> None:
    async def told(desk: Desk) -> None:
        with pytest.raises(InvalidInput, match=what) as caught:
            await desk.recordings.add(desk.write("letter.wav", data))
        assert caught.value.why
        assert caught.value.fix
        assert await desk.recordings.all() == []

    story(told)


def test_of_several_files_the_good_ones_come_and_the_others_say_why(story: Story) -> None:
    async def told(desk: Desk) -> None:
        folder = desk.folder / "talks"
        folder.mkdir()
        put(folder, "b.wav", (1.0, 0.5))
        (folder / "a.mp3").write_bytes(MP3)
        (folder / "notes.txt").write_bytes(b"not taken out of a folder")
        parts: list[float] = []
        added = await desk.recordings.add_all(
            [folder, desk.write("letter.txt", b"Dear Sirs"), desk.folder / "gone.wav"], parts.append
        )
        assert [one.name for one in added.recordings] == ["a.mp3", "b.wav"]
        assert [(one.name, type(one.error)) for one in added.refused] == [
            ("letter.txt", InvalidInput),
            ("gone.wav", StorageFailed),
        ]
        assert parts == [0.25, 0.5, 0.75, 1.0]
        with pytest.raises(StorageFailed):
            await desk.recordings.add_all([desk.folder / "gone.wav"])

    story(told)


def test_samples_are_decoded_once_and_tell_how_long_it_is(story: Story) -> None:
    async def told(desk: Desk) -> None:
        data = wav((1.5, 0.5))
        unsaid = data[:4] + bytes(4) + data[8:40] + b"\xff\xff\xff\xff" + data[44:]
        one = await desk.recordings.add(desk.write("talk.wav", unsaid))
        samples = await desk.recordings.samples(one.id)
        assert samples.read() == tone(1.5)
        assert (await desk.recordings.get(one.id)).seconds == 1.5
        await desk.recordings.samples(one.id)
        assert desk.decoder.decoded == ["talk.wav"]

    story(told)


def test_a_length_that_turns_out_is_told(story: Story) -> None:
    async def told(desk: Desk) -> None:
        one = await desk.recordings.add(desk.put())
        await desk.store.put(replace(one, seconds=0.0))
        await desk.recordings.samples(one.id)
        assert desk.events[-1] == RecordingChanged(one)

    story(told)


def test_zero_seconds_and_damage_are_told(story: Story) -> None:
    async def told(desk: Desk) -> None:
        empty = await desk.recordings.add(desk.write("empty.wav", wav((0.0, 0.0))))
        with pytest.raises(InvalidInput, match="no sound"):
            await desk.recordings.samples(empty.id)
        broken = await desk.recordings.add(
            desk.write("broken.wav", wav((1.0, 0.5)) + b"LIST\x06\0\0\0broken")
        )
        with pytest.raises(InvalidInput, match="damaged"):
            await desk.recordings.samples(broken.id)

    story(told)


def test_a_moved_file_is_missed_until_somebody_tells_where_it_is(story: Story) -> None:
    async def told(desk: Desk) -> None:
        path = desk.put()
        one = await desk.recordings.add(path)
        moved = path.rename(desk.folder / "elsewhere.wav")
        assert [found.missing for found in await desk.recordings.all()] == [True]
        with pytest.raises(StorageFailed, match="not there any more"):
            await desk.recordings.samples(one.id)
        with pytest.raises(StorageFailed, match="not there any more"):
            await desk.recordings.whole(one.id, 10**6)
        found = await desk.recordings.locate(one.id, moved)
        assert (found.path, found.name, found.missing) == (str(moved), "talk.wav", False)
        assert (await desk.recordings.samples(one.id)).seconds == 1.0
        assert desk.events[-1] == RecordingChanged(found)

    story(told)


def test_what_was_decoded_before_its_file_went_is_still_there(story: Story) -> None:
    async def told(desk: Desk) -> None:
        path = desk.put()
        one = await desk.recordings.add(path)
        await desk.recordings.samples(one.id)
        path.unlink()
        assert (await desk.recordings.samples(one.id)).seconds == 1.0

    story(told)


def test_a_changed_file_is_not_taken_for_what_it_was(story: Story) -> None:
    async def told(desk: Desk) -> None:
        path = desk.put()
        one = await desk.recordings.add(path)
        desk.put("talk.wav", (3.0, 0.25))
        assert (await desk.recordings.get(one.id)).changed
        with pytest.raises(StorageFailed, match="has changed"):
            await desk.recordings.samples(one.id)
        with pytest.raises(AnotherRecording):
            await desk.recordings.locate(one.id, path)
        now = await desk.recordings.locate(one.id, path, agreed=True)
        assert (now.changed, now.seconds) == (False, 3.0)
        assert (await desk.recordings.samples(one.id)).seconds == 3.0
        again = await desk.recordings.add(path)
        assert again.id == one.id

    story(told)


def test_a_whole_file_is_given_where_it_is_small_enough(story: Story) -> None:
    async def told(desk: Desk) -> None:
        path = desk.put()
        one = await desk.recordings.add(path)
        assert await desk.recordings.whole(one.id, one.size) == path.read_bytes()
        assert await desk.recordings.whole(one.id, one.size - 1) is None

    story(told)


def test_names_and_references_are_kept(story: Story) -> None:
    async def told(desk: Desk) -> None:
        one = await desk.recordings.add(desk.put())
        await desk.recordings.rename(one.id, " Monday ")
        await desk.recordings.set_reference(one.id, "What is said.")
        found = await desk.recordings.get(one.id)
        assert (found.name, found.reference) == ("Monday", "What is said.")
        assert (await desk.recordings.rename(one.id, "  ")).name == "talk.wav"

    story(told)


def test_a_recorded_file_becomes_the_programs_own(story: Story) -> None:
    async def told(desk: Desk) -> None:
        one = await desk.recordings.adopt(desk.put("new.wav"), "Monday")
        assert (one.own, one.name, Path(one.path).parent) == (True, "Monday", desk.own.folder)
        assert not (desk.folder / "new.wav").exists()
        assert (await desk.recordings.samples(one.id)).seconds == 1.0

    story(told)


def test_a_file_that_is_added_twice_at_once_is_there_once(story: Story) -> None:
    async def told(desk: Desk) -> None:
        path = desk.put("one.wav")
        one, other = await asyncio.gather(desk.recordings.add(path), desk.recordings.add(path))
        assert one == other
        assert len(await desk.recordings.all()) == 1

    story(told)


def test_a_recording_that_a_crash_ended_is_recovered_once(story: Story) -> None:
    async def told(desk: Desk) -> None:
        known = await desk.recordings.adopt(desk.put("known.wav"))
        for name, data, at in (
            ("lost.wav", wav((1.0, 0.5)), 5.0),
            ("fresh.wav", wav((1.0, 0.5)), desk.now),
            ("rubbish.wav", b"?", 5.0),
        ):
            desk.own.put(name, data)
            os.utime(desk.own.path(name), (at, at))
        os.utime(known.path, (5.0, 5.0))
        writer = WavWriter(desk.own.path("going on.wav"), 16000)
        os.utime(writer.path, (5.0, 5.0))
        (found,) = await desk.recordings.recover(lambda at: f"at {at:g}")
        assert (found.name, found.own, found.path) == ("at 5", True, str(desk.own.path("lost.wav")))
        assert (found.created_at, found.seconds) == (5.0, 1.0)
        writer.close()
        os.utime(writer.path, (6.0, 6.0))
        assert [one.name for one in await desk.recordings.recover()] == ["going on"]
        assert await desk.recordings.recover() == []

    story(told)


def test_deleted_recordings_come_back_and_in_the_end_only_own_files_go(story: Story) -> None:
    async def told(desk: Desk) -> None:
        mine = await desk.recordings.adopt(desk.put("mine.wav"))
        theirs = await desk.recordings.add(desk.put("theirs.wav"))
        await desk.recordings.delete([mine.id, theirs.id])
        assert desk.events[-1:] == [RecordingsGone((mine.id, theirs.id))]
        assert await desk.recordings.all() == []
        await desk.recordings.restore([mine.id])
        assert desk.events[-1:] == [RecordingAdded(mine)]
        await desk.recordings.delete([mine.id])
        desk.now += 30 * 24 * 3600
        await desk.recordings.tidy()
        assert there(mine)
        desk.now += 1
        await desk.recordings.tidy()
        assert (there(mine), there(theirs)) == (False, True)
        with pytest.raises(InvalidInput, match="gone"):
            await desk.recordings.get(mine.id)

    story(told)
