"""Leaves: the smallest pieces of a markdown text that are laid out, painted and thrown away on their own.

A text is a flat sequence of leaves. Lists and quotes are not leaves; they are the `holders` around one, so that a list of
a thousand items is a thousand small leaves and only the last one changes while it streams in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ROWS_IN_PART = 8
"""Body rows of a table in one leaf; the first part also has the header."""
LONG_PARAGRAPH = 4000
"""Characters after which a paragraph goes on in another leaf, at the next end of a sentence."""


class Kind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Holder:
    """A list item or a quote around a leaf, from the outermost in.

    group: the same for all items of one list (the offset where it begins). number: of an ordered item, else None.
    checked: of a task item, else None. opens: the leaf is the first one in it, so the marker stands beside the leaf.
    """

    quote: bool
    group: int
    number: int | None = None
    checked: bool | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """content: inline markdown, or code. start, end: offsets in the source, whole lines (end includes the line feed).

    level: of a heading. info: of a fence (its language first). closed: a fence that has its end.
    rows, aligns: a part of a table; `table` is where that table begins, `head` says rows[0] is the header.
    spaced: a blank line stands before it. goes_on: the rest of a long paragraph.
    """

    kind: Kind
    content: str
    start: int
    end: int
    holders: tuple[Holder, ...] = ()
    level: int = 0
    info: str = ""
    closed: bool = True
    rows: tuple[tuple[str, ...], ...] = ()
    aligns: tuple[str, ...] = ()
    table: int = -1
    head: bool = False
    spaced: bool = False
    goes_on: bool = False

    @property
    def language(self) -> str:
        return self.info.split()[0].lower() if self.info.split() else ""
