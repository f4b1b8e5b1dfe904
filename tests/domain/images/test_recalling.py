from __future__ import annotations

from workbench.domain.images.recalling import Recall, recalled
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, SeedMode

DRAFT = Draft(("m", "n"), ImageSettings("a cat", steps=4), count=3, axes=(Axis(AxisField.SEED, ("1",)),))
PICTURE = ImageSettings("an {owl}", "blurry", 512, 768, seed=7, guidance=3.0)


def test_all_makes_the_draft_of_this_one_picture() -> None:
    draft = recalled(DRAFT, "o", PICTURE, Recall.ALL)
    assert draft.models == ("o",)
    assert draft.settings.prompt == r"an \{owl\}"
    assert (draft.settings.seed, draft.seed_mode, draft.count, draft.axes) == (7, SeedMode.FIXED, 1, ())


def test_without_the_seed_another_is_drawn() -> None:
    draft = recalled(DRAFT, "", PICTURE, Recall.WITHOUT_SEED)
    assert draft.models == DRAFT.models
    assert (draft.settings.seed, draft.seed_mode) == (None, SeedMode.RANDOM)
    assert draft.settings.guidance == 3.0


def test_a_part_leaves_the_rest_of_the_draft_alone() -> None:
    prompt = recalled(DRAFT, "o", PICTURE, Recall.PROMPT)
    assert (prompt.settings.negative_prompt, prompt.settings.steps, prompt.axes) == ("blurry", 4, DRAFT.axes)
    seed = recalled(DRAFT, "o", PICTURE, Recall.SEED)
    assert (seed.settings.seed, seed.seed_mode, seed.settings.prompt) == (7, SeedMode.FIXED, "a cat")
    size = recalled(DRAFT, "o", PICTURE, Recall.SIZE)
    assert (size.settings.width, size.settings.height, size.models) == (512, 768, ("m", "n"))


def test_a_picture_without_a_seed_has_none_to_give() -> None:
    assert recalled(DRAFT, "o", ImageSettings("a"), Recall.SEED) == DRAFT
