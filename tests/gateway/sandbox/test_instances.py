"""Made-up values fit their schema, judged by the reference library."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from workbench.gateway.sandbox.instances import instance, json_text
from workbench.gateway.sandbox.schemas import Unsatisfiable, fits

SCALARS = st.one_of(
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.builds(
        lambda low, room, key: {"type": key, "minimum": low, "maximum": low + room},
        st.integers(-1000, 1000),
        st.integers(0, 50),
        st.sampled_from(["integer", "number"]),
    ),
    st.builds(
        lambda low, step: {"type": "integer", "exclusiveMinimum": low, "multipleOf": step},
        st.integers(-50, 50),
        st.integers(1, 9),
    ),
    st.builds(
        lambda least, room: {"type": "string", "minLength": least, "maxLength": least + room},
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    st.sampled_from(["date", "date-time", "email", "uri", "uuid", "ipv4"]).map(
        lambda name: {"type": "string", "format": name}
    ),
    st.sampled_from([r"^[A-Z]{2}-\d{4}$", r"^(red|green)\.[a-f0-9]+$", r"\w+@\w+\.com", r"^[^a-z]{3}$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
    st.lists(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)), min_size=1, max_size=4
    ).map(lambda values: {"enum": values}),
    st.one_of(st.none(), st.integers(), st.text(max_size=5)).map(lambda value: {"const": value}),
    st.just({}),
    st.just({"type": ["string", "null"]}),
)
NAMES = st.text("abcdef", min_size=1, max_size=3)


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.builds(
        lambda properties, needed, closed: {
            "type": "object",
            "properties": properties,
            "required": sorted(properties)[:needed],
            **({"additionalProperties": False} if closed else {}),
        },
        st.dictionaries(NAMES, inner, max_size=4),
        st.integers(0, 4),
        st.booleans(),
    )
    arrays = st.builds(
        lambda items, least, room: {
            "type": "array",
            "items": items,
            "minItems": least,
            "maxItems": least + room,
        },
        inner,
        st.integers(0, 3),
        st.integers(0, 3),
    )
    return st.one_of(
        objects,
        arrays,
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda items: {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
        ),
        objects.map(lambda schema: {"allOf": [schema, {"minProperties": 1}]}),
        inner.map(lambda schema: {"$defs": {"part": schema}, "$ref": "#/$defs/part"}),
    )


SCHEMAS = st.recursive(SCALARS, grown, max_leaves=8)


def rooted(schema: Any) -> Any:
    """Local references count from the root, so each inner `$defs` moves there."""
    found: dict[str, Any] = {}

    def moved(part: Any) -> Any:
        if isinstance(part, list):
            return [moved(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$defs" in part:
            name = f"d{len(found)}"
            found[name] = {}
            found[name] = moved(part["$defs"]["part"])
            return {"$ref": f"#/$defs/{name}"}
        return {key: moved(value) if key not in ("enum", "const") else value for key, value in part.items()}

    body = moved(schema)
    return {**body, "$defs": found} if found else body


@pytest.mark.parametrize(
    ("value", "step", "fit"),
    [(18_014_398_509_481_244, 3, False), (18_014_398_509_481_245, 3, True), (10**400, 7, False), (10**400, 0.5, True), (7.5, 2.5, True)],
)  # fmt: skip
def test_a_multiple_is_told_exactly_however_large_it_is(value: float, step: float, fit: bool) -> None:
    schema = {"type": "number", "multipleOf": step}
    assert fits(schema, value, schema) is fit  # the reference fails at 10**400 with a step of 0.5


@settings(max_examples=400, deadline=None)
@given(SCHEMAS.map(rooted), st.integers(0, 2**32))
def test_a_value_made_for_a_schema_is_valid(schema: Any, seed: int) -> None:
    try:
        value = instance(schema, Random(seed), "the weather in Berlin is 21 degrees")
    except Unsatisfiable:
        # Allowed only where the parts contradict each other: a closed object that must have a property it may not have.
        assert "minProperties" in json.dumps(schema)
        return
    Draft202012Validator(schema).validate(value)


@settings(max_examples=400, deadline=None)
@given(SCHEMAS.map(rooted), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=5,
))  # fmt: skip
def test_our_check_agrees_with_the_reference(schema: Any, value: Any) -> None:
    assert fits(schema, value, schema) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "integer", "minimum": 3}, {"type": "integer", "maximum": 5}]},
        {"oneOf": [{"type": "object", "properties": {"kind": {"const": k}, k: {}}, "required": ["kind", k]} for k in "ab"]},
        {"not": {"type": "string"}, "type": ["string", "integer"]},
        {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2, 3]}},
        {"type": "array", "contains": {"const": 7}, "minItems": 2, "items": {"type": "integer"}},
        {"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}},
        {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "minProperties": 2, "additionalProperties": False},
        {"type": "object", "properties": {"a": {}}, "required": ["a"], "dependentRequired": {"a": ["b"]}},
        {"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"required": ["b"]}, "type": "object"},
        {"$defs": {"n": {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}, "required": ["next"]}}, "$ref": "#/$defs/n"},
        {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}, "required": ["children"]},
        {"allOf": [{"minimum": 3}, {"maximum": 4}, {"type": "number"}]},
        {"type": "number", "multipleOf": 0.25, "exclusiveMinimum": 1, "maximum": 1.25},
        {"type": "object", "properties": {"a": False}},
        {"properties": {"required": {"type": "array", "items": {"type": "string"}}}, "required": ["required"]},
        True,
    ],
    ids=lambda schema: json.dumps(schema)[:60],
)  # fmt: skip
def test_awkward_schemas_are_met_too(schema: Any) -> None:
    for seed in range(20):
        Draft202012Validator(schema).validate(instance(schema, Random(seed)))


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"enum": []},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "integer", "minimum": 0.2, "maximum": 0.8},
        {"$ref": "#/nowhere"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#"},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "string", "pattern": "(?=x)y"},
    ],
    ids=lambda schema: json.dumps(schema)[:60],
)
def test_a_schema_that_nothing_fits_is_refused(schema: Any) -> None:
    with pytest.raises(Unsatisfiable):
        instance(schema, Random(1))


def test_the_prompt_shows_in_the_values() -> None:
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["fahrenheit", "celsius"]},
            "days": {"type": "integer", "minimum": 1, "maximum": 9},
        },
    }
    made = instance(schema, Random(3), "What will it be like in Berlin in 5 days, in celsius?")
    assert made == {"city": "Berlin", "unit": "celsius", "days": 5}


def test_any_object_is_an_object() -> None:
    assert isinstance(json.loads(json_text({}, Random(1), "hi")), dict)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "a{99999999}"},
        {"type": "string", "pattern": "((a{1000}){1000}){1000}"},
        {"type": "string", "pattern": "(" * 3000 + ")" * 3000},
        {"allOf": [{"pattern": "^(a|a)*b$"}, {"const": "a" * 60}]},
        {"type": "string", "minLength": 99_999_999},
        {"type": "array", "minItems": 9_999_999},
        {"type": "object", "minProperties": 100_000},
    ],
)
def test_a_schema_that_asks_for_too_much_is_refused_at_once(schema: dict[str, Any]) -> None:
    with pytest.raises(Unsatisfiable):
        instance(schema, Random(1))


def test_an_object_s_own_example_is_taken_where_it_fits() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert instance(schema | {"examples": [{"a": 41}]}, Random(1)) == {"a": 41}
    assert isinstance(instance(schema | {"examples": [{"a": "no"}]}, Random(1))["a"], int)
