"""What a route looks at in a request: each field, with the operator and the place it is used in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.routes.elements import Conditional, Percentage, Rate, Route

METADATA = "metadata."
COMBINATORS = ("$and", "$or", "$nor")
NOT, EQUALS, OPTIONS = "$not", "$eq", "$options"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """at: the element's place. field: "metadata.plan". operator: "$eq" …, "" outside conditions. path: below the element."""

    at: int
    field: str
    operator: str
    path: Path

    @property
    def key(self) -> str:
        """Of metadata, the entry: metadata is flat, and what follows it is part of the name (ai-gateway §2.1)."""
        return self.field.removeprefix(METADATA)


def uses_of(route: Route) -> Iterator[Use]:
    for at, element in enumerate(route.elements):
        if isinstance(element, Conditional):
            for field, operator, path in tests_in(element.conditions, ("properties", "conditions")):
                yield Use(at, field, operator, path)
        elif isinstance(element, Rate):
            yield Use(at, element.key, "", ("properties", "key"))
        elif isinstance(element, Percentage) and element.sticky:
            yield Use(at, element.sticky, "", ())


def tests_in(query: Any, path: Path) -> Iterator[tuple[str, str, Path]]:
    """(field, operator, path) of each test in a query object (ai-gateway §7.3); what cannot be read is left out."""
    if not isinstance(query, Mapping):
        return
    for key, value in query.items():
        if key in COMBINATORS and isinstance(value, list | tuple):
            for number, one in enumerate(value):
                yield from tests_in(one, (*path, key, number))
        elif key == NOT:
            yield from tests_in(value, (*path, key))
        elif not key.startswith("$"):
            yield from _of_field(key, value, (*path, key))


def _of_field(field: str, value: Any, path: Path) -> Iterator[tuple[str, str, Path]]:
    if not isinstance(value, Mapping) or not any(str(key).startswith("$") for key in value):
        yield field, EQUALS, path
        return
    for operator, wanted in value.items():
        if operator == NOT:
            yield from _of_field(field, wanted, (*path, operator))
        elif operator != OPTIONS:
            yield field, operator, (*path, operator)


def with_field(query: Any, field: str, better: str) -> Any:
    """The query with every test of field made a test of better."""
    if isinstance(query, Mapping):
        return {
            better if key == field else key: with_field(value, field, better) for key, value in query.items()
        }
    if isinstance(query, list | tuple):
        return [with_field(one, field, better) for one in query]
    return query
