"""Where inside lists and quotes a growing text can be cut, so that only its end is read again.

The rest of a text that is cut inside holders is read behind lines that open the same holders again: for an item that
began two lists further up, `- x`, a blank line, `  - x`, a blank line, and then the rest as it stands. Widths are kept,
so indentation means the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.ui.support.markdown.leaves import Holder
from workbench.ui.support.markdown.lines import Lines
from workbench.ui.support.markdown.reading import LISTS, Carried, Opener, Reading, blocks, span

if TYPE_CHECKING:
    from markdown_it.token import Token

_ITEM = re.compile(r"( {0,3}(?:[-+*]|\d{1,9}[.)]))(?:( {1,4})(?=[^ \n])|(?= {5,}[^ \n])|(?= *(?:\n|$)))")
_QUOTE = re.compile(r" {0,3}> ?")


@dataclass(frozen=True, slots=True)
class Cut:
    """line: the first one of the rest. head: the lines to put before it. carried: what the rest continues."""

    line: int
    head: str
    carried: Carried


@dataclass(frozen=True, slots=True)
class _Open:
    """A holder on the way down to the last block, the line it begins on, and how much of that its mark takes."""

    line: int
    opener: Opener
    used: int


def deepest_cut(tokens: Sequence[Token], lines: Lines, carried: Carried, starts: Sequence[int]) -> Cut | None:
    """The cut before the last block inside the last top-level holder; None where it has no earlier blocks.

    All lines of the text must be complete. starts: the offsets of the leaves in it, in order.
    """
    reading = Reading(lines, carried)
    way: list[_Open] = []
    best: Cut | None = None
    level = tokens
    while level:
        found = list(blocks(level))
        token, inner = found[-1]
        before = span(found[-2][0])[1] if len(found) > 1 else -1
        if token.type in LISTS:
            items = list(reading.items(token, inner, len(way)))
            item, content, holder = items[-1]
            before = span(items[-2][0])[1] if len(items) > 1 else before
            best = _cut(way, span(item)[0], before, lines, starts, holder) or best
            opened = _opened(way, span(item)[0], holder, lines, carried)
            level = content
        elif token.type == "blockquote_open":
            first = span(token)[0]
            best = _cut(way, first, before, lines, starts) or best
            group = lines.offset(first) if first >= 0 else carried.chain[len(way)].holder.group
            opened = _opened(way, first, Holder(True, group), lines, carried)
            level = inner
        else:
            return _cut(way, span(token)[0], before, lines, starts) or best
        if opened is None:
            break
        way.append(opened)
    return best


def _cut(
    way: Sequence[_Open],
    line: int,
    before: int,
    lines: Lines,
    starts: Sequence[int],
    item: Holder | None = None,
) -> Cut | None:
    """The cut at a block's first line, if there is something before it that can be left behind."""
    # Holders that begin on the line itself are opened by it again.
    around = [each for each in way if each.line < line]
    if line <= 0 or not around or not lines.all_blank(before, line):
        return None
    begins = around[-1].line
    if begins >= 0 and not _any_within(starts, lines.offset(begins), lines.offset(line)):
        return None  # the marker of the holder still waits for its first leaf
    chain = tuple(each.opener for each in around)
    carries = item is not None and len(chain) == len(way)
    group, number = (item.group, item.number) if item is not None and carries else (-1, None)
    return Cut(line, _head(chain), Carried(group, number, chain=chain))


def _any_within(starts: Sequence[int], first: int, end: int) -> bool:
    at = bisect_left(starts, first)
    return at < len(starts) and starts[at] < end


def _head(chain: Sequence[Opener]) -> str:
    """Lines that open the holders one after the other, and leave them open."""
    lines, around = "", ""
    for opener in chain:
        lines += f"{around}{opener.text}x\n"
        around += opener.kept
        lines += around.rstrip() + "\n"
    return lines


def _opened(way: Sequence[_Open], line: int, holder: Holder, lines: Lines, carried: Carried) -> _Open | None:
    """The holder that begins on a line; None where its line is not written simply enough to be sure of widths."""
    closed = Holder(holder.quote, holder.group, holder.number, holder.checked)
    if line < 0:
        known = carried.chain[len(way)]
        return _Open(line, Opener(closed, known.text, known.kept), 0)
    text = lines.line(line)
    at = _beyond(way, line, text)
    match = (_QUOTE if holder.quote else _ITEM).match(text, at) if at is not None else None
    if match is None or "\t" in text[: match.end() + 1]:
        return None
    if holder.quote:
        opening = match.group().rstrip() + " "
        return _Open(line, Opener(closed, opening, "> "), len(match.group()))
    opening = match.group(1) + (match.group(2) or " ")
    return _Open(line, Opener(closed, opening, " " * len(opening)), len(match.group()))


def _beyond(way: Sequence[_Open], line: int, text: str) -> int | None:
    """Where on a line the marks of the holders around it end."""
    at = 0
    for each in way:
        if each.line == line:
            at += each.used
        elif each.opener.holder.quote:
            match = _QUOTE.match(text, at)
            if match is None:
                return None
            at = match.end()
        elif text.startswith(each.opener.kept, at):
            at += len(each.opener.kept)
        else:
            return None
    return at
