"""What we write we read; what others wrote is read; nothing that lies in a file can hurt."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.images.pictures import chunk, exif, jpeg, png, segment
from workbench.domain.images import png_text
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.recipes import KEYWORD, MADE_BY, recipe_in, with_recipe
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost

DIGEST = "0123456789abcdef" * 4
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
SETTINGS = st.builds(
    ImageSettings,
    prompt=TEXT,
    negative_prompt=TEXT,
    width=st.none() | st.integers(1, 4096),
    height=st.none() | st.integers(1, 4096),
    aspect_ratio=st.sampled_from(("", "16:9")),
    steps=st.none() | st.integers(1, 50),
    guidance=st.none() | st.floats(0, 30),
    seed=st.none() | st.integers(0, 2**64 - 1),
    strength=st.none() | st.floats(0, 1),
    source=st.sampled_from(("", DIGEST)),
    mask=st.sampled_from(("", DIGEST)),
    references=st.sampled_from(((), (DIGEST, DIGEST[::-1]))),
)


def image(settings: ImageSettings, model: str = "@cf/black-forest-labs/flux-1-schnell") -> GalleryImage:
    return GalleryImage("i", 1.0, "d", "image/png", 2, 1, model=model, settings=settings, cost=Cost(0.0002))


def carrying(**texts: str) -> bytes:
    return png_text.with_texts(png(), {key.replace("_", "-"): text for key, text in texts.items()})


@given(SETTINGS, TEXT)
def test_a_png_brings_its_settings_back_exactly(settings: ImageSettings, model: str) -> None:
    recipe = recipe_in(with_recipe(png(), image(settings, model)))
    assert recipe is not None
    assert (recipe.made_by, recipe.model, recipe.settings, recipe.leftovers) == (MADE_BY, model, settings, ())


@given(SETTINGS)
def test_a_jpeg_brings_its_settings_back_exactly(settings: ImageSettings) -> None:
    recipe = recipe_in(with_recipe(jpeg(), image(settings)))
    assert recipe is not None
    assert recipe.settings == settings


def test_the_document_in_the_file_is_the_documented_one() -> None:
    data = with_recipe(png(), image(ImageSettings("a fox", steps=4, seed=7)))
    texts = png_text.texts_in(data)
    assert json.loads(texts[KEYWORD]) == {
        "format": "ai-workbench-image",
        "version": 1,
        "model": "@cf/black-forest-labs/flux-1-schnell",
        "settings": {"prompt": "a fox", "steps": 4, "seed": 7},
        "created_at": 1.0,
        "cost_usd": 0.0002,
    }
    assert texts["parameters"] == (
        "a fox\nSteps: 4, Seed: 7, Size: 2x1, Model: @cf/black-forest-labs/flux-1-schnell, Generator: AI Workbench"
    )


def test_writing_twice_leaves_one_recipe() -> None:
    once = with_recipe(png(), image(ImageSettings("one")))
    assert with_recipe(once, image(ImageSettings("two"))) == with_recipe(png(), image(ImageSettings("two")))


@pytest.mark.parametrize("data", [b"", b"GIF89a" + b"\0" * 20, b"hello", b"\xff\xd8\xff"])
def test_what_can_carry_nothing_comes_back_unchanged(data: bytes) -> None:
    assert recipe_in(data) is None
    if not data.startswith(b"\xff\xd8"):
        assert with_recipe(data, image(ImageSettings("x"))) == data


def test_ours_is_preferred_to_what_others_would_read() -> None:
    data = with_recipe(png(), image(ImageSettings("line\nNegative prompt: not really")))
    recipe = recipe_in(data)
    assert recipe is not None
    assert recipe.settings.prompt == "line\nNegative prompt: not really"


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    text = json.dumps(
        {
            "format": "ai-workbench-image",
            "version": 9,
            "model": 5,
            "settings": {"prompt": "x", "width": -3, "lens": "wide"},
        }
    )
    recipe = recipe_in(carrying(workbench=text))
    assert recipe is not None
    assert recipe.settings == ImageSettings("x")
    assert recipe.leftovers == (("width", "-3"), ("lens", "wide"))


def test_a_users_comment_in_exif_is_read_only_where_it_is_a_recipe() -> None:
    parameters = "a fox\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x768"
    raw = b"UNICODE\0" + parameters.encode("utf-16-be")
    recipe = recipe_in(jpeg(segment(0xE1, b"Exif\0\0" + exif(raw))))
    assert recipe is not None
    assert (recipe.settings.width, recipe.settings.height) == (512, 768)
    assert recipe_in(jpeg(segment(0xE1, b"Exif\0\0" + exif(b"ASCII\0\0\0In Venice")))) is None


@pytest.mark.parametrize("key", ["workbench", "invokeai_metadata", "prompt", "workflow", "sd-metadata"])
@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "null", "[]", "{}", "5", '{"a": ' * 5000, '{"1": {"class_type": "KSampler", "inputs": []}}',
     '{"nodes": [null, 5, {"type": 3}], "links": [[1], {}, null]}', '{"image": {"prompt": [1, null, {}], "seed": 1e999}}',
     '{"format": "ai-workbench-image", "settings": {"references": [1, {}], "seed": NaN, "prompt": "\\ud800"}}',
     "9" * 6000],
)  # fmt: skip
def test_nonsense_under_a_known_keyword_is_survived(key: str, text: str) -> None:
    recipe = recipe_in(png_text.with_texts(png(), {key: text}))
    if recipe is not None:
        with_recipe(png(), image(recipe.settings, recipe.model))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    "class_type",
                    "inputs",
                    "positive",
                    "latent_image",
                    "image",
                    "prompt",
                    "model",
                    "nodes",
                    "loras",
                    "seed",
                    "1",
                )
            )
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(("workbench", "invokeai_metadata", "prompt", "workflow", "sd-metadata")), JSON)
def test_any_json_under_a_known_keyword_is_survived(key: str, value: object) -> None:
    recipe_in(png_text.with_texts(png(), {key: json.dumps(value)}))


@given(st.sampled_from(("parameters", "Dream", "prompt")), st.text(max_size=200))
def test_any_text_under_a_known_keyword_is_survived(key: str, text: str) -> None:
    recipe_in(png(chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode("utf-8", "replace"))))


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    for start in (
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xfe",
        b"RIFF" + struct.pack("<I", 300) + b"WEBPEXIF",
    ):
        recipe_in(start + data)
