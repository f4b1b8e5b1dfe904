"""The lines of a text: where they start and what stands on them."""

from __future__ import annotations


class Lines:
    """base: the offset of the text in the whole source. spaced: a blank line stands before it.

    Lines below 0 are not the author's: they were put before the text so that it is read in its place.
    """

    def __init__(self, text: str, base: int = 0, spaced: bool = False) -> None:
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

    def start(self, line: int) -> int:
        """Offset in this text; its end for a line beyond the last."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def offset(self, line: int) -> int:
        """Offset in the whole source; -1 for a line that is not in it."""
        return self.base + self.start(line) if line >= 0 else -1

    def line(self, line: int) -> str:
        """With its line feed."""
        return self.text[self.start(line) : self.start(line + 1)]

    def blank(self, line: int) -> bool:
        return not self.line(line).strip(" \t>\n")

    def all_blank(self, first: int, last: int) -> bool:
        return all(self.blank(line) for line in range(max(first, 0), last))

    def spaced(self, line: int) -> bool:
        return self.blank(line - 1) if line > 0 else self._spaced
