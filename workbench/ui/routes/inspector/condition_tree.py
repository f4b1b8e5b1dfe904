"""A query object (ai-gateway §7.3) as a tree that can be edited, and back: what came from a query is written as it was.

A tree is a Group; its parts are tests, other groups, and Raw for whatever has no other form here. A place in it is a path: the
number of the part in each group on the way. Edits are pure, and never leave a group inside the tree empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Query = Mapping[str, Any]
Path = tuple[int, ...]


class Join(StrEnum):
    """How the parts of a group hold together. EVERY is written as an object of several fields where that can be."""

    EVERY = ""
    AND = "$and"
    OR = "$or"
    NOR = "$nor"
    NOT = "$not"


@dataclass(frozen=True, slots=True)
class Test:
    """bare: written as {"field": value}, which means $eq. options: of $regex, None where none are written."""

    field: str
    operator: str
    value: Any
    bare: bool = False
    options: Any = None

    __test__ = False  # no test of ours


@dataclass(frozen=True, slots=True)
class Raw:
    """A query of one key that is kept as it is."""

    query: Query


@dataclass(frozen=True, slots=True)
class Group:
    """NOT: that not all of the parts hold."""

    join: Join = Join.EVERY
    parts: tuple[Node, ...] = ()


Node = Test | Raw | Group

OPERATORS = ("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$regex")
_LISTS = (Join.AND, Join.OR, Join.NOR)


def from_query(query: Query) -> Group:
    nodes = _nodes(query)
    only = nodes[0] if len(nodes) == 1 else None
    return only if isinstance(only, Group) else Group(Join.EVERY, nodes)


def to_query(node: Node) -> dict[str, Any]:
    match node:
        case Raw():
            return dict(node.query)
        case Test():
            return {node.field: _tested(node)}
        case Group(join=Join.EVERY):
            return _joined(node.parts)
        case Group(join=Join.NOT):
            return {"$not": _joined(node.parts)}
    return {node.join.value: [to_query(part) for part in node.parts]}


def node_of(query: Query) -> Node:
    """One part of a group: an object of one key by itself, else a group of all."""
    nodes = _nodes(query)
    return nodes[0] if len(nodes) == 1 else Group(Join.EVERY, nodes)


def leaves_of(node: Node) -> Iterator[Test | Raw]:
    if isinstance(node, Group):
        for part in node.parts:
            yield from leaves_of(part)
    else:
        yield node


def at(tree: Group, path: Path) -> Node:
    """The node at a path that leads somewhere."""
    node: Node = tree
    for step in path:
        assert isinstance(node, Group)
        node = node.parts[step]
    return node


def replaced(tree: Group, path: Path, node: Node) -> Group:
    """With node in that place; the whole tree is a group whatever is put there."""
    if not path:
        return node if isinstance(node, Group) else Group(Join.EVERY, (node,))
    return _edited(tree, path[:-1], lambda parts: (*parts[: path[-1]], node, *parts[path[-1] + 1 :]))


def added(tree: Group, group: Path, node: Node, place: int | None = None) -> tuple[Group, Path]:
    """With node as the group's last part, or in that place; and where it is now."""
    found = at(tree, group)
    assert isinstance(found, Group)
    place = len(found.parts) if place is None else place
    return _edited(tree, group, lambda parts: (*parts[:place], node, *parts[place:])), (*group, place)


def removed(tree: Group, path: Path) -> Group:
    """Without that part, and without the groups that would be empty."""
    while path:
        group = at(tree, path[:-1])
        assert isinstance(group, Group)
        if len(group.parts) > 1 or len(path) == 1:
            break
        path = path[:-1]
    if not path:
        return Group()
    tree = _edited(tree, path[:-1], lambda parts: (*parts[: path[-1]], *parts[path[-1] + 1 :]))
    return tree if tree.parts else Group()


def moved(tree: Group, path: Path, step: int) -> tuple[Group, Path]:
    """One place up (-1) or down (1): within its group, and over the group's border, out of it or into a group it meets."""
    group_at, place = path[:-1], path[-1]
    group = at(tree, group_at)
    assert isinstance(group, Group)
    node = group.parts[place]
    beside = place + step
    if not 0 <= beside < len(group.parts):
        return _moved_out(tree, path, step) if group_at else (tree, path)
    other = group.parts[beside]
    if isinstance(other, Group) and not isinstance(node, Group):
        joined = replace(other, parts=(*other.parts, node) if step < 0 else (node, *other.parts))
        there = (*group_at, place - 1, len(other.parts)) if step < 0 else (*group_at, place, 0)
        return removed(replaced(tree, (*group_at, beside), joined), path), there
    parts = list(group.parts)
    parts[place], parts[beside] = parts[beside], parts[place]
    return _edited(tree, group_at, lambda _: tuple(parts)), (*group_at, beside)


def _moved_out(tree: Group, path: Path, step: int) -> tuple[Group, Path]:
    """A part that is alone takes its group's place."""
    group_at = path[:-1]
    group, node = at(tree, group_at), at(tree, path)
    assert isinstance(group, Group)
    if len(group.parts) == 1:
        return replaced(tree, group_at, node), group_at
    place = path[-1]
    left = _edited(tree, group_at, lambda parts: (*parts[:place], *parts[place + 1 :]))
    return added(left, group_at[:-1], node, group_at[-1] if step < 0 else group_at[-1] + 1)


def wrapped(tree: Group, path: Path, join: Join) -> tuple[Group, Path]:
    """With the node in a group of its own, and where it is now."""
    return replaced(tree, path, Group(join, (at(tree, path),))), (*path, 0)


def unwrapped(tree: Group, path: Path) -> Group:
    """With the group's parts in its place."""
    group = at(tree, path)
    if not path or not isinstance(group, Group):
        return tree
    return _edited(tree, path[:-1], lambda parts: (*parts[: path[-1]], *group.parts, *parts[path[-1] + 1 :]))


def joined_by(tree: Group, path: Path, join: Join) -> Group:
    group = at(tree, path)
    assert isinstance(group, Group)
    return replaced(tree, path, replace(group, join=join))


def _edited(tree: Group, path: Path, edit: Callable[[tuple[Node, ...]], tuple[Node, ...]]) -> Group:
    if not path:
        return replace(tree, parts=edit(tree.parts))
    inner = tree.parts[path[0]]
    assert isinstance(inner, Group)
    parts = list(tree.parts)
    parts[path[0]] = _edited(inner, path[1:], edit)
    return replace(tree, parts=tuple(parts))


def _nodes(query: Query) -> tuple[Node, ...]:
    return tuple(node for key, value in query.items() for node in _read(key, value))


def _read(key: str, value: Any) -> list[Node]:
    if key in _LISTS and isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return [Group(Join(key), tuple(node_of(one) for one in value))]
    if key == Join.NOT and isinstance(value, Mapping) and value:
        return [Group(Join.NOT, _nodes(value))]
    if not key or key.startswith("$"):
        return [Raw({key: value})]
    if not _has_operators(value):
        return [Test(key, "$eq", value, bare=True)]
    return _tests(key, value) or [Raw({key: value})]


def _tests(field: str, operators: Query) -> list[Node]:
    """The tests of one field; none where they would not be written back the same."""
    found: list[Node] = []
    for name, value in operators.items():
        if name == "$options":
            continue
        if name not in OPERATORS or (name == "$exists" and not isinstance(value, bool)):
            return []
        options = operators.get("$options") if name == "$regex" else None
        found.append(Test(field, name, value, options=options))
    again = _joined(tuple(found)).get(field)
    same = isinstance(again, Mapping) and list(again) == list(operators)
    return found if same else []


def _tested(test: Test) -> Any:
    if test.bare and test.operator == "$eq" and not _has_operators(test.value):
        return test.value
    if test.operator == "$regex" and test.options is not None:
        return {test.operator: test.value, "$options": test.options}
    return {test.operator: test.value}


def _joined(parts: tuple[Node, ...]) -> dict[str, Any]:
    """One object that says all of the parts; with $and where two of them have the same key and cannot be one."""
    whole: dict[str, Any] = {}
    for part in parts:
        for key, value in to_query(part).items():
            if key not in whole:
                whole[key] = value
            elif _can_join(whole[key], value):
                whole[key] = {**whole[key], **value}
            else:
                return {"$and": [to_query(one) for one in parts]}
    return whole


def _can_join(one: Any, other: Any) -> bool:
    return _only_operators(one) and _only_operators(other) and one.keys().isdisjoint(other)


def _only_operators(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(str(name).startswith("$") for name in value)


def _has_operators(value: Any) -> bool:
    return isinstance(value, Mapping) and any(str(name).startswith("$") for name in value)
