"""The schemas: every media model has them, they are sound but for the documented quirk, and requests are held to them."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.media.asking import CATALOGUE
from workbench.domain.models import Model
from workbench.gateway.sandbox.media.checking import violation
from workbench.gateway.sandbox.media.fields import choice, closed, fields, listed, number, one_of, text, whole
from workbench.gateway.sandbox.media.schemas import form_schema, schemas_for

MEDIA = [model for model in CATALOGUE.values() if not model.chats]
QUIRKY = "multipart-opaque"


@pytest.mark.parametrize("model", MEDIA, ids=lambda model: model.short_name)
def test_every_media_model_has_sound_schemas(model: Model) -> None:
    found = schemas_for(model)
    assert found is not None
    jsonschema.Draft202012Validator.check_schema(found["output"])
    if model.schema_shape == QUIRKY:
        with pytest.raises(jsonschema.SchemaError):
            jsonschema.Draft202012Validator.check_schema(found["input"])
    else:
        jsonschema.Draft202012Validator.check_schema(found["input"])


@pytest.mark.parametrize("model", MEDIA, ids=lambda model: model.short_name)
def test_every_media_model_has_fields_for_a_form(model: Model) -> None:
    schema = form_schema(model)
    assert schema is not None
    assert "properties" in schema or "oneOf" in schema


def test_a_chat_model_has_none_here() -> None:
    assert schemas_for(Model("x", schema_shape="chat-openai")) is None
    assert form_schema(Model("x", schema_shape="chat-openai")) is None


def test_batch_models_publish_the_batch_branch() -> None:
    branches = schemas_for(CATALOGUE["m2m100-1.2b"])["input"]["oneOf"]  # type: ignore[index]
    assert branches[-1]["required"] == ["requests"]


SCHEMA = closed(
    fields(
        "name",
        name=text(least=2, most=4),
        size=whole(1, 9),
        share=number(0, 1),
        kind=choice("a", "b"),
        many=listed(text(), least=1, most=2),
        either=one_of(text(), fields("x", x=whole())),
    )
)


@pytest.mark.parametrize(
    ("value", "pointer", "wording"),
    [
        ({}, "/name", "required properties at '/' are 'name'"),
        ([], "", "Type mismatch of '/', 'array' not in 'object'"),
        ({"name": 5}, "/name", "Type mismatch of '/name', 'integer' not in 'string'"),
        ({"name": "abcde"}, "/name", "<= 4"),
        ({"name": "ab", "size": 10}, "/size", "'/size' must be <= 9"),
        ({"name": "ab", "size": True}, "/size", "'boolean' not in 'integer'"),
        ({"name": "ab", "kind": "c"}, "/kind", "one of a, b"),
        ({"name": "ab", "many": []}, "/many", ">= 1"),
        ({"name": "ab", "many": ["x", 5]}, "/many/1", "Type mismatch of '/many/1'"),
        ({"name": "ab", "w/d": 1, "h": 2}, "/w~1d", "unevaluated properties '/w~1d, /h'"),
        ({"name": "ab", "either": {"x": "1"}}, "/either/x", "oneOf at '/either' not met, 0 matches"),
    ],
)
def test_a_violation_is_worded_as_the_api_words_it(value: Any, pointer: str, wording: str) -> None:
    found = violation(SCHEMA, value)
    assert found is not None
    assert found.pointer == pointer
    assert wording in found.text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.text("abc", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "size", "kind", "many", "either", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_it_agrees_with_a_real_validator(value: Any) -> None:
    assert (violation(SCHEMA, value) is None) == jsonschema.Draft202012Validator(SCHEMA).is_valid(value)


def test_the_bytes_of_a_file_are_checked_at_once_but_still_checked() -> None:
    schema = listed(number(), about="A file")
    assert violation(schema, [0, 255] * 500) is None
    assert violation(schema, [*[0] * 500, "x"]) is not None
