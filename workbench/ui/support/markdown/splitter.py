"""Cuts a growing markdown text into leaves, reading again only the end of it that may still change.

The result after any sequence of `feed` and `advance` is the one of reading the whole text at once. That holds because
block structure is decided by lines: when a complete line has begun a new top-level unit, no later text can change the
unit before it. What later text can still change is read again: the last unit, a link definition just before it (its
title may go on), and everything after. Link definitions act backwards; they are kept apart, in `references`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.ui.support.markdown.leaves import Carried, Kind, Leaf, Lines, Unit, units
from workbench.ui.support.markdown.parser import References, block_tokens


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
        self._fence: re.Pattern[str] | None = None  # what would close the fence that the tail consists of

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
        found, references = self._read(self._tail)
        self._freeze(found, references)
        if self._partial:
            self._read_open()
        else:
            self.leaves[self._frozen :] = [leaf for leaf in found[-1].leaves] if found else []
            self._note_references(references)

    def _read(self, text: str) -> tuple[list[Unit], References]:
        tokens, references = block_tokens(self._head + text)
        if self._head:
            for token in tokens:
                if token.map is not None:
                    token.map = [token.map[0] - 2, token.map[1] - 2]
            for definition in references.values():
                definition["map"] = [definition["map"][0] - 2, definition["map"][1] - 2]
        return list(units(tokens, Lines(text, self._tail_at, self._tail_spaced), self._carried)), references

    def _read_open(self) -> None:
        found, references = self._read(self._tail + self._partial)
        self.leaves[self._frozen :] = [leaf for unit in found for leaf in unit.leaves]
        self._note_references(references)

    def _freeze(self, found: list[Unit], references: References) -> None:
        """Keep all units but the last for good, and let the tail begin at the last."""
        if not found:
            return
        last = found[-1]
        lines = Lines(self._tail, self._tail_at, self._tail_spaced)
        if len(found) > 1:
            closed = [leaf for unit in found[:-1] for leaf in unit.leaves]
            self.leaves[self._frozen :] = closed
            self._frozen += len(closed)
            self._begin_tail(lines, self._tail_line(found, lines), last, references)
        if last.open_fence and self._tail.startswith(last.open_fence):
            mark = last.open_fence
            self._fence = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")

    def _tail_line(self, found: list[Unit], lines: Lines) -> int:
        """The line of the last unit, or of link definitions that stand right before it."""
        before, last = found[-2].last, found[-1].first
        return last if all(lines.blank(line) for line in range(before, last)) else before

    def _begin_tail(self, lines: Lines, line: int, last: Unit, references: References) -> None:
        for label, definition in references.items():
            if definition["map"][0] < line:
                self._frozen_references.setdefault(label, definition)
        continues = line == last.first
        if continues and last.row > 0:
            if last.head_line >= 0:
                self._head = lines.line(last.head_line) + lines.line(last.head_line + 1)
            self._carried = Carried(last.group, row=last.row)
        elif continues and last.group >= 0 and last.row < 0:
            self._head, self._carried = "", Carried(last.group, last.number)
        else:
            self._head, self._carried = "", Carried()
        self._tail_spaced = lines.spaced(line)
        self._tail = self._tail[lines.start(line) :]
        self._tail_at += lines.start(line)

    def _note_references(self, references: References) -> None:
        current = {**references, **self._frozen_references}
        if {label: (d["href"], d["title"]) for label, d in current.items()} != {
            label: (d["href"], d["title"]) for label, d in self.references.items()
        }:
            self.references = current

    def _grow_fence(self, lines: str) -> bool:
        """Add lines (and the partial one) to the open fence without reading them; False when they may end it."""
        if self._fence is None:
            return False
        if lines and any(self._fence.fullmatch(line) for line in lines.split("\n")):
            return False
        if self._fence.fullmatch(self._partial):
            self._tail += lines
            self._read_open()
            return True
        self._tail += lines
        leaf = self.leaves[-1]
        content = self._tail[self._tail.index("\n") + 1 :]
        if self._partial.strip(" \t"):
            content += self._partial
        self.leaves[-1] = replace(
            leaf,
            content=content.removesuffix("\n"),
            end=self._tail_at + len(self._tail) + (len(self._partial) if self._partial.strip(" \t") else 0),
            closed=False,
        )
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
        if len(leaf.content) + len(added) > 4000:
            return False
        rest = self._partial[len(before) - len(line) :].rstrip()
        self.leaves[-1] = replace(
            leaf, content=leaf.content[: len(leaf.content) - len(line)] + rest, end=leaf.end + len(added)
        )
        return True
