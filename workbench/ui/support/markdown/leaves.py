"""Leaves: the smallest pieces of a markdown text that are laid out, painted and thrown away on their own.

A text is a flat sequence of leaves. Lists and quotes are not leaves; they are the `holders` around one, so that a list of
a thousand items is a thousand small leaves and only the last one changes while it streams in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

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


@dataclass(frozen=True, slots=True)
class Unit:
    """Leaves that close together: a top-level block, an item of a top-level list, a part of a top-level table.

    first, last: lines, last exclusive. row: for a part of a table, the number of its first body row.
    open_fence: the unit is a fence without its end, at the margin.
    """

    first: int
    last: int
    leaves: tuple[Leaf, ...]
    group: int = -1
    number: int | None = None
    row: int = -1
    head_line: int = -1
    open_fence: str = ""


class Lines:
    """Where the lines of a text start, and what stands on them. base: the offset of the text in the whole source."""

    def __init__(self, text: str, base: int, spaced: bool) -> None:
        self.text = text
        self.base = base
        self._spaced = spaced
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        if starts[-1] == len(text) and len(starts) > 1:
            starts.pop()
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, line: int) -> int:
        """Offset in this text; the end of the text for a line beyond the last."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def offset(self, line: int) -> int:
        return self.base + self.start(line)

    def line(self, line: int) -> str:
        return self.text[self.start(line) : self.start(line + 1)]

    def blank(self, line: int) -> bool:
        return not self.line(line).strip(" \t>\n")

    def spaced(self, line: int) -> bool:
        return self.blank(line - 1) if line > 0 else self._spaced


@dataclass(frozen=True, slots=True)
class Carried:
    """What the first unit of a text continues: a list (its group, the number of its first item) or a table (row ≥ 0)."""

    group: int = -1
    number: int | None = None
    row: int = -1


def units(tokens: Sequence[Token], lines: Lines, carried: Carried) -> Iterator[Unit]:
    """The top-level units of block tokens, in order."""
    at = 0
    first = True
    while at < len(tokens):
        end = _closing(tokens, at)
        token = tokens[at]
        went_on = carried if first else Carried()
        if token.type in ("bullet_list_open", "ordered_list_open"):
            yield from _items(tokens[at + 1 : end], token, lines, went_on)
        elif token.type == "table_open":
            yield from _table_parts(tokens[at + 1 : end], token, lines, went_on)
        else:
            yield _block(tokens[at : end + 1], token, lines)
        first = False
        at = end + 1


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Index of the token that ends the one at `at`; itself when it is not a pair."""
    if tokens[at].nesting != 1:
        return at
    level = tokens[at].level
    at += 1
    while tokens[at].level != level or tokens[at].nesting != -1:
        at += 1
    return at


def _span(token: Token) -> tuple[int, int]:
    assert token.map is not None
    return token.map[0], token.map[1]


def _items(tokens: Sequence[Token], opening: Token, lines: Lines, carried: Carried) -> Iterator[Unit]:
    group = carried.group if carried.group >= 0 else lines.offset(_span(opening)[0])
    number = _first_number(opening)
    if number is not None and carried.number is not None:
        number = carried.number
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        first, last = _span(tokens[at])
        holder = Holder(False, group, number, _checked(tokens[at]), opens=True)
        yield Unit(
            first,
            last,
            tuple(_inside(tokens[at + 1 : end], (holder,), lines, (first, last))),
            group=group,
            number=number,
        )
        number = number + 1 if number is not None else None
        at = end + 1


def _block(tokens: Sequence[Token], token: Token, lines: Lines) -> Unit:
    first, last = _span(token)
    leaves = tuple(_leaves(tokens, (), lines))
    if leaves and leaves[0].kind is Kind.PARAGRAPH and len(leaves[0].content) > LONG_PARAGRAPH:
        leaves = tuple(_in_pieces(leaves[0], lines))
    fence = ""
    if token.type == "fence" and not leaves[0].closed and lines.line(first).startswith(token.markup):
        fence = token.markup
    return Unit(first, last, leaves, open_fence=fence)


def _leaves(tokens: Sequence[Token], holders: tuple[Holder, ...], lines: Lines) -> Iterator[Leaf]:
    """The leaves of complete block tokens. The first one opens those holders that are still to be opened."""
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        token = tokens[at]
        inner = tokens[at + 1 : end]
        match token.type:
            case "blockquote_open":
                quote = Holder(True, lines.offset(_span(token)[0]), opens=True)
                made = _inside(inner, (*holders, quote), lines, _span(token))
            case "bullet_list_open" | "ordered_list_open":
                made = _nested_items(inner, token, holders, lines)
            case "table_open":
                made = (
                    leaf
                    for part in _table_parts(inner, token, lines, Carried(), holders)
                    for leaf in part.leaves
                )
            case _:
                made = iter((_leaf(token, inner, holders, lines),))
        for leaf in made:
            yield leaf
            holders = _opened(holders)
        at = end + 1


def _inside(
    tokens: Sequence[Token], holders: tuple[Holder, ...], lines: Lines, span: tuple[int, int]
) -> Iterator[Leaf]:
    """The leaves in a holder; an empty paragraph where there are none, so that its marker still shows."""
    if tokens:
        yield from _leaves(tokens, holders, lines)
    else:
        yield Leaf(
            Kind.PARAGRAPH,
            "",
            lines.offset(span[0]),
            lines.offset(span[1]),
            holders,
            spaced=lines.spaced(span[0]),
        )


def _nested_items(
    tokens: Sequence[Token], opening: Token, holders: tuple[Holder, ...], lines: Lines
) -> Iterator[Leaf]:
    group, number = lines.offset(_span(opening)[0]), _first_number(opening)
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        holder = Holder(False, group, number, _checked(tokens[at]), opens=True)
        for leaf in _inside(tokens[at + 1 : end], (*holders, holder), lines, _span(tokens[at])):
            yield leaf
            holders = _opened(holders)
        number = number + 1 if number is not None else None
        at = end + 1


def _opened(holders: tuple[Holder, ...]) -> tuple[Holder, ...]:
    if not any(holder.opens for holder in holders):
        return holders
    return tuple(Holder(h.quote, h.group, h.number, h.checked) for h in holders)


def _leaf(token: Token, inner: Sequence[Token], holders: tuple[Holder, ...], lines: Lines) -> Leaf:
    first, last = _span(token)
    start, end, spaced = lines.offset(first), lines.offset(last), lines.spaced(first)
    match token.type:
        case "heading_open":
            return Leaf(
                Kind.HEADING, inner[0].content, start, end, holders, level=int(token.tag[1:]), spaced=spaced
            )
        case "fence":
            # A closed fence covers two lines that are not content.
            content_lines = token.content.count("\n") + (
                not token.content.endswith("\n") and token.content != ""
            )
            return Leaf(
                Kind.CODE,
                token.content.removesuffix("\n"),
                start,
                end,
                holders,
                info=token.info.strip(),
                closed=last - first == content_lines + 2,
                spaced=spaced,
            )
        case "code_block":
            return Leaf(Kind.CODE, token.content.removesuffix("\n"), start, end, holders, spaced=spaced)
        case "hr":
            return Leaf(Kind.RULE, "", start, end, holders, spaced=spaced)
        case _:
            return Leaf(Kind.PARAGRAPH, inner[0].content, start, end, holders, spaced=spaced)


def _first_number(opening: Token) -> int | None:
    if opening.type != "ordered_list_open":
        return None
    return int(opening.attrs.get("start", 1))


def _checked(item: Token) -> bool | None:
    checked = item.meta.get("checked")
    return checked if isinstance(checked, bool) else None


def _table_parts(
    tokens: Sequence[Token],
    opening: Token,
    lines: Lines,
    carried: Carried,
    holders: tuple[Holder, ...] = (),
) -> Iterator[Unit]:
    """The table in parts of ROWS_IN_PART rows. A carried one has its head lines before the text (negative lines)."""
    first, last = _span(opening)
    rows, row_lines, aligns = _table_rows(tokens)
    table = carried.group if carried.row >= 0 else lines.offset(first)
    row0 = max(carried.row, 0)
    body, body_lines = rows[1:], row_lines[1:]
    for at in range(0, max(len(body), 1), ROWS_IN_PART):
        head = at == 0 and carried.row < 0
        top = first if head else body_lines[at]
        part = body[at : at + ROWS_IN_PART]
        bottom = body_lines[at + ROWS_IN_PART] if at + ROWS_IN_PART < len(body) else last
        leaf = Leaf(
            Kind.TABLE,
            "",
            lines.offset(top),
            lines.offset(bottom),
            holders if at == 0 else _opened(holders),
            rows=((rows[0], *part) if head else tuple(part)),
            aligns=aligns,
            table=table,
            head=head,
            spaced=head and lines.spaced(top),
        )
        yield Unit(top, bottom, (leaf,), group=table, row=row0 + at, head_line=first)


def _table_rows(
    tokens: Sequence[Token],
) -> tuple[list[tuple[str, ...]], list[int], tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    row_lines: list[int] = []
    aligns: list[str] = []
    cells: list[str] = []
    for token in tokens:
        match token.type:
            case "tr_open":
                cells = []
                row_lines.append(_span(token)[0])
            case "th_open":
                aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            case "inline":
                cells.append(token.content)
            case "tr_close":
                rows.append(tuple(cells))
    return rows, row_lines, tuple(aligns)


def _in_pieces(leaf: Leaf, lines: Lines) -> Iterator[Leaf]:
    """A long top-level paragraph as several leaves, cut after a sentence, a line or at worst a word."""
    content = leaf.content
    # Up to the ends, which are stripped, the content of a top-level paragraph is its source.
    origin = lines.text.find(content[:LONG_PARAGRAPH], leaf.start - lines.base)
    cuts = [0]
    while len(content) - cuts[-1] > LONG_PARAGRAPH:
        cut = _cut_after(content, cuts[-1] + LONG_PARAGRAPH)
        if cut >= len(content):
            break
        cuts.append(cut)
    for index, cut in enumerate(cuts):
        final = index == len(cuts) - 1
        stop = len(content) if final else cuts[index + 1]
        yield Leaf(
            Kind.PARAGRAPH,
            content[cut:stop].strip(),
            leaf.start if index == 0 else lines.base + origin + cut,
            leaf.end if final else lines.base + origin + stop,
            leaf.holders,
            spaced=leaf.spaced and index == 0,
            goes_on=index > 0,
        )


def _cut_after(content: str, least: int) -> int:
    window = content[least : least + LONG_PARAGRAPH]
    for mark in (". ", "\n", " "):
        at = window.find(mark)
        if at >= 0:
            return least + at + len(mark)
    return least + len(window)
