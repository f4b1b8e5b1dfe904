"""From a piece of the shown text back to the markdown it came from, so that a selection copies its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.ui.support.markdown.inline import Reader, Shown
from workbench.ui.support.markdown.parser import References, inline_tokens


@dataclass(slots=True)
class _Piece:
    """shown: [start, end) of the shown text. inner: its source; outer: with the marks around it. children: of a span."""

    start: int
    end: int
    outer: tuple[int, int]
    inner: tuple[int, int]
    children: list[_Piece] = field(default_factory=list)
    whole: bool = False  # cannot be cut: a picture, an escape


def source_slice(
    raw: str, content: str, references: References, start: int, end: int, *, breaks: bool, picture: str
) -> str:
    """The markdown of the shown characters [start, end) of a leaf.

    raw: the leaf's source lines with what stands before them (`> `, `- `). A span that is cut gets its marks back, so the
    piece means the same as in its place. Where the source cannot be followed, the shown text is given.
    """
    reader = Reader(content, breaks=breaks, picture=picture)
    shown = list(reader.read(inline_tokens(content, references)))
    pieces = _Aligner(raw, content).align(shown)
    if pieces is None:
        return reader.text[start:end]
    before, left = _left(pieces, start, end, raw)
    right, after = _right(pieces, start, end, raw)
    return before + raw[left:right] + after


class _Aligner:
    """Follows the tokens through the source, each found at or after the one before."""

    def __init__(self, raw: str, content: str) -> None:
        self._raw = raw
        self._at = max(raw.find(content.partition("\n")[0]), 0)

    def align(self, shown: Sequence[Shown]) -> list[_Piece] | None:
        """The tree of pieces; None when a token is not found."""
        root: list[_Piece] = []
        stack: list[tuple[list[_Piece], _Piece]] = []
        level = root
        for one in shown:
            kind = one.token.type
            if kind.endswith("_open"):
                piece = self._opened(one)
                if piece is None:
                    return None
                level.append(piece)
                stack.append((level, piece))
                level = piece.children
            elif kind.endswith("_close"):
                level, piece = stack.pop()
                if not self._close(one, piece):
                    return None
            else:
                leaf = self._leaf(one)
                if leaf is None:
                    return None
                level.append(leaf)
        return root

    def _find(self, text: str) -> int:
        """Where text stands next; the place to go on is after it. -1 when it is nowhere."""
        at = self._raw.find(text, self._at)
        if at >= 0:
            self._at = at + len(text)
        return at

    def _opened(self, one: Shown) -> _Piece | None:
        mark = "<" if one.token.markup == "autolink" else one.token.markup or "["
        at = self._find(mark)
        if at < 0:
            return None
        return _Piece(one.start, one.end, (at, at), (self._at, self._at))

    def _close(self, one: Shown, piece: _Piece) -> bool:
        link = one.token.type == "link_close"
        mark = one.token.markup if not link else ">" if one.token.markup == "autolink" else "]"
        at = self._find(mark)
        if at < 0:
            return False
        if link and mark == "]":
            self._skip_destination()
        piece.end = one.end
        piece.inner = (piece.inner[0], at)
        piece.outer = (piece.outer[0], self._at)
        return True

    def _skip_destination(self) -> None:
        """Past `(address "title")` or `[label]` after a link's text or a picture's name."""
        rest = self._raw[self._at :]
        if rest.startswith("("):
            depth = 0
            for match in re.finditer(r"\\.|<[^<>\n]*>|\"(?:\\.|[^\"\\])*\"|[()]", rest):
                depth += {"(": 1, ")": -1}.get(match.group(), 0)
                if depth == 0:
                    self._at += match.end()
                    return
        elif rest.startswith("[") and "]" in rest:
            self._at += rest.index("]") + 1

    def _leaf(self, one: Shown) -> _Piece | None:
        token, start = one.token, self._at
        match token.type:
            case "code_inline":
                opened = self._find(token.markup)
                inner = self._at
                closed = self._code_end(token.markup)
                if opened < 0 or closed < 0:
                    return None
                return _Piece(one.start, one.end, (opened, self._at), (inner, closed), whole=True)
            case "image":
                opened = self._find("![")
                if opened < 0:
                    return None
                self._find("".join(child.content for child in token.children or ()))
                self._find("]")
                self._skip_destination()
                return _Piece(one.start, one.end, (opened, self._at), (opened, self._at), whole=True)
            case "softbreak" | "hardbreak":
                at = self._find("\n")
                return _Piece(one.start, one.end, (start, at + 1), (start, at + 1), whole=True)
            case "text_special":
                at = self._find(token.markup)
            case _:
                at = self._find(token.content)
        if at < 0:
            return None
        span = (at, self._at)
        return _Piece(one.start, one.end, span, span, whole=token.type == "text_special")

    def _code_end(self, mark: str) -> int:
        match = re.compile(rf"(?<!`){mark}(?!`)").search(self._raw, self._at)
        if match is None:
            return -1
        self._at = match.end()
        return match.start()


def _left(pieces: Sequence[_Piece], start: int, end: int, raw: str) -> tuple[str, int]:
    """Marks to put before, and the place in the source where the shown position `start` lies."""
    for piece in pieces:
        if piece.start <= start < piece.end or (piece.start == piece.end == start and piece.children):
            if piece.start == start and piece.end <= end:
                return "", piece.outer[0]
            if piece.children:
                before, left = _left(piece.children, start, end, raw)
                return raw[piece.outer[0] : piece.inner[0]] + before, left
            if piece.inner != piece.outer:
                return raw[piece.outer[0] : piece.inner[0]], piece.inner[0] + _into(piece, start)
            return "", piece.outer[0] if piece.whole else piece.inner[0] + start - piece.start
    return "", pieces[-1].outer[1] if pieces else 0


def _right(pieces: Sequence[_Piece], start: int, end: int, raw: str) -> tuple[int, str]:
    """The place in the source where the shown position `end` lies, and marks to put after."""
    for piece in reversed(pieces):
        if piece.start < end <= piece.end:
            if piece.end == end and piece.start >= start:
                return piece.outer[1], ""
            if piece.children:
                right, after = _right(piece.children, start, end, raw)
                return right, after + raw[piece.inner[1] : piece.outer[1]]
            if piece.inner != piece.outer:
                return piece.inner[0] + _into(piece, end), raw[piece.inner[1] : piece.outer[1]]
            return piece.outer[1] if piece.whole else piece.inner[0] + end - piece.start, ""
    return pieces[0].outer[0] if pieces else 0, ""


def _into(piece: _Piece, position: int) -> int:
    """How far into the source of a code span a shown position lies; isolates and stripped spaces make it a guess."""
    width = piece.inner[1] - piece.inner[0]
    extra = (piece.end - piece.start - width) // 2
    return min(max(position - piece.start - extra, 0), width)
