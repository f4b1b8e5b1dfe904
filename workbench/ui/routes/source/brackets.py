"""The bracket that belongs to another, found line by line: strings of JSON end where their line does."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextBlock

FAR = 1_000
"""Lines that are looked through: what is further away nobody sees."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]')
_OPEN, _CLOSED = "{[", "}]"


def matching(block: QTextBlock, column: int) -> tuple[QTextBlock, int] | None:
    """Where the bracket is that closes or opens the one at column, both as Qt counts; None where there is none."""
    here = next((at for at, _ in _brackets(block) if at == column), None)
    if here is None:
        return None
    char = next(found for at, found in _brackets(block) if at == column)
    step = 1 if char in _OPEN else -1
    depth = 0
    for _ in range(FAR):
        if not block.isValid():
            return None
        for at, found in _brackets(block)[::step]:
            if here is not None and (at - here) * step < 0:
                continue
            depth += 1 if (found in _OPEN) == (char in _OPEN) else -1
            if depth == 0:
                pair = {char, found}
                return (block, at) if pair in ({"{", "}"}, {"[", "]"}) else None
        here = None
        block = block.next() if step > 0 else block.previous()
    return None


def _brackets(block: QTextBlock) -> list[tuple[int, str]]:
    text = block.text()
    found = [(match.start(), match[0]) for match in _TOKEN.finditer(text) if match[0][0] != '"']
    if text.isascii():
        return found
    return [(len(text[:at].encode("utf-16-le")) // 2, char) for at, char in found]
