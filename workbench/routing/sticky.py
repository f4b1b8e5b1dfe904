"""Sticky splits: where a value stands between 0 and 1, always the same for the same route, element and value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from workbench.domain.exchange import SECRET_HEADERS
from workbench.routing.facts import MISSING

_MAX_TEXT = 128


def position(route: str, element: str, value: str) -> float:
    """The first 53 bits of blake2b-64 over the names and the value, parted by NUL, as a number in [0, 1).

    Uniform over values, and two splits place the same value independently of each other. Renaming the route or the element
    moves everybody.
    """
    return positions(route, element)(value)


def positions(route: str, element: str) -> Callable[[str], float]:
    """`position` for one element, with the names hashed once."""
    base = hashlib.blake2b(f"{route}\0{element}\0".encode("utf-8", "replace"), digest_size=8)

    def placed(value: str) -> float:
        digest = base.copy()
        digest.update(value.encode("utf-8", "replace"))
        return (int.from_bytes(digest.digest()) >> 11) * 2.0**-53

    return placed


def text_of(value: Any) -> str:
    """A value that names somebody as text, so that 42 and "42" are the same; "" for what names nobody (missing, null, a list)."""
    if value.__class__ is str:
        return str(value)
    if value is MISSING or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def buckets_of(field: str) -> Callable[[Any], str]:
    """text_of for the buckets of a limit keyed on this field: long values, and credentials, by their hash."""
    root, _, name = field.partition(".")
    hidden = root == "headers" and name.lower() in SECRET_HEADERS

    def bucket(value: Any) -> str:
        text = value if value.__class__ is str else text_of(value)
        return _hashed(text) if text and (hidden or len(text) > _MAX_TEXT) else text

    return bucket


def _hashed(text: str) -> str:
    return f"#{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
