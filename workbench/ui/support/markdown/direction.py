"""Which way a text runs: by its first strong character, as the Unicode bidirectional algorithm has it (rule P2)."""

from __future__ import annotations

import re
from unicodedata import bidirectional

_RTL = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
LTR_ISOLATE, END_ISOLATE = "\u2066", "\u2069"
"""Invisible marks that keep a piece of code in order inside a right-to-left sentence."""


def has_rtl(text: str) -> bool:
    """Whether any character runs from right to left."""
    return not text.isascii() and _RTL.search(text) is not None


def runs_rtl(text: str) -> bool | None:
    """True, False, or None for a text without any strong character."""
    if text.isascii():
        return False if any(map(str.isalpha, text)) else None
    isolated = 0
    for char in text:
        match bidirectional(char):
            case "LRI" | "RLI" | "FSI":
                isolated += 1
            case "PDI":
                isolated = max(0, isolated - 1)
            case "L" if not isolated:
                return False
            case "R" | "AL" if not isolated:
                return True
    return None


def without_marks(text: str) -> str:
    """The text as the author wrote it: no isolates, forced line breaks as line feeds."""
    return text.replace(LTR_ISOLATE, "").replace(END_ISOLATE, "").replace("\u2028", "\n")
