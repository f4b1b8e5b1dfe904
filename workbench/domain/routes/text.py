"""JSON as route files are written: opened up where one looks for things, on one line where it fits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

INDENT = 2
WIDTH = 80
"""What fits is written on one line."""
ALWAYS_OPEN = 3
"""The document, its lists and each element are opened up however short they are."""
_ODD = re.compile(
    "[\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufdd0-\ufdef\ufeff\uffff]"
)
"""Cannot be seen, turn text around, or mean something to Qt: written as escapes."""

_encode = json.JSONEncoder(ensure_ascii=False).encode


def written(value: Any, depth: int = 0, before: int = 0) -> str:
    """value as text, its later lines indented for depth. before: how long the line is already."""
    if not isinstance(value, dict | list) or not value:
        return _line(value)
    if depth >= ALWAYS_OPEN or (depth and not _holds_containers(value)):
        line = _line(value)
        if len(line) + depth * INDENT + before <= WIDTH:
            return line
    inner = " " * (INDENT * (depth + 1))
    lines = ",\n".join(f"{inner}{item}" for item in _items(value, depth + 1))
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{lines}\n{' ' * (INDENT * depth)}{closing}"


def _line(value: Any) -> str:
    return _ODD.sub(_escape, _encode(value))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _holds_containers(value: Mapping[str, Any] | Sequence[Any]) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value
    return any(isinstance(one, dict | list) for one in inner)


def _items(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, dict):
        return (member(key, inner, depth) for key, inner in value.items())
    return (written(inner, depth) for inner in value)


def member(key: str, value: Any, depth: int) -> str:
    """One member of an object at this depth: its name, and its value."""
    name = _line(key)
    return f"{name}: {written(value, depth, len(name) + 2)}"
