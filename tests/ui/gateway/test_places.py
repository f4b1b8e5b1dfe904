from __future__ import annotations

from typing import Any

from workbench.ui.gateway.gateways.places import put_at, rules_of, value_at


def test_a_value_is_found_in_objects_and_lists() -> None:
    document = {"a": {"b": [{"c": 1}]}}
    assert value_at(document, "a.b.0.c") == 1
    assert [value_at(document, path) for path in ("a.x", "a.b.7", "a.b.x", "x.y")] == [None] * 4


def test_a_value_is_put_where_there_was_nothing() -> None:
    document: dict[str, Any] = {"list": [{}]}
    put_at(document, "a.b", 1)
    put_at(document, "list.0.c", 2)
    assert document == {"list": [{"c": 2}], "a": {"b": 1}}


def test_rules_that_are_none_are_left_out() -> None:
    assert rules_of({"spend_limits": {"rules": [{"limit": 1}, "odd"]}}) == [{"limit": 1}]
    assert rules_of({"spend_limits": None}) == []
