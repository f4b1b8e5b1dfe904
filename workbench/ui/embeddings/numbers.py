"""Scores and measures as they are written: as the language has it, with a real minus."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale

NONE = "–"


def number(value: float | None, decimals: int = 3) -> str:
    """“–” where there is none. What rounds to 0 has no sign."""
    if value is None or math.isnan(value):
        return NONE
    return QLocale().toString(round(float(value), decimals) + 0.0, "f", decimals).replace("-", "\u2212")
