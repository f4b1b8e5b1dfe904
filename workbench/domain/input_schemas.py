"""The fields of a model's published input schema, whatever it offers to choose from (workers-ai §12.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def branches(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema itself, and all it offers to choose from."""
    yield schema
    for word in ("oneOf", "anyOf"):
        for branch in schema.get(word) or ():
            if isinstance(branch, Mapping):
                yield from branches(branch)


def fields_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each field of each branch by its name, which may come again; of one with several forms the first that has a type."""
    for name, field in whole_fields_of(schema):
        yield name, next((each for each in branches(field) if kind_of(each)), field)


def whole_fields_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """As `fields_of`, with all forms of a field."""
    for branch in branches(schema):
        properties = branch.get("properties")
        if isinstance(properties, Mapping):
            yield from ((name, field) for name, field in properties.items() if isinstance(field, Mapping))


def kind_of(field: Mapping[str, Any]) -> str:
    """Its type, "" for none."""
    kind = field.get("type")
    return kind if isinstance(kind, str) and kind != "null" else ""


def number_in(value: Any) -> float | None:
    """A bound or a default; None for what is no number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
