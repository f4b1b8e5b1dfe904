"""What is selected, and the markdown or plain text of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.ui.chat.transcript.boxes import Box
from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.flow import Flow, Position
from workbench.ui.chat.transcript.making import TEXT
from workbench.ui.chat.transcript.tablebox import TableBox
from workbench.ui.support.markdown.direction import without_marks
from workbench.ui.support.markdown.inline import read_inline
from workbench.ui.support.markdown.leaves import Kind, Leaf
from workbench.ui.support.markdown.source import source_slice

END = (1 << 30, 1 << 30)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the conversation. entry: the message's number; text: which of its texts; then leaf and character."""

    entry: int
    text: int
    leaf: int
    offset: int

    @property
    def position(self) -> Position:
        return (self.leaf, self.offset)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection: where it was begun and where it was drawn to, in either order."""

    anchor: Place
    cursor: Place

    @property
    def start(self) -> Place:
        return min(self.anchor, self.cursor)

    @property
    def end(self) -> Place:
        return max(self.anchor, self.cursor)

    @property
    def empty(self) -> bool:
        return self.anchor == self.cursor

    def within(self, entry: int, text: int) -> tuple[Position, Position] | None:
        """What of one text is selected."""
        start, end = self.start, self.end
        if self.empty or not (start.entry, start.text) <= (entry, text) <= (end.entry, end.text):
            return None
        return (
            start.position if (start.entry, start.text) == (entry, text) else (0, 0),
            end.position if (end.entry, end.text) == (entry, text) else END,
        )


def markdown_of(entries: Sequence[Entry], chosen: Chosen) -> str:
    """The source of a selection, messages a blank line apart."""
    return _joined(entries, chosen, _markdown)


def plain_of(entries: Sequence[Entry], chosen: Chosen) -> str:
    """The selected text as it reads, without marks."""
    return _joined(entries, chosen, _plain)


def whole_markdown(entry: Entry) -> str:
    return entry.text.strip("\n")


_Piece = Callable[[Flow, Position, Position], str]


def _joined(entries: Sequence[Entry], chosen: Chosen, piece: _Piece) -> str:
    pieces: list[str] = []
    for number in range(chosen.start.entry, min(chosen.end.entry + 1, len(entries))):
        entry = entries[number]
        inside = chosen.start.entry < number < chosen.end.entry
        if inside and piece is _markdown:
            # Nothing of it need be read: a whole message is its source.
            if not entry.message.superseded or entry.shown:
                pieces.append(whole_markdown(entry))
            continue
        entry.build()
        for text, flow, _ in entry.texts():
            flow.read_all()
            span = chosen.within(number, text)
            if span is not None and flow.cells:
                pieces.append(piece(flow, *_clamped(flow, *span)))
    return "\n\n".join(one for one in pieces if one)


def _clamped(flow: Flow, start: Position, end: Position) -> tuple[Position, Position]:
    last = len(flow.cells) - 1
    if end[0] > last:
        end = (last, flow.box(last).length)
    return (start if start[0] <= last else end), end


def _markdown(flow: Flow, start: Position, end: Position) -> str:
    first, last = flow.cells[start[0]].leaf, flow.cells[end[0]].leaf
    if start[0] == end[0]:
        return _piece(flow, start[0], start[1], end[1], alone=True)
    head = _piece(flow, start[0], start[1], flow.box(start[0]).length, alone=False)
    tail = _piece(flow, end[0], 0, end[1], alone=False)
    between = flow.source[first.end : last.start]
    if head and not head.endswith("\n") and flow.source[first.end - 1] == "\n":
        head += "\n"
    return (head + between + tail).strip("\n")


def _piece(flow: Flow, index: int, start: int, end: int, *, alone: bool) -> str:
    """The source of a part of one leaf. alone: nothing else is selected, so code needs no fence around it."""
    box, leaf = flow.box(index), flow.cells[index].leaf
    raw = flow.source[leaf.start : leaf.end]
    if start <= 0 and end >= box.length:
        return raw.strip("\n") if alone else raw
    if start >= end:
        return ""
    if leaf.kind is Kind.CODE:
        code = leaf.content[start:end]
        return code if alone else _fenced(code, leaf)
    if isinstance(box, TableBox):
        return _table_piece(flow, box, raw, start, end)
    setting = flow.setting
    return source_slice(
        raw, leaf.content, flow.references, start, end, breaks=setting.breaks, picture=setting.picture
    )


def _fenced(code: str, leaf: Leaf) -> str:
    mark = "```"
    while mark in code:
        mark += "`"
    return f"{mark}{leaf.info}\n{code}\n{mark}\n"


def _table_piece(flow: Flow, box: TableBox, raw: str, start: int, end: int) -> str:
    """The cell's text within one cell, whole rows over several."""
    row, column = box.cell_of(start)
    last_row, last_column = box.cell_of(end)
    if (row, column) == (last_row, last_column):
        content = box.leaf.rows[row][column]
        at = box.cell_start(row, column)
        setting = flow.setting
        return source_slice(
            content,
            content,
            flow.references,
            start - at,
            end - at,
            breaks=setting.breaks,
            picture=setting.picture,
        )
    lines = raw.rstrip("\n").split("\n")
    if box.leaf.head:
        # The line under the header is no row.
        first, last = (row + 1 if row else 0), (last_row + 1 if last_row else 1)
    else:
        first, last = row, last_row
    return "\n".join(lines[first : last + 1]) + "\n"


def _plain(flow: Flow, start: Position, end: Position) -> str:
    pieces: list[str] = []
    for index in range(start[0], end[0] + 1):
        cell = flow.cells[index]
        whole = start[0] < index < end[0]
        text = _plain_leaf(flow, cell.leaf) if whole else _plain_piece(flow.box(index), index, start, end)
        opens = next((h for h in reversed(cell.leaf.holders) if h.opens and not h.quote), None)
        if opens is not None and (index > start[0] or start[1] == 0) and start[0] != end[0]:
            text = (f"{opens.number}. " if opens.number is not None else "- ") + text
        tight = bool(cell.leaf.holders) and not cell.leaf.spaced
        pieces.append(text if not pieces else ("\n" if tight else "\n\n") + text)
    return "".join(pieces)


def _plain_piece(box: Box, index: int, start: Position, end: Position) -> str:
    a = start[1] if index == start[0] else 0
    b = end[1] if index == end[0] else box.length
    return box.plain(a, min(b, box.length))


def _plain_leaf(flow: Flow, leaf: Leaf) -> str:
    """A whole leaf as plain text, without laying it out."""
    if leaf.kind is Kind.CODE:
        return leaf.content
    if leaf.kind is Kind.TABLE:
        return "\n".join("\t".join(_read(flow, cell) for cell in row) for row in leaf.rows)
    return _read(flow, leaf.content)


def _read(flow: Flow, content: str) -> str:
    setting = flow.setting
    inline = read_inline(content, flow.references, breaks=setting.breaks, picture=setting.picture)
    return without_marks(inline.text)


def plain_text(entry: Entry) -> str:
    """A message's text as it reads, for screen readers."""
    entry.build()
    flow = entry.flow(TEXT)
    if flow is None:
        return ""
    flow.read_all()
    return "\n".join(_plain_leaf(flow, cell.leaf) for cell in flow.cells)
