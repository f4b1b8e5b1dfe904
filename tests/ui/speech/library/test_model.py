"""The list without a widget: rows, search, what is open, and what is done about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtTest import QAbstractItemModelTester

from tests.conftest import Run
from tests.ui.speech.library.fakes import FakeExamples, FakeRecordings, FakeTakes, parts, recording, take
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed, StorageFailed
from workbench.domain.speech.takes import Recording, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.services.speech.takes import PartChanged, TextSaved
from workbench.ui.speech.library import words
from workbench.ui.speech.library.model import Deleted, LibraryModel, Open

DONE, RUNNING, FAILED, WAITING = TakeState.DONE, TakeState.RUNNING, TakeState.FAILED, TakeState.WAITING


class Stage:
    def __init__(
        self, recordings: tuple[Recording, ...] = (), takes: tuple[Take, ...] = (), *, strict: bool = True
    ) -> None:
        """strict: every step is held against the rules of item models, for which takes are read ahead."""
        self.recordings = FakeRecordings(*recordings)
        self.takes = FakeTakes(*takes)
        self.examples = FakeExamples(self.recordings)
        self.model = LibraryModel(self.recordings, self.takes, self.examples)
        mode = QAbstractItemModelTester.FailureReportingMode.Warning
        self.tester = QAbstractItemModelTester(self.model, mode) if strict else None
        self.failed: list[Exception] = []
        self.deleted: list[Deleted] = []
        self.model.failed.connect(self.failed.append)
        self.model.deleted.connect(self.deleted.append)

    async def __aenter__(self) -> Stage:
        self.model.load()
        await self.settled()
        return self

    async def __aexit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()

    async def settled(self, met: Callable[[], object] = lambda: True) -> None:
        await asyncio.sleep(0)
        await until(lambda: met() and not self.model._tasks.busy)

    @property
    def names(self) -> list[str]:
        return [self.model.index(row).data() for row in range(self.model.rowCount())]


TWO = (recording("r1", "Interview.mp3"), recording("r2", "Board meeting.m4a"))


def test_recordings_stand_with_the_newest_first_and_the_first_is_opened(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO, (take("t1", "r2"),)) as stage:
            assert stage.names == ["Board meeting.m4a", "Interview.mp3"]
            assert stage.model.open == Open("r2")
            assert [one.id for one in stage.model.takes] == ["t1"]

    run_qt(story())


def test_of_a_recording_without_a_choice_the_last_whole_take_is_shown(run_qt: Run) -> None:
    takes = (take("t1", "r1"), take("t2", "r1"), take("t3", "r1", span=(0.0, 5.0)))

    async def story() -> None:
        async with Stage(TWO[:1], takes, strict=False) as stage:
            assert stage.model.open == Open("r1")
            assert stage.model.take is not None
            assert stage.model.take.id == "t2"
            stage.model.choose("r1", "t3")
            assert stage.model.take.id == "t3"

    run_qt(story())


def test_what_a_person_has_corrected_goes_before_what_was_heard_later(run_qt: Run) -> None:
    takes = (take("t1", "r1", revision=1), take("t2", "r1"))

    async def story() -> None:
        async with Stage(TWO[:1], takes, strict=False) as stage:
            assert stage.model.take is not None
            assert stage.model.take.id == "t1"

    run_qt(story())


def test_takes_are_read_only_of_what_is_opened_or_unfolded(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO, (take("t1", "r1"), take("t2", "r2")), strict=False) as stage:
            model = stage.model
            assert stage.takes.read == ["r2"]
            first = model.index_of("r1")
            assert model.hasChildren(first)
            assert model.canFetchMore(first)
            assert model.rowCount(first) == 0
            model.fetchMore(first)
            await stage.settled()
            assert model.rowCount(first) == 1
            assert model.index_of("r1", "t1").parent() == first
            assert not model.canFetchMore(first)

    run_qt(story())


def test_only_names_with_all_words_are_shown(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO) as stage:
            stage.model.search("MEET board")
            assert stage.names == ["Board meeting.m4a"]
            stage.model.search("nobody")
            assert stage.names == []
            assert not stage.model.empty
            stage.recordings.put(recording("r3", "Nobody was there.wav"))
            assert stage.names == ["Nobody was there.wav"]
            stage.model.search("")
            assert len(stage.names) == 3

    run_qt(story())


def test_what_is_added_is_opened_and_what_is_refused_is_told(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO) as stage:
            stage.recordings.refuse = {"notes.txt"}
            stage.model.add([Path("a.wav"), Path("notes.txt")])
            assert stage.model.adding == 0.0
            await stage.settled()
            assert stage.model.recording is not None
            assert stage.model.recording.name == "a.wav"
            assert [one.name for one in stage.model.refused] == ["notes.txt"]
            assert stage.model.adding is None
            stage.model.forget_refused()
            assert not stage.model.refused

    run_qt(story())


def test_adding_can_be_stopped(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.recordings.held.clear()
            stage.model.add([Path("a.wav")])
            await asyncio.sleep(0)
            stage.model.stop_adding()
            await stage.settled()
            assert stage.model.empty
            assert stage.model.adding is None

    run_qt(story())


def test_a_deleted_recording_is_restored_with_undo(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO, (take("t1", "r2"),)) as stage:
            stage.model.delete([TWO[1]])
            await stage.settled()
            assert stage.names == ["Interview.mp3"]
            assert stage.model.open == Open("r1")
            stage.model.restore(stage.deleted[0])
            await stage.settled(lambda: stage.model.takes)
            assert stage.names == ["Board meeting.m4a", "Interview.mp3"]
            assert stage.model.open == Open("r2")
            assert [one.id for one in stage.model.takes] == ["t1"]

    run_qt(story())


def test_a_deleted_take_leaves_the_one_before_open(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO, (take("t1", "r2"), take("t2", "r2"))) as stage:
            stage.model.choose("r2", "t2")
            stage.model.delete([stage.model.takes[1]])
            await stage.settled()
            assert stage.model.open == Open("r2", "t1")
            stage.model.restore(stage.deleted[0])
            await stage.settled()
            assert stage.model.open == Open("r2", "t2")
            assert [one.id for one in stage.model.takes] == ["t1", "t2"]

    run_qt(story())


def test_what_cannot_be_deleted_stays_and_says_so(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO) as stage:
            stage.recordings.trouble = StorageFailed("The disk is full.")
            stage.model.delete([TWO[0]])
            await stage.settled()
            assert len(stage.names) == 2
            assert [str(error) for error in stage.failed] == ["The disk is full."]
            assert not stage.deleted

    run_qt(story())


def test_another_file_is_taken_only_after_a_question(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage((recording("r1", missing=True),)) as stage:
            stage.model.locate("r1", Path("/other.mp3"))
            await stage.settled()
            assert stage.model.question is not None
            stage.model.answer(False)
            await stage.settled()
            assert stage.model.recording is not None
            assert stage.model.recording.missing
            stage.model.locate("r1", Path("/other.mp3"))
            await stage.settled()
            stage.model.answer(True)
            await stage.settled()
            assert stage.recordings.located[-1] == ("r1", Path("/other.mp3"), True)
            assert not stage.model.recording.missing

    run_qt(story())


def test_a_list_that_cannot_be_read_says_why_and_is_read_again(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage(TWO)
        stage.recordings.trouble = StorageFailed("The database is locked.")
        async with stage:
            assert stage.model.trouble is not None
            assert not stage.model.loaded
            stage.model.load()
            await stage.settled()
            assert stage.model.trouble is None
            assert len(stage.names) == 2

    run_qt(story())


def test_an_example_is_spoken_opened_and_handed_on(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            ready: list[Recording] = []
            stage.model.example_ready.connect(ready.append)
            stage.model.try_example("Hello.")
            assert stage.model.making == "Hello."
            await stage.settled()
            assert [one.name for one in ready] == ["Hello."]
            assert stage.model.open.recording_id == ready[0].id
            assert stage.model.making == ""

    run_qt(story())


def test_an_example_that_fails_says_why(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.examples.trouble = RequestFailed(
                "No model speaks here.", failure=Failure.SERVER, maker=Maker.GATEWAY
            )
            stage.model.try_example("Hello.")
            await stage.settled()
            assert stage.model.example_trouble is not None
            assert stage.model.making == ""

    run_qt(story())


def test_a_take_that_runs_is_followed_part_by_part(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO) as stage:
            stage.takes.put(take("t1", "r2", WAITING))
            stage.takes.put(take("t1", "r2", RUNNING, parts=parts(RUNNING, WAITING, WAITING)))
            stage.takes.tell(PartChanged("t1", parts(DONE)[0]))
            (known,) = stage.model.takes
            assert [part.state for part in known.parts] == [DONE, WAITING, WAITING]
            assert words.take_state(known) == "Waiting"
            stage.takes.tell(PartChanged("t1", parts(DONE, RUNNING)[1]))
            assert words.take_state(stage.model.takes[0]) == "\u206633 %\u2069"
            stage.takes.put(take("t1", "r2", DONE, parts=parts(DONE, DONE, DONE)))
            assert stage.model.takes[0].state is DONE

    run_qt(story())


def test_a_take_that_was_typed_into_is_marked(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(TWO, (take("t1", "r2"),)) as stage:
            text = Transcript((Segment("s", (Word("Hello", 0, 1),)),))
            stage.takes.tell(TextSaved("t1", text))
            assert stage.model.takes[0].transcript == text
            assert words.take_state(stage.model.takes[0]) == "Edited"

    run_qt(story())


def test_a_thousand_recordings_are_found_and_unfolded(run_qt: Run) -> None:
    async def story() -> None:
        many = tuple(recording(f"r{number:04}", f"Call {number}.wav") for number in range(1000))
        async with Stage(many) as stage:
            stage.model.search("call 999")
            assert stage.names == ["Call 999.wav"]

    run_qt(story())
