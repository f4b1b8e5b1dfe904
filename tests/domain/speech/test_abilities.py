from __future__ import annotations

from typing import Any

import pytest

from workbench.domain.models import Model
from workbench.domain.speech.abilities import (
    HearingAbilities,
    HearingShape,
    OptionKind,
    SpeakingShape,
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.gateway.sandbox.media.schemas import form_schema, schemas_for
from workbench.storage.catalogue import offline_models

MODELS = {model.short_name: model for model in offline_models()}
HEARING = [model for model in MODELS.values() if model.hears]
SPEAKING = [model for model in MODELS.values() if model.speaks]


def names(abilities: HearingAbilities) -> set[str]:
    return {option.name for option in abilities.options}


@pytest.mark.parametrize("model", HEARING, ids=lambda model: model.short_name)
def test_every_option_is_one_the_published_schema_has(model: Model) -> None:
    abilities = hearing_abilities_of(model)
    schema = form_schema(model) or {}
    assert abilities.known
    assert names(abilities) <= set(schema.get("properties", {}))
    for option in abilities.options:
        said = schema["properties"][option.name]
        assert option.default == said.get("default")
        assert option.choices == tuple(said.get("enum", ()))


@pytest.mark.parametrize("model", SPEAKING, ids=lambda model: model.short_name)
def test_every_voice_and_option_of_a_speaker_is_one_the_schema_has(model: Model) -> None:
    abilities = speaking_abilities_of(model)
    schema = form_schema(model) or {}
    assert {option.name for option in abilities.options} <= set(schema["properties"])
    if abilities.voices:
        said = schema["properties"][abilities.voice_option]
        assert sorted(abilities.voices) == sorted(said["enum"])
        assert abilities.voices[0] == said["default"]


@pytest.mark.parametrize(
    ("id", "shape"),
    [
        ("@cf/openai/whisper", HearingShape.RAW),
        ("workers-ai/@cf/openai/whisper-large-v3-turbo", HearingShape.BASE64),
        ("@cf/deepgram/nova-3", HearingShape.QUERY),
        ("openai/whisper-1", HearingShape.TRANSCRIPTIONS),
        ("whisper-large-v3", HearingShape.TRANSCRIPTIONS),
        ("@cf/new/unheard-of", HearingShape.RAW),
    ],
)
def test_each_model_is_asked_in_its_own_shape(id: str, shape: HearingShape) -> None:
    assert hearing_abilities_of(Model(id)).shape is shape


def test_what_a_body_may_hold_leaves_room_for_base64() -> None:
    most = hearing_abilities_of(MODELS["whisper-large-v3-turbo"]).most_bytes
    assert most is not None
    assert most * 4 / 3 < 10_000_000


@pytest.mark.parametrize("model", HEARING, ids=lambda model: model.short_name)
def test_the_schema_of_an_unknown_model_is_read_as_the_known_ones_are(model: Model) -> None:
    published = schemas_for(model)
    assert published is not None
    known = hearing_abilities_of(model)
    read = hearing_abilities_of(Model("@cf/new/one"), published["input"])
    assert read.known
    assert (read.shape, read.speakers, read.translates) == (known.shape, known.speakers, known.translates)
    assert names(known) <= names(read)


@pytest.mark.parametrize("model", SPEAKING, ids=lambda model: model.short_name)
def test_the_schema_of_an_unknown_speaker_is_read_as_the_known_ones_are(model: Model) -> None:
    published = schemas_for(model)
    assert published is not None
    known = speaking_abilities_of(model)
    read = speaking_abilities_of(Model("@cf/new/one"), published["input"])
    assert read.known
    assert (read.shape, read.voices[:1], sorted(read.voices)) == (
        known.shape,
        known.voices[:1],
        sorted(known.voices),
    )


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"oneOf": None, "properties": []},
        {"anyOf": [1, {"properties": {"x": 3}}]},
        {"properties": {"prompt2": {"type": "string"}}},
    ],
)
def test_a_schema_that_says_nothing_leaves_a_model_unknown(schema: dict[str, Any]) -> None:
    assert not hearing_abilities_of(Model("@cf/new/one"), schema).known
    assert not speaking_abilities_of(Model("@cf/new/one"), schema).known


def test_odd_ways_to_write_a_field_are_understood() -> None:
    schema = {
        "anyOf": [
            {
                "properties": {
                    "audio": {"type": "string"},
                    "language": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "speed": {"type": "number", "minimum": 0.5, "default": "fast"},
                    "extra": {"description": "anything"},
                    "nested": {"type": "object", "properties": {"a": {"type": "string"}}},
                }
            }
        ]
    }
    read = hearing_abilities_of(Model("@cf/new/one"), schema)
    assert read.shape is HearingShape.BASE64
    assert [(o.name, o.kind, o.default, o.minimum) for o in read.options] == [
        ("language", OptionKind.TEXT, None, None),
        ("speed", OptionKind.NUMBER, None, 0.5),
    ]


def test_servers_of_ones_own_are_asked_as_openai_is() -> None:
    model = hearing_abilities_of(Model("gpt-4o-transcribe-diarize"))
    assert (model.shape, model.speakers, model.known) == (HearingShape.TRANSCRIPTIONS, True, False)
    assert hearing_abilities_of(Model("whisper-1")).translates
    spoken = speaking_abilities_of(Model("kokoro"))
    assert (spoken.shape, spoken.voice_option) == (SpeakingShape.SPEECH, "voice")
