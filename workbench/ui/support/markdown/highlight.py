"""Colours for code that is still growing: Pygments, run from where its state was last known.

Pygments reads a whole text. Here its lexer's state is kept at the last line start that later text cannot change, so a new
line costs as much as itself. A lexer that is no RegexLexer keeps no state between pieces; its colours may then be wrong
across a piece's border, never its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pygments.lexer import Lexer

COMMON = ("python", "bash", "json", "javascript", "typescript", "html", "css", "sql", "yaml", "diff", "toml", "go", "rust", "java", "c", "cpp")  # fmt: skip
"""Languages answers are written in most; warmed in idle time, for the first use of a lexer takes 5–30 ms."""
PIECE_LINES, FORESIGHT_LINES = 60, 30
LONG_LINE = 2000
"""Characters of a line beyond which it stays plain: minified code, data."""


class Tone(IntEnum):
    """What a piece of code is, as far as it gets a colour of its own."""

    PLAIN = 0
    KEYWORD = 1
    STRING = 2
    NUMBER = 3
    COMMENT = 4
    NAME = 5
    BUILTIN = 6
    TAG = 7
    INSERTED = 8
    DELETED = 9
    HEADING = 10


Spans = tuple[tuple[int, int, Tone], ...]
"""(start, length, tone) within a line; plain pieces are left out."""

_TONES = {
    "Comment.Preproc": Tone.BUILTIN,
    "Comment.PreprocFile": Tone.STRING,
    "Comment": Tone.COMMENT,
    "Keyword.Constant": Tone.NUMBER,
    "Keyword": Tone.KEYWORD,
    "Operator.Word": Tone.KEYWORD,
    "Literal.String.Affix": Tone.KEYWORD,
    "Literal.String.Interpol": Tone.PLAIN,
    "Literal.String": Tone.STRING,
    "Literal.Number": Tone.NUMBER,
    "Literal.Date": Tone.NUMBER,
    "Name.Function": Tone.NAME,
    "Name.Class": Tone.NAME,
    "Name.Decorator": Tone.BUILTIN,
    "Name.Builtin": Tone.BUILTIN,
    "Name.Exception": Tone.BUILTIN,
    "Name.Variable": Tone.BUILTIN,
    "Name.Attribute": Tone.NAME,
    "Name.Tag": Tone.TAG,
    "Generic.Inserted": Tone.INSERTED,
    "Generic.Deleted": Tone.DELETED,
    "Generic.Heading": Tone.HEADING,
    "Generic.Subheading": Tone.HEADING,
    "Generic.Prompt": Tone.COMMENT,
}


@cache
def tone_of(token: Any) -> Tone:
    """The tone of a Pygments token type, by its nearest ancestor that has one."""
    while token is not None:
        name = ".".join(token)
        if name in _TONES:
            return _TONES[name]
        token = token.parent
    return Tone.PLAIN


@cache
def lexer_for(language: str) -> Lexer | None:
    """The lexer of a fence's language name; None for an unknown one."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def warm(language: str) -> None:
    """Load the lexer of language and build its tables."""
    lexer = lexer_for(language)
    if lexer is not None:
        for _ in lexer.get_tokens_unprocessed("x\n"):
            pass


class CodeHighlighter:
    """Spans of the lines of one code block, found as far as they are asked for.

    While the block grows it is read line by line, where a comment or a document inside the code may get its colours only
    in part; once it is complete it is read again with some lines of foresight.
    """

    def __init__(self, language: str) -> None:
        self._lexer = lexer_for(language) if language else None
        self._spans: list[Spans] = []
        self._known = 0
        self._line = 0  # up to here nothing can change any more …
        self._stack: tuple[str, ...] = ("root",)  # … and this is the lexer's state there
        self._end: tuple[int, str] = (
            0,
            "",
        )  # how many lines there were when the end was read, and the last one
        self._complete = False
        self._piece = PIECE_LINES

    @property
    def plain(self) -> bool:
        return self._lexer is None

    def spans(self, line: int) -> Spans:
        return self._spans[line] if line < len(self._spans) else ()

    def knows(self, line: int) -> bool:
        return self._lexer is None or line < self._known

    def complete(self) -> None:
        """The block will not grow any more; read it again. The colours so far stay until better ones are known."""
        if not self._complete:
            self._complete = True
            self._known = self._line = 0
            self._stack = ("root",)
            self._end = (0, "")

    def advance(self, lines: Sequence[str], upto: int) -> range:
        """Read on towards line `upto`, one piece; the lines whose spans are new. Call again until `knows(upto)`.

        lines: the whole block. Until `complete` the last one may still grow, and is then read again.
        """
        upto = min(upto, len(lines) - 1)
        if self._lexer is None or upto < 0 or self._end == (len(lines), lines[-1]):
            return range(0)
        if upto < self._known and self._end == (0, ""):
            return range(0)
        first = self._line
        stop = min(first + self._piece, len(lines))
        foresight = min(stop + FORESIGHT_LINES, len(lines))
        self._read(lines[first:foresight], first, stop - first, foresight == len(lines))
        if foresight == len(lines):
            self._known, self._end = len(lines), (len(lines), lines[-1])
        elif self._line > first:
            self._known, self._piece = self._line, PIECE_LINES
        else:
            self._piece *= 2  # all inside one comment or string: take more at once
        return range(first, self._known)

    def _read(self, lines: Sequence[str], first: int, stop: int, at_end: bool) -> None:
        text = "\n".join(line if len(line) <= LONG_LINE else "" for line in lines) + "\n"
        found: list[list[tuple[int, int, Tone]]] = [[] for _ in lines]
        row, column = 0, 0
        for token, value, stack in self._tokens(text):
            if column == 0 and 0 < row < len(lines) and (at_end or row <= stop) and stack is not None:
                self._line, self._stack = first + row, stack
            tone = tone_of(token)
            for index, piece in enumerate(value.split("\n")):
                if index:
                    row, column = row + 1, 0
                if piece and tone and row < len(found):
                    _add(found[row], column, len(piece), tone)
                column += len(piece)
        kept = len(lines) if at_end else self._line - first
        self._spans[first : first + kept] = [tuple(line) for line in found[:kept]]

    def _tokens(self, text: str) -> Iterator[tuple[Any, str, tuple[str, ...] | None]]:
        """Tokens with the state before each; None where the state cannot be taken up again."""
        from pygments.lexer import ExtendedRegexLexer, RegexLexer

        assert self._lexer is not None
        if isinstance(self._lexer, RegexLexer) and not isinstance(self._lexer, ExtendedRegexLexer):
            yield from _regex_tokens(self._lexer, text, self._stack)
        else:
            for _, token, value in self._lexer.get_tokens_unprocessed(text):
                yield token, value, ("root",)


def _add(spans: list[tuple[int, int, Tone]], start: int, length: int, tone: Tone) -> None:
    if spans and spans[-1][2] is tone and spans[-1][0] + spans[-1][1] == start:
        start, length = spans[-1][0], spans[-1][1] + length
        spans.pop()
    spans.append((start, length, tone))


def _regex_tokens(
    lexer: Any, text: str, start: Sequence[str]
) -> Iterator[tuple[Any, str, tuple[str, ...] | None]]:
    """RegexLexer.get_tokens_unprocessed, with the state stack given in and out.

    Pygments has no door for it; the tables it walks (`_tokens`) have kept their shape since version 1.0.
    """
    from pygments.token import Error, Whitespace, _TokenType

    tables = lexer._tokens
    stack = list(start)
    rules = tables[stack[-1]]
    at = 0
    while at < len(text):
        for match_at, action, new_state in rules:
            match = match_at(text, at)
            if match is None:
                continue
            before: tuple[str, ...] | None = tuple(stack)
            if action is not None:
                if type(action) is _TokenType:
                    yield action, match.group(), before
                else:
                    for _, token, value in action(lexer, match):
                        yield token, value, before
                        before = None  # inside a match there is no place to start again
            at = match.end()
            if new_state is not None:
                _change_state(stack, new_state)
                rules = tables[stack[-1]]
            break
        else:
            if text[at] == "\n":
                yield Whitespace, "\n", tuple(stack)
                stack = ["root"]
                rules = tables["root"]
            else:
                yield Error, text[at], tuple(stack)
            at += 1


def _change_state(stack: list[str], change: Any) -> None:
    if isinstance(change, tuple):
        for state in change:
            _change_state(stack, state)
    elif isinstance(change, int):
        # Never empty the stack: some lexers pop once too often.
        del stack[max(1, len(stack) + change) :]
    elif change == "#pop":
        del stack[max(1, len(stack) - 1) :]
    elif change == "#push":
        stack.append(stack[-1])
    else:
        stack.append(change)
