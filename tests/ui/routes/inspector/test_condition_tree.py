"""Conditions as a tree: what is read is written back the same, and edits mean what they say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.routing.conditions import compile_condition
from workbench.routing.facts import Facts
from workbench.ui.routes.inspector.condition_tree import (
    Group,
    Join,
    Node,
    Path,
    Raw,
    Test,
    added,
    at,
    from_query,
    joined_by,
    leaves_of,
    moved,
    removed,
    replaced,
    to_query,
    unwrapped,
    wrapped,
)

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=4)
FIELDS = st.sampled_from(["metadata.a", "metadata.b", "headers.x", "body.model", "a", ""])
OPERATORS = st.sampled_from(
    ["$eq", "$ne", "$gt", "$lte", "$in", "$nin", "$exists", "$regex", "$options", "$not", "$other", "plain"]
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3))  # fmt: skip
TESTS = st.dictionaries(OPERATORS, SCALARS | st.lists(SCALARS, max_size=3) | JSON, max_size=4)
QUERIES = st.recursive(
    st.dictionaries(FIELDS, TESTS | SCALARS | JSON, max_size=3),
    lambda inner: st.dictionaries(
        FIELDS | st.sampled_from(["$and", "$or", "$nor", "$not", "$odd"]),
        st.lists(inner, max_size=3) | inner | JSON | TESTS,
        max_size=3,
    ),
    max_leaves=12,
)


@given(QUERIES)
def test_whatever_is_read_is_written_as_it_was(query: dict[str, Any]) -> None:
    assert json.dumps(to_query(from_query(query))) == json.dumps(query)


def test_several_fields_are_a_group_of_all() -> None:
    tree = from_query({"metadata.plan": "free", "metadata.age": {"$gte": 18, "$lt": 65}})
    assert tree == Group(
        Join.EVERY,
        (
            Test("metadata.plan", "$eq", "free", bare=True),
            Test("metadata.age", "$gte", 18),
            Test("metadata.age", "$lt", 65),
        ),
    )


def test_a_single_combination_is_the_tree_itself() -> None:
    tree = from_query({"$or": [{"metadata.a": 1}, {"$not": {"metadata.b": 2, "metadata.c": 3}}]})
    assert tree.join is Join.OR
    assert isinstance(tree.parts[1], Group)
    assert tree.parts[1].join is Join.NOT
    assert len(list(leaves_of(tree))) == 3


@pytest.mark.parametrize(
    "query",
    [
        {"metadata.a": {"$not": {"$eq": 1}}},
        {"metadata.a": {"$regex": "x", "plain": 1}},
        {"$or": []},
        {"$and": [1]},
        {"$where": "x"},
        {"metadata.a": {"$options": "i", "$regex": "x"}},
    ],
)
def test_odd_shapes_are_kept_raw(query: dict[str, Any]) -> None:
    assert from_query(query).parts == (Raw(query),)


def test_two_tests_that_cannot_be_one_object_are_joined_by_and() -> None:
    tree = Group(Join.EVERY, (Test("metadata.a", "$ne", 1), Test("metadata.a", "$ne", 2)))
    assert to_query(tree) == {"$and": [{"metadata.a": {"$ne": 1}}, {"metadata.a": {"$ne": 2}}]}


LEAVES = st.builds(Test, st.sampled_from(["metadata.a", "metadata.b"]), st.sampled_from(["$eq", "$ne"]), st.integers(0, 1), st.booleans())  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(Group, st.sampled_from(Join), st.lists(inner, min_size=1, max_size=3).map(tuple)),
)


def holds(node: Node, facts: dict[str, int]) -> bool:
    """What the tree means, said apart from its query."""
    if isinstance(node, Test):
        equal = facts[node.field.removeprefix("metadata.")] == node.value
        return equal if node.operator == "$eq" else not equal
    assert isinstance(node, Group)
    parts = [holds(part, facts) for part in node.parts]
    meant = {
        Join.EVERY: all(parts), Join.AND: all(parts), Join.OR: any(parts), Join.NOR: not any(parts), Join.NOT: not all(parts)
    }  # fmt: skip
    return meant[node.join]


@given(TREES, st.integers(0, 1), st.integers(0, 1))
def test_a_tree_means_what_its_query_means(node: Node, a: int, b: int) -> None:
    facts = {"a": a, "b": b}
    assert compile_condition(to_query(node)).holds(Facts(facts, {}, {})) == holds(node, facts)


A, B, C = (Test(f"metadata.{name}", "$eq", 1) for name in "abc")


def test_parts_are_added_replaced_and_removed() -> None:
    tree, path = added(Group(Join.OR, (A,)), (), B)
    assert (tree.parts, path) == ((A, B), (1,))
    assert replaced(tree, (0,), C).parts == (C, B)
    assert removed(tree, (0,)).parts == (B,)


def test_removing_the_last_part_removes_its_group() -> None:
    tree = Group(Join.OR, (A, Group(Join.NOR, (Group(Join.AND, (B,)),))))
    assert removed(tree, (1, 0, 0)) == Group(Join.OR, (A,))
    assert removed(Group(Join.OR, (A,)), (0,)) == Group()


def test_a_part_is_wrapped_joined_otherwise_and_unwrapped() -> None:
    tree, path = wrapped(Group(Join.EVERY, (A, B)), (1,), Join.OR)
    assert at(tree, path) is B
    assert joined_by(tree, (1,), Join.NOT).parts[1] == Group(Join.NOT, (B,))
    assert unwrapped(tree, (1,)) == Group(Join.EVERY, (A, B))


@pytest.mark.parametrize(
    ("path", "step", "parts", "there"),
    [
        ((0,), -1, (A, Group(Join.OR, (B, C))), (0,)),
        ((0,), 1, (Group(Join.OR, (A, B, C)),), (0, 0)),
        ((1, 0), -1, (A, B, Group(Join.OR, (C,))), (1,)),
        ((1, 0), 1, (A, Group(Join.OR, (C, B))), (1, 1)),
        ((1, 1), 1, (A, Group(Join.OR, (B,)), C), (2,)),
        ((1,), -1, (Group(Join.OR, (B, C)), A), (0,)),
    ],
)
def test_a_part_moves_within_its_group_and_over_borders(
    path: Path, step: int, parts: tuple[Node, ...], there: Path
) -> None:
    tree = Group(Join.EVERY, (A, Group(Join.OR, (B, C))))
    assert moved(tree, path, step) == (Group(Join.EVERY, parts), there)


@given(TREES, st.data())
def test_moving_loses_nothing_and_tells_where_it_went(node: Node, data: st.DataObject) -> None:
    tree = node if isinstance(node, Group) else Group(Join.EVERY, (node,))
    path: Path = ()
    inner: Node = tree
    while isinstance(inner, Group) and (not path or data.draw(st.booleans())):
        step = data.draw(st.integers(0, len(inner.parts) - 1))
        path, inner = (*path, step), inner.parts[step]
    after, there = moved(tree, path, data.draw(st.sampled_from([-1, 1])))
    assert at(after, there) == inner
    assert sorted(map(repr, leaves_of(after))) == sorted(map(repr, leaves_of(tree)))
