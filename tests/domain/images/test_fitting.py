from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.abilities import Abilities, Range
from workbench.domain.images.fitting import Change, ChangeKind, fitted, ratio_of
from workbench.domain.images.settings import ImageSettings
from workbench.storage.catalogue import offline_models

MODELS = {model.id: model.image for model in offline_models() if model.image}
WHOLE = ImageSettings(
    "a cat",
    "blurry",
    1024,
    768,
    steps=20,
    guidance=7.5,
    seed=1,
    strength=0.4,
    source="s",
    mask="m",
    references=("r", "q"),
)
GEMINI = Abilities(aspect_ratios=("1:1", "4:3", "16:9"), references=3)


def of(model: str) -> Abilities:
    found = MODELS[model]
    assert found is not None
    return found


def test_a_model_that_takes_all_gets_all_and_nothing_is_told() -> None:
    inpainting = of("@cf/runwayml/stable-diffusion-v1-5-inpainting")
    settings = ImageSettings("a cat", "blurry", 512, 512, "", 20, 7.5, 1, 0.4, "s", "m")
    assert fitted(settings, inpainting).settings == settings
    assert fitted(settings, inpainting).changes == ()


def test_flux_schnell_takes_a_prompt_and_eight_steps() -> None:
    found = fitted(WHOLE, of("@cf/black-forest-labs/flux-1-schnell"))
    assert found.settings == ImageSettings("a cat", steps=8)
    assert {(change.field, change.kind) for change in found.changes} == {
        ("source", ChangeKind.DROPPED),
        ("mask", ChangeKind.DROPPED),
        ("references", ChangeKind.DROPPED),
        ("size", ChangeKind.DROPPED),
        ("steps", ChangeKind.CHANGED),
        ("guidance", ChangeKind.DROPPED),
        ("negative_prompt", ChangeKind.DROPPED),
        ("seed", ChangeKind.DROPPED),
    }
    assert Change("steps", ChangeKind.CHANGED, "20", "8") in found.changes


def test_steps_that_are_fixed_are_told_and_not_sent() -> None:
    found = fitted(ImageSettings("a", steps=20), of("@cf/black-forest-labs/flux-2-klein-4b"))
    assert found.settings.steps is None
    assert found.changes == (Change("steps", ChangeKind.CHANGED, "20", "4"),)


def test_a_source_becomes_the_first_reference_where_only_those_are_taken() -> None:
    found = fitted(ImageSettings("a", source="s", references=("r", "s")), GEMINI)
    assert found.settings.source == ""
    assert found.settings.references == ("s", "r")
    assert found.changes == (Change("source", ChangeKind.CHANGED, "source", "reference"),)


def test_pixels_become_the_closest_ratio_and_a_ratio_becomes_pixels() -> None:
    found = fitted(ImageSettings("a", width=1920, height=1080), GEMINI)
    assert (found.settings.width, found.settings.height, found.settings.aspect_ratio) == (None, None, "16:9")
    assert found.changes == (Change("size", ChangeKind.CHANGED, "1920x1080", "16:9"),)
    lucid = fitted(ImageSettings("a", aspect_ratio="16:9"), of("@cf/leonardo/lucid-origin")).settings
    assert lucid.width is not None
    assert lucid.height is not None
    assert lucid.width / lucid.height == pytest.approx(16 / 9, rel=0.02)


def test_a_ratio_the_model_knows_is_sent_as_it_is() -> None:
    found = fitted(ImageSettings("a", aspect_ratio="4:3"), GEMINI)
    assert found.settings.aspect_ratio == "4:3"
    assert found.changes == ()


def test_only_the_sizes_there_are_are_sent() -> None:
    found = fitted(ImageSettings("a", width=1000, height=1400), Abilities(sizes=("1024x1024", "1024x1536")))
    assert (found.settings.width, found.settings.height) == (1024, 1536)


def test_what_cannot_be_asked_at_all_is_a_problem() -> None:
    assert (
        "start from" in fitted(ImageSettings("a"), of("@cf/runwayml/stable-diffusion-v1-5-img2img")).problem
    )
    inpainting = of("@cf/runwayml/stable-diffusion-v1-5-inpainting")
    assert "mask" in fitted(ImageSettings("a", source="s"), inpainting).problem
    assert "2,048" in fitted(ImageSettings("a" * 2049), of("@cf/black-forest-labs/flux-1-schnell")).problem


def test_a_strength_without_a_source_is_not_sent_and_not_told() -> None:
    found = fitted(ImageSettings("a", strength=0.5), of("@cf/stabilityai/stable-diffusion-xl-base-1.0"))
    assert found.settings.strength is None
    assert found.changes == ()


@given(
    st.builds(
        ImageSettings,
        prompt=st.just("a"),
        negative_prompt=st.sampled_from(["", "b"]),
        width=st.none() | st.integers(1, 9000),
        height=st.none() | st.integers(1, 9000),
        aspect_ratio=st.sampled_from(["", "1:1", "16:9", "7:5", "x"]),
        steps=st.none() | st.integers(1, 200),
        guidance=st.none() | st.floats(-5, 50),
        seed=st.none() | st.integers(0, 2**32),
        strength=st.none() | st.floats(-1, 2),
        source=st.sampled_from(["", "s"]),
        mask=st.sampled_from(["", "m"]),
        references=st.sampled_from([(), ("r",), ("r", "q", "p", "o", "n")]),
    ),
    st.sampled_from([*MODELS.values(), GEMINI]),
)
def test_what_is_fitted_once_fits(settings: ImageSettings, abilities: Abilities) -> None:
    once = fitted(settings, abilities)
    again = fitted(once.settings, abilities)
    assert again.settings == once.settings
    assert again.changes == () or [change.field for change in again.changes] == ["size"]
    for limits, value in (
        (abilities.width, once.settings.width),
        (abilities.height, once.settings.height),
        (abilities.steps, once.settings.steps),
        (abilities.guidance, once.settings.guidance),
        (abilities.strength, once.settings.strength),
    ):
        assert value is None or (limits is not None and limits.minimum <= value <= limits.maximum)


def test_a_value_lands_on_the_models_steps() -> None:
    assert Range(256, 3840, step=16).nearest(1001) == 1008
    assert Range(0, 1, step=0.01).nearest(0.333) == 0.33


def test_a_ratio_is_read_or_none() -> None:
    assert ratio_of("16:9") == pytest.approx(16 / 9)
    assert ratio_of("16") is ratio_of("a:b") is ratio_of("1:0") is None
