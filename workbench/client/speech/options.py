"""The options of a request, as they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those that say something. A form has one kind of numbers, and some models refuse 5.0 where 5 is meant."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in options.items()
        if value is not None and value != ""
    }
