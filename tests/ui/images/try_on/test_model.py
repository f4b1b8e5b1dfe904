"""The page without a widget: photos, steps, what is kept."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ui.images.results.fakes import done, failed
from tests.ui.images.try_on.fakes import (
    COAT,
    EYES,
    FLUX,
    GEMINI,
    OTHER_EYES,
    FakeDesk,
    Stage,
    broken,
    png,
)
from workbench.domain.errors import InvalidInput
from workbench.domain.images.formats import digest_of
from workbench.domain.images.jobs import ImageBatch, JobState
from workbench.domain.images.settings import Draft
from workbench.domain.images.try_on import OUTFIT, PERSON, StepFailed, StepReport, StepState
from workbench.services.images.queue import BatchAdded
from workbench.ui.images.try_on import kept as kept_page

A, B = digest_of(png(seed=1)), digest_of(png(seed=2))


def test_an_empty_page_says_what_it_waits_for(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            assert model.empty
            assert stage.state(1) is StepState.BLOCKED
            assert stage.state(2) is StepState.BLOCKED
            assert model.run_hindrance == "Choose photo A first: the person."
            model.use_picture(A, PERSON)
            assert model.run_hindrance == "Choose photo B first: the outfit."
            model.run()
            model.describe()
            model.dress()
            await stage.settled()
            assert stage.desk.try_on.asked == []
            assert stage.desk.try_on.sent == []

    run_qt(story())


def test_both_steps_run_one_after_the_other(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.photos()
            stage.model.run()
            await stage.settled()
            assert stage.desk.try_on.asked == [(EYES.id, B)]
            assert stage.model.description == COAT
            (sent,) = stage.desk.try_on.sent
            assert (sent.person, sent.outfit, sent.models) == (A, B, (FLUX.id,))
            assert stage.state(1) is StepState.DONE
            assert stage.state(2) is StepState.RUNNING

    run_qt(story())


def test_step_2_alone_runs_again_over_other_seeds_and_models(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.model.toggle_model(GEMINI.id)
            stage.model.set_seeds("1-3")
            stage.model.dress()
            await stage.settled(lambda: stage.model.results.jobs)
            assert len(stage.desk.try_on.asked) == 1
            assert [(job.model, job.settings.seed) for job in stage.model.results.jobs] == [
                (model.id, seed) for model in (FLUX, GEMINI) for seed in (1, 2, 3)
            ]

    run_qt(story())


def test_an_error_of_step_1_stops_there_and_keeps_what_was_there(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.desk.try_on.answers = [broken()]
            stage.model.use_picture(A, OUTFIT)
            assert stage.state(1) is StepState.STALE
            stage.model.run()
            await stage.settled()
            report = stage.model.report
            assert report is not None
            assert report.trouble is not None
            assert report.trouble.what == "Step 1: The answer is no JSON."
            assert report.exchange_ids == ("exchange-1",)
            assert stage.state(1) is StepState.FAILED
            assert stage.model.description == COAT
            assert stage.desk.try_on.sent == []
            assert stage.failed == []
            stage.model.edit(COAT | {"style": "written by hand"})
            assert stage.state(1) is StepState.DONE

    run_qt(story())


def test_step_1_tells_how_long_it_runs_and_can_be_stopped(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.photos()
            stage.desk.try_on.gate = asyncio.Event()
            stage.now = 5.0
            stage.model.run()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            stage.now = 7.5
            assert stage.state(1) is StepState.RUNNING
            assert stage.model.elapsed_s == 2.5
            assert stage.model.run_hindrance == "It is running."
            stage.model.stop()
            await stage.settled()
            assert stage.state(1) is StepState.READY
            assert stage.model.description == {}

    run_qt(story())


def test_an_error_before_step_2_began_is_of_step_2(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.desk.try_on.refusal = StepFailed(2, InvalidInput("The disk is full."), StepReport())
            stage.model.dress()
            await stage.settled()
            assert stage.model.submit_trouble is not None
            assert stage.model.submit_trouble.what == "Step 2: The disk is full."
            assert stage.state(2) is StepState.FAILED
            stage.desk.try_on.refusal = None
            stage.model.dress()
            await stage.settled(lambda: stage.model.results.jobs)
            assert stage.model.submit_trouble is None

    run_qt(story())


def test_step_2_is_as_its_pictures_are(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.model.set_seeds("1,2")
            stage.model.dress()
            await stage.settled(lambda: stage.model.results.jobs)
            first, second = stage.model.results.jobs
            over, images = done(first, 1)
            stage.desk.gallery.entries.update((image.id, image) for image in images)
            stage.desk.queue.put(over)
            stage.desk.queue.put(failed(second))
            await stage.settled(lambda: not stage.model.results.counts.busy)
            assert stage.state(2) is StepState.FAILED
            stage.desk.queue.put(replace(over, id=second.id))
            await stage.settled(lambda: stage.model.results.counts.done == 2)
            assert stage.state(2) is StepState.DONE
            stage.model.set_wish("On a beach.")
            assert stage.state(2) is StepState.STALE

    run_qt(story())


def test_a_step_2_that_was_stopped_before_any_picture_is_not_done(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.model.dress()
            await stage.settled(lambda: stage.model.results.jobs)
            (job,) = stage.model.results.jobs
            stage.desk.queue.put(replace(job, state=JobState.CANCELLED))
            await stage.settled(lambda: not stage.model.results.counts.busy)
            assert stage.state(2) is StepState.READY

    run_qt(story())


def test_an_edited_description_is_pinned_and_step_1_left_out(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            assert stage.model.skips_first
            changed = COAT | {"style": "festive"}
            stage.model.edit(changed)
            assert stage.model.draft.pinned
            stage.model.use_picture(A, OUTFIT)
            assert stage.state(1) is StepState.DONE
            stage.model.run()
            await stage.settled()
            assert len(stage.desk.try_on.asked) == 1
            assert stage.desk.try_on.sent[0].description == changed
            stage.model.set_pinned(False)
            assert stage.state(1) is StepState.STALE

    run_qt(story())


def test_an_edit_that_changes_nothing_pins_nothing(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.model.edit(dict(COAT))
            assert not stage.model.draft.pinned

    run_qt(story())


def test_a_description_can_be_written_by_hand(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.photos()
            stage.model.write_by_hand()
            assert not stage.model.described
            assert stage.model.hindrance(2).startswith("The outfit is not described yet.")
            stage.model.edit(COAT)
            assert stage.model.hindrance(2) == ""

    run_qt(story())


def test_seeds_that_are_none_are_told_at_their_field(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.set_seeds("one")
            assert stage.model.problem("seeds").startswith("“one” is no seed.")
            assert stage.model.problem("models") == ""
            stage.model.roll_seeds()
            assert stage.model.problem("seeds") == ""
            assert len(stage.model.draft.seeds.split(",")) == 3
            stage.model.toggle_model(FLUX.id)
            assert stage.model.problem("models") == ""  # the first is always chosen where none is
            assert stage.model.chosen_models == (FLUX.id,)

    run_qt(story())


def test_models_are_chosen_among_those_the_target_has(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            model = stage.model
            assert model.vision_model == EYES.id
            model.set_vision_model(OTHER_EYES.id)
            assert model.vision_model == OTHER_EYES.id
            stage.desk.catalogue.list = (GEMINI,)
            assert model.vision_model == OTHER_EYES.id
            assert model.chosen_models == (GEMINI.id,)
            stage.desk.catalogue.list = ()
            model.set_vision_model("")
            model.use_picture(B, OUTFIT)
            assert model.hindrance(1) == "This connection has no model that looks at pictures."
            assert model.hindrance(2) == "This connection has no image model that takes two pictures."

    run_qt(story())


def test_what_a_model_would_not_get_is_told_before(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.model.toggle_model(GEMINI.id)
            told = {prospect.model.id: prospect.changes for prospect in stage.model.prospects}
            assert told[FLUX.id] == ()
            assert "seed" in {change.field for change in told[GEMINI.id]}

    run_qt(story())


def test_photos_come_from_files_both_at_once(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        one, two = tmp_path / "me.png", tmp_path / "coat.png"
        one.write_bytes(png(seed=1))
        two.write_bytes(png(seed=2))
        async with Stage() as stage:
            stage.model.add_files([one, two], PERSON)
            await stage.model.finish()
            assert (stage.model.draft.person, stage.model.draft.outfit) == (A, B)
            stage.model.swap()
            assert (stage.model.draft.person, stage.model.draft.outfit) == (B, A)

    run_qt(story())


def test_a_file_that_is_no_picture_is_refused_at_its_place(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.add_data(b"no picture", OUTFIT)
            await stage.model.finish()
            assert stage.model.refused(OUTFIT) == "This is no picture."
            assert stage.model.refused(PERSON) == ""
            assert stage.model.draft.outfit == ""

    run_qt(story())


@pytest.mark.parametrize("agreed", [True, False])
def test_a_very_large_photo_is_scaled_down_with_consent(run_qt: Run, agreed: bool) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.add_data(png(9000, 6000), PERSON, "huge.png")
            await stage.model.finish()
            assert stage.model.question is not None
            assert stage.model.draft.person == ""
            stage.model.answer(agreed)
            await stage.model.finish()
            assert stage.model.question is None
            assert bool(stage.model.draft.person) is agreed

    run_qt(story())


def test_everything_is_there_again_after_a_restart(run_qt: Run) -> None:
    async def story() -> None:
        desk = FakeDesk()
        async with Stage(desk=desk) as stage:
            await stage.described()
            stage.model.edit(COAT | {"style": "festive"})
            stage.model.set_seeds("7")
            stage.model.set_wish("On a beach.")
            stage.model.dress()
            await stage.settled(lambda: stage.model.results.jobs)
            kept = stage.kept[-1]
        async with Stage(kept, desk=desk) as again:
            again.model.load()
            await again.settled(lambda: again.model.results.jobs)
            assert again.model.draft == stage.model.draft
            assert again.model.picture(PERSON) is not None
            assert again.model.report == stage.model.report
            assert kept_page.digests_in(kept) == (A, B)

    run_qt(story())


def test_a_photo_that_is_gone_leaves_its_place_empty(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(json.dumps({"person": A, "outfit": B})) as stage:
            stage.model.load()
            await stage.settled()
            assert (stage.model.draft.person, stage.model.draft.outfit) == ("", "")

    run_qt(story())


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"seeds": 5}', '{"description": {"summary": 4}}'])
def test_what_cannot_be_read_is_an_empty_page(kept: str) -> None:
    assert kept_page.read(kept) == kept_page.read("")


def test_an_example_takes_its_photos_and_runs_both_steps(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.edit(COAT)
            stage.model.try_example(lambda: (png(seed=1), png(seed=2)), "Raincoat")
            await stage.settled(lambda: stage.model.results.jobs)
            assert stage.desk.try_on.asked == [(EYES.id, B)]
            assert stage.desk.try_on.sent[0].person == A
            picture = stage.model.picture(OUTFIT)
            assert picture is not None
            assert picture.name == "Raincoat"

    run_qt(story())


def test_starting_over_empties_the_page_and_keeps_the_models(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.photos()
            stage.model.set_vision_model(OTHER_EYES.id)
            stage.model.run()
            await stage.settled(lambda: stage.model.results.jobs)
            stage.model.start_over()
            assert stage.model.empty
            assert stage.model.vision_model == OTHER_EYES.id
            assert len(stage.model.results.batches) == 1

    run_qt(story())


def test_an_earlier_run_is_recalled_with_its_photos_and_description(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.described()
            stage.model.toggle_model(GEMINI.id)
            stage.model.set_seeds("3, 9")
            stage.model.dress()
            await stage.settled(lambda: stage.model.results.jobs)
            batch = stage.model.results.batch
            assert batch is not None
            stage.model.start_over()
            stage.model.recall(batch)
            draft = stage.model.draft
            assert (draft.person, draft.outfit, draft.description) == (A, B, COAT)
            assert (draft.models, draft.seeds, draft.pinned) == ((FLUX.id, GEMINI.id), "3, 9", True)
            stage.model.recall(ImageBatch("x", 1.0, Draft()))
            assert stage.model.draft.description == {}

    run_qt(story())


def test_batches_of_the_form_are_not_its_business(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.desk.queue.tell(BatchAdded(ImageBatch("form", 1.0, Draft())))
            assert stage.model.results.batch is None
            assert stage.model.results.batches == ()

    run_qt(story())
