from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import (
    BAD,
    CUT,
    LIMIT,
    SPENT,
    Desk,
    FakeWire,
    M,
    N,
    numbered,
    vector_of,
    window,
)
from tests.services.fakes import FULL, FakeConnections, refused
from tests.waiting import until
from workbench.domain.embeddings.measures import Fault
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import BadRows, EmbeddingRun, ModelChoice, RunState
from workbench.domain.errors import Failure, InvalidInput, StorageFailed
from workbench.domain.models import Cost
from workbench.domain.targets import Target, TargetKind
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.runs import MOST_IN_A_ROW, RunAdded, RunChanged, RunGone, RunsHalted

Opener = Callable[..., AbstractAsyncContextManager[Desk]]
Story = Callable[[Callable[[Opener], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    """Runs a coroutine that is given `open_desk`: each call opens a window on the same database."""
    return lambda told: run_async(told(lambda **options: window(tmp_path, **options)))


def test_texts_are_embedded_in_batches_and_their_vectors_lie_in_the_order_of_the_rows(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            run = await one.over(await one.begin(numbered(25)))
            assert [len(call) for call in one.wire.calls] == [10, 10, 5]
            (model,) = run.models
            assert (model.state, model.rows, model.done, model.kept, model.bad) == ("done", 25, 25, 0, ())
            assert (model.calls, model.tokens, model.dimensions) == (3, 25, 2)
            assert model.cost == Cost(25 / 1_000_000)
            assert run.target == "t"
            assert await one.vectors(run) == [vector_of("m", text) for text in numbered(25)]
            assert await one.runs.of("s1") == [run]
            assert one.runs.open == ()

    story(told)


def test_what_happens_is_told_and_the_end_last(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            run = await one.over(await one.begin(numbered(30)))
            assert one.events[0] == RunAdded(one.told(RunAdded)[0].run)
            *before, last = one.told(RunChanged)
            assert last.run == run
            assert all(not event.run.state.over for event in before)
            done = [event.run.models[0].done for event in before]
            assert done == sorted(done)

    story(told)


def test_equal_texts_are_asked_for_once_and_empty_ones_not_at_all(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            run = await one.over(await one.begin(["a", "b", "", "a", "  ", "b"]))
            assert one.wire.calls == [("a", "b")]
            assert (run.models[0].rows, run.models[0].done) == (4, 4)
            found = await one.runs.vectors(run.id, 0)
            assert [found.fault(row) for row in range(6)] == [
                Fault.NONE, Fault.NONE, Fault.MISSING, Fault.NONE, Fault.MISSING, Fault.NONE,
            ]  # fmt: skip
            assert found.values[0].tolist() == found.values[3].tolist() == vector_of("m", "a")

    story(told)


def test_several_models_at_once_and_so_many_calls_of_each(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 2, at_once=3) as one:
            one.wire.gate = asyncio.Event()
            run = await one.begin(numbered(60), M, N)
            await until(lambda: one.wire.running == 3)
            await one.rest()
            assert sorted(one.wire.models) in (["m", "m", "n"], ["m", "n", "n"])
            one.wire.gate.set()
            run = await one.over(run)
            assert one.wire.most == 3
            assert Counter(one.wire.models) == {"m": 6, "n": 6}
            assert await one.vectors(run, 1) == [vector_of("n", text) for text in numbered(60)]

    story(told)


def test_nothing_is_asked_for_twice_by_another_run_or_after_a_restart(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            await one.over(await one.begin(numbered(10)))
        async with open_desk() as again:
            run = await again.over(await again.begin([*numbered(12), "text 3"]))
            assert again.wire.calls == [("text 10", "text 11")]
            (model,) = run.models
            assert (model.done, model.kept, model.cost) == (13, 11, Cost(2 / 1_000_000))
            await again.over(await again.begin(numbered(12)))
            assert len(again.wire.calls) == 1

    story(told)


def test_options_that_change_vectors_have_their_own_and_the_default_is_no_option(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            for pooling, calls in (("", 1), ("mean", 1), ("cls", 2)):
                await one.over(await one.begin(["a"], ModelChoice("m", EmbeddingOptions(pooling))))
                assert len(one.wire.calls) == calls

    story(told)


# failures


def test_a_429_holds_back_the_whole_model_as_long_as_it_says(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.wire.script = [None, LIMIT]
            run = await one.begin(numbered(40))
            await until(lambda: len(one.wire.calls) == 2)
            await one.rest()
            assert len(one.wire.calls) == 2
            hold = one.runs.held(one.runs.open[0], 0)
            assert hold is not None
            assert (hold.until - one.time.now, hold.trouble) == (30.0, Trouble.of(LIMIT))
            one.time.advance(29)
            await one.rest()
            assert len(one.wire.calls) == 2
            one.time.advance(1)
            run = await one.over(run)
            assert (run.models[0].done, run.models[0].calls) == (40, 5)

    story(told)


def test_a_connection_that_is_cut_is_tried_again_after_a_while(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.wire.script = [CUT]
            run = await one.begin(numbered(20))
            await until(lambda: len(one.wire.calls) == 2)
            await one.rest()
            one.time.advance(2)
            run = await one.over(run)
            assert run.models[0].done == 20
            assert len(one.wire.calls) == 3

    story(told)


def test_why_all_has_to_be_tried_again_is_told_until_something_comes(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.wire.script = [CUT, CUT]
            run = await one.begin(numbered(20))
            await until(lambda: len(one.wire.calls) == 2)
            await one.rest()
            (now,) = (each for each in one.runs.open if each.id == run.id)
            assert (now.models[0].state, now.models[0].trouble) == (RunState.RUNNING, Trouble.of(CUT))
            one.time.advance(2)
            run = await one.over(run)
            assert (run.models[0].done, run.models[0].trouble) == (20, None)

    story(told)


def test_three_bad_rows_of_many_are_found_and_the_rest_is_kept(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            texts = numbered(1000)
            wrong = (17, 18, 700)
            one.wire.bad = {texts[row]: BAD for row in wrong}
            run = await one.over(await one.begin(texts))
            (model,) = run.models
            assert (model.state, model.done, model.bad) == ("done", 997, (BadRows(Trouble.of(BAD), wrong),))
            found = await one.runs.vectors(run.id, 0)
            assert found.told() == {Fault.MISSING: 3}
            assert len(one.wire.calls) < 125
            # and those are all that is asked for again
            one.wire.calls.clear()
            one.wire.bad = {texts[700]: BAD}
            await one.runs.resume(run.id)
            run = await one.over(run)
            assert set(one.wire.sent) == {texts[row] for row in wrong}
            assert (run.models[0].done, run.models[0].bad[0].rows) == (999, (700,))

    story(told)


def test_all_rows_of_a_bad_text_are_bad(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.wire.bad = {"b": BAD}
            run = await one.over(await one.begin(["a", "b", "c", "b"]))
            assert run.models[0].bad_rows == {1, 3}
            assert run.models[0].done == 2

    story(told)


def test_a_batch_that_breaks_its_server_each_time_is_halved_too(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(attempts=2) as one:
            one.wire.bad = {"text 3": refused(Failure.SERVER, 500)}
            run = await one.begin(numbered(10))
            while one.runs.open:
                one.time.advance(60)
                await one.rest()
            run = await one.get(run)
            assert run.models[0].bad_rows == {3}
            assert run.models[0].done == 9

    story(told)


def test_a_model_that_refuses_everything_is_left_alone_soon(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.wire.always = BAD
            run = await one.over(await one.begin(numbered(1000)))
            (model,) = run.models
            assert (model.state, model.trouble, model.done) == (RunState.FAILED, Trouble.of(BAD), 0)
            assert len(one.wire.calls) <= MOST_IN_A_ROW + 4
            # the next day it begins with what was never asked for
            tried = set(one.wire.sent)
            one.wire.always = None
            one.wire.calls.clear()
            await one.runs.resume(run.id)
            run = await one.over(run)
            assert run.models[0].done == 1000
            assert not set(one.wire.calls[0]) & {f"text {row}" for row in model.bad_rows}
            assert tried

    story(told)


def test_a_quota_used_up_in_the_middle_ends_it_and_tomorrow_only_the_rest_is_asked_for(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.wire.allowed = {"n": 2}
            run = await one.over(await one.begin(numbered(50), M, N))
            assert [(model.state, model.done) for model in run.models] == [("done", 50), ("failed", 20)]
            assert run.models[1].trouble == Trouble.of(SPENT)
        async with open_desk() as tomorrow:
            await tomorrow.rest()
            assert tomorrow.wire.calls == []
            await tomorrow.runs.resume(run.id)
            run = await tomorrow.over(run)
            assert tomorrow.wire.sent == numbered(50)[20:]
            assert [model.done for model in run.models] == [50, 50]
            assert (run.models[1].tokens, run.models[1].kept) == (50, 0)

    story(told)


def test_calls_that_are_out_when_a_model_gives_up_come_to_their_end(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 3) as one:
            one.wire.gate = asyncio.Event()
            one.wire.script = [SPENT, None, CUT]
            run = await one.begin(numbered(60))
            await until(lambda: one.wire.running == 3)
            one.wire.gate.set()
            run = await one.over(run)
            assert (run.models[0].state, run.models[0].done) == (RunState.FAILED, 10)
            assert len(one.wire.calls) == 3

    story(told)


def test_a_bug_is_told_and_ends_nothing_else(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.wire.bad = {"text 3": ZeroDivisionError()}
            run = await one.over(await one.begin(numbered(10)))
            assert run.models[0].state is RunState.FAILED
            assert run.models[0].trouble is not None

    story(told)


def test_without_a_connection_it_says_so(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        error = refused(Failure.NOT_CONFIGURED)
        async with open_desk(connections=FakeConnections(error)) as one:
            run = await one.over(await one.begin(["a"]))
            assert run.models[0].trouble == Trouble.of(error)

    story(told)


def test_a_model_that_changes_its_dimensions_in_the_middle_is_stopped(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            await one.over(await one.begin(["a"]))
            one.wire.dimensions = 1
            run = await one.over(await one.begin(["a", "b"]))
            assert run.models[0].trouble is not None
            assert "another length" in run.models[0].trouble.what
            assert run.models[0].done == 1

    story(told)


def test_no_model_is_no_run(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            with pytest.raises(InvalidInput):
                await one.runs.begin("s1", ())

    story(told)


# the local gateway


LOCAL = Target(
    "t", "Desk", TargetKind.LOCAL, api_base="http://127.0.0.1:1", gateway_base="http://127.0.0.1:1"
)


def behind_the_gateway() -> FakeConnections:
    found = FakeConnections()
    found.target = LOCAL
    return found


def test_vectors_of_two_engines_of_the_sandbox_are_not_mixed(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(connections=behind_the_gateway()) as one:
            one.wire.engine = "simulated"
            run = await one.over(await one.begin(["a", "b"]))
            assert run.models[0].sandbox
            await one.over(await one.begin(["a", "b"]))
            assert len(one.wire.calls) == 2  # one of them to learn who is there
            one.wire.engine = "minilm"
            run = await one.over(await one.begin(["a", "b", "c"]))
            assert run.models[0].state is RunState.FAILED
            assert run.models[0].trouble is not None
            await one.runs.resume(run.id)
            run = await one.over(run)
            assert one.wire.calls[-1] == ("a", "b", "c")
            assert (run.models[0].done, run.models[0].kept) == (3, 0)

    story(told)


# stopping, restarting


def test_stopping_cuts_off_what_runs_and_resuming_goes_on_from_there(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 2) as one:
            run = await one.begin(numbered(100))
            await until(lambda: len(one.wire.calls) >= 4)
            one.wire.gate = asyncio.Event()
            await until(lambda: one.wire.running == 2)
            await one.runs.stop(run.id)
            run = await one.over(run)
            assert (run.state, one.wire.cut, one.wire.running) == (RunState.STOPPED, 2, 0)
            done = run.models[0].done
            assert 0 < done < 100
            one.wire.gate = None
            one.wire.calls.clear()
            await one.runs.resume(run.id)
            run = await one.over(run)
            assert len(one.wire.sent) == 100 - done
            assert (run.state, run.models[0].done, run.models[0].kept) == (RunState.DONE, 100, 0)

    story(told)


def test_a_run_is_gone_on_with_by_the_next_window(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        wire = FakeWire()
        async with open_desk(wire=wire, per_model=lambda: 1) as one:
            run = await one.begin(numbered(100))
            await until(lambda: one.runs.open[0].models[0].done >= 30)
            wire.gate = asyncio.Event()
            await until(lambda: wire.running == 1)
            sent = len(wire.sent)
        async with open_desk() as other:
            run = await other.over(run)
            assert (run.state, run.models[0].done) == (RunState.DONE, 100)
            assert len(other.wire.sent) == 100 - sent + 10  # a batch was cut off

    story(told)


def test_another_windows_run_is_let_alone(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one, open_desk() as other:
            one.wire.gate = asyncio.Event()
            run = await one.begin(numbered(10))
            await until(lambda: one.wire.running == 1)
            assert other.runs.open == ()
            with pytest.raises(InvalidInput, match="Another window"):
                await other.runs.resume(run.id)
            one.wire.gate.set()
            await one.over(run)

    story(told)


def test_a_command_takes_over_nothing(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            one.wire.gate = asyncio.Event()
            run = await one.begin(numbered(10))
            await until(lambda: one.wire.running == 1)
        async with open_desk(adopts=False) as other:
            await other.rest()
            assert other.runs.open == ()
            assert other.wire.calls == []
        assert run

    story(told)


def test_a_run_that_is_deleted_is_gone_but_its_vectors_are_not(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            run = await one.over(await one.begin(["a"]))
            await one.runs.delete(run.id)
            assert await one.runs.get(run.id) is None
            assert one.told(RunGone) == [RunGone(run.id)]
            with pytest.raises(InvalidInput):
                await one.runs.vectors(run.id, 0)
            with pytest.raises(InvalidInput):
                await one.runs.resume(run.id)
            await one.over(await one.begin(["a"]))
            assert len(one.wire.calls) == 1

    story(told)


def test_a_deleted_run_comes_back_as_it_was_and_asks_for_nothing(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            done = await one.over(await one.begin(["a"]))
            await one.runs.delete(done.id)
            await one.runs.restore(done)
            assert (await one.get(done)).models[0].done == 1
            assert await one.vectors(done) == [vector_of("m", "a")]
            one.wire.gate = asyncio.Event()
            cut = await one.begin(["b"])
            await until(lambda: one.wire.running > 0)
            await one.runs.delete(cut.id)
            await one.runs.restore(cut)
            await one.rest()
            assert (await one.get(cut)).state is RunState.STOPPED
            assert one.wire.running == 0
            assert [event.run.id for event in one.told(RunAdded)].count(cut.id) == 2

    story(told)


# the disk


def test_a_full_disk_halts_everything_and_what_came_is_kept_until_it_is_not(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 2) as one:
            one.wire.gate = asyncio.Event()
            run = await one.begin(numbered(100))
            await until(lambda: one.wire.running == 2)
            one.cache.failing = True
            one.wire.gate.set()
            await until(lambda: one.runs.trouble is not None)
            await one.rest()
            assert one.runs.trouble == Trouble.of(FULL)
            assert one.told(RunsHalted) == [RunsHalted(Trouble.of(FULL))]
            calls = len(one.wire.calls)
            assert calls <= 4
            with pytest.raises(StorageFailed):
                await one.runs.go_on()
            one.cache.failing = False
            await one.runs.go_on()
            run = await one.over(run)
            assert run.models[0].done == 100
            assert len(one.wire.calls) == 10
            assert one.told(RunsHalted)[-1] == RunsHalted(None)

    story(told)


def test_a_run_that_cannot_be_stored_halts_too(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.wire.gate = asyncio.Event()
            run = await one.begin(numbered(30))
            await until(lambda: one.wire.running == 1)
            one.store.failing = True
            one.wire.gate.set()
            await until(lambda: one.runs.trouble is not None)
            one.store.failing = False
            await one.runs.go_on()
            run = await one.over(run)
            assert run.models[0].done == 30
            assert len(one.wire.calls) == 3

    story(told)


def test_records_of_the_first_calls_and_of_those_that_failed_are_kept(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk(per_model=lambda: 1) as one:
            one.wire.bad = {"text 399": BAD}
            run = await one.over(await one.begin(numbered(400)))
            record = await one.runs.exchange(run.models[0].exchange_id)
            assert record is not None

            def count(connection: Any) -> int:
                return int(connection.execute("SELECT count(*) FROM exchanges").fetchone()[0])

            kept = await one.database.read(count)
            assert 20 < kept < 30

    story(told)


def test_a_hundred_thousand_rows_need_no_more_calls_than_they_must(story: Story) -> None:
    async def told(open_desk: Opener) -> None:
        async with open_desk() as one:
            texts = [f"t{number % 5000}" for number in range(100_000)]
            run: EmbeddingRun = await one.over(await one.begin(texts))
            assert len(one.wire.calls) == 500
            assert run.models[0].done == 100_000
            found = await one.runs.vectors(run.id, 0)
            assert len(found) == 100_000
            assert found.told() == {}
            assert found.values[99_999].tolist() == vector_of("m", texts[-1])

    story(told)
