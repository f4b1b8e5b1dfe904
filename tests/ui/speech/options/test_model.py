"""What is chosen, what it comes to, and what is asked, without a widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.ui.speech.library.fakes import parts, recording, take
from tests.ui.speech.options.fakes import NOVA, TINY, TURBO, FakeModels, FakeTakes, FakeTargets
from tests.waiting import until
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.models import Model
from workbench.domain.speech.abilities import HearingAbilities
from workbench.domain.speech.takes import Take, TakeState
from workbench.domain.trouble import Trouble
from workbench.services.speech.takes import HearingHalted, TakePreparing
from workbench.ui.speech.options import words
from workbench.ui.speech.options.choices import Choices, read, written
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.speech.options.outlook import longest_part, outlook


class Stage:
    def __init__(self, *models: Model, kept: str = "") -> None:
        self.models = FakeModels(*models)
        self.takes = FakeTakes()
        self.kept = kept
        self.model = OptionsModel(self.models, FakeTargets(), self.takes, kept=kept, keep=self._keep)
        self.started: list[Take] = []
        self.model.started.connect(self.started.append)

    def _keep(self, text: str) -> None:
        self.kept = text

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
        await until(lambda: met() and not self.model._tasks.busy and not self.model.models.loading)


def test_at_first_whisper_is_chosen_where_the_target_has_it(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            assert stage.model.chosen == (TURBO.id,)
        async with Stage(NOVA, TINY) as stage:
            assert stage.model.chosen == (NOVA.id,)

    run_qt(story())


def test_only_what_the_model_has_is_offered_and_sent(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording())
            model.set_value("language", "de")
            model.set_value("task", "translate")
            assert "diarize" not in [one.option.name for one in model.offer]
            model.set_models([NOVA.id])
            assert "task" not in [one.option.name for one in model.offer]
            model.set_value("diarize", True)
            model.transcribe()
            await stage.settled()
            assert stage.takes.asked == [("r1", NOVA.id, {"language": "de", "diarize": True}, None, 0.0)]
            assert [one.model for one in stage.started] == [NOVA.id]

    run_qt(story())


def test_several_models_hear_the_same_with_their_own_options(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording())
            model.toggle_model(NOVA.id)
            model.set_value("diarize", True)
            missing = {one.option.name: one.missing for one in model.offer}
            assert missing["language"] == ()
            assert missing["diarize"] == (TURBO.id,)
            model.transcribe()
            await stage.settled()
            assert [(one[1], one[2]) for one in stage.takes.asked] == [
                (TURBO.id, {}),
                (NOVA.id, {"diarize": True}),
            ]

    run_qt(story())


def test_one_model_always_stays(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.toggle_model(TURBO.id)
            assert stage.model.chosen == (TURBO.id,)

    run_qt(story())


def test_a_default_is_not_sent(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.set_value("condition_on_previous_text", False)
            assert model.values == {"condition_on_previous_text": False}
            model.set_value("condition_on_previous_text", True)
            model.set_value("vad_filter", True)
            model.set_value("vad_filter", False)
            model.type_number("beam_size", "5")
            model.set_value("language", "")
            assert model.values == {}

    run_qt(story())


@pytest.mark.parametrize("text", ["99", "none", "0"])
def test_a_number_that_the_model_would_refuse_is_told_beside_it(run_qt: Run, text: str) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording())
            model.type_number("beam_size", text)
            assert model.problems == {"beam_size": "A number from 1 to 10."}
            assert model.hindrance == "A number from 1 to 10."
            model.transcribe()
            await stage.settled()
            assert stage.takes.asked == []
            model.type_number("beam_size", "")
            assert model.hindrance == ""

    run_qt(story())


def test_only_the_selection_is_heard_where_that_is_wished(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording())
            model.set_only_selection(True)
            assert not model.only_selection
            model.set_selection((10.0, 40.0))
            assert model.only_selection
            assert model.seconds == 30.0
            model.transcribe()
            await stage.settled()
            assert stage.takes.asked[0][3] == (10.0, 40.0)
            model.show(recording("r2"))
            assert not model.only_selection

    run_qt(story())


def test_a_long_recording_is_told_to_be_cut_and_what_it_costs(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording(seconds=3600.0))
            (one,) = model.outlooks
            assert (one.parts, one.overlap_s) == (20, 2.0)
            assert one.usd is not None
            assert one.usd == pytest.approx(0.03, rel=0.02)
            assert words.cutting((one,)).startswith("In about 20 parts of at most")
            model.type_most_s("60")
            assert model.outlooks[0].parts == 78
            model.type_most_s("2")
            assert model.hindrance == "From 5 to 1800 seconds."
            model.type_most_s("60")
            model.transcribe()
            await stage.settled()
            assert stage.takes.asked[0][4] == 60.0

    run_qt(story())


def test_how_long_it_may_take_is_known_after_a_first_take(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording(seconds=60.0))
            assert model.outlooks[0].takes_s is None
            heard = tuple(
                type(part)(part.number, part.start, part.end, part.state, took_ms=6000.0)
                for part in parts(TakeState.DONE)
            )
            model.show(recording(seconds=120.0), [take(model=TURBO.id, parts=heard)])
            assert model.outlooks[0].takes_s == pytest.approx(12.0)
            assert (
                words.total(model.outlooks, 120.0)
                == "\u20662:00\u2069 · about \u2066$0.0010\u2069 · about \u206612 s\u2069"
            )

    run_qt(story())


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (None, "Choose a recording first."),
        (recording(missing=True), "The file of this recording is not found. Tell where it is now."),
        (recording(changed=True), "The file of this recording has changed. Add it as a new one."),
    ],
)
def test_why_nothing_can_be_heard_is_said(run_qt: Run, shown: object, said: str) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.show(shown)  # type: ignore[arg-type]  # a Recording or None
            assert stage.model.hindrance == said

    run_qt(story())


def test_without_a_model_it_says_so(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(Model("@cf/meta/llama", "Text Generation")) as stage:
            stage.model.show(recording())
            assert stage.model.hindrance == "This connection has no model that hears."

    run_qt(story())


def test_a_refusal_is_told_and_the_wish_can_be_repeated(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording())
            stage.takes.refuses = InvalidInput("Another window has this recording heard just now.")
            model.transcribe()
            await stage.settled()
            assert model.trouble is not None
            stage.takes.refuses = None
            model.transcribe()
            await stage.settled()
            assert model.trouble is None
            assert len(stage.started) == 1

    run_qt(story())


def test_takes_that_are_not_done_are_followed_and_those_begun_here(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            model.show(recording())
            model.transcribe()
            await stage.settled()
            done, failed, begun = take("t7"), take("t8", state=TakeState.FAILED), take("t1")
            model.show(recording(), [done, failed, begun])
            assert [one.id for one in model.followed] == ["t8", "t1"]
            model.show(recording(), [done, failed, begun], "t7")
            assert [one.id for one in model.followed] == ["t7", "t8", "t1"]

    run_qt(story())


def test_stop_resume_and_one_part_are_passed_on(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.stop("t1")
            stage.model.resume("t1")
            stage.model.retry_part("t1", 16)
            stage.model.go_on()
            await stage.settled()
            assert stage.takes.did == [("stop", "t1"), ("resume", "t1"), ("part", "t1", 16), ("go on",)]

    run_qt(story())


def test_a_halt_and_the_decoding_are_told(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.takes.tell(HearingHalted(Trouble("The disk is full.")))
            assert stage.model.halted == Trouble("The disk is full.")
            stage.takes.tell(HearingHalted(None))
            assert stage.model.halted is None
            stage.takes.tell(TakePreparing("t1", 0.4))
            assert stage.model.preparing == {"t1": 0.4}
            stage.takes.tell(TakePreparing("t1", 1.0))
            assert stage.model.preparing == {}

    run_qt(story())


def test_choices_are_kept(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.set_models([NOVA.id])
            stage.model.set_value("diarize", True)
            kept = stage.kept
        async with Stage(kept=kept) as stage:
            assert stage.model.chosen == (NOVA.id,)
            assert stage.model.values == {"diarize": True}

    run_qt(story())


def test_a_list_that_does_not_come_leaves_the_older_one(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage()
        stage.models.trouble = RequestFailed("Nobody answers.", failure=Failure.CONNECT, maker=Maker.NETWORK)
        async with stage:
            assert stage.model.models.trouble is not None
            assert stage.model.chosen == (TURBO.id,)

    run_qt(story())


@given(st.text(max_size=40))
def test_kept_choices_of_any_kind_can_be_read(text: str) -> None:
    assert isinstance(read(text), Choices)


@given(
    st.lists(st.sampled_from(["a", "b"])),
    st.dictionaries(st.text(max_size=5), st.booleans()),
    st.floats(0, 1800),
)
def test_choices_come_back_as_they_were(models: list[str], values: dict[str, bool], most_s: float) -> None:
    assert read(written(Choices(tuple(models), values, most_s))) == Choices(tuple(models), values, most_s)


@given(st.floats(1, 20_000), st.floats(5, 1800))
def test_the_parts_of_an_outlook_cover_the_recording(seconds: float, most_s: float) -> None:
    seen = outlook(TURBO, HearingAbilities(), seconds, most_s)
    assert seen.parts * seen.most_s - (seen.parts - 1) * seen.overlap_s >= seconds - 0.001
    assert (seen.parts == 1) == (seconds <= most_s)


def test_a_part_is_no_longer_than_the_models_limits() -> None:
    assert longest_part(HearingAbilities(most_bytes=3_200_000)) == 100.0
    assert longest_part(HearingAbilities(most_s=30.0), 120.0) == 30.0
