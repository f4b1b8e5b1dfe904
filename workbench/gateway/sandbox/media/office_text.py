"""The text of office documents: docx, xlsx, odt and ods, out of their zipped XML, bounded against bombs."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from workbench.gateway.sandbox.media.html_text import table_lines

MOST_BYTES = 20 << 20
_MOST_CELLS = 200_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


class BadDocument(Exception):
    """Not a document that can be read; the text says why."""


def markdown_of(data: bytes, extension: str) -> str:
    """extension: one of `READERS`. Raises BadDocument."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            blocks = list(READERS[extension](archive))
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        EOFError,
        OSError,
        zlib.error,
        NotImplementedError,
        RuntimeError,  # an encrypted member
        ElementTree.ParseError,
    ) as error:
        raise BadDocument(f"this is no {extension} document: {error}") from error
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise BadDocument(f"{name} is larger than {MOST_BYTES >> 20} MB")
    with archive.open(name) as member:
        data = member.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadDocument(f"{name} is too large, or declares entities")
    return ElementTree.fromstring(data)


def _docx(archive: zipfile.ZipFile) -> Iterator[str]:
    body = _xml(archive, "word/document.xml").find(f"{_W}body")
    for block in body if body is not None else ():
        if block.tag == f"{_W}p":
            yield _word_paragraph(block)
        elif block.tag == f"{_W}tbl":
            rows = [
                [" ".join(map(_word_runs, cell.iter(f"{_W}p"))) for cell in row.findall(f"{_W}tc")]
                for row in block.findall(f"{_W}tr")
            ]
            yield "\n".join(table_lines(rows))


def _word_paragraph(paragraph: Element) -> str:
    text = _word_runs(paragraph).strip()
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    heading = re.fullmatch(r"(?:heading|berschrift|titre)?\s?([1-6])", name, re.IGNORECASE)
    if text and (heading or name == "Title"):
        return f"{'#' * int(heading[1]) if heading else '#'} {text}"
    if text and paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return f"- {text}"
    return text


def _word_runs(paragraph: Element) -> str:
    return "".join(map(_word_run, paragraph.iter(f"{_W}r")))


def _word_run(run: Element) -> str:
    pieces = {f"{_W}tab": "\t", f"{_W}br": "\n"}
    text = "".join(part.text or "" if part.tag == f"{_W}t" else pieces.get(part.tag, "") for part in run)
    for tag, mark in ((f"{_W}i", "*"), (f"{_W}b", "**")):
        if text.strip() and run.find(f"{_W}rPr/{tag}") is not None:
            bare = text.strip()
            text = text.replace(bare, f"{mark}{bare}{mark}", 1)
    return text


def _xlsx(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    shared: list[str] = []
    if "xl/sharedStrings.xml" in names:
        items = _xml(archive, "xl/sharedStrings.xml").findall(f"{_S}si")
        shared = ["".join(text.text or "" for text in item.iter(f"{_S}t")) for item in items]
    titles = [sheet.get("name", "") for sheet in _xml(archive, "xl/workbook.xml").iter(f"{_S}sheet")]
    sheets = sorted(
        (name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
        key=lambda name: int("".join(filter(str.isdigit, name))),
    )
    for place, name in enumerate(sheets):
        title = titles[place] if place < len(titles) else name
        yield f"## {title}"
        rows = [_sheet_row(row, shared) for row in _xml(archive, name).iter(f"{_S}row")]
        _bound(rows)
        yield "\n".join(table_lines([row for row in rows if any(row)]))


def _sheet_row(row: Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.findall(f"{_S}c"):
        letters = "".join(filter(str.isalpha, cell.get("r", "")))
        column = 0
        for letter in letters[:3]:
            column = column * 26 + ord(letter.upper()) - 64
        cells.extend([""] * min(1000, max(0, column - 1 - len(cells))))
        cells.append(_sheet_cell(cell, shared))
    return cells


def _sheet_cell(cell: Element, shared: list[str]) -> str:
    value = cell.findtext(f"{_S}v") or ""
    match cell.get("t"):
        case "s":
            return shared[int(value)]
        case "inlineStr":
            return "".join(text.text or "" for text in cell.iter(f"{_S}t"))
        case "b":
            return "TRUE" if value == "1" else "FALSE"
    return value


def _odt(archive: zipfile.ZipFile) -> Iterator[str]:
    yield from _odf_blocks(_xml(archive, "content.xml"))


def _odf_blocks(parent: Element) -> Iterator[str]:
    for block in parent:
        if block.tag == f"{_TEXT}h":
            level = int(block.get(f"{_TEXT}outline-level", "1"))
            yield f"{'#' * min(6, level)} {''.join(block.itertext())}"
        elif block.tag == f"{_TEXT}p":
            yield "".join(block.itertext())
        elif block.tag == f"{_TEXT}list":
            texts = (
                " ".join("".join(item.itertext()).split()) for item in block.findall(f"{_TEXT}list-item")
            )
            yield "\n".join(f"- {text}" for text in texts)
        elif block.tag == f"{_TABLE}table":
            if name := block.get(f"{_TABLE}name"):
                yield f"## {name}"
            rows = [_odf_row(row) for row in block.iter(f"{_TABLE}table-row")]
            _bound(rows)
            yield "\n".join(table_lines([row for row in rows if any(row)]))
        else:
            yield from _odf_blocks(block)


def _odf_row(row: Element) -> list[str]:
    """Empty cells may be repeated thousands of times at the end; those are left out."""
    cells: list[str] = []
    for cell in row.findall(f"{_TABLE}table-cell"):
        times = min(100, int(cell.get(f"{_TABLE}number-columns-repeated", "1")))
        cells.extend([" ".join("".join(part.itertext()) for part in cell)] * times)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _bound(rows: list[list[str]]) -> None:
    if sum(map(len, rows)) > _MOST_CELLS:
        raise BadDocument(f"more than {_MOST_CELLS} cells")


READERS: dict[str, Callable[[zipfile.ZipFile], Iterator[str]]] = {
    "docx": _docx,
    "xlsx": _xlsx,
    "odt": _odt,
    "ods": _odt,
}
