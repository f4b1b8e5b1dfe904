from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.domain.images.foreign.invokeai import read
from workbench.domain.images.recipe import Recipe
from workbench.domain.images.settings import ImageSettings


def newest(**values: Any) -> Recipe:
    found = read({"invokeai_metadata": json.dumps(values)})
    assert found is not None
    return found


def older(image: Any, **values: Any) -> Recipe | None:
    return read({"sd-metadata": json.dumps({"image": image, **values})})


def dream(command: str) -> Recipe:
    found = read({"Dream": command})
    assert found is not None
    return found


def test_the_newest_way_is_read_and_the_rest_is_told_by_name() -> None:
    found = newest(
        app_version="4.2.6",
        generation_mode="sdxl_txt2img",
        positive_prompt="a lighthouse",
        negative_prompt="people",
        width=1024,
        height=832,
        seed=123456,
        rand_device="cpu",
        cfg_scale=5.5,
        steps=30,
        scheduler="dpmpp_2m_k",
        clip_skip=0,
        seamless_x=False,
        model={"key": "k", "hash": "blake3:0", "name": "Juggernaut XL v9", "base": "sdxl", "type": "main"},
        loras=[{"model": {"name": "add-detail-xl"}, "weight": 0.75}],
        vae={"name": "sdxl-vae-fp16-fix"},
        positive_style_prompt="",
    )
    assert (found.made_by, found.model) == ("InvokeAI 4.2.6", "Juggernaut XL v9")
    assert found.settings == ImageSettings(
        "a lighthouse", "people", 1024, 832, steps=30, guidance=5.5, seed=123456
    )
    assert found.leftovers == (
        ("LoRA", "add-detail-xl (0.75)"),
        ("rand device", "cpu"),
        ("scheduler", "dpmpp_2m_k"),
        ("vae", "sdxl-vae-fp16-fix"),
    )


def test_names_of_the_third_version_are_understood() -> None:
    found = newest(
        positive_prompt="x",
        clip_skip=2,
        model={"model_name": "dreamshaper", "base_model": "sd-1", "model_type": "main"},
        loras=[{"lora": {"model_name": "ink", "base_model": "sd-1"}, "weight": 1.0}, "odd"],
        strength=0.6,
    )
    assert found.model == "dreamshaper"
    assert found.settings.strength == 0.6
    assert found.leftovers == (("LoRA", "ink (1)"), ("clip skip", "2"))


def test_flux_has_its_guidance_beside_cfg() -> None:
    assert newest(positive_prompt="x", cfg_scale=1, guidance=4).settings.guidance == 4


def test_the_older_way_is_read_with_weighted_prompts_and_brackets() -> None:
    found = older(
        {
            "prompt": [{"prompt": "a fox [dog, cat]", "weight": 0.7}, {"prompt": "snow", "weight": 0.3}],
            "steps": 50, "cfg_scale": 7.5, "sampler": "k_lms", "seed": 42, "width": 512, "height": 640,
            "type": "txt2img", "threshold": 0, "perlin": 0.1,
        },
        model="stable diffusion", model_weights="stable-diffusion-1.5", model_hash="abc", app_version="v2.2.5",
    )  # fmt: skip
    assert found is not None
    assert (found.made_by, found.model) == ("InvokeAI 2.2.5", "stable-diffusion-1.5")
    assert found.settings == ImageSettings(
        "a fox , snow", "dog, cat", 512, 640, steps=50, guidance=7.5, seed=42
    )
    assert found.leftovers == (
        ("sampler", "k_lms"),
        ("threshold", "0"),
        ("perlin", "0.1"),
        ("model hash", "abc"),
    )


def test_an_older_file_without_a_picture_is_no_recipe() -> None:
    assert older(None) is None
    assert older([1, 2]) is None


def test_the_oldest_way_is_a_command_line() -> None:
    found = dream(
        '"a fox\'s den [rain]" -s 50 -S 1234 -W512 -H 704 -C7.5 -A k_lms -G 0.8 --seamless -U 2 0.75 -f 0.4'
    )
    assert found.settings == ImageSettings(
        "a fox's den", "rain", 512, 704, steps=50, guidance=7.5, seed=1234, strength=0.4
    )
    assert found.leftovers == (("G", "0.8"), ("seamless", "on"), ("U", "2 0.75"), ("sampler", "k_lms"))


@pytest.mark.parametrize("command", ["a fox's den -s 20", "a fox's den --steps=20"])
def test_a_command_line_without_quotation_marks_is_read(command: str) -> None:
    assert dream(command).settings == ImageSettings("a fox's den", steps=20)


def test_a_command_line_without_a_prompt_is_no_recipe() -> None:
    assert read({"Dream": "-s 20"}) is None
    assert read({}) is None
