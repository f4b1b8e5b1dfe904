from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.foreign.automatic1111 import read, written
from workbench.domain.images.recipe import Recipe
from workbench.domain.images.settings import ImageSettings

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), max_size=40).map(
    lambda text: " ".join(text.split())
)


def recipe(text: str) -> Recipe:
    found = read(text)
    assert found is not None
    return found


def test_a_usual_text_is_read_and_the_rest_is_told_by_name() -> None:
    found = recipe(
        "portrait of a fox,\nstudio light <lora:film_grain:0.6>\n"
        "Negative prompt: blurry,\nlow quality\n"
        "Steps: 24, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 4294967295, Size: 832x1216, "
        'Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Clip skip: 2, Lora hashes: "film_grain: 0a1b, b: 2", '
        "RNG: CPU, Version: v1.9.4"
    )
    assert found.made_by == "AUTOMATIC1111 v1.9.4"
    assert found.model == "sd_xl_base_1.0"
    assert found.settings == ImageSettings(
        prompt="portrait of a fox,\nstudio light",
        negative_prompt="blurry,\nlow quality",
        width=832,
        height=1216,
        steps=24,
        guidance=6.5,
        seed=4294967295,
    )
    assert found.leftovers == (
        ("LoRA", "film_grain (0.6)"),
        ("Sampler", "DPM++ 2M"),
        ("Schedule type", "Karras"),
        ("Model hash", "31e35c80fc"),
        ("Clip skip", "2"),
        ("Lora hashes", "film_grain: 0a1b, b: 2"),
        ("RNG", "CPU"),
    )


def test_an_object_as_a_value_is_one_value() -> None:
    found = recipe('x\nSteps: 5, Seed: 1, Hashes: {"vae": "a", "model": "b"}, Size: 512x512')
    assert found.leftovers == (("Hashes", '{"vae": "a", "model": "b"}'),)
    assert found.settings.width == 512


def test_image_to_image_has_a_strength_and_a_second_pass_has_not() -> None:
    assert recipe("x\nSteps: 5, Seed: 1, Denoising strength: 0.4").settings.strength == 0.4
    twice = recipe("x\nSteps: 5, Seed: 1, Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: Latent")
    assert twice.settings.strength is None
    assert ("Denoising strength", "0.4") in twice.leftovers


def test_lines_behind_the_settings_are_told_too() -> None:
    found = recipe("x\nSteps: 5, Seed: 1, Size: 64x64\nTemplate: {a|b}\nby hand")
    assert found.settings.prompt == "x"
    assert found.leftovers == (("Template", "{a|b}"), ("Notes", "by hand"))


def test_a_prompt_with_nothing_else_is_a_recipe() -> None:
    assert recipe("only words").settings == ImageSettings("only words")
    assert read("") is None


def test_settings_with_no_prompt_are_a_recipe() -> None:
    assert recipe("Steps: 5, Seed: 1, Size: 64x64").settings.steps == 5


def test_a_prompt_with_colons_and_commas_stays_a_prompt() -> None:
    text = "ratio: 3, mood: calm, light: low, at night\nSteps: 5, Seed: 1, Size: 64x64"
    assert recipe(text).settings.prompt == "ratio: 3, mood: calm, light: low, at night"


@pytest.mark.parametrize("text", ['{"prompt": "x"}', "[1]"])
def test_json_under_this_keyword_is_somebody_elses(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Steps: many", "many"),
        ("Steps: -4", "-4"),
        ("Seed: -1", "-1"),
        ("Size: 0x0", "0x0"),
        ("CFG scale: nan", "nan"),
    ],
)
def test_a_value_out_of_all_bounds_is_told_not_taken(value: str, kept: str) -> None:
    found = recipe(f"x\nSampler: Euler, Model: m, {value}")
    assert found.settings == ImageSettings("x")
    assert kept in [text for _, text in found.leftovers]


def test_a_line_made_to_keep_us_busy_is_not_taken_apart() -> None:
    read("x\n" + 'a: "b,' * 200_000)
    read("x\n" + "a: [" * 15_000)
    read("x\n" + '[":[",' * 10_000)


@given(
    prompt=WORDS,
    negative=WORDS,
    steps=st.none() | st.integers(1, 100),
    seed=st.none() | st.integers(0, 2**64 - 1),
    guidance=st.none() | st.integers(0, 30).map(float),
    strength=st.none() | st.sampled_from((0.0, 0.25, 1.0)),
    model=st.sampled_from(("@cf/a/b", 'odd, "name": x', "日本")),
)
def test_what_is_written_is_read_again(
    prompt: str,
    negative: str,
    steps: int | None,
    seed: int | None,
    guidance: float | None,
    strength: float | None,
    model: str,
) -> None:
    settings = ImageSettings(
        prompt, negative, 640, 480, steps=steps, seed=seed, guidance=guidance, strength=strength
    )
    found = recipe(written(settings, model, (640, 480), "Us 1.0"))
    assert found.settings == settings
    assert found.model == model
    assert found.leftovers == ()
