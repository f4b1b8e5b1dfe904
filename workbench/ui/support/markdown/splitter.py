"""Cuts a growing markdown text into leaves, reading again only the end of it that may still change.

The result after any sequence of `feed` and `advance` is the one of reading the whole text at once. That holds because
block structure is decided by lines: when a complete line has begun a new top-level unit, no later text can change the
unit before it. What later text can still change is read again: the last unit, a link definition just before it (its
title may go on), and everything after. Link definitions act backwards; they are kept apart, in `references`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.ui.support.markdown.cutting import Cut, deepest_cut
from workbench.ui.support.markdown.leaves import LONG_PARAGRAPH, Kind, Leaf
from workbench.ui.support.markdown.lines import Lines
from workbench.ui.support.markdown.parser import References, block_tokens
from workbench.ui.support.markdown.reading import Carried, Reading, Unit

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARK = re.compile(r"`{3,}|~{3,}")


@dataclass(frozen=True, slots=True)
class _Found:
    tokens: list[Token]
    references: References
    lines: Lines
    units: list[Unit]

    @property
    def leaves(self) -> list[Leaf]:
        return [leaf for unit in self.units for leaf in unit.leaves]


class _OpenFence:
    """A fence whose end has not come. indent: columns of the list items around it. code: its complete lines."""

    def __init__(self, mark: str, indent: int, lines: str) -> None:
        self.indent = indent
        self.code = ""
        self._end = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")
        self.add(lines)

    @classmethod
    def of(cls, text: str, indent: int) -> _OpenFence | None:
        """None where the fence does not stand at the margin of the items around it."""
        match = _MARK.match(text, indent)
        if match is None or text[:indent].strip(" "):
            return None
        made = cls(match.group(), indent, "")
        rest = text[text.index("\n") + 1 :]
        if not made.takes(rest):
            return None
        made.add(rest)
        return made

    def takes(self, lines: str) -> bool:
        """Whether complete lines are certain to be code."""
        return not lines or all(map(self.goes_on, lines.removesuffix("\n").split("\n")))

    def goes_on(self, line: str) -> bool:
        if not line.strip(" \t"):
            return not self.indent or "\t" not in line
        return not line[: self.indent].strip(" ") and self._end.fullmatch(line, self.indent) is None

    def add(self, lines: str) -> None:
        if self.indent and lines:
            lines = "".join(f"{line[self.indent :]}\n" for line in lines.removesuffix("\n").split("\n"))
        self.code += lines


class BlockSplitter:
    """leaves: of all that `advance` has taken in. references: link definitions so far; a new dict whenever they change."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.references: References = {}
        self._source: list[str] = []
        self._fed: list[str] = []
        self._held = ""  # a carriage return whose line feed may still come
        self._finished = False
        self._frozen = 0
        self._frozen_references: References = {}
        self._tail = ""  # complete lines from where the text may still change …
        self._tail_at = 0
        self._tail_spaced = False
        self._partial = ""  # … and the line that has no end yet
        self._head = ""  # header lines of the table that the tail continues
        self._carried = Carried()
        self._fence: _OpenFence | None = None  # the tail is a fence and nothing else

    @property
    def source(self) -> str:
        """The text taken in so far, with line feeds only."""
        if len(self._source) > 1:
            self._source = ["".join(self._source)]
        return self._source[0] if self._source else ""

    @property
    def frozen(self) -> int:
        """How many leaves can never change any more."""
        return self._frozen

    @property
    def waiting(self) -> bool:
        """Whether `advance` has something to take in."""
        return bool(self._fed) or (self._finished and bool(self._held))

    def feed(self, text: str) -> None:
        """Add to the text. Cheap: nothing is read before `advance`."""
        if text:
            self._fed.append(text)

    def finish(self) -> None:
        """No more text will come: a carriage return at the very end is a line end."""
        self._finished = True

    def advance(self) -> int:
        """Take in what was fed; the index of the first leaf that may be another than before."""
        text = self._next_text()
        if not text:
            return len(self.leaves)
        self._source.append(text)
        frozen, before = self._frozen, self.leaves[self._frozen :]
        lines, newline, partial = text.rpartition("\n")
        if newline:
            lines = self._partial + lines + "\n"
            self._partial = partial
            if not self._grow_fence(lines):
                self._take(lines)
        else:
            self._partial += partial
            if self._fence is not None:
                self._grow_fence("")
            elif not self._grow_paragraph(partial):
                self._read_open()
        return frozen + self._kept(frozen, before)

    def _kept(self, start: int, before: list[Leaf]) -> int:
        """Put leaves that were read again but came out the same back as they were; how many."""
        for index, leaf in enumerate(before):
            at = start + index
            if at >= len(self.leaves) or (self.leaves[at] is not leaf and self.leaves[at] != leaf):
                return index
            self.leaves[at] = leaf
        return len(before)

    def _next_text(self) -> str:
        text = self._held + "".join(self._fed)
        self._fed.clear()
        self._held = ""
        if text.endswith("\r") and not self._finished:
            self._held, text = "\r", text[:-1]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\0", "\ufffd")

    def _take(self, lines: str) -> None:
        """Read the tail with new complete lines, freeze what has closed, and read what is open."""
        self._tail += lines
        self._fence = None
        found = self._read(self._tail)
        self._freeze(found)
        self.leaves[self._frozen :] = [leaf for leaf in found.leaves if leaf.start >= self._tail_at]
        self._watch_fence()
        if self._fence is None and self._partial:
            self._read_open()
        else:
            self._note_references(found.references)
            self._grow_fence("")

    def _read(self, text: str) -> _Found:
        tokens, references = block_tokens(self._head + text)
        before = self._head.count("\n")
        if before:
            for token in tokens:
                if token.map is not None:
                    token.map = [token.map[0] - before, token.map[1] - before]
            for definition in references.values():
                definition["map"] = [definition["map"][0] - before, definition["map"][1] - before]
        lines = Lines(text, self._tail_at, self._tail_spaced)
        return _Found(tokens, references, lines, list(Reading(lines, self._carried).units(tokens)))

    def _read_open(self) -> None:
        found = self._read(self._tail + self._partial)
        self.leaves[self._frozen :] = found.leaves
        self._note_references(found.references)

    def _freeze(self, found: _Found) -> None:
        """Keep what has closed for good: all units but the last, and of that all but its last block."""
        if not found.units:
            return
        last = found.units[-1]
        cut = self._unit_cut(found) if len(found.units) > 1 else None
        if cut is None or cut.line == last.first:
            starts = [leaf.start for leaf in found.leaves]
            cut = deepest_cut(found.tokens, found.lines, self._carried, starts) or cut
        if cut is not None:
            kept = found.lines.offset(cut.line)
            closed = [leaf for leaf in found.leaves if leaf.start < kept]
            self.leaves[self._frozen :] = closed
            self._frozen += len(closed)
            self._begin_tail(found, cut)

    @staticmethod
    def _unit_cut(found: _Found) -> Cut | None:
        """The cut before the last unit, or before link definitions that stand right above it."""
        before, last, lines = found.units[-2].last, found.units[-1], found.lines
        line = last.first if lines.all_blank(before, last.first) else before
        if line <= 0:
            return None
        if line < last.first:
            return Cut(line, "", Carried())
        if last.row > 0:
            # The head of the table, unless it stands before the text already.
            at = last.head_line
            head = lines.line(at) + lines.line(at + 1) if at >= 0 else None
            return Cut(line, head or "", Carried(last.group, row=last.row))
        return Cut(line, "", Carried(last.group, last.number) if last.row < 0 else Carried())

    def _begin_tail(self, found: _Found, cut: Cut) -> None:
        lines = found.lines
        for label, definition in found.references.items():
            if definition["map"][0] < cut.line:
                self._frozen_references.setdefault(label, definition)
        if cut.head or cut.carried.row < 0:
            self._head = cut.head
        self._carried = cut.carried
        self._tail_spaced = lines.spaced(cut.line)
        self._tail = self._tail[lines.start(cut.line) :]
        self._tail_at += lines.start(cut.line)

    def _watch_fence(self) -> None:
        """From now on only look for the end of the fence that the tail consists of, if it is written simply enough."""
        last = self.leaves[-1] if len(self.leaves) == self._frozen + 1 else None
        if last is None or last.closed or last.start != self._tail_at:
            return
        chain = self._carried.chain
        if not any(opener.holder.quote for opener in chain):
            self._fence = _OpenFence.of(self._tail, sum(len(opener.kept) for opener in chain))

    def _note_references(self, references: References) -> None:
        current = {**references, **self._frozen_references}
        if {label: (d["href"], d["title"]) for label, d in current.items()} != {
            label: (d["href"], d["title"]) for label, d in self.references.items()
        }:
            self.references = current

    def _grow_fence(self, lines: str) -> bool:
        """Add lines (and the partial one) to the open fence without reading them; False when they may end it."""
        fence = self._fence
        if fence is None or not fence.takes(lines):
            return False
        self._tail += lines
        fence.add(lines)
        if not fence.goes_on(self._partial):
            self._read_open()
            return True
        partial = self._partial if self._partial.strip(" \t") else ""
        end = self._tail_at + len(self._tail) + len(partial)
        content = (fence.code + partial[fence.indent :]).removesuffix("\n")
        leaf = replace(self.leaves[self._frozen], content=content, end=end, closed=False)
        self.leaves[self._frozen :] = [leaf]
        return True

    def _grow_paragraph(self, added: str) -> bool:
        """Add text to the paragraph that ends in the partial line, where no text can make it anything else.

        That is so when the line has a letter (so it is no underline, rule, marker or delimiter row) and the paragraph
        cannot turn out to be a link definition or its title.
        """
        before = self._partial[: len(self._partial) - len(added)].rstrip()
        leaf = self.leaves[-1] if len(self.leaves) > self._frozen else None
        if leaf is None or leaf.kind is not Kind.PARAGRAPH or leaf.goes_on or not leaf.content:
            return False
        if leaf.end != self._tail_at + len(self._tail) + len(self._partial) - len(added):
            return False
        line = leaf.content.rpartition("\n")[2]
        if leaf.content[0] in "[\"'(" or not before.endswith(line) or not any(map(str.isalpha, line)):
            return False
        if len(leaf.content) + len(added) > LONG_PARAGRAPH:
            return False
        rest = self._partial[len(before) - len(line) :].rstrip()
        self.leaves[-1] = replace(
            leaf, content=leaf.content[: len(leaf.content) - len(line)] + rest, end=leaf.end + len(added)
        )
        return True
