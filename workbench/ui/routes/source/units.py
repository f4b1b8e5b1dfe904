"""Python counts characters, Qt counts UTF-16 units; they differ from the first emoji on."""

from __future__ import annotations

import re
from bisect import bisect_left

_WIDE = re.compile("[\U00010000-\U0010ffff]")


class Units:
    """Of one text."""

    def __init__(self, text: str) -> None:
        wide = [] if text.isascii() else [found.start() for found in _WIDE.finditer(text)]
        self._wide = wide
        self._wide_units = [at + number for number, at in enumerate(wide)]

    def to_qt(self, offset: int) -> int:
        return offset + bisect_left(self._wide, offset)

    def from_qt(self, position: int) -> int:
        return position - bisect_left(self._wide_units, position)
