"""Text broken into lines, as painters that draw line by line need it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics


def wrapped(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """Text in at most so many lines of this width; what does not fit ends in “…”."""
    lines: list[str] = []
    left = text.split()
    while left and len(lines) < most:
        taken = [left.pop(0)]
        last = len(lines) == most - 1
        while left and (last or metrics.horizontalAdvance(" ".join([*taken, left[0]])) <= width):
            taken.append(left.pop(0))
        lines.append(metrics.elidedText(" ".join(taken), Qt.TextElideMode.ElideRight, max(8, width)))
    return lines
