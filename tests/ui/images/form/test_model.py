"""What the form holds, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ui.images.form.fakes import (
    FLUX_2,
    GEMINI,
    INPAINTING,
    PHOENIX,
    SCHNELL,
    Desk,
    png,
)
from workbench.domain.errors import StorageFailed
from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.recalling import Recall
from workbench.domain.images.settings import AxisField, ImageSettings, SeedMode
from workbench.ui.images.form.intake import LARGE_SIDE, REFERENCE, SOURCE
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.words import changes_text, outlook_text

pytestmark = pytest.mark.usefixtures("qapp")


def written_steps(model: FormModel) -> str:
    return str(model.settings.steps)


def test_a_first_start_has_a_model_and_says_what_is_missing() -> None:
    model = Desk().model
    assert model.draft.models == (SCHNELL.id,)
    assert model.problems == {"prompt": "The prompt is empty."}
    assert model.hindrance == "The prompt is empty."


def test_a_field_is_offered_when_one_of_the_models_takes_it() -> None:
    assert not Desk(SCHNELL).model.offer.negative_prompt
    both = Desk(SCHNELL, PHOENIX).model.offer
    assert both.negative_prompt
    assert both.steps == Range(1, 50)  # the defaults differ, so none is told
    assert both.prompt_limit == 2048


def test_generate_puts_every_call_in_the_queue_and_tells_the_batch(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, PHOENIX, prompt="a {red|blue} kite") as desk:
            desk.model.generate()
            await desk.model.finish()
            (sent,) = desk.desk.queue.sent
            assert [(one.model, one.settings.prompt) for one in sent.planned] == [
                (SCHNELL.id, "a red kite"),
                (PHOENIX.id, "a red kite"),
                (SCHNELL.id, "a blue kite"),
                (PHOENIX.id, "a blue kite"),
            ]
            assert (sent.target_id, sent.title) == ("local", "a {red|blue} kite")
            assert desk.submitted == ["batch-1"]
            assert desk.model.hindrance == ""

    run_qt(story())


def test_a_queue_that_fails_leaves_the_draft_and_says_so(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, prompt="a kite") as desk:
            desk.desk.queue.error = StorageFailed("The disk is full.")
            desk.model.generate()
            await desk.model.finish()
            assert [str(error) for error in desk.failed] == ["The disk is full."]
            assert desk.model.settings.prompt == "a kite"
            assert desk.model.hindrance == ""

    run_qt(story())


def test_with_something_in_the_way_nothing_is_sent(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, prompt="a {red kite") as desk:
            desk.model.generate()
            await desk.model.finish()
            assert desk.desk.queue.sent == []
            assert "without its }" in desk.model.problems["prompt"]

    run_qt(story())


def test_the_receipt_tells_what_each_model_does_not_get() -> None:
    model = Desk(SCHNELL, PHOENIX, prompt="a kite", negative_prompt="people", steps=20).model
    texts = {receipt.model.id: changes_text(receipt.changes) for receipt in model.outlook.receipts}
    assert texts[PHOENIX.id] == ()
    assert set(texts[SCHNELL.id]) == {"negative prompt dropped", "steps \u206620 → 8\u2069"}
    assert model.remark("steps") == "\u2066flux-1-schnell\u2069 gets 8."
    assert model.remark("negative_prompt") == "Not sent to \u2066flux-1-schnell\u2069."


def test_a_random_seed_that_is_not_taken_is_nothing_to_tell_of() -> None:
    desk = Desk(SCHNELL, PHOENIX, prompt="a kite")
    assert all(not receipt.changes for receipt in desk.model.outlook.receipts)
    desk.model.set_seed_mode(SeedMode.FIXED)
    assert desk.model.settings.seed is not None
    assert desk.model.remark("seed") == "Not sent to \u2066flux-1-schnell\u2069."


def test_a_model_that_needs_a_picture_says_so_beside_its_slot() -> None:
    model = Desk(INPAINTING, prompt="a kite").model
    assert "give it one to start from" in model.problems["source"]
    assert model.hindrance == model.problems["source"]


def test_numbers_that_cannot_be_read_stand_in_the_way_until_they_are_mended() -> None:
    model = Desk(PHOENIX, prompt="a kite").model
    model.type_number("steps", "many")
    assert model.problems == {"steps": "This must be a whole number."}
    assert written_steps(model) == "None"
    model.type_number("steps", "30")
    assert not model.problems
    assert written_steps(model) == "30"
    model.type_number("guidance", "7,5")
    assert model.settings.guidance == 7.5
    model.type_number("steps", "")
    assert model.settings.steps is None


def test_other_models_forget_what_could_not_be_read() -> None:
    model = Desk(PHOENIX, prompt="a kite").model
    model.type_number("guidance", "x")
    model.set_models([SCHNELL.id])
    assert model.hindrance == ""


@pytest.mark.parametrize("text", ["-1", "1.5", "nan", "99999999999"])
def test_a_seed_is_a_whole_number_that_models_take(text: str) -> None:
    model = Desk(PHOENIX, prompt="a kite").model
    model.type_number("seed", text)
    assert "seed" in model.problems


def test_the_cost_is_the_sum_of_all_calls() -> None:
    model = Desk(SCHNELL, prompt="a kite").model
    one = model.outlook.usd
    model.set_count(4)
    assert model.outlook.count == 4
    assert model.outlook.usd == pytest.approx(4 * one)
    model.set_models([SCHNELL.id, GEMINI.id])
    assert (model.outlook.count, model.outlook.unpriced) == (8, 4)
    assert outlook_text(model.outlook).endswith("and some without a known price")


def test_a_grid_is_counted_and_priced_while_it_is_written() -> None:
    model = Desk(PHOENIX, prompt="a {red|blue|green} kite").model
    model.add_axis(AxisField.STEPS)
    model.set_axis_text(0, "10-30 (10)")
    model.add_group_axis("{red|blue|green}")
    model.add_axis(AxisField.GUIDANCE)
    model.set_axis_text(2, "2, 5, 8")
    assert model.draft.axes[1].values == ("red", "blue", "green")
    assert model.outlook.lengths == (3, 3, 3)
    assert outlook_text(model.outlook).startswith("27 pictures: \u20663 × 3 × 3\u2069, about ")
    assert model.free_axes == ()
    model.remove_axis(1)
    assert [axis.field for axis in model.draft.axes] == [AxisField.STEPS, AxisField.GUIDANCE]
    assert model.outlook.count == 27  # the group is now told apart by the prompt itself


def test_an_axis_that_cannot_be_used_is_told_beside_it() -> None:
    model = Desk(PHOENIX, prompt="a kite").model
    model.add_axis(AxisField.SIZE)
    assert model.hindrance == ""  # nothing is written yet
    model.set_axis_text(0, "1024x768, large")
    assert "large" in model.problems["axes.0"]
    assert model.axis_text(0) == "1024x768, large"


def test_an_axis_of_models_decides_which_fields_there_are() -> None:
    model = Desk(SCHNELL, PHOENIX, prompt="a kite").model
    model.add_axis(AxisField.MODEL)
    assert model.draft.axes[0].values == (SCHNELL.id, PHOENIX.id)
    assert model.chosen == (SCHNELL.id, PHOENIX.id)
    model.set_axis_text(0, FLUX_2.id)
    assert model.offer.references == 4


def test_more_pictures_than_anybody_wants_are_refused() -> None:
    model = Desk(PHOENIX, prompt="a kite").model
    model.add_axis(AxisField.STEPS)
    model.set_axis_text(0, "1-50")
    model.set_count(100)
    assert "more than" in model.hindrance


def test_the_draft_is_kept_and_read_back() -> None:
    desk = Desk(PHOENIX, prompt="a kite", steps=30)
    desk.model.add_axis(AxisField.GUIDANCE)
    desk.model.set_axis_text(0, "2, 5")
    again = Desk(kept=desk.kept[-1]).model
    assert again.draft == desk.model.draft
    assert again.axis_text(0) == "2, 5"


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"models": 3}', '{"seed_mode": "lucky"}', "null"])
def test_what_cannot_be_read_back_gives_the_default(kept: str) -> None:
    assert Desk(kept=kept).model.draft.models == (SCHNELL.id,)


def test_recall_takes_over_what_is_asked_for() -> None:
    model = Desk(SCHNELL, prompt="a kite").model
    image = GalleryImage(
        "1", 1.0, "d", "image/png", 1, 1, model=PHOENIX.id, settings=ImageSettings(prompt="a boat", seed=5)
    )
    model.recall(image, Recall.SEED)
    assert (model.settings.prompt, model.settings.seed, model.draft.seed_mode) == (
        "a kite",
        5,
        SeedMode.FIXED,
    )
    model.recall(image, Recall.ALL)
    assert (model.settings.prompt, model.draft.models) == ("a boat", (PHOENIX.id,))


def test_a_file_from_elsewhere_keeps_the_model_where_its_own_is_not_known(run_qt: Run) -> None:
    image = GalleryImage(
        "1", 1.0, "d", "image/png", 1, 1, model="deliberate_v2", settings=ImageSettings("a castle")
    )

    async def story() -> None:
        async with Desk(SCHNELL, prompt="a kite") as desk:
            model = desk.model
            model.recall(replace(image, origin=Origin.IMPORTED), Recall.ALL)
            assert (model.settings.prompt, model.draft.models) == ("a castle", (SCHNELL.id,))
            model.recall(replace(image, origin=Origin.IMPORTED, model=PHOENIX.id), Recall.ALL)
            assert model.draft.models == (PHOENIX.id,)
            model.recall(image, Recall.ALL)  # generated here: a model that was typed
            assert model.draft.models == ("deliberate_v2",)

    run_qt(story())


def test_an_example_is_drawn_at_once(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk() as desk:
            desk.model.try_example()
            await desk.model.finish()
            assert desk.desk.queue.sent[0].planned[0].settings.prompt == desk.model.examples()[0]
            assert desk.model.settings.prompt == desk.model.examples()[0]

    run_qt(story())


def test_files_become_references_in_the_order_they_came(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        async with Desk(FLUX_2, prompt="a kite") as desk:
            paths = []
            for number in range(3):
                path = tmp_path / f"{number}.png"
                path.write_bytes(png(800, 600, number))
                paths.append(path)
            desk.model.add_files(paths, REFERENCE)
            assert desk.model.taking_in
            await desk.model.finish()
            assert not desk.model.taking_in
            references = desk.model.settings.references
            assert [desk.model.picture(one).name for one in references] == ["0.png", "1.png", "2.png"]
            assert desk.model.sent_size(references[0]) == (512, 384)
            desk.model.move_reference(references[2], 0)
            assert desk.model.settings.references == (references[2], references[0], references[1])
            desk.model.remove_reference(references[0])
            assert desk.model.settings.references == (references[2], references[1])

    run_qt(story())


def test_a_large_photo_is_scaled_down_only_when_the_user_agrees(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(FLUX_2, prompt="a kite") as desk:
            model = desk.model
            model.add_data(png(8000, 6000), REFERENCE, "photo.png")
            await model.finish()
            assert model.settings.references == ()
            assert model.question is not None
            assert (model.question.size, model.question.kept_size) == ((8000, 6000), (512, 384))
            model.answer(False)
            assert model.question is None
            assert model.settings.references == ()
            model.add_data(png(8000, 6000), REFERENCE, "photo.png")
            await model.finish()
            model.answer(True)
            await model.finish()
            (digest,) = model.settings.references
            kept = model.picture(digest)
            assert kept is not None
            assert (kept.width, kept.height) == (512, 384)

    run_qt(story())


def test_a_photo_at_the_limit_is_kept_as_it_is(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(INPAINTING, prompt="a kite") as desk:
            desk.model.add_data(png(LARGE_SIDE, 100), SOURCE)
            await desk.model.finish()
            assert desk.model.question is None
            assert desk.model.settings.source

    run_qt(story())


def test_what_is_no_picture_is_refused_beside_its_slot(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        async with Desk(INPAINTING, prompt="a kite") as desk:
            desk.model.add_data(b"hello", SOURCE)
            await desk.model.finish()
            assert desk.model.refused("source").startswith("This is no picture.")
            desk.desk.incoming.error = StorageFailed("gone.png cannot be read.", fix="Look where it is.")
            desk.model.add_files([tmp_path / "gone.png"], SOURCE)
            await desk.model.finish()
            assert desk.model.refused("source") == "gone.png cannot be read. Look where it is."
            desk.model.add_data(png(), REFERENCE)
            await desk.model.finish()
            assert desk.model.refused("source") == ""
            assert desk.model.refused("references").startswith("gone.png")

    run_qt(story())


def test_a_picture_that_is_gone_stands_in_the_way_and_is_looked_for_once(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(FLUX_2, prompt="a kite") as desk:
            desk.model.use_picture("f" * 64, REFERENCE)
            await desk.model.finish()
            assert "not stored any more" in desk.model.problems["references"]
            desk.model.remove_reference("f" * 64)
            assert desk.model.hindrance == ""

    run_qt(story())


def test_another_source_takes_its_mask_along(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(INPAINTING, prompt="a kite") as desk:
            source, mask = desk.desk.gallery.put(png(64, 48, 1)), desk.desk.gallery.put(png(64, 48, 2))
            desk.model.use_picture(source.digest, SOURCE)
            desk.model.set_mask(mask.digest)
            await desk.model.finish()
            assert desk.model.hindrance == ""
            desk.model.change(source="")
            assert desk.model.settings.mask == ""

    run_qt(story())


def test_earlier_prompts_come_back_and_so_does_the_own_one(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, prompt="mine") as desk:
            desk.desk.queue.ran("newest", "older", "newest")
            desk.model.older_prompt()
            await desk.model.finish()
            assert desk.model.settings.prompt == "newest"
            desk.model.older_prompt()
            desk.model.older_prompt()
            assert desk.model.settings.prompt == "older"
            desk.model.newer_prompt()
            desk.model.newer_prompt()
            assert desk.model.settings.prompt == "mine"

    run_qt(story())


def test_a_model_nobody_knows_is_asked_what_it_takes(run_qt: Run) -> None:
    async def story() -> None:
        async with Desk(SCHNELL, prompt="a kite") as desk:
            desk.desk.abilities.news["@cf/new/one"] = Abilities(guidance=Range(1, 3))
            desk.model.set_models(["@cf/new/one"])
            assert desk.model.offer.negative_prompt  # everything is offered as long as nothing is known
            await desk.model.finish()
            assert not desk.model.offer.negative_prompt
            assert desk.model.offer.guidance == Range(1, 3)

    run_qt(story())


def test_swapping_turns_a_size_and_a_ratio_upright() -> None:
    model = Desk(FLUX_2, prompt="a kite").model
    model.swap_size()
    assert (model.settings.width, model.settings.height) == (768, 1024)
    model.set_aspect_ratio("16:9")
    model.swap_size()
    assert (model.settings.width, model.settings.aspect_ratio) == (None, "9:16")
