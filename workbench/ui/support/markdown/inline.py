"""The inline part of markdown: from a paragraph's source to the text that is shown and what each piece of it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from workbench.ui.support.markdown.direction import END_ISOLATE, LTR_ISOLATE, has_rtl, runs_rtl
from workbench.ui.support.markdown.parser import References, inline_tokens

if TYPE_CHECKING:
    from markdown_it.token import Token

LINE_BREAK = "\u2028"
_PLAIN = re.compile(r"[^\\`*_\[\]!<>&~\n:]*")
_ADDRESS = re.compile(r"https?://[^\s<>\"`\u2028\u2066\u2069]+")
_SAFE = ("http://", "https://", "mailto:")
_OPENERS = {"strong_open": 1, "em_open": 2, "s_open": 4}
_CLOSERS = {"strong_close": 1, "em_close": 2, "s_close": 4}


class Style(IntFlag):
    PLAIN = 0
    STRONG = 1
    EMPHASIS = 2
    STRIKE = 4
    CODE = 8
    LINK = 16
    PICTURE = 32


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the shown text. href: where it leads, also when it may not be opened; see `opens`."""

    start: int
    end: int
    style: Style
    href: str = ""

    @property
    def opens(self) -> bool:
        """Whether a click may open it: web and mail addresses only."""
        return self.href.lower().startswith(_SAFE)


@dataclass(frozen=True, slots=True)
class InlineText:
    """text: as shown; U+2028 is a forced line break, code beside right-to-left text stands in isolates.

    runs: only the pieces that are not plain, in order. rtl: the direction, None without a strong character.
    """

    text: str
    runs: tuple[Run, ...] = ()
    rtl: bool | None = None

    def run_at(self, offset: int) -> Run | None:
        return next((run for run in self.runs if run.start <= offset < run.end), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A token and the range of the shown text that came from it; opening and closing tokens have an empty one."""

    token: Token
    start: int
    end: int


def read_inline(
    content: str, references: References, *, breaks: bool = False, picture: str = "Picture"
) -> InlineText:
    """breaks: a line feed is a line break, as people expect of what they typed. picture: the word before a picture's name."""
    if _PLAIN.fullmatch(content):
        return InlineText(content, (), runs_rtl(content))
    reader = Reader(content, breaks=breaks, picture=picture)
    for _ in reader.read(inline_tokens(content, references)):
        pass
    text = reader.text
    return InlineText(text, tuple(_with_addresses(text, reader.runs)), runs_rtl(text))


class Reader:
    """Builds the shown text from inline tokens. `read` yields where each token went, for those who map it back."""

    def __init__(self, content: str, *, breaks: bool, picture: str) -> None:
        self.runs: list[Run] = []
        self._breaks = breaks
        self._picture = picture
        self._mixed = has_rtl(content)
        self._parts: list[str] = []
        self._length = 0
        self._style = Style.PLAIN
        self._href: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def read(self, tokens: Sequence[Token]) -> Iterator[Shown]:
        for token in tokens:
            start = self._length
            self._take(token)
            yield Shown(token, start, self._length)

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind in ("text", "text_special"):
            self._put(token.content)
        elif kind in _OPENERS:
            self._style |= Style(_OPENERS[kind])
        elif kind in _CLOSERS:
            self._style &= ~Style(_CLOSERS[kind])
        elif kind == "code_inline":
            code = f"{LTR_ISOLATE}{token.content}{END_ISOLATE}" if self._mixed else token.content
            self._put(code, Style.CODE)
        elif kind == "softbreak":
            self._put(LINE_BREAK if self._breaks else " ")
        elif kind == "hardbreak":
            self._put(LINE_BREAK)
        elif kind == "link_open":
            self._href.append(str(token.attrs.get("href", "")))
            self._style |= Style.LINK
        elif kind == "link_close":
            self._href.pop()
            if not self._href:
                self._style &= ~Style.LINK
        elif kind == "image":
            self._put_picture(token)
        else:
            self._put(token.content)

    def _put_picture(self, token: Token) -> None:
        """A picture is never loaded: its name stands for it, and leads to it."""
        source = str(token.attrs.get("src", ""))
        name = "".join(child.content for child in token.children or ()) or source.rpartition("/")[2]
        self._put(f"{self._picture}: {name}" if name else self._picture, Style.PICTURE | Style.LINK, source)

    def _put(self, text: str, style: Style = Style.PLAIN, href: str = "") -> None:
        if not text:
            return
        start, self._length = self._length, self._length + len(text)
        self._parts.append(text)
        style |= self._style
        if style:
            href = href or (self._href[-1] if self._href else "")
            last = self.runs[-1] if self.runs else None
            if last is not None and (last.end, last.style, last.href) == (start, style, href):
                self.runs[-1] = Run(last.start, self._length, style, href)
            else:
                self.runs.append(Run(start, self._length, style, href))


def _with_addresses(text: str, runs: list[Run]) -> list[Run]:
    """The runs, and bare web addresses in the text between them as links of their own."""
    if "http" not in text:
        return runs
    found = list(runs)
    for match in _ADDRESS.finditer(text):
        start, end = match.start(), match.start() + len(_trimmed(match.group()))
        if any(run.start < end and start < run.end for run in runs if run.style & (Style.LINK | Style.CODE)):
            continue
        found = [piece for run in found for piece in _outside(run, start, end)]
        under = next((run.style for run in runs if run.start <= start < run.end), Style.PLAIN)
        found.append(Run(start, end, under | Style.LINK, text[start:end]))
    return sorted(found, key=lambda run: run.start)


def _outside(run: Run, start: int, end: int) -> Iterator[Run]:
    if run.end <= start or run.start >= end:
        yield run
        return
    if run.start < start:
        yield Run(run.start, start, run.style, run.href)
    if run.end > end:
        yield Run(end, run.end, run.style, run.href)


def _trimmed(address: str) -> str:
    """The address without the punctuation of the sentence around it."""
    while address and (
        address[-1] in ".,;:!?'*_~" or (address[-1] == ")" and address.count(")") > address.count("("))
    ):
        address = address[:-1]
    return address
