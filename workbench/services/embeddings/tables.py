"""Files of texts as tables: CSV, TSV, JSONL, JSON, Parquet and plain lines, with a word about every line that is not as it should be."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from workbench.domain.errors import InvalidInput
from workbench.services.embeddings import parquet

LONGEST_CELL = 16 * 1024 * 1024
_SHORT = 80
"""Characters of a column's name."""
_DELIMITERS = ",;\t|"
_BREAK = re.compile(r"\r\n?|\n")
"""Unicode has more of them, but those stand within texts."""
_LOOKED_AT = 8_000
"""Bytes among which one that is zero gives away that a file holds no text."""
_ENDS = tuple(".!?…。؟")
"""What a sentence ends with, and a name does not."""
_LINE = "text"
"""The column of what has no names for its columns."""


class TableForm(StrEnum):
    LINES = "lines"
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"


_ENDINGS = {
    "csv": TableForm.CSV,
    "tsv": TableForm.TSV,
    "tab": TableForm.TSV,
    "jsonl": TableForm.JSONL,
    "ndjson": TableForm.JSONL,
    "json": TableForm.JSON,
    "txt": TableForm.LINES,
    "text": TableForm.LINES,
    "md": TableForm.LINES,
}


@dataclass(frozen=True, slots=True)
class BadLine:
    """line: counted from 1; of a cell with line breaks the last. kept: something of it is in the table."""

    line: int
    why: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """rows: as many cells each as there are columns. encoding: as which its bytes were read."""

    name: str
    form: TableForm
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bad: tuple[BadLine, ...] = ()
    encoding: str = "utf-8"


def table_of(
    data: bytes | str, name: str = "", *, form: TableForm | None = None, header: bool | None = None
) -> Table:
    """form: None for what the name's ending says, else what the text looks like. header: whether the first row of CSV and TSV names
    the columns; None for what it looks like.

    Takes a while for a large file: use a thread. Raises InvalidInput where there is nothing in it.
    """
    if isinstance(data, bytes) and (data.startswith(parquet.MAGIC) or form is TableForm.PARQUET):
        return _of_parquet(data, name)
    text, encoding = (data, "utf-8") if isinstance(data, str) else _decoded(data, name)
    text = _mended(text.removeprefix("\ufeff"))
    if not text.strip():
        raise InvalidInput(
            f"There is nothing in “{name}”." if name else "There are no texts.",
            field="texts",
            fix="Choose another file." if name else "Type or paste some first.",
        )
    form = form or _ENDINGS.get(name.rpartition(".")[2].lower()) or _form_of(text)
    match form:
        case TableForm.LINES:
            columns, rows, bad = _lines(text)
        case TableForm.CSV | TableForm.TSV:
            columns, rows, bad = _cells(text, "\t" if form is TableForm.TSV else _delimiter(text), header)
        case TableForm.JSONL:
            columns, rows, bad = _objects(_json_lines(text))
        case TableForm.JSON | TableForm.PARQUET:
            columns, rows, bad = _objects(_json(text, name))
    if not rows:
        raise InvalidInput(
            f"Nothing in “{name or 'this text'}” can be read as {form.upper()}.",
            field="texts",
            why=f"Line {bad[0].line}: {bad[0].why}" if bad else "It has a line with names of columns only.",
            fix="Say in which form it is, or mend it.",
        )
    return Table(name, form, tuple(columns), tuple(rows), tuple(bad), encoding)


def _of_parquet(data: bytes, name: str) -> Table:
    columns, rows = parquet.columns_of(data, name)
    if not rows:
        raise InvalidInput(
            f"There are no texts in “{name}”.",
            field="texts",
            why="It has no rows, or nothing but vectors.",
            fix="Choose another file.",
        )
    return Table(name, TableForm.PARQUET, columns, tuple(rows))


_Read = tuple[Sequence[str], list[tuple[str, ...]], list[BadLine]]


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """UTF-8 and UTF-16; else as Windows has long written in the west, which reads any bytes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    if b"\0" in data[:_LOOKED_AT]:
        raise InvalidInput(
            f"“{name}” is not a file of texts." if name else "These are no texts.",
            field="texts",
            why="It has bytes that no text has.",
            fix="Choose another file, or save it as UTF-8.",
        )
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252"


def _mended(text: str) -> str:
    """Halves of pairs of surrogates, which nobody can send, become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _form_of(text: str) -> TableForm:
    """A pasted text is lines of prose unless it is clearly something else: commas prove nothing."""
    start = text.lstrip()[:1]
    head = [line for line in text[:20_000].split("\n")[:20] if line.strip()]
    if start == "[" and text.rstrip().endswith("]"):
        return TableForm.JSON
    if start == "{" and all(line.lstrip().startswith("{") for line in head):
        return TableForm.JSONL
    tabs = {line.count("\t") for line in head}
    if len(head) > 1 and len(tabs) == 1 and tabs != {0}:
        return TableForm.TSV
    return TableForm.LINES


def _lines(text: str) -> _Read:
    """Empty ones are left out; they are gaps between the texts."""
    return (_LINE,), [(line.strip(),) for line in _BREAK.split(text) if line.strip()], []


def _delimiter(text: str) -> str:
    """That which is most often in the first line, outside of quotation marks."""
    first = text.lstrip("\r\n").partition("\n")[0]
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=lambda each: (outside.count(each), -_DELIMITERS.index(each)))


def _cells(text: str, delimiter: str, header: bool | None) -> _Read:
    try:
        found = list(_csv(text, delimiter, strict=True))
        broken = None
    except csv.Error as error:
        found = list(_csv(text, delimiter, strict=False))
        broken = str(error)
    found = [(line, cells) for line, cells in found if any(cell.strip() for cell in cells)]
    if not found:
        return (_LINE,), [], []
    first = found[0][1]
    named = _looks_like_names(first, found[1:]) if header is None else header
    usual = Counter(len(cells) for _, cells in found).most_common(1)[0][0]
    columns = _distinct(first, len(first)) if named else _distinct((), usual)
    rows, bad = [], []
    for line, cells in found[named:]:
        if len(cells) != len(columns):
            bad.append(BadLine(line, _uneven(len(cells), len(columns)), kept=True))
            cells = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
        rows.append(tuple(cells))
    if broken is not None:
        bad.insert(
            0,
            BadLine(_broken_at(text, delimiter), f"A quotation mark is out of place ({broken}).", kept=True),
        )
    return columns, rows, bad


def _csv(text: str, delimiter: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    for cells in reader:
        yield reader.line_num, cells


def _broken_at(text: str, delimiter: str) -> int:
    """The line where reading strictly comes to its end."""
    line = 0
    try:
        for line, _ in _csv(text, delimiter, strict=True):  # noqa: B007  the last one counts
            pass
    except csv.Error:
        pass
    return line + 1


def _uneven(cells: int, columns: int) -> str:
    what = "1 cell" if cells == 1 else f"{cells} cells"
    rest = "the others are empty" if cells < columns else "the rest is left out"
    return f"It has {what} where there are {columns} columns; {rest}."


def _looks_like_names(cells: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Short, all different, no sentences, and none that its own column has again further down."""
    names = [cell.strip() for cell in cells]
    return (
        len(set(names)) == len(names)
        and all(0 < len(name) <= _SHORT and not _is_number(name) for name in names)
        and not any(name.endswith(_ENDS) for name in names)
        and (len(names) > 1 or names[0].lower() in TEXT_NAMES)
        and not any(name == cell.strip() for _, row in rows for name, cell in zip(names, row, strict=False))
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


TEXT_NAMES = (
    "text", "sentence", "content", "body", "message", "question", "query", "utterance", "document", "passage",
    "review", "comment", "description", "title",
)  # fmt: skip
"""What a column of texts is called, the likeliest first."""


def _distinct(names: Sequence[str], count: int) -> list[str]:
    """As many names, none twice; a column without one is called by its number."""
    found: list[str] = []
    for place in range(max(count, len(names))):
        name = names[place].strip() if place < len(names) else ""
        name = name or f"column {place + 1}"
        while name in found:
            name += "′"
        found.append(name)
    return found


def _json_lines(text: str) -> Iterator[tuple[int, Any]]:
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, decode(line)
        except (msgspec.DecodeError, UnicodeError) as error:
            yield number, BadLine(number, f"It is not JSON ({error}).")


def _json(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """A list of objects or texts, or an object that holds one; lines are then places in the list."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidInput(
            f"“{name}” is not JSON." if name else "This is not JSON.",
            field="texts",
            why=str(error),
            fix="If it has an object on each line, give it the ending .jsonl.",
        ) from None
    if isinstance(value, dict):
        value = next((each for each in value.values() if isinstance(each, list)), [value])
    yield from enumerate(value if isinstance(value, list) else [value], start=1)


def _objects(values: Iterable[tuple[int, Any]]) -> _Read:
    places: dict[str, int] = {}
    found: list[dict[str, str]] = []
    bad: list[BadLine] = []
    for line, value in values:
        match value:
            case BadLine():
                bad.append(value)
            case str():
                found.append({_LINE: value})
                places.setdefault(_LINE, len(places))
            case dict() if value:
                found.append({key: in_words(each) for key, each in value.items()})
                for key in value:
                    places.setdefault(key, len(places))
            case _:
                bad.append(BadLine(line, "It is neither an object nor a text."))
    columns = tuple(places)
    return columns, [tuple(row.get(name, "") for name in columns) for row in found], bad


def in_words(value: Any) -> str:
    """A value of JSON as a cell has it."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
