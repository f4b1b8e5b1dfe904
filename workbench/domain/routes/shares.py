"""The ports of a percentage element: "70%", and how much that is."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable

from workbench.domain.routes.elements import ELSE

_SHARE = re.compile(r"(\d{1,4}(?:\.\d{1,6})?) ?%", re.ASCII)


def share_of(port: str) -> float | None:
    """Percent that a port takes: 70.0 for "70%"; None for else, and for what is no share."""
    found = _SHARE.fullmatch(port.strip())
    return float(found[1]) if found else None


def named_sum(ports: Iterable[str]) -> float:
    """Percent that the named ports take together; else is not named."""
    return math.fsum(share_of(port) or 0.0 for port in ports if port != ELSE)


def port_of(percent: float, taken: Collection[str] = ()) -> str:
    """How a share is written: "70%", "12.5%". Two equal shares are spelled apart, for ports are told by name: "50%", "50.0%"."""
    digits = (f"{round(percent, 4):g}", *(f"{percent:.{places}f}" for places in range(1, 7)))
    return next(port for number in digits if (port := f"{number}%") not in taken)
