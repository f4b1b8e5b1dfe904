"""From markdown-it's block tokens to units of leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.ui.support.markdown.leaves import LONG_PARAGRAPH, ROWS_IN_PART, Holder, Kind, Leaf
from workbench.ui.support.markdown.lines import Lines

if TYPE_CHECKING:
    from markdown_it.token import Token

LISTS = ("bullet_list_open", "ordered_list_open")
_Found = Sequence["Token"]


@dataclass(frozen=True, slots=True)
class Unit:
    """Leaves that close together: a top-level block, an item of a top-level list, a part of a top-level table.

    first, last: lines, last exclusive. group, number: of an item's list, and its number. row: for a part of a table,
    the number of its first body row, and head_line where the table begins.
    """

    first: int
    last: int
    leaves: tuple[Leaf, ...]
    group: int = -1
    number: int | None = None
    row: int = -1
    head_line: int = -1


@dataclass(frozen=True, slots=True)
class Opener:
    """A holder that is open where a text begins. text: what opens it on a line; kept: what keeps it open on the next."""

    holder: Holder
    text: str
    kept: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What a text continues: holders that are open (chain), and in them a list (group, number of its next item) or a
    table (group is where it begins, row its next body row)."""

    group: int = -1
    number: int | None = None
    row: int = -1
    chain: tuple[Opener, ...] = ()


def closing(tokens: _Found, at: int) -> int:
    """Index of the token that ends the one at `at`; itself when it is not a pair."""
    if tokens[at].nesting != 1:
        return at
    level = tokens[at].level
    at += 1
    while tokens[at].level != level or tokens[at].nesting != -1:
        at += 1
    return at


def blocks(tokens: _Found) -> Iterator[tuple[Token, _Found]]:
    """Each block with the tokens inside it."""
    at = 0
    while at < len(tokens):
        end = closing(tokens, at)
        yield tokens[at], tokens[at + 1 : end]
        at = end + 1


def span(token: Token) -> tuple[int, int]:
    """First line and the one after the last."""
    assert token.map is not None
    return token.map[0], token.map[1]


class Reading:
    """Reads the tokens of one text. What stands on lines below 0 opens holders, but is no leaf."""

    def __init__(self, lines: Lines, carried: Carried) -> None:
        self._lines = lines
        self._carried = carried

    def units(self, tokens: _Found) -> Iterator[Unit]:
        """The top-level units, in order."""
        for token, inner in blocks(tokens):
            if token.type in LISTS:
                yield from self._item_units(token, inner)
            elif token.type == "table_open":
                yield from self._table_units(token, inner, (), self._carried)
            else:
                yield self._block_unit(token, inner)

    def items(self, opening: Token, inner: _Found, depth: int) -> Iterator[tuple[Token, _Found, Holder]]:
        """The items of a list with the holder each is. depth: how many holders are around the list."""
        group, number = self._start_of(opening, depth)
        for item, content in blocks(inner):
            checked = (
                item.meta.get("checked") if span(item)[0] >= 0 else self._carried.chain[depth].holder.checked
            )
            yield item, content, Holder(False, group, number, checked, opens=True)
            number = number + 1 if number is not None else None

    def _start_of(self, opening: Token, depth: int) -> tuple[int, int | None]:
        first, carried = span(opening)[0], self._carried
        number = int(opening.attrs.get("start", 1)) if opening.type == "ordered_list_open" else None
        if first < 0:
            holder = carried.chain[depth].holder
            return holder.group, holder.number
        if first == 0 and depth == len(carried.chain) and carried.group >= 0 and carried.row < 0:
            return carried.group, carried.number
        return self._lines.offset(first), number

    def _item_units(self, opening: Token, inner: _Found) -> Iterator[Unit]:
        for item, content, holder in self.items(opening, inner, 0):
            leaves = tuple(self._inside(content, (holder,), span(item)))
            yield Unit(*span(item), leaves, holder.group, holder.number)

    def _block_unit(self, token: Token, inner: _Found) -> Unit:
        leaves = tuple(self._block(token, inner, ()))
        if len(leaves) == 1 and len(leaves[0].content) > LONG_PARAGRAPH and leaves[0].kind is Kind.PARAGRAPH:
            leaves = tuple(_in_pieces(leaves[0], self._lines))
        return Unit(*span(token), leaves)

    def _leaves(self, tokens: _Found, holders: tuple[Holder, ...]) -> Iterator[Leaf]:
        """The leaves of complete blocks. The first one opens those holders that are still to be opened."""
        for token, inner in blocks(tokens):
            yield from self._block(token, inner, holders)
            holders = _opened(holders)

    def _block(self, token: Token, inner: _Found, holders: tuple[Holder, ...]) -> Iterator[Leaf]:
        if token.type == "blockquote_open":
            first = span(token)[0]
            group = (
                self._lines.offset(first) if first >= 0 else self._carried.chain[len(holders)].holder.group
            )
            yield from self._inside(inner, (*holders, Holder(True, group, opens=True)), span(token))
        elif token.type in LISTS:
            for item, content, holder in self.items(token, inner, len(holders)):
                yield from self._inside(content, (*holders, holder), span(item))
                holders = _opened(holders)
        elif token.type == "table_open":
            for unit in self._table_units(token, inner, holders, Carried()):
                yield from unit.leaves
        elif span(token)[0] >= 0:
            yield self._leaf(token, inner, holders)

    def _inside(self, tokens: _Found, holders: tuple[Holder, ...], lines: tuple[int, int]) -> Iterator[Leaf]:
        """The leaves in a holder; an empty paragraph where there are none, so that its marker still shows."""
        if tokens:
            yield from self._leaves(tokens, holders)
        else:
            start, end = self._lines.offset(lines[0]), self._lines.offset(lines[1])
            yield Leaf(Kind.PARAGRAPH, "", start, end, holders, spaced=self._lines.spaced(lines[0]))

    def _leaf(self, token: Token, inner: _Found, holders: tuple[Holder, ...]) -> Leaf:
        first, last = span(token)
        lines = self._lines
        start, end, spaced = lines.offset(first), lines.offset(last), lines.spaced(first)
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
                return Leaf(Kind.HEADING, inner[0].content, start, end, holders, level=level, spaced=spaced)
            case "fence":
                # A closed fence covers two lines that are not content.
                text = token.content
                content_lines = text.count("\n") + (text != "" and not text.endswith("\n"))
                return Leaf(
                    Kind.CODE,
                    text.removesuffix("\n"),
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

    def _table_units(
        self, opening: Token, tokens: _Found, holders: tuple[Holder, ...], carried: Carried
    ) -> Iterator[Unit]:
        """The table in parts of ROWS_IN_PART rows. The head of a carried one stands before the text."""
        first, last = span(opening)
        went_on = first < 0
        rows, row_lines, aligns = _table_rows(tokens)
        table = carried.group if went_on else self._lines.offset(first)
        body, body_lines = rows[1:], row_lines[1:]
        for at in range(0, max(len(body), 1), ROWS_IN_PART):
            head = at == 0 and not went_on
            top = first if head else body_lines[at]
            part = body[at : at + ROWS_IN_PART]
            bottom = body_lines[at + ROWS_IN_PART] if at + ROWS_IN_PART < len(body) else last
            leaf = Leaf(
                Kind.TABLE,
                "",
                self._lines.offset(top),
                self._lines.offset(bottom),
                holders if at == 0 else _opened(holders),
                rows=((rows[0], *part) if head else tuple(part)),
                aligns=aligns,
                table=table,
                head=head,
                spaced=head and self._lines.spaced(top),
            )
            row = at + max(carried.row, 0) if went_on else at
            yield Unit(top, bottom, (leaf,), group=table, row=row, head_line=first)


def _opened(holders: tuple[Holder, ...]) -> tuple[Holder, ...]:
    if not any(holder.opens for holder in holders):
        return holders
    return tuple(Holder(h.quote, h.group, h.number, h.checked) for h in holders)


def _table_rows(tokens: _Found) -> tuple[list[tuple[str, ...]], list[int], tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    row_lines: list[int] = []
    aligns: list[str] = []
    cells: list[str] = []
    for token in tokens:
        match token.type:
            case "tr_open":
                cells = []
                row_lines.append(span(token)[0])
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
