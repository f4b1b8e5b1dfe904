"""What `models/schema` tells: chat families hold their requests to it, all others have theirs from the media tasks."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from workbench.domain.models import Model
from workbench.gateway.sandbox.media.schemas import schemas_for
from workbench.gateway.schema_replies import schemas_of
from workbench.storage.catalogue import offline_models

MODELS = offline_models()
CHAT = [model for model in MODELS if model.chats and schemas_of(model)]
GATED = {"@cf/swiss-ai/apertus-v1.5-8b", "@cf/utter-project/eurollm-9b-it"}
"""Models whose schema Cloudflare does not publish (workers-ai §12.1)."""


@pytest.mark.parametrize("model", CHAT, ids=lambda model: model.id)
def test_a_chat_models_schema_takes_a_plain_question(model: Model) -> None:
    schemas = schemas_of(model)
    assert schemas is not None
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    Draft202012Validator(schemas["input"]).validate({"messages": [{"role": "user", "content": "hi"}]})
    assert not Draft202012Validator(schemas["input"]).is_valid({"temperature": 1})


def test_every_model_but_the_gated_ones_has_schemas() -> None:
    assert {model.id for model in MODELS if schemas_of(model) is None} == GATED


def test_a_media_models_schemas_are_those_its_requests_are_held_to() -> None:
    model = next(model for model in MODELS if model.task == "Text-to-Image")
    assert schemas_of(model) == schemas_for(model)


def branches_of(shape: str) -> set[str]:
    model = next(model for model in MODELS if model.schema_shape == shape)
    schemas = schemas_of(model)
    assert schemas is not None

    def required(schema: dict[str, Any]) -> set[str]:
        nested = [required(branch) for branch in schema.get("oneOf", [])]
        return {*schema.get("required", [])}.union(*nested)

    return required(schemas["input"])


@pytest.mark.parametrize(
    ("shape", "branches"),
    [
        ("chat-legacy", {"prompt", "messages"}),
        ("chat-openai+batch", {"prompt", "messages", "requests"}),
        ("chat-legacy|responses+batch", {"prompt", "messages", "input", "requests"}),
    ],
)
def test_each_family_has_the_branches_it_takes(shape: str, branches: set[str]) -> None:
    assert branches_of(shape) == branches


def test_a_vision_model_may_take_a_picture_beside_its_prompt() -> None:
    model = next(model for model in MODELS if model.schema_shape == "chat-legacy-image")
    schemas = schemas_of(model)
    assert schemas is not None
    with_picture = {"prompt": "what is it", "image": [137, 80]}
    Draft202012Validator(schemas["input"]).validate(with_picture)
