"""Times as SRT and WebVTT write them."""

from __future__ import annotations

import re

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s+(.*))?$")
"""Two times, and what may follow them; in either form, since many files mix them."""


def clock(seconds: float, point: str) -> str:
    """Hours, minutes, seconds and thousandths: 01:02:03.456."""
    whole, thousandths = divmod(round(max(0.0, seconds) * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"


def times_of(match: re.Match[str]) -> tuple[float, float]:
    """Of a match of TIMES: start and end in seconds; an end before the start counts as the start."""
    parts = match.groups()
    start, end = _seconds(parts[:4]), _seconds(parts[4:8])
    return start, max(start, end)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    thousandths = int((parts[3] or "0").ljust(3, "0"))
    return (((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths) / 1000
