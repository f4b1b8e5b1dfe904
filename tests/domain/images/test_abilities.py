from __future__ import annotations

from typing import Any

import pytest

from workbench.domain.images.abilities import Abilities, Shape, abilities_in, abilities_of
from workbench.domain.models import TEXT_TO_IMAGE, Model
from workbench.gateway.sandbox.media.schemas import form_schema
from workbench.storage.catalogue import offline_models, provider_image_models

DRAWING = [model for model in offline_models() if model.task == TEXT_TO_IMAGE]


@pytest.mark.parametrize("model", DRAWING, ids=lambda model: model.short_name)
def test_the_catalogue_knows_what_each_image_model_takes(model: Model) -> None:
    """The facts and the schemas that the sandbox holds requests to must not part."""
    facts = abilities_of(model)
    assert facts.known
    assert facts.shape is (Shape.RUN_FORM if model.input_kind == "multipart" else Shape.RUN)
    read = abilities_in(form_schema(model) or {})
    assert read is not None
    for field in ("prompt_limit", "negative_prompt", "seed"):
        assert getattr(facts, field) == getattr(read, field), field
    for field in ("width", "height", "steps"):
        ours, theirs = getattr(facts, field), getattr(read, field)
        assert (ours is None) == (theirs is None), field
        if ours is not None:
            assert (ours.minimum, ours.maximum) == (theirs.minimum, theirs.maximum), field


def test_a_provider_s_models_say_how_they_are_asked() -> None:
    shapes = {model.id.split("/")[0]: abilities_of(model).shape for model in provider_image_models()}
    assert shapes == {"google-ai-studio": Shape.GENERATE, "openai": Shape.IMAGES}
    assert all(model.draws for model in provider_image_models())


def test_a_model_nobody_knows_is_offered_what_its_kind_takes() -> None:
    assert abilities_of(Model("google-ai-studio/gemini-9-image")).shape is Shape.GENERATE
    assert abilities_of(Model("flux-local")).shape is Shape.IMAGES
    unknown = abilities_of(Model("@cf/new/painter", TEXT_TO_IMAGE))
    assert unknown.shape is Shape.RUN
    assert not unknown.known
    assert unknown.negative_prompt


def test_a_schema_is_read_for_a_model_the_catalogue_does_not_know() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["prompt", "image_b64"],
        "properties": {
            "prompt": {"type": "string", "maxLength": 500},
            "num_steps": {"type": "integer", "maximum": 30, "default": 12},
            "width": {"type": "integer", "minimum": 64},
            "image_b64": {"type": "string"},
            "guidance": {"type": "number", "default": 30},
        },
    }
    read = abilities_of(Model("@cf/new/painter", TEXT_TO_IMAGE), schema)
    assert read.prompt_limit == 500
    assert read.name_of_steps == "num_steps"
    assert read.steps is not None
    assert (read.steps.minimum, read.steps.maximum, read.steps.default) == (1, 30, 12)
    assert read.width is not None
    assert read.width.minimum == 64
    assert read.height is None
    assert read.guidance is not None
    assert read.guidance.maximum == 30
    assert read.source_required
    assert not read.seed


@pytest.mark.parametrize("schema", [{}, {"properties": []}, {"properties": {"multipart": {}}}])
def test_a_schema_that_says_nothing_of_a_prompt_is_not_read(schema: dict[str, Any]) -> None:
    assert abilities_in(schema) is None


def test_models_that_draw_are_told_from_those_that_chat() -> None:
    assert Model("gpt-image-2.5-flare").draws
    assert Model("x", TEXT_TO_IMAGE).draws
    assert Model("x", image=Abilities()).draws
    assert not Model("@cf/zai-org/glm-4.7-flash", "Text Generation").draws
    assert not Model("@cf/deepgram/flux", "Automatic Speech Recognition").draws
