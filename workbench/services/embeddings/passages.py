"""Running text as rows: a row for each line, or for each sentence where there is one line only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable

from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.ids import new_id

_BREAK = re.compile(r"\r\n?|\n")
_END = re.compile(r"([.!?…؟۔]+[\"'”’»)\]]*\s+)|([。！？]+[”’」』）]*\s*)")
_ABBREVIATED = re.compile(
    r"(^|[\s(])(\w|[0-9]+|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|No|Nr|Fig|vs|ca|etc|bzw|usw|e\.g|i\.e|z\. ?B|d\. ?h)\.$"
)
"""What a full stop does not end: “A.”, “3.”, “Dr.”, “Mrs.”."""


def passages(text: str) -> tuple[str, ...]:
    """Its lines; of a single line its sentences. Empty ones are left out."""
    lines = [line.strip() for line in _BREAK.split(text) if line.strip()]
    return tuple(sentences(lines[0])) if len(lines) == 1 else tuple(lines)


def sentences(line: str) -> list[str]:
    """A guess by punctuation; what is not sure stays together."""
    found, start = [], 0
    for end in _END.finditer(line):
        before, rest = line[start : end.end()].strip(), line[end.end() :]
        if end.group(1) and (rest[:1].islower() or _ABBREVIATED.search(before)):
            continue
        if before and rest:
            found.append(before)
            start = end.end()
    last = line[start:].strip()
    return [*found, last] if last else found


def set_of(
    texts: Iterable[str],
    name: str,
    *,
    make_id: Callable[[], str] = new_id,
    clock: Callable[[], float] = time.time,
) -> TextSet:
    """With ids from 1 on."""
    rows = tuple(TextRow(str(number), text) for number, text in enumerate(texts, start=1))
    return TextSet(make_id(), name, rows, clock())
