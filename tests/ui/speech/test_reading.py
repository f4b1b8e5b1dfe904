"""A recording as it is read: sound, text and what goes on between them, without a widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pytest

from tests.conftest import Run
from tests.ui.speech.desks import Recordings, Takes, desk
from tests.ui.speech.library.fakes import recording, take
from tests.ui.speech.options.fakes import FakeModels, FakeTargets
from tests.ui.speech.player.fakes import FakePlayer
from tests.ui.speech.transcript.samples import texts, transcript
from tests.waiting import until
from workbench.domain.errors import InvalidInput
from workbench.domain.speech.takes import Part, Recording, Take, TakeState
from workbench.domain.speech.transcripts import Transcript
from workbench.services.speech.takes import PartChanged
from workbench.ui.speech.library.model import LibraryModel
from workbench.ui.speech.options.export_model import ExportModel
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.speech.player.model import PlayerModel
from workbench.ui.speech.reading import Reading
from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.speech.transcript.document import TranscriptDocument
from workbench.ui.speech.transcript.model import TranscriptModel

SAID = transcript("the cat sat down", "thank you")


def heard(id: str = "t1", of: str = "r1", span: tuple[float, float] | None = None) -> Take:
    return take(id, of, heard=SAID, transcript=SAID, span=span)


class Stage:
    def __init__(self, folder: Path, recordings: tuple[Recording, ...], takes: tuple[Take, ...]) -> None:
        self.recordings, self.takes = Recordings(folder, *recordings), Takes(*takes)
        self.desk = desk(self.recordings, self.takes)
        self.sound = FakePlayer()
        self.library = LibraryModel(self.recordings, self.takes, self.desk.examples)
        self.player = PlayerModel(self.sound)
        self.text = TranscriptModel(TranscriptDocument(Transcript()))
        self.options = OptionsModel(FakeModels(), FakeTargets(), self.takes)
        self.export = ExportModel()
        self.compare = CompareModel()
        self.reading = Reading(
            self.desk,
            self.library,
            self.player,
            self.text,
            self.options,
            self.export,
            self.compare,
            save_after_ms=0,
        )
        self.failed: list[Exception] = []
        self.reading.failed.connect(self.failed.append)

    async def __aenter__(self) -> Stage:
        self.library.load()
        await until(lambda: self.library.loaded)
        return self

    async def __aexit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in (
            self.reading,
            self.library,
            self.options,
            self.export,
            self.text,
            self.compare,
            self.player,
        ):
            await part.aclose()

    async def opened(self) -> None:
        await until(lambda: self.reading.take is not None and self.player.is_open)

    def correct(self, text: str) -> None:
        self.text.type(["s1"], [text])


Make = Callable[..., Stage]


@pytest.fixture
def stage(tmp_path: Path) -> Make:
    def make(*takes: Take, recordings: tuple[Recording, ...] = (recording("r1"),)) -> Stage:
        return Stage(tmp_path, recordings, takes)

    return make


def test_a_recording_opens_with_its_sound_its_text_and_what_can_be_exported(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            assert texts(s.text.transcript) == ["the cat sat down", "thank you"]
            assert s.sound.path == Path("/music/Interview.mp3")
            assert s.export.transcript is s.text.transcript
            assert [word.text for word in s.player.words][:2] == ["the", "cat"]
            await until(lambda: s.player.silences)

    run_qt(story())


def test_what_is_typed_is_stored_and_the_export_has_it(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.correct("the dog sat down")
            assert not s.reading.saved
            await until(lambda: s.reading.saved)
            assert s.takes.saved[-1][1].text == "the dog sat down\nthank you"
            assert s.export.transcript.text == "the dog sat down\nthank you"

    run_qt(story())


def test_what_is_typed_just_before_the_end_is_stored_too(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.reading._save_after_ms = 60_000
            s.correct("the dog sat down")
        assert s.takes.saved[-1][1].text.startswith("the dog")

    run_qt(story())


def test_what_a_full_disk_did_not_take_is_kept_told_once_and_stored_later(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.takes.full = True
            s.correct("the dog")
            await until(lambda: s.failed)
            s.correct("the dog sat")
            await asyncio.sleep(0.02)
            assert len(s.failed) == 1
            s.takes.full = False
            s.correct("the dog sat down")
            await until(lambda: s.reading.saved)
            assert s.takes.saved[-1][1].text == "the dog sat down\nthank you"

    run_qt(story())


def test_another_recording_gets_nothing_of_what_was_typed_into_the_first(stage: Make, run_qt: Run) -> None:
    two = (recording("r1"), recording("r2", "Other.mp3"))

    async def story() -> None:
        async with stage(heard(), heard("t2", "r2"), recordings=two) as s:
            s.library.choose("r1")
            await s.opened()
            await until(lambda: s.reading.take is not None and s.reading.take.id == "t1")
            s.correct("the dog sat down")
            s.library.choose("r2")
            await until(lambda: s.takes.saved)
            assert [id for id, _ in s.takes.saved] == ["t1"]
            await until(lambda: s.reading.take is not None and s.reading.take.id == "t2")
            assert s.text.transcript.text == SAID.text

    run_qt(story())


def test_a_text_stored_by_another_window_is_kept_until_somebody_decides(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.takes.elsewhere = True
            s.correct("mine")
            await until(lambda: s.reading.contested)
            s.takes.elsewhere = False  # from here on it would be stored over theirs
            s.correct("mine, still")
            await asyncio.sleep(0.02)
            assert s.takes.saved == []
            s.reading.keep_mine()
            await until(lambda: s.takes.saved)
            assert s.takes.saved[-1][1].text == "mine, still\nthank you"
            assert not s.reading.contested

    run_qt(story())


def test_a_text_that_nobody_decided_on_is_stored_beside_the_other_when_the_window_closes(
    stage: Make, run_qt: Run
) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.takes.elsewhere = True
            s.correct("mine")
            await until(lambda: s.reading.contested)
        assert s.takes.saved == []
        assert s.takes.did[-1] == ("beside", "t1", "mine\nthank you")

    run_qt(story())


def test_the_text_of_the_other_window_can_be_taken(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.takes.elsewhere = True
            s.correct("mine")
            await until(lambda: s.reading.contested)
            s.reading.take_theirs()
            assert s.text.transcript.text == SAID.text
            s.takes.elsewhere = False
            s.correct("the dog sat down")
            await until(lambda: s.takes.saved)
            assert s.takes.saved[-1][1].text == "the dog sat down\nthank you"

    run_qt(story())


def test_text_appears_while_it_is_heard_and_cannot_be_changed_yet(stage: Make, run_qt: Run) -> None:
    waiting = tuple(Part(number, number * 5.0, number * 5.0 + 5) for number in range(2))
    running = take("t1", "r1", TakeState.RUNNING, parts=waiting)

    async def story() -> None:
        async with stage(running) as s:
            await s.opened()
            assert s.text.locked
            assert len(s.text.gaps) == 1
            s.takes.tell(PartChanged("t1", Part(0, 0.0, 5.0, TakeState.DONE)))
            assert s.text.gaps[0].numbers == (1,)
            s.takes.heard("t1", SAID)
            assert texts(s.text.transcript) == ["the cat sat down", "thank you"]
            assert not s.text.locked

    run_qt(story())


def test_parts_that_failed_are_tried_again_where_they_stand(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.text.retry_wanted.emit((1, 2))
            await until(lambda: len(s.takes.did) == 2)
            assert set(s.takes.did) == {("part", "t1", 1), ("part", "t1", 2)}

    run_qt(story())


def test_a_selection_is_one_in_sound_and_text_and_for_the_models(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.player.select(0.5, 1.0)
            assert s.text.document.selection == (0.5, 1.0)
            assert s.options.selection == (0.5, 1.0)
            s.text.select(None)
            assert s.player.selection is None

    run_qt(story())


def test_a_stretch_heard_again_is_compared_and_its_take_is_not_kept(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            s.text.rerun_wanted.emit(0.0, 2.0)
            await until(lambda: s.reading._reruns)
            assert s.reading.take is not None
            assert s.reading.take.id == "t1"
            s.takes.heard("t2", transcript("the hat sat down"))
            assert [each.new[0].text for each in s.text.review.differences] == ["hat"]
            await until(lambda: len(s.takes.there) == 1)

    run_qt(story())


def test_a_stretch_heard_again_for_a_text_that_is_closed_stays_as_a_take(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard(), heard("t0")) as s:
            await s.opened()
            s.text.rerun_wanted.emit(0.0, 2.0)
            await until(lambda: s.reading._reruns)
            s.library.choose("r1", "t0")
            s.takes.heard("t3", transcript("the hat sat down"))
            assert not s.text.review.open
            assert {one.id for one in s.library.takes} == {"t0", "t1", "t3"}

    run_qt(story())


def test_a_sound_that_cannot_be_read_leaves_the_text(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        s = stage(heard())
        s.recordings.no_sound = InvalidInput("Interview.mp3 is not there.", fix="Locate it.")
        async with s:
            await until(lambda: s.reading.sound_trouble)
            assert not s.player.is_open
            await until(lambda: s.text.transcript.segments)
            s.recordings.no_sound = None
            s.reading.look_again()
            await s.opened()
            assert s.reading.sound_trouble is None

    run_qt(story())


def test_whole_takes_are_compared_and_what_is_really_said_is_kept(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard(), heard("t2"), heard("t3", span=(0.0, 1.0))) as s:
            await s.opened()
            assert s.reading.comparable
            assert s.compare.comparison is None
            s.reading.look_at_takes(True)
            assert [one.id for one in s.compare.takes] == ["t1", "t2"]
            s.compare.measure("the cat sat")
            await until(lambda: s.recordings.there[0].reference == "the cat sat")

    run_qt(story())


def test_nobody_waits_for_the_text_of_a_recording_that_was_deleted(stage: Make, run_qt: Run) -> None:
    async def story() -> None:
        async with stage(heard()) as s:
            await s.opened()
            await s.recordings.delete(["r1"])
            await until(lambda: ("stop of", "r1") in s.takes.did)
            assert s.reading.take is None
            assert not s.player.is_open

    run_qt(story())
