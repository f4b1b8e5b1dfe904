"""What is chosen, what it comes to, and what becomes of it, without a widget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import BAD, LIMIT, SPENT, numbered
from tests.services.fakes import FakeConnections
from tests.ui.embeddings.models.stage import GEMMA, LARGE, M3, QWEN, SMALL, Stage, stage
from tests.waiting import until
from workbench.domain.embeddings.runs import ModelChoice, ModelRun, RunState
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Model
from workbench.domain.targets import Target, TargetKind
from workbench.domain.trouble import Trouble
from workbench.ui.embeddings.model import PageId
from workbench.ui.embeddings.models import words

Opener = Callable[..., AbstractAsyncContextManager[Stage]]
Story = Callable[[Callable[[Opener], Coroutine[Any, Any, None]]], None]
BOTH = (ModelChoice(M3.id), ModelChoice(SMALL.id))


@pytest.fixture
def story(tmp_path: Path, run_qt: Run) -> Story:
    """Runs a coroutine that is given `opened`: each call opens a window on the same database."""
    return lambda told: run_qt(told(lambda *models, **options: stage(tmp_path, *models, **options)))


def test_two_small_models_are_chosen_at_first_and_what_they_take_is_told(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            model = one.model
            assert model.choices == BOTH
            assert model.hindrance == "Open a set of texts first."
            await one.open(*numbered(12), "x " * 120, "")
            assert model.hindrance == ""
            assert [(each.rows, each.calls, each.kept, each.cut) for each in model.plans] == [
                (13, 2, 0, (12,)),
                (13, 2, 0, (12,)),
            ]
            assert words.total(model.plans, free=False) == (
                "\u20662\u2069 models · \u206626\u2069 vectors · \u20664\u2069 calls · \u2066≈\u00a0$0.00015\u2069"
            )
            assert words.cut(model.plans[0], one.models.abilities(M3.id)) == (
                "1 text is longer than \u206650\u2069 tokens and will be cut."
            )
            assert one.wire.calls == []

    story(told)


def test_embedding_makes_a_column_of_each_model_and_tells_what_was_paid(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            model = one.model
            await one.open(*numbered(12))
            await one.embedded()
            (entry,) = model.entries
            assert entry.run.target == "t"
            assert [one.shared.title_of(column) for column in one.shared.columns] == [
                "bge-m3",
                "bge-small-en-v1.5",
            ]
            assert entry.columns == tuple(column.key for column in one.shared.columns)
            assert words.spent(entry.run.models[0]) == (
                "\u20662\u2069 dimensions · \u20662\u2069 calls · \u206612\u2069 tokens · \u2066≈\u00a0$0.000012\u2069"
            )
            assert [plan.kept for plan in model.plans] == [12, 12]
            assert model.hindrance == "Every text has its vectors. Choose another model, or other options."
            model.set_choices([ModelChoice(GEMMA.id)])
            await one.settled()
            assert model.hindrance == ""

    story(told)


def test_what_was_chosen_is_there_after_a_restart_and_by_target(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            one.model.set_choices([ModelChoice(QWEN.id)])
            one.model.set_option(0, instruction="Find", query=True)
            kept = one.kept
        async with opened(kept=kept) as one:
            (choice,) = one.model.choices
            assert (choice.model, choice.options.instruction, choice.options.query) == (QWEN.id, "Find", True)
            one.targets.current = Target(
                "other", "Other", TargetKind.OPENAI, base_url="http://127.0.0.1:1/v1"
            )
            one.model.load()
            await one.settled()
            assert one.model.choices == BOTH

    story(told)


def test_models_are_added_and_taken_away(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            model = one.model
            model.toggle(GEMMA.id)
            model.toggle(M3.id)
            assert [each.model for each in model.choices] == [SMALL.id, GEMMA.id]
            model.add_twin(0)
            assert [model.is_double(place) for place in range(3)] == [False, True, False]
            assert len(model.wanted) == 2
            model.set_option(1, pooling="cls")
            assert not model.is_double(1)
            assert len(model.wanted) == 3
            model.remove(0)
            assert [each.options.pooling for each in model.choices] == ["cls", ""]
            model.remove(0)
            model.remove(0)
            assert model.choices == ()
            await one.open("a")
            assert model.hindrance == "Choose a model first."

    story(told)


def test_dimensions_that_cannot_be_are_told_and_not_taken(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(LARGE) as one:
            model = one.model
            await one.open("a")
            model.type_dimensions(0, "1")
            assert model.wanted[0].options.dimensions == 1
            for wrong in ("3", "0", "x", "1.5", "-1"):
                model.type_dimensions(0, wrong)
                assert model.problems == {0: "From 1 to 2."}
                assert model.hindrance == "Mend what is marked first."
                assert model.wanted[0].options.dimensions == 1
            model.type_dimensions(0, "2")
            assert model.problems == {}
            assert model.wanted == (ModelChoice(LARGE.id),)
            await one.settled()
            assert model.hindrance == ""

    story(told)


def test_a_set_without_texts_says_so(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            await one.open(" ", "")
            assert one.model.hindrance == "This set has no text."

    story(told)


def test_the_plan_is_there_even_if_nobody_can_be_asked(story: Story) -> None:
    async def told(opened: Opener) -> None:
        down = RequestFailed("No network.", failure=Failure.CONNECT, maker=Maker.NETWORK)
        async with opened(connections=FakeConnections(down)) as one:
            await one.open(*numbered(3))
            assert [(each.calls, each.kept) for each in one.model.plans] == [(1, None), (1, None)]
            one.model.embed()
            await one.settled(lambda: one.model.entries and one.model.entries[0].run.state.over)
            assert one.model.entries[0].run.state is RunState.FAILED

    story(told)


def test_a_run_is_stopped_and_resumed(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            model = one.model
            await one.open(*numbered(30))
            one.wire.gate = asyncio.Event()
            model.embed()
            await until(lambda: one.wire.running > 0)
            await one.settled()
            assert model.hindrance == "These models are at work."
            (entry,) = model.entries
            model.stop(entry.run.id)
            await one.settled(lambda: model.entries[0].run.state is RunState.STOPPED)
            assert model.hindrance == ""
            one.wire.gate.set()
            model.resume(entry.run.id)
            await one.settled(lambda: model.entries[0].run.state is RunState.DONE)
            assert model.entries[0].run.models[0].done == 30

    story(told)


def test_a_used_up_quota_keeps_what_is_done_and_goes_on_later(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3, per_model=lambda: 1) as one:
            model = one.model
            await one.open(*numbered(30))
            one.wire.allowed = {M3.id: 2}
            await one.embedded()
            (run,) = [entry.run for entry in model.entries]
            assert (run.state, run.models[0].done) == (RunState.FAILED, 20)
            assert run.models[0].trouble is not None
            assert run.models[0].trouble.failure == SPENT.failure
            assert model.plans[0].kept == 20
            one.wire.allowed = {}
            model.resume(run.id)
            await one.settled(lambda: model.entries[0].run.state is RunState.DONE)
            assert len(set(one.wire.sent)) == 30
            assert model.entries[0].run.models[0].done == 30

    story(told)


def test_texts_without_a_vector_are_told_shown_and_tried_again(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            model = one.model
            await one.open(*numbered(12))
            one.wire.bad = {"text 3": BAD, "text 7": BAD}
            await one.embedded()
            (run,) = [entry.run for entry in model.entries]
            (bad,) = run.models[0].bad
            assert (run.state, bad.rows, run.models[0].done) == (RunState.DONE, (3, 7), 10)
            assert words.bad(bad) == "\u20662\u2069 texts have no vector: No."
            model.show_rows(bad.rows)
            assert one.shared.selected == (3, 7)
            assert one.shared.page is PageId.TEXTS
            one.wire.bad = {}
            model.resume(run.id)
            await one.settled(lambda: model.entries[0].run.models[0].done == 12)
            assert model.entries[0].run.models[0].bad == ()

    story(told)


def test_what_is_waited_out_is_told(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            model = one.model
            await one.open("a")
            one.wire.script = [LIMIT]
            model.embed()
            await until(lambda: bool(model.entries) and model.held(model.entries[0].run, 0) is not None)
            run = model.entries[0].run
            hold = model.held(run, 0)
            assert hold is not None
            assert (
                words.progress(run.models[0], hold, hold.until - 29.6)
                == "Again in \u206630\u00a0s\u2069: No."
            )
            one.time.advance(60)
            await one.settled(lambda: model.entries[0].run.state is RunState.DONE)
            assert model.held(model.entries[0].run, 0) is None

    story(told)


def test_why_a_model_tries_again_is_told() -> None:
    asked = ModelRun(ModelChoice("@cf/baai/bge-m3"), 20, RunState.RUNNING, 3, trouble=Trouble("No network."))
    assert words.progress(asked, None, 0.0) == f"{words.ltr('3 / 20')} · Trying again: No network."
    assert "again" not in words.progress(replace(asked, trouble=None), None, 0.0)
    assert "again" not in words.progress(replace(asked, state=RunState.STOPPED), None, 0.0)


def test_a_model_that_was_never_asked_has_no_count() -> None:
    assert words.progress(ModelRun(ModelChoice("m"), state=RunState.FAILED), None, 0.0) == "Failed"


def test_a_run_whose_place_others_have_taken_is_among_the_earlier_ones(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3, SMALL) as one:
            model = one.model
            model.set_choices(BOTH[:1])
            await one.open("a")
            await one.embedded()
            first = model.entries[0].run
            model.set_choices(BOTH)
            await one.settled()
            await one.embedded()
            assert [entry.run.id for entry in model.earlier] == [first.id]
            assert len(model.entries) == 1
            assert len(one.wire.calls) == 2

    story(told)


def test_a_deleted_run_can_be_had_back(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            model = one.model
            await one.open("a")
            await one.embedded()
            gone: list[Any] = []
            model.deleted.connect(gone.append)
            model.delete(model.entries[0].run.id)
            await one.settled(lambda: not model.entries)
            assert one.shared.columns == ()
            model.restore(gone[0])
            await one.settled(lambda: model.entries)
            assert len(one.shared.columns) == 1
            assert len(one.wire.calls) == 1

    story(told)


def test_one_of_the_columns_can_be_left_out_of_what_is_compared(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            await one.open("a")
            await one.embedded()
            first, second = one.model.entries[0].columns
            one.shared.compare(first, False)
            assert not one.model.compared(first)
            assert one.model.compared(second)

    story(told)


def test_a_disk_that_fails_is_told_until_it_goes_on(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            model = one.model
            await one.open("a")
            one.services.cache.failing = True
            model.embed()
            await until(lambda: model.halted is not None)
            one.services.cache.failing = False
            model.go_on()
            await one.settled(lambda: model.entries[0].run.state is RunState.DONE)
            assert model.halted is None
            assert len(one.wire.calls) == 1

    story(told)


def test_a_wish_that_fails_says_why(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            await one.open("a")
            one.services.store.failing = True
            one.model.embed()
            await one.settled(lambda: one.model.trouble)
            assert one.model.trouble is not None
            assert one.model.trouble.why == "No room."
            one.services.store.failing = False
            one.model.try_again()
            await one.settled(lambda: one.model.entries and one.model.entries[0].run.state.over)
            assert one.model.trouble is None

    story(told)


@pytest.mark.parametrize(
    ("engine", "alike", "simulated"),
    [
        ("minilm", ("bge-m3", "bge-small-en-v1.5"), ()),
        ("simulated", (), ("bge-m3", "bge-small-en-v1.5")),
        ("", (), ()),
    ],
)
def test_vectors_of_the_sandbox_are_told_for_what_they_are(
    story: Story, engine: str, alike: tuple[str, ...], simulated: tuple[str, ...]
) -> None:
    async def told(opened: Opener) -> None:
        local = FakeConnections()
        local.target = Target("local", "Local gateway", TargetKind.LOCAL)
        async with opened(connections=local) as one:
            one.targets.current = local.target
            one.wire.engine = engine
            one.model.load()
            assert one.model.on_sandbox
            await one.open("a")
            await one.embedded()
            assert one.model.alike == alike
            assert one.model.simulated == simulated
            if alike:
                one.shared.compare(one.model.entries[0].columns[0], False)
                assert one.model.alike == ()
            one.targets.upstream = "account"
            one.model.load()
            await one.settled()
            assert not one.model.on_sandbox

    story(told)


def test_another_set_has_its_own_runs(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one:
            await one.open("a")
            await one.embedded()
            await one.open("b", id="s2")
            assert not one.model.entries
            one.shared.open("s1")
            await one.settled(lambda: one.model.entries)
            assert one.model.entries[0].columns == (one.shared.columns[0].key,)

    story(told)


def test_a_run_of_another_window_is_told(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened(M3) as one, opened(M3) as other:
            await one.open("a")
            one.wire.gate = asyncio.Event()
            one.model.embed()
            await until(lambda: one.wire.running > 0)
            await one.settled()
            other.shared.open("s1")
            await other.settled(lambda: other.model.entries)
            assert other.model.is_elsewhere(other.model.entries[0].run)
            assert not one.model.is_elsewhere(one.model.entries[0].run)
            assert other.model.hindrance == "These models are at work."
            one.wire.gate.set()
            await one.settled(lambda: one.model.entries[0].run.state.over)

    story(told)


def test_the_list_that_does_not_come_leaves_what_is_known(story: Story) -> None:
    async def told(opened: Opener) -> None:
        async with opened() as one:
            one.models.trouble = RequestFailed("No network.", failure=Failure.CONNECT, maker=Maker.NETWORK)
            one.model.models.refresh(again=True)
            await one.settled()
            assert one.model.models.trouble is not None
            assert one.model.models.found("bge small") == (SMALL,)
            one.models.trouble = None
            one.models.list = (Model("new/embedder"),)
            one.model.models.refresh(again=True)
            await one.settled()
            assert one.model.choices == (ModelChoice("new/embedder"),)

    story(told)
