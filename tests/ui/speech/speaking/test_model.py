"""Text to speech without a widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester

from tests.conftest import Run
from tests.ui.speech.library.fakes import take
from tests.ui.speech.options.fakes import FakeModels, FakeTakes, FakeTargets
from tests.ui.speech.speaking.fakes import AURA, MELO, FakePlayer, FakeReuse, FakeSpeaking, spoken
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed, StorageFailed
from workbench.domain.models import Model
from workbench.domain.speech.scores import Errors
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.services.speech.comparison import Difference
from workbench.services.speech.takes import TakeChanged
from workbench.ui.speech.speaking import words
from workbench.ui.speech.speaking.kept import Draft, read, written
from workbench.ui.speech.speaking.model import SpeakingModel
from workbench.ui.support import figures

BUSY = RequestFailed("Too many requests.", failure=Failure.RATE_LIMITED, maker=Maker.PROVIDER)


def heard(text: str) -> Transcript:
    said = tuple(Word(word, at * 0.4, at * 0.4 + 0.3) for at, word in enumerate(text.split()))
    return Transcript((Segment("h1", said),), "en", len(said) * 0.4)


class Stage:
    def __init__(self, *there: Spoken, models: tuple[Model, ...] = (), kept: str = "") -> None:
        self.speaking = FakeSpeaking(*there)
        self.takes = FakeTakes()
        self.reuse = FakeReuse()
        self.player = FakePlayer()
        self.kept: list[str] = []
        self.model = SpeakingModel(
            self.speaking,
            FakeModels(*models),
            FakeTargets(),
            self.takes,
            self.reuse,
            self.player,
            kept=kept,
            keep=self.kept.append,
            clock=lambda: 1000.0,
        )
        mode = QAbstractItemModelTester.FailureReportingMode.Warning
        self.tester = QAbstractItemModelTester(self.model.history, mode)
        self.told: list[Any] = []
        for signal in (self.model.used, self.model.saved, self.model.deleted, self.model.failed):
            signal.connect(self.told.append)

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
        await until(lambda: met() and not self._busy)

    @property
    def _busy(self) -> bool:
        return self.model._tasks.busy or self.model.voices.loading or self.model.hearers.loading

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.model.history.all]


def test_a_text_is_spoken_with_what_is_chosen_and_kept(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            assert model.model_id == AURA
            assert model.hindrance == "Write what is to be said."
            model.set_text("Hello there.")
            model.set_value("speaker", "zeus")
            model.set_value("encoding", "mp3")
            model.speak()
            await stage.settled()
            assert stage.speaking.asked == [("Hello there.", AURA, {"speaker": "zeus"})]
            assert stage.texts == ["Hello there."]
            assert model.chosen is not None
            assert model.chosen.text == "Hello there."

    run_qt(story())


def test_another_models_options_are_not_sent(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.set_text("Hola.")
            model.set_value("speaker", "zeus")
            model.set_model(MELO)
            model.set_value("lang", "es")
            assert [one.option.name for one in model.offer] == ["lang"]
            model.speak()
            await stage.settled()
            assert stage.speaking.asked == [("Hola.", MELO, {"lang": "es"})]

    run_qt(story())


def test_the_limit_and_the_price_are_told_as_one_types(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.set_text("x" * 1500)
            assert words.counted(1500, model.most_characters, model.estimate) == (
                f"{figures.count(1500)} of {figures.count(2000)} characters · about \u2066$0.045\u2069"
            )
            model.set_text("x" * 2003)
            assert model.hindrance == "That is 3 more than the model takes."
            model.speak()
            assert not model.speaking

    run_qt(story())


def test_a_number_that_the_model_would_refuse_holds_it_back(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.set_text("Hello.")
            model.type_number("sample_rate", "12")
            assert model.hindrance == "A number from 8000 to 48000."
            model.type_number("sample_rate", "24000")
            assert model.hindrance == ""

    run_qt(story())


def test_a_failure_keeps_the_text_and_its_record(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.set_text("Hello.")
            stage.speaking.refuses = BUSY
            model.speak()
            await stage.settled()
            assert model.trouble is not None
            assert model.trouble.what == "Too many requests."
            assert model.exchange_id
            assert model.text == "Hello."
            stage.speaking.refuses, stage.speaking.sent = BUSY, False
            model.speak()
            await stage.settled()
            assert model.exchange_id == ""
            model.speak()
            await stage.settled()
            assert model.trouble is None

    run_qt(story())


def test_a_call_can_be_stopped(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.speaking.held.clear()
            stage.model.set_text("Hello.")
            stage.model.speak()
            await asyncio.sleep(0)
            assert stage.model.speaking
            stage.model.stop()
            await stage.settled()
            assert not stage.model.speaking
            assert stage.texts == []
            assert stage.model.trouble is None

    run_qt(story())


def test_without_a_model_that_speaks_it_says_so(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(models=(Model("@cf/openai/whisper", "Automatic Speech Recognition"),)) as stage:
            assert stage.model.hindrance == "This connection has no model that speaks."
            assert stage.model.offer == ()

    run_qt(story())


def test_the_history_is_read_as_it_is_scrolled(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(*(spoken(f"s{number:03}", f"Text {number}") for number in range(120))) as stage:
            history = stage.model.history
            while not history.complete:
                history.fetchMore(history.index(-1))
                await stage.settled()
            assert len(stage.texts) == 120
            assert stage.texts[0] == "Text 119"
            assert stage.texts[-1] == "Text 0"

    run_qt(story())


def test_a_history_that_cannot_be_read_is_read_again(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage(spoken())
        stage.speaking.refuses = StorageFailed("The database is locked.")
        async with stage:
            assert stage.model.history_trouble is not None
            stage.model.load()
            await stage.settled()
            assert stage.model.history_trouble is None
            assert len(stage.texts) == 1

    run_qt(story())


def test_what_was_spoken_is_played_saved_used_and_said_again(run_qt: Run) -> None:
    async def story() -> None:
        first, second = spoken("s1", "One."), spoken("s2", "Two.", options={"speaker": "hera"})
        async with Stage(first, second) as stage:
            model = stage.model
            model.toggle(first)
            assert (stage.player.opened, model.plays) == ([Path("/spoken/s1.mp3")], "s1")
            model.toggle(first)
            assert model.plays == ""
            model.toggle(first)
            model.toggle(second)
            assert len(stage.player.opened) == 2
            assert model.plays == "s2"
            model.save(first, Path("/music/one.mp3"))
            model.use(second)
            await stage.settled()
            assert stage.speaking.saved == [("s1", Path("/music/one.mp3"))]
            assert stage.reuse.used == ["s2"]
            assert stage.told[0] == "/music/one.mp3"
            assert stage.told[1].id == "r7"
            model.say_again(second)
            assert (model.text, model.draft.values) == ("Two.", {"speaker": "hera"})

    run_qt(story())


def test_a_deleted_one_is_restored_with_undo(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(spoken("s1", "One."), spoken("s2", "Two.")) as stage:
            model = stage.model
            model.choose("s2")
            model.delete([model.history.all[0]])
            await stage.settled()
            assert stage.texts == ["One."]
            assert model.chosen is not None
            assert model.chosen.id == "s1"
            model.restore(stage.told[0])
            await stage.settled()
            assert stage.texts == ["Two.", "One."]

    run_qt(story())


def test_a_round_trip_counts_and_marks_the_wrong_words(run_qt: Run) -> None:
    async def story() -> None:
        one = spoken("s1", "The quick brown fox jumps.")
        async with Stage(one) as stage:
            model = stage.model
            model.choose("s1")
            model.check()
            await stage.settled()
            assert stage.speaking.checked == [("s1", model.hearing_id)]
            assert model.checking
            model.check()
            assert len(stage.speaking.checked) == 1
            done = take("c1", "of s1", heard=heard("the quick brown box jumps high"))
            stage.speaking.ended(one, done)
            stage.takes.tell(TakeChanged(done))
            await stage.settled()
            (shown,) = model.checks
            assert shown.check.words == Errors(1, 1, 0, 5)
            marked = [(word.text, word.difference) for word in shown.words if word.difference]
            assert ("box", Difference.OTHER) in marked
            assert ("high", Difference.MORE) in marked
            assert words.errors(shown.check.words) == "2 of 5 words wrong (\u206640 %\u2069): 1 other, 1 more"
            assert not model.checking

    run_qt(story())


def test_each_text_is_checked_at_once_where_that_is_wished(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.set_checks(True)
            stage.model.try_example("Hello.")
            await stage.settled()
            assert stage.speaking.checked == [("s1", stage.model.hearing_id)]

    run_qt(story())


def test_a_check_that_fails_says_why_and_can_be_resumed(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(spoken("s1")) as stage:
            model = stage.model
            model.choose("s1")
            await stage.settled()
            stage.speaking.refuses = BUSY
            model.check()
            await stage.settled()
            assert model.check_trouble is not None
            model.check()
            await stage.settled()
            failed = take("c1", "of s1", TakeState.FAILED)
            stage.takes.tell(TakeChanged(failed))
            assert not model.checking
            model.resume_check("c1")
            model.stop_check("c1")
            await stage.settled()
            assert stage.takes.did == [("resume", "c1"), ("stop", "c1")]

    run_qt(story())


def test_what_stands_on_the_page_is_kept(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.set_text("A draft.")
            stage.model.set_model(MELO)
            kept = stage.kept[-1]
        async with Stage(kept=kept) as stage:
            assert (stage.model.text, stage.model.model_id) == ("A draft.", MELO)

    run_qt(story())


@given(st.text(max_size=40))
def test_whatever_was_kept_can_be_read(kept: str) -> None:
    assert isinstance(read(kept), Draft)


@given(st.text(max_size=40), st.text(max_size=10), st.booleans())
def test_a_draft_comes_back_as_it_was(text: str, model: str, checks: bool) -> None:
    draft = Draft(text, model, {"speaker": "luna"}, "", checks)
    assert read(written(draft)) == draft


@pytest.mark.parametrize(("errors", "said"), [(Errors(0, 0, 0, 8), "All 8 words were understood.")])
def test_a_perfect_round_trip_says_so(errors: Errors, said: str) -> None:
    assert words.errors(errors) == said
