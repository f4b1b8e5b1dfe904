from __future__ import annotations

import pytest

from workbench.domain.model_filter import ModelFilter, narrowed, tasks_of
from workbench.domain.models import TEXT_GENERATION, Model, Price

GLM = Model(
    "@cf/zai-org/glm-4.7-flash",
    TEXT_GENERATION,
    "zai-org",
    "fast and cheap",
    131072,
    (Price("per M input tokens", 0.06), Price("per M output tokens", 0.4)),
    function_calling=True,
    reasoning=True,
)
LLAMA = Model(
    "@cf/meta/llama-3.2-11b-vision-instruct",
    TEXT_GENERATION,
    "meta",
    context_window=128000,
    prices=(Price("per M input tokens", 0.049),),
    vision=True,
)
UNPRICED = Model("@cf/google/gemma-2b-it-lora", TEXT_GENERATION, "google", context_window=8192)
RETIRED = Model("@cf/microsoft/phi-2", TEXT_GENERATION, "microsoft", deprecated=True)
FLUX = Model("@cf/black-forest-labs/flux-1-schnell", "Text-to-Image", "black-forest-labs")
ALL = (FLUX, RETIRED, UNPRICED, LLAMA, GLM)


def ids(wanted: ModelFilter, *favourites: str) -> list[str]:
    return [model.short_name for model in narrowed(ALL, wanted, favourites)]


def test_an_empty_filter_shows_every_current_model_by_name() -> None:
    assert ids(ModelFilter()) == [
        "flux-1-schnell",
        "gemma-2b-it-lora",
        "glm-4.7-flash",
        "llama-3.2-11b-vision-instruct",
    ]


def test_retired_models_come_last_when_asked_for() -> None:
    assert ids(ModelFilter(retired=True))[-1] == "phi-2"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ModelFilter(text="GLM flash"), ["glm-4.7-flash"]),
        (ModelFilter(text="cheap"), ["glm-4.7-flash"]),
        (ModelFilter(text="meta vision"), ["llama-3.2-11b-vision-instruct"]),
        (ModelFilter(text="nothing like it"), []),
        (ModelFilter(task="Text-to-Image"), ["flux-1-schnell"]),
        (ModelFilter(max_input_usd=0.05), ["llama-3.2-11b-vision-instruct"]),
        (ModelFilter(min_context=130000), ["glm-4.7-flash"]),
        (ModelFilter(tools=True), ["glm-4.7-flash"]),
        (ModelFilter(vision=True), ["llama-3.2-11b-vision-instruct"]),
        (ModelFilter(reasoning=True), ["glm-4.7-flash"]),
        (ModelFilter(chats=True, text="flux"), []),
    ],
)
def test_each_facet_narrows(wanted: ModelFilter, expected: list[str]) -> None:
    assert ids(wanted) == expected


def test_favourites_come_first_and_can_be_shown_alone() -> None:
    assert ids(ModelFilter(), LLAMA.id)[0] == "llama-3.2-11b-vision-instruct"
    assert ids(ModelFilter(favourites=True), LLAMA.id) == ["llama-3.2-11b-vision-instruct"]


def test_a_name_that_starts_with_the_text_beats_one_that_only_contains_it() -> None:
    models = (Model("a/super-flash"), Model("a/flash-1"), Model("a/x", description="flash"))
    assert [model.short_name for model in narrowed(models, ModelFilter(text="flash"))] == [
        "flash-1",
        "super-flash",
        "x",
    ]


def test_tasks_are_counted_most_common_first() -> None:
    assert tasks_of(ALL) == ((TEXT_GENERATION, 4), ("Text-to-Image", 1))
