"""A JSON schema as a form: which fields it asks for, whether a value fits it, and an empty value.

It reads what forms are made of: objects of texts, choices and switches, and lists of such objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_TEXT = 2000
"""Characters of one field; a schema need not say so, for some providers refuse one that does."""
MOST_ITEMS = 20


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long-text"
    CHOICE = "choice"
    SWITCH = "switch"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class SchemaField:
    """title, help: as the schema has them. choices: of a CHOICE. inner: of each object in a LIST."""

    name: str
    kind: FieldKind
    title: str
    help: str = ""
    choices: tuple[str, ...] = ()
    inner: tuple[SchemaField, ...] = ()

    @property
    def blank(self) -> Any:
        match self.kind:
            case FieldKind.SWITCH:
                return False
            case FieldKind.LIST:
                return []
            case FieldKind.CHOICE:
                return self.choices[0]
        return ""


def fields_of(schema: Mapping[str, Any]) -> tuple[SchemaField, ...]:
    """The fields of an object's schema, in its order."""
    return tuple(_field(name, each) for name, each in schema["properties"].items())


def blank(fields: tuple[SchemaField, ...]) -> dict[str, Any]:
    return {field.name: field.blank for field in fields}


def problems_with(fields: tuple[SchemaField, ...], value: Any, at: str = "") -> tuple[str, ...]:
    """What keeps value from being what was asked for, a sentence each; empty when it fits. More than was asked for is no problem."""
    return tuple(_problems(fields, value, at))


def tidied(fields: tuple[SchemaField, ...], value: Mapping[str, Any]) -> dict[str, Any]:
    """A value that fits, with only what was asked for, in that order, without spaces around texts."""
    return {field.name: _tidied(field, value[field.name]) for field in fields}


def _field(name: str, schema: Mapping[str, Any]) -> SchemaField:
    title, told = str(schema.get("title", name)), str(schema.get("description", ""))
    match schema["type"]:
        case "array":
            return SchemaField(name, FieldKind.LIST, title, told, inner=fields_of(schema["items"]))
        case "boolean":
            return SchemaField(name, FieldKind.SWITCH, title, told)
    if "enum" in schema:
        return SchemaField(name, FieldKind.CHOICE, title, told, tuple(schema["enum"]))
    kind = FieldKind.LONG_TEXT if schema.get("format") == "multiline" else FieldKind.TEXT
    return SchemaField(name, kind, title, told)


def _problems(fields: tuple[SchemaField, ...], value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{at or 'The answer'} is no object."
        return
    for field in fields:
        path = f"{at}.{field.name}" if at else field.name
        if field.name not in value:
            yield f"“{path}” is missing."
            continue
        yield from _problems_of_field(field, value[field.name], path)


def _problems_of_field(field: SchemaField, value: Any, path: str) -> Iterator[str]:
    match field.kind:
        case FieldKind.LIST:
            if not isinstance(value, list):
                yield f"“{path}” is no list."
            elif len(value) > MOST_ITEMS:
                yield f"“{path}” has more than {MOST_ITEMS} entries."
            else:
                for place, item in enumerate(value):
                    yield from _problems(field.inner, item, f"{path}.{place}")
        case FieldKind.SWITCH:
            if not isinstance(value, bool):
                yield f"“{path}” is neither true nor false."
        case FieldKind.CHOICE:
            if value not in field.choices:
                yield f"“{path}” is none of {', '.join(field.choices)}."
        case _:
            if not isinstance(value, str):
                yield f"“{path}” is no text."
            elif len(value) > LONGEST_TEXT:
                yield f"“{path}” has more than {LONGEST_TEXT} characters."


def _tidied(field: SchemaField, value: Any) -> Any:
    if field.kind is FieldKind.LIST:
        return [tidied(field.inner, item) for item in value]
    return value.strip() if isinstance(value, str) else value
