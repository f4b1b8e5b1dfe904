"""What stands on the speaking page: kept from one run to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """values: by wire name, the voice too, only what differs from the default. hearing: who checks; "" for the usual one."""

    text: str = ""
    model: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    hearing: str = ""
    checks: bool = False
    """Each text that is spoken is heard again at once."""


def written(draft: Draft) -> str:
    return json.dumps(
        {
            "text": draft.text,
            "model": draft.model,
            "values": dict(draft.values),
            "hearing": draft.hearing,
            "checks": draft.checks,
        }
    )


def read(kept: str) -> Draft:
    """What `written` gave; what cannot be read is as if nothing had been kept."""
    try:
        value = json.loads(kept or "{}")
        return Draft(
            str(value.get("text", "")),
            str(value.get("model", "")),
            {str(name): one for name, one in value.get("values", {}).items()},
            str(value.get("hearing", "")),
            value.get("checks") is True,
        )
    except (ValueError, TypeError, AttributeError):
        return Draft()
