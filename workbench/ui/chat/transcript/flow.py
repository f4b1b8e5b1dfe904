"""A markdown text as a column of boxes, of which only those near the viewport exist.

Heights are estimated until a leaf has been laid out. Offsets within the flow are (leaf, character).
"""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from workbench.ui.chat.transcript.boxes import RULE_HEIGHT, Box, RuleBox, Setting, TextBox
from workbench.ui.chat.transcript.codebox import FOOT, HEADER, CodeBox
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.margin import INDENT, QUOTE, paint_margin, space_between
from workbench.ui.chat.transcript.tablebox import TOP, TableBox, TableShape
from workbench.ui.support.markdown.direction import runs_rtl
from workbench.ui.support.markdown.inline import InlineText, read_inline
from workbench.ui.support.markdown.leaves import Kind, Leaf
from workbench.ui.support.markdown.parser import References
from workbench.ui.support.markdown.splitter import BlockSplitter

Position = tuple[int, int]
SLICE = 6000
"""Characters of a long text that are read at once; the rest waits for the next frame."""
_CODE = re.compile(r"(`+).*?\1")


@dataclass(slots=True)
class Cell:
    """One leaf in the column. space: above it. exact: height is that of the box, not an estimate."""

    leaf: Leaf
    space: float
    inset: float
    rtl: bool
    height: float
    exact: bool = False
    box: Box | None = None


class Flow:
    """title: for code, instead of its language (tool calls)."""

    def __init__(self, look: Look, setting: Setting, text: str = "", titles: tuple[str, ...] = ()) -> None:
        self._look, self._setting, self._titles = look, setting, titles
        self._splitter = BlockSplitter()
        self._fed = [text] if text else []
        self._unread = len(text)
        self._backlog = ""
        self._cells: list[Cell] = []
        self._tops: list[float] = []
        self._tops_from = 0
        self._references = self._splitter.references
        self._groups: dict[int, bool] = {}
        self._shapes: dict[int, TableShape] = {}
        self._width = 0.0
        self._height = 0.0
        self._live: set[int] = set()

    # -- text

    @property
    def source(self) -> str:
        """The text read so far; `read_all` first for all of it."""
        return self._splitter.source

    @property
    def cells(self) -> list[Cell]:
        return self._cells

    @property
    def references(self) -> References:
        return self._references

    @property
    def setting(self) -> Setting:
        return self._setting

    @property
    def live_boxes(self) -> int:
        return len(self._live)

    @property
    def unread(self) -> int:
        """Characters that came but were not read yet."""
        return self._unread

    def feed(self, text: str) -> None:
        self._fed.append(text)
        self._unread += len(text)

    def finish(self) -> None:
        """The text is complete."""
        self._splitter.finish()

    def read_all(self) -> None:
        while self.unread or self._splitter.waiting:
            self._read_slice()

    def read(self, deadline: float) -> bool:
        """Read what came, until time.perf_counter() passes deadline (one slice at least); True when something changed."""
        changed = False
        while self.unread or self._splitter.waiting:
            changed = True
            self._read_slice()
            if time.perf_counter() > deadline:
                break
        return changed

    def _read_slice(self) -> None:
        text = self._backlog + "".join(self._fed)
        self._fed.clear()
        piece, self._backlog = text[:SLICE], text[SLICE:]
        self._unread -= len(piece)
        self._splitter.feed(piece)
        self._renew(self._splitter.advance())

    # -- from leaves to cells

    def _renew(self, first: int) -> None:
        leaves, cells = self._splitter.leaves, self._cells
        old = cells[first:]
        del cells[first:]
        for index in range(first, len(leaves)):
            leaf = leaves[index]
            before = old[index - first] if index - first < len(old) else None
            cells.append(self._cell(leaf, leaves[index - 1] if index else None, before))
        self._live = {n for n in self._live if n < first}
        self._live.update(n for n in range(first, len(cells)) if cells[n].box is not None)
        self._tops_from = min(self._tops_from, first)
        if self._references is not self._splitter.references:
            self._relink()

    def _cell(self, leaf: Leaf, above: Leaf | None, before: Cell | None) -> Cell:
        rtl = self._direction(leaf)
        inset = sum(self._look.px(QUOTE if holder.quote else INDENT) for holder in leaf.holders)
        cell = Cell(leaf, self._look.px(space_between(above, leaf)), inset, rtl, 0.0)
        if leaf.kind is Kind.TABLE:
            self._shape(leaf).see(leaf.rows, leaf.head)
        kept = before.box if before is not None else None
        if before is not None and kept is not None and before.leaf is leaf and before.inset == inset:
            cell.box, cell.height, cell.exact = kept, before.height, before.exact
        elif isinstance(kept, CodeBox) and leaf.kind is Kind.CODE and kept.leaf.start == leaf.start:
            kept.grow(leaf)
            cell.box, cell.height, cell.exact = kept, kept.height, True
        elif before is not None and before.leaf.kind is leaf.kind and before.leaf.start == leaf.start:
            cell.height = before.height
        else:
            cell.height = self._estimate(leaf, inset)
        return cell

    def _direction(self, leaf: Leaf) -> bool:
        """A list or quote runs as its first text does; so its marks stay on one side."""
        if not leaf.holders:
            return self._setting.rtl
        group = leaf.holders[0].group
        known = self._groups.get(group)
        if known is None:
            text = leaf.content if leaf.kind in (Kind.PARAGRAPH, Kind.HEADING) else ""
            found = runs_rtl(_CODE.sub("", text))
            if found is None:
                return self._setting.rtl
            # The first letters have come, so nothing that follows can change it.
            known = self._groups[group] = found
        return known

    def _shape(self, leaf: Leaf) -> TableShape:
        shape = self._shapes.get(leaf.table)
        if shape is None:
            shape = self._shapes[leaf.table] = TableShape(self._look)
        if leaf.head:
            first = next((cell for cell in leaf.rows[0] if runs_rtl(cell) is not None), "")
            shape.rtl = bool(runs_rtl(first)) if first else self._setting.rtl
        return shape

    def _relink(self) -> None:
        """Link definitions have changed: whatever may use one is laid out again."""
        self._references = self._splitter.references
        for index in list(self._live):
            cell = self._cells[index]
            if "[" in cell.leaf.content or any("[" in text for row in cell.leaf.rows for text in row):
                self._drop(index)

    def _estimate(self, leaf: Leaf, inset: float) -> float:
        look = self._look
        match leaf.kind:
            case Kind.CODE:
                return look.px(HEADER) + (leaf.content.count("\n") + 1) * look.mono_line + FOOT
            case Kind.TABLE:
                return len(leaf.rows) * (look.body_line + 2 * TOP) + 1
            case Kind.RULE:
                return RULE_HEIGHT
            case Kind.HEADING:
                return look.line_height(look.heading(leaf.level))
            case Kind.PARAGRAPH:
                room = max((self._width or look.measure) - inset, look.px(60))
                return estimated_lines(leaf.content, room / look.average_char) * look.body_line

    # -- layout

    @property
    def height(self) -> float:
        self._settle()
        return self._height + self._unread_height

    @property
    def _unread_height(self) -> float:
        if not self.unread:
            return 0.0
        room = (self._width or self._look.measure) / self._look.average_char
        return self.unread / room * self._look.body_line * 1.2

    def set_width(self, width: float) -> None:
        if width == self._width:
            return
        self._width = width
        self._tops_from = 0
        for cell in self._cells:
            cell.exact = False
            if cell.box is None:
                cell.height = self._estimate(cell.leaf, cell.inset)

    def top(self, index: int) -> float:
        """Where a leaf's text begins, below the space above it."""
        self._settle()
        return self._tops[index]

    def _settle(self) -> None:
        """Work out the tops from the first cell that changed."""
        first, cells, tops = self._tops_from, self._cells, self._tops
        if first >= len(cells) and len(tops) == len(cells):
            return
        del tops[first:]
        y = tops[first - 1] + cells[first - 1].height if first and tops else 0.0
        for cell in cells[first:]:
            y += cell.space
            tops.append(y)
            y += cell.height
        self._height = y
        self._tops_from = len(cells)

    def range_between(self, top: float, bottom: float) -> range:
        """The leaves that touch the heights between top and bottom."""
        self._settle()
        if not self._cells:
            return range(0)
        first = max(bisect_right(self._tops, top) - 1, 0)
        if self._tops[first] + self._cells[first].height < top:
            first += 1
        return range(first, bisect_right(self._tops, bottom))

    def ensure(self, top: float, bottom: float) -> bool:
        """Have boxes for what lies between two heights; True when a height turned out another than thought."""
        changed = False
        for index in self.range_between(top, bottom):
            changed |= self._ensure(index)
        return changed

    def _ensure(self, index: int) -> bool:
        cell = self._cells[index]
        before = cell.height
        self.box(index)
        return cell.height != before

    def box(self, index: int) -> Box:
        """The box of a leaf, laid out; made if there is none."""
        cell = self._cells[index]
        box = cell.box
        if box is None:
            box = cell.box = self._made(cell, index)
            self._live.add(index)
        elif cell.exact and not (isinstance(box, TableBox) and box.stale):
            return box
        box.set_width(self._width - cell.inset)
        cell.exact = True
        if box.height != cell.height:
            cell.height = box.height
            self._tops_from = min(self._tops_from, index)
        return box

    def _made(self, cell: Cell, index: int) -> Box:
        leaf, look = cell.leaf, self._look
        match leaf.kind:
            case Kind.CODE:
                return CodeBox(look, leaf, self._titles[index] if index < len(self._titles) else "")
            case Kind.RULE:
                return RuleBox(look, leaf)
            case Kind.TABLE:
                texts = [[self._inline(text) for text in row] for row in leaf.rows]
                return TableBox(look, leaf, texts, self._shapes[leaf.table], self._setting)
            case _:
                setting = (
                    replace(self._setting, rtl=cell.rtl) if cell.rtl != self._setting.rtl else self._setting
                )
                return TextBox(look, leaf, self._inline(leaf.content), setting)

    def _inline(self, content: str) -> InlineText:
        return read_inline(
            content, self._references, breaks=self._setting.breaks, picture=self._setting.picture
        )

    def evict(self, top: float, bottom: float) -> None:
        """Let go of the boxes outside two heights."""
        keep = self.range_between(top, bottom)
        for index in [n for n in self._live if n not in keep]:
            self._drop(index)

    def _drop(self, index: int) -> None:
        self._cells[index].box = None
        self._live.discard(index)

    def colour(self, top: float, bottom: float) -> bool:
        """Colour the code between two heights, one piece of each block; True when more is to be done."""
        more = False
        for index in self.range_between(top, bottom):
            box = self._cells[index].box
            if isinstance(box, CodeBox):
                at = self._tops[index]
                more |= box.colour(top - at, bottom - at)
        return more

    # -- painting and places

    def left(self, index: int) -> float:
        cell = self._cells[index]
        return 0.0 if cell.rtl else cell.inset

    def paint(
        self, painter: QPainter, x: float, y: float, clip: QRectF, chosen: tuple[Position, Position] | None
    ) -> None:
        for index in self.range_between(clip.top() - y, clip.bottom() - y):
            cell, top = self._cells[index], self._tops[index]
            if cell.leaf.holders:
                paint_margin(
                    painter, self._look, cell.leaf, self._above(index), QPointF(x, y + top), self._width, cell
                )
            selection = self._selection(index, chosen)
            self.box(index).paint(painter, x + self.left(index), y + top, clip, selection)

    def _above(self, index: int) -> Leaf | None:
        return self._cells[index - 1].leaf if index else None

    def _selection(self, index: int, chosen: tuple[Position, Position] | None) -> tuple[int, int] | None:
        if chosen is None or not chosen[0][0] <= index <= chosen[1][0]:
            return None
        length = self.box(index).length
        start = chosen[0][1] if index == chosen[0][0] else 0
        end = chosen[1][1] if index == chosen[1][0] else length
        return (start, min(end, length)) if start < end or length == 0 else None

    def index_at(self, y: float) -> int:
        """The leaf nearest to a height; -1 when there is none."""
        self._settle()
        if not self._cells:
            return -1
        index = max(bisect_right(self._tops, y) - 1, 0)
        below = index + 1
        if below < len(self._cells):
            gap_above = y - (self._tops[index] + self._cells[index].height)
            if gap_above > self._tops[below] - y:
                return below
        return index

    def position_at(self, x: float, y: float) -> Position:
        index = self.index_at(y)
        if index < 0:
            return (0, 0)
        box, top = self.box(index), self._tops[index]
        if y < top:
            return (index, 0)
        if y > top + self._cells[index].height:
            return (index, box.length)
        return (index, box.offset_at(x - self.left(index), y - top))

    def caret_place(self) -> QRectF | None:
        """Where the next character will stand, if the last leaf is text or code."""
        index = len(self._cells) - 1
        box = self._cells[index].box if index >= 0 else None
        if box is None or not isinstance(box, TextBox | CodeBox):
            return None
        return box.place_of(box.length).translated(self.left(index), self.top(index))

    def end(self) -> Position:
        index = len(self._cells) - 1
        return (index, self.box(index).length) if index >= 0 else (0, 0)

    def boxes_between(self, top: float, bottom: float) -> Iterator[tuple[int, Box]]:
        for index in self.range_between(top, bottom):
            box = self._cells[index].box
            if box is not None:
                yield index, box


def estimated_lines(text: str, per_line: float) -> int:
    """How many lines a text takes, from its length and its line feeds."""
    return max(1, int(len(text) / max(per_line, 1) + 0.99), text.count("\n") + 1 if len(text) < 200 else 1)
