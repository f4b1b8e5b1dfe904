"""Conditions as objects of several kinds."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.handwritten.conditions import condition_of

FREE = {"metadata.plan": {"$eq": "free"}}


@pytest.mark.parametrize(
    "value",
    [
        FREE,
        {"metadata.plan": "free"},
        {"metadata": {"plan": "free"}},
        {"metadata": {"plan": {"eq": "free"}}},
        {"plan": {"equals": "free"}},
        {"user.plan": "free"},
        {"request.metadata['plan']": "free"},
        {"field": "metadata.plan", "operator": "==", "value": "free"},
        {"key": "metadata.plan", "value": "free"},
        {"and": [{"metadata.plan": "free"}]},
        {"any": ["metadata.plan == 'free'"]},
        [{"metadata.plan": "free"}],
        '{"metadata.plan": "free"}',
        "metadata.plan == 'free'",
    ],
)
def test_one_condition_is_written_in_many_ways(value: Any) -> None:
    assert condition_of(value, ()) == FREE


@pytest.mark.parametrize(
    ("value", "query"),
    [
        ({"plan": ["a", "b"]}, {"metadata.plan": {"$in": ["a", "b"]}}),
        ({"tokens": {"greater_than": 5, "lt": 9}}, {"request.prompt_tokens_estimate": {"$gt": 5, "$lt": 9}}),
        ({"not": {"plan": "a"}}, {"$nor": [{"metadata.plan": {"$eq": "a"}}]}),
        ({"$nor": [{"plan": "a"}, {"team": "b"}]}, {"$nor": [{"$or": [{"metadata.plan": {"$eq": "a"}}, {"metadata.team": {"$eq": "b"}}]}]}),
        ({"field": "plan", "op": "not in", "values": ["a"]}, {"metadata.plan": {"$nin": ["a"]}}),
        ({"field": "plan", "values": ["a"]}, {"metadata.plan": {"$in": ["a"]}}),
        ({"email": {"ends_with": ".org"}}, {"metadata.email": {"$regex": "\\.org$"}}),
        ({"email": {"regex": "x", "options": "i"}}, {"metadata.email": {"$regex": "x", "$options": "i"}}),
        ({"email": {"not": {"eq": 1}}}, {"metadata.email": {"$not": {"$eq": 1}}}),
        ({"a": 1, "b": 2}, {"metadata.a": {"$eq": 1}, "metadata.b": {"$eq": 2}}),
    ],
)  # fmt: skip
def test_objects_of_operators(value: Any, query: dict[str, Any]) -> None:
    assert condition_of(value, ()) == query


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (3, "/if"),
        ({}, "/if"),
        ([], "/if"),
        ("{nonsense", "/if"),
        ({"and": [{"a": 1}, 5]}, "/if/and/1"),
        ({"$where": "1"}, "/if/$where"),
        ({"a": {"$near": 1}}, "/if/a"),
        ({"field": "a", "value": 1, "unit": "s"}, "/if"),
        ({"field": 3, "value": 1}, "/if"),
        ({"a": {"$gt": 1}, "b": {"$x": 1}}, "/if/b"),
    ],
)
def test_a_refusal_says_where(value: Any, pointer: str) -> None:
    with pytest.raises(RouteError) as error:
        condition_of(value, ("if",))
    assert error.value.pointer == pointer


def test_deep_nesting_is_refused() -> None:
    value: Any = {"a": 1}
    for _ in range(60):
        value = {"not": value}
    with pytest.raises(RouteError, match="deeply"):
        condition_of(value, ())
