"""HTML as markdown or plain text: headings, lists, tables, quotes, code, links and pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin

_HIDDEN = frozenset({"script", "style", "head", "template", "noscript", "svg"})
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "figure",
        "figcaption",
        "form",
        "dl",
        "dt",
        "dd",
        "address",
        "details",
        "summary",
    ]
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`", "del": "~~", "s": "~~"}
_DEEPEST = 200
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)


class BadSelector(Exception):
    """A selector with more than a tag, classes and an id."""


class BadMarkup(Exception):
    """The text says why."""


def markdown_of(html: str, *, host: str = "", selector: str = "", plain: bool = False) -> str:
    """host: what relative addresses are relative to. selector: take only what fits it.

    Raises BadSelector, and BadMarkup for what the parser gives up on.
    """
    writer = _Writer(host, _Selector(selector) if selector else None, plain)
    try:
        writer.feed(html)
        writer.close()
    except (AssertionError, ValueError) as error:  # a broken declaration, a broken address
        raise BadMarkup(f"the markup cannot be read: {error}") from error
    return writer.text()


class _Selector:
    def __init__(self, text: str) -> None:
        found = _SELECTOR.fullmatch(text.strip())
        if not found or not text.strip():
            raise BadSelector(f"the sandbox knows selectors like article.main#top only, not {text[:60]}")
        self._tag = (found[1] or "").lower()
        marks = re.findall(r"([.#])([\w-]+)", found[2])
        self._classes = {name for kind, name in marks if kind == "."}
        self._ids = {name for kind, name in marks if kind == "#"}

    def fits(self, tag: str, attributes: Mapping[str, str]) -> bool:
        classes, own = set(attributes.get("class", "").split()), {attributes.get("id", "")}
        return (not self._tag or tag == self._tag) and self._classes <= classes and self._ids <= own


class _Writer(HTMLParser):
    """Written line by line; `_open` holds the tags that are open, so that broken nesting does no harm."""

    def __init__(self, host: str, selector: _Selector | None, plain: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._host = host if "//" in host or not host else f"https://{host}"
        self._selector = selector
        self._plain = plain
        self._open: list[tuple[str, Mapping[str, str]]] = []
        self._chosen = 0
        self._lines: list[str] = [""]
        self._lists: list[int | None] = []
        self._quotes = 0
        self._rows: list[list[str]] = []
        self._links: list[str] = []

    def text(self) -> str:
        joined = "\n".join(line.rstrip() for line in self._lines)
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n") + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append((tag, attributes))
            if self._selector and self._selector.fits(tag, attributes):
                self._chosen += 1
        if self._shown():
            self._start(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _ in self._open):
            return
        while self._open:
            shown = self._shown()
            name, attributes = self._open.pop()
            if shown:
                self._end(name)
            if self._selector and self._selector.fits(name, attributes):
                self._chosen -= 1
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._shown():
            return
        if self._inside("pre"):
            first, *more = data.split("\n")
            self._lines[-1] += first
            self._lines.extend(more)
            return
        words = " ".join(data.split())
        if words:
            before = " " if data[0].isspace() and self._written() else ""
            self._write(before + words + (" " if data[-1].isspace() else ""))
        elif data and self._written() and not self._lines[-1].endswith(" "):
            self._write(" ")

    def _shown(self) -> bool:
        hidden = any(name in _HIDDEN for name, _ in self._open)
        return not hidden and (self._selector is None or self._chosen > 0)

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)

    def _written(self) -> bool:
        """Something stands on this line already, apart from its prefix."""
        return bool(self._lines[-1].strip("> ")) and not self._lines[-1].endswith(" ")

    def _write(self, words: str) -> None:
        if self._rows and self._rows[-1] and (self._inside("td") or self._inside("th")):
            self._rows[-1][-1] += words
            return
        self._lines[-1] += words if self._lines[-1].strip("> ") else words.lstrip()

    def _new_line(self, count: int = 1) -> None:
        """Be on a fresh line; with 2, behind an empty one."""
        if self._rows:
            return
        prefix = "" if self._plain else "> " * self._quotes
        if self._lines[-1].strip("> "):
            self._lines.append(prefix)
        self._lines[-1] = prefix
        if count == 2 and len(self._lines) > 1 and self._lines[-2].strip("> "):
            self._lines.append(prefix)

    def _close_quote(self) -> None:
        self._quotes -= 1
        while len(self._lines) > 1 and not self._lines[-1].strip("> "):
            self._lines.pop()
        self._new_line(2)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS or (tag == "table" and not self._rows):
            self._new_line(2)
        elif re.fullmatch("h[1-6]", tag):
            self._new_line(2)
            self._mark("#" * int(tag[1]) + " ")
        elif tag == "blockquote":
            self._quotes += 1
            self._new_line(2)
        elif tag in ("ul", "ol"):
            self._new_line(1 if self._lists else 2)
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self._new_line(2)
            self._mark("```\n")
        elif tag in ("tr", "td", "th"):
            self._cell(tag)
        elif tag == "br":
            self._write("<br>" if self._rows and not self._plain else " " if self._rows else "\n")
        elif tag == "hr":
            self._new_line(2)
            self._mark("---")
            self._new_line(2)
        elif tag == "img" and not self._plain:
            self._write(f"![{attributes.get('alt', '')}]({urljoin(self._host, attributes.get('src', ''))})")
        elif tag == "a":
            self._links.append(urljoin(self._host, attributes["href"]) if "href" in attributes else "")
            self._mark("[" if self._links[-1] else "")
        elif tag in _MARKS and not self._inside("pre"):
            self._mark(_MARKS[tag])

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS or re.fullmatch("h[1-6]", tag):
            self._new_line(2)
        elif tag == "blockquote":
            self._close_quote()
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._new_line(1 if self._lists else 2)
        elif tag == "pre":
            if self._lines[-1]:
                self._lines.append("")
            self._mark("```")
            self._lines.extend(["", ""])
        elif tag == "table":
            self._table()
        elif tag == "a" and self._links:
            address = self._links.pop()
            self._mark(f"]({address})" if address else "")
        elif tag in _MARKS and not self._inside("pre"):
            self._close_mark(_MARKS[tag])

    def _mark(self, mark: str) -> None:
        """What only markdown writes."""
        if mark and not self._plain:
            first, *more = mark.split("\n")
            self._write(first)
            self._lines.extend(more)

    def _close_mark(self, mark: str) -> None:
        """A closing mark stands at its word, not after the blank behind it."""
        if not self._plain:
            blank = self._lines[-1].endswith(" ") and not self._rows
            if blank:
                self._lines[-1] = self._lines[-1].rstrip()
            self._write(mark + (" " if blank else ""))

    def _item(self) -> None:
        self._new_line()
        number = self._lists[-1] if self._lists else None
        indent = "  " * max(0, len(self._lists) - 1)
        self._lines[-1] += f"{indent}{f'{number}.' if number else '-'} "
        if number:
            self._lists[-1] = number + 1

    def _cell(self, tag: str) -> None:
        if tag == "tr" or not self._rows:
            self._rows.append([])
        if tag != "tr":
            self._rows[-1].append("")

    def _table(self) -> None:
        rows, self._rows = [row for row in self._rows if row], []
        self._new_line(2)
        self._lines.extend(table_lines(rows, plain=self._plain))
        self._lines.extend(["", ""])


def table_lines(rows: list[list[str]], *, plain: bool = False) -> list[str]:
    """Rows as a markdown table whose first row is the head; with tabs between the cells as plain text."""
    if plain:
        return ["\t".join(cell.strip() for cell in row) for row in rows]
    wide = max(map(len, rows), default=0)
    lines = [
        "| " + " | ".join(_cell_text(cell) for cell in [*row, *[""] * (wide - len(row))]) + " |"
        for row in rows
    ]
    return [*lines[:1], "| " + " | ".join(["---"] * wide) + " |", *lines[1:]] if rows else []


def _cell_text(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
