from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.fakes import FULL
from tests.waiting import until
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.speech.batches import SpeechBatch
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.trouble import Trouble
from workbench.services.speech.batch import BatchChanged, Batches, BatchEvent, BatchGone
from workbench.services.speech.takes import TakeChanged, TakesEvent
from workbench.storage.database import Database
from workbench.storage.speech_batches import SpeechBatchStore

NO = Trouble("No.", "Too large.", "Cut it.")
EMPTY = InvalidInput("is empty", why="No bytes.", fix="Choose another one.")


class FakeLibrary:
    """refused: raised for a file of that name."""

    def __init__(self) -> None:
        self.refused: dict[str, Exception] = {}

    async def add(self, path: Path) -> Recording:
        if error := self.refused.get(path.name):
            raise error
        return Recording(f"recording {path}", path.name, str(path))


class FakeTakes:
    """Hears a file's name in it. hanging, failing: names of files. calls: what was asked, in order. Outlives its window."""

    def __init__(self) -> None:
        self.takes: dict[str, Take] = {}
        self.hanging: set[str] = set()
        self.failing: set[str] = set()
        self.calls: list[str] = []
        self.listeners: list[Callable[[TakesEvent], object]] = []

    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def transcribe(
        self,
        recording_id: str,
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        most_s: float = 0.0,
    ) -> Take:
        take = Take(
            f"take {len(self.takes)}",
            recording_id,
            model,
            dict(options),
            target_id,
            state=TakeState.RUNNING,
            most_s=most_s,
        )
        self.takes[take.id] = take
        self.calls.append(f"hear {name_of(take)}")
        self.go_on(take.id)
        return take

    def go_on(self, take_id: str) -> None:
        take = self.takes[take_id]
        name = name_of(take)
        if name in self.failing:
            self.end(take_id, TakeState.FAILED, trouble=NO)
        elif name not in self.hanging:
            text = Transcript((Segment("s", (Word(name, 0.0, 1.0),)),))
            self.end(take_id, TakeState.DONE, heard=text, transcript=text)

    def end(self, take_id: str, state: TakeState, **more: Any) -> None:
        self.takes[take_id] = replace(self.takes[take_id], state=state, **more)
        for listener in tuple(self.listeners):
            listener(TakeChanged(self.takes[take_id]))

    async def get(self, take_id: str) -> Take | None:
        await asyncio.sleep(0)
        return self.takes.get(take_id)

    async def of(self, recording_id: str) -> list[Take]:
        return [take for take in self.takes.values() if take.recording_id == recording_id]

    async def stop(self, take_id: str) -> None:
        self.calls.append(f"stop {name_of(self.takes[take_id])}")
        self.end(take_id, TakeState.STOPPED)

    async def resume(self, take_id: str) -> None:
        self.calls.append(f"resume {name_of(self.takes[take_id])}")
        self.takes[take_id] = replace(self.takes[take_id], state=TakeState.RUNNING, trouble=None)
        self.go_on(take_id)


def name_of(take: Take) -> str:
    return take.recording_id.rpartition("/")[2]


class FullDisk(SpeechBatchStore):
    failing = False

    async def put(self, batch: SpeechBatch) -> None:
        if self.failing:
            raise FULL
        await super().put(batch)


class Desk:
    def __init__(
        self, database: Database, folder: Path, takes: FakeTakes | None = None, **options: Any
    ) -> None:
        self.folder = folder
        self.store = FullDisk(database)
        self.library = FakeLibrary()
        self.takes = takes or FakeTakes()
        self.batches = Batches(self.store, self.library, self.takes, **options)
        self.events: list[BatchEvent] = []
        self.batches.on_change(self.events.append)

    async def begin(self, *names: str, **more: Any) -> SpeechBatch:
        more.setdefault("folder", self.folder / "out")
        return await self.batches.begin(
            [self.folder / name for name in names], "m", {"language": "en"}, **more
        )

    async def over(self, batch: SpeechBatch) -> SpeechBatch:
        await until(lambda: not any(one.id == batch.id for one in self.batches.open))
        found = await self.batches.get(batch.id)
        assert found is not None
        return found

    def written(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted((self.folder / "out").iterdir())}


Opener = Callable[..., AbstractAsyncContextManager[Desk]]
Story = Callable[[Callable[[Opener], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    """Runs a coroutine that is given `open_desk`: each call opens a window on the same database."""

    @asynccontextmanager
    async def open_desk(**options: Any) -> AsyncIterator[Desk]:
        database = await Database.open(tmp_path / "data" / "workbench.db")
        one = Desk(database, tmp_path, **options)
        try:
            await one.batches.load()
            yield one
        finally:
            await one.batches.aclose()
            await database.aclose()

    return lambda told: run_async(told(open_desk))


def states(batch: SpeechBatch) -> str:
    return "".join(item.state[0] for item in batch.items)


def test_each_file_is_heard_and_written_in_every_form(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            batch = await one.over(await one.begin("a.wav", "b.mp3", forms=(TextForm.TXT, TextForm.SRT)))
            assert (batch.state, states(batch)) == (TakeState.DONE, "dd")
            assert list(one.written()) == ["a.srt", "a.txt", "b.srt", "b.txt"]
            assert one.written()["b.txt"] == "b.mp3\n"
            assert batch.items[0].files == tuple(
                str(one.folder / "out" / f"a.{form}") for form in ("txt", "srt")
            )
            assert await one.batches.all() == [batch]
            assert one.events[-1:] == [BatchChanged(batch)]

    story(told)


def test_what_fails_says_why_and_holds_up_none_of_the_others(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.library.refused = {"a.wav": EMPTY, "d.wav": RuntimeError("A bug.")}
            one.takes.failing = {"b.wav"}
            batch = await one.over(await one.begin("a.wav", "b.wav", "c.wav", "d.wav"))
            assert (batch.state, states(batch)) == (TakeState.FAILED, "ffdf")
            troubles = [item.trouble for item in batch.items]
            assert troubles[:3] == [Trouble.of(EMPTY), NO, None]
            assert troubles[3] is not None
            one.library.refused, one.takes.failing = {}, set()
            await one.batches.retry(batch.id, [1, 2])
            batch = await one.over(batch)
            assert states(batch) == "fddf"
            assert one.takes.calls == ["hear b.wav", "hear c.wav", "resume b.wav"]
            await one.batches.retry(batch.id)
            assert states(await one.over(batch)) == "dddd"

    story(told)


def test_only_a_few_recordings_are_under_way_at_a_time(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(at_a_time=2) as one:
            names = [f"{number}.wav" for number in range(4)]
            one.takes.hanging = set(names)
            batch = await one.begin(*names)
            await until(lambda: len(one.takes.calls) == 2)
            for _ in range(20):
                await asyncio.sleep(0)
            assert one.takes.calls == ["hear 0.wav", "hear 1.wav"]
            one.takes.hanging.clear()
            for take_id in ("take 0", "take 1"):
                one.takes.go_on(take_id)
            assert states(await one.over(batch)) == "dddd"

    story(told)


def test_stopping_keeps_what_is_written_and_a_retry_resumes_the_rest(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(at_a_time=1) as one:
            one.takes.hanging = {"b.wav"}
            batch = await one.begin("a.wav", "b.wav", "c.wav")
            await until(lambda: "hear b.wav" in one.takes.calls)
            await until(lambda: bool(one.batches.open[0].items[1].take_id))
            await one.batches.stop(batch.id)
            batch = await one.over(batch)
            assert states(batch) == "dss"
            assert one.takes.calls[-1] == "stop b.wav"
            one.takes.hanging.clear()
            await one.batches.retry(batch.id)
            assert states(await one.over(batch)) == "ddd"
            assert one.takes.calls[-2:] == ["resume b.wav", "hear c.wav"]

    story(told)


def test_after_a_restart_it_goes_on_with_its_own_takes(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        takes = FakeTakes()
        takes.hanging = {"b.wav"}
        async with open_desk(takes=takes, at_a_time=1) as one:
            batch = await one.begin("a.wav", "b.wav", "c.wav")
            await until(lambda: bool(one.batches.open[0].items[1].take_id))
        takes.hanging.clear()
        async with open_desk(takes=takes, at_a_time=1) as two:
            batch = await two.over(batch)
            assert states(batch) == "ddd"
            assert takes.calls == ["hear a.wav", "hear b.wav", "resume b.wav", "hear c.wav"]
            assert list(two.written()) == ["a.txt", "b.txt", "c.txt"]

    story(told)


def test_a_take_that_was_not_finished_is_resumed_by_a_new_batch_and_others_are_not(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.takes.failing = {"a.wav"}
            await one.over(await one.begin("a.wav"))
            await one.over(await one.begin("a.wav", most_s=30.0))
            one.takes.failing = set()
            await one.over(await one.begin("a.wav"))
            assert one.takes.calls == ["hear a.wav", "hear a.wav", "resume a.wav"]
            await one.over(await one.begin("a.wav"))
            assert one.takes.calls[3:] == ["hear a.wav"], "one that is done is not taken for the new one"

    story(told)


def test_another_window_may_look_but_not_touch_while_one_is_at_it(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk() as two:
            one.takes.hanging = {"a.wav"}
            batch = await one.begin("a.wav")
            assert [found.id for found in await two.batches.all()] == [batch.id]
            for act in (two.batches.stop, two.batches.retry, two.batches.delete):
                with pytest.raises(InvalidInput, match="Another window"):
                    await act(batch.id)
            await one.batches.stop(batch.id)
            await two.batches.delete(batch.id)
            assert two.events[-1:] == [BatchGone(batch.id)]
            assert await one.batches.all() == []

    story(told)


def test_texts_with_the_same_name_do_not_overwrite_each_other(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            await one.over(await one.begin("x/talk.wav", "y/Talk.mp3", "z/talk.ogg"))
            assert sorted(one.written()) == ["Talk (2).txt", "talk (3).txt", "talk.txt"]

    story(told)


def test_places_are_kept_so_that_a_window_started_elsewhere_finds_them(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            batch = await one.batches.begin([Path("a.wav")], "ear", {}, folder=Path("texts"))
            assert (batch.items[0].path, batch.folder) == (str(tmp_path / "a.wav"), str(tmp_path / "texts"))

    story(told)


def test_without_a_folder_texts_come_beside_their_recordings(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            for name in ("x", "y"):
                (one.folder / name).mkdir()
            await one.over(await one.begin("x/talk.wav", "y/talk.wav", folder=None))
            assert (one.folder / "x" / "talk.txt").exists()
            assert (one.folder / "y" / "talk.txt").exists()

    story(told)


def test_the_same_file_twice_is_heard_once(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.takes.hanging = {"a.wav"}
            batch = await one.begin("a.wav", "a.wav")
            await until(lambda: "resume a.wav" in one.takes.calls)
            one.takes.hanging.clear()
            one.takes.go_on("take 0")
            assert states(await one.over(batch)) == "dd"
            assert sorted(one.written()) == ["a (2).txt", "a.txt"]

    story(told)


def test_a_batch_that_cannot_be_stored_or_has_nothing_to_do_is_not_begun(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            with pytest.raises(InvalidInput):
                await one.begin()
            with pytest.raises(InvalidInput):
                await one.begin("a.wav", forms=())
            (one.folder / "file").write_text("")
            with pytest.raises(StorageFailed, match="cannot be made"):
                await one.begin("a.wav", folder=one.folder / "file" / "out")
            one.store.failing = True
            with pytest.raises(StorageFailed):
                await one.begin("a.wav")
            assert one.events == []

    story(told)


def test_a_disk_that_fails_later_fails_the_file_and_not_the_batch(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.takes.hanging = {"a.wav"}
            batch = await one.begin("a.wav")
            await until(lambda: bool(one.batches.open[0].items[0].take_id))
            one.store.failing = True
            (one.folder / "out").rmdir()
            one.takes.hanging.clear()
            one.takes.go_on("take 0")
            await until(lambda: not one.batches.open)
            told_of = [event.batch for event in one.events if isinstance(event, BatchChanged)]
            assert states(told_of[-1]) == "f"
            assert told_of[-1].id == batch.id
            trouble = told_of[-1].items[0].trouble
            assert trouble is not None
            assert "a.txt could not be saved" in trouble.what

    story(told)
