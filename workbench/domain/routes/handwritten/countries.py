"""Countries as people write them, as the two letters that `cf-ipcountry` has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from workbench.domain.routes.errors import RouteError

_EU = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
    "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_CODE = re.compile(r"[A-Z][A-Z0-9]")
_SPELLINGS = {"UK": "GB"}


def countries_of(value: Any, say: Callable[[str], None]) -> list[str]:
    """Codes out of "DE", "de, fr", ["DE", "FR"] or "EU". Raises RouteError for what is no country."""
    written = (
        value if isinstance(value, list) else re.split(r"[,\s|]+", value) if isinstance(value, str) else None
    )
    if not written or not all(isinstance(one, str) for one in written):
        raise RouteError("Countries are codes of two letters, such as DE.")
    found: dict[str, None] = {}
    for one in written:
        code = one.strip().upper()
        if code == "EU":
            found |= dict.fromkeys(_EU)
            say(f"EU is read as its {len(_EU)} countries.")
        elif code in _SPELLINGS:
            found[_SPELLINGS[code]] = None
            say(f"{code} is called {_SPELLINGS[code]}.")
        elif _CODE.fullmatch(code):
            found[code] = None
        else:
            raise RouteError(f"“{one}” is no country code.", fix="Write two letters, such as DE.")
    return list(found)
