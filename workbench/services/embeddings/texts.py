"""Sets of texts out of tables: which column is what, and what can be told of the rows."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import InvalidInput
from workbench.domain.ids import new_id
from workbench.services.embeddings.tables import TEXT_NAMES, Table, TableForm, table_of

MOST_BYTES = 2 * 1024**3
_LOOKED_AT = 200
"""Rows that decide which column is likely the text."""
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.IGNORECASE)
_LABELS = ("label", "class", "category", "intent", "topic", "target", "tag", "sentiment")
_IDS = ("id", "_id", "uuid", "key", "doc_id", "docid", "document_id")
_LANGUAGES = ("language", "lang", "locale")
_GROUPS = ("group", "pair", "group_id", "pair_id", "translation_id")


@dataclass(frozen=True, slots=True)
class Columns:
    """By name; "" for none. texts: one, or several that say the same, such as translations: each makes a row of its own, in the
    language that the column is called by.
    """

    texts: tuple[str, ...]
    label: str = ""
    id: str = ""
    language: str = ""
    group: str = ""


async def read_table(path: Path, *, form: TableForm | None = None, header: bool | None = None) -> Table:
    """Raises InvalidInput."""
    return await asyncio.to_thread(_read, path, form, header)


def guessed(table: Table) -> Columns:
    """What is likely meant: by the names, else the column with the longest texts."""
    names = {name.lower(): name for name in reversed(table.columns)}

    def first(*candidates: str) -> str:
        return next((names[name] for name in candidates if name in names), "")

    known = Columns((), first(*_LABELS), first(*_IDS), first(*_LANGUAGES), first(*_GROUPS))
    taken = {known.label, known.id, known.language, known.group}
    free = [name for name in table.columns if name not in taken] or list(table.columns)
    text = first(*TEXT_NAMES)
    if not text or text in taken:
        text = max(free, key=lambda name: _size(table, name))
    languages = [name for name in free if _LANGUAGE.fullmatch(name)]
    texts = languages if len(languages) > 1 and text in languages else [text]
    return replace(known, texts=tuple(texts))


def text_set(
    table: Table,
    columns: Columns,
    *,
    make_id: Callable[[], str] = new_id,
    clock: Callable[[], float] = time.time,
) -> TextSet:
    """Rows without a text are among them. An id that comes again gets a number behind it. Takes a while for many: use a thread.

    Raises InvalidInput for a column that there is not.
    """
    wanted = (*columns.texts, columns.label, columns.id, columns.language, columns.group)
    for name in wanted:
        if name and name not in table.columns:
            raise InvalidInput(
                f"There is no column “{name}”.",
                field="columns",
                fix=f"There are: {', '.join(table.columns)}.",
            )
    if not columns.texts:
        raise InvalidInput("No column of texts is chosen.", field="columns", fix="Choose one.")
    rows = tuple(_unique(_rows(table, columns)))
    return TextSet(make_id(), table.name or "Pasted texts", rows, clock())


def _read(path: Path, form: TableForm | None, header: bool | None) -> Table:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InvalidInput(
                f"“{path.name}” is too large.",
                field="file",
                why=f"It has {size / 1e9:.1f} GB; {MOST_BYTES / 1e9:.1f} GB can be read.",
                fix="Divide it.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise cannot_be_read(path, error) from None
    return table_of(data, path.name, form=form, header=header)


def cannot_be_read(path: Path, error: OSError) -> InvalidInput:
    """Of a file that somebody chose."""
    return InvalidInput(
        f"“{path.name}” cannot be read.",
        field="file",
        why=f"{error.strerror or error}.",
        fix="Check that it is there and may be read.",
    )


def _size(table: Table, name: str) -> int:
    place = table.columns.index(name)
    return sum(len(row[place]) for row in table.rows[:_LOOKED_AT])


def _rows(table: Table, columns: Columns) -> Iterator[TextRow]:
    places = {name: place for place, name in enumerate(table.columns)}
    texts = [(name, places[name]) for name in columns.texts]
    label, id, language, group = (
        places.get(name) if name else None
        for name in (columns.label, columns.id, columns.language, columns.group)
    )
    several = len(texts) > 1
    for number, row in enumerate(table.rows, start=1):
        own = _cell(row, id) or str(number)
        for name, place in texts:
            yield TextRow(
                f"{own}/{name}" if several else own,
                row[place].strip(),
                _cell(row, label),
                name if several and _LANGUAGE.fullmatch(name) else _cell(row, language),
                _cell(row, group) or (own if several else ""),
            )


def _cell(row: Sequence[str], place: int | None) -> str:
    return "" if place is None else row[place].strip()


def _unique(rows: Iterator[TextRow]) -> Iterator[TextRow]:
    seen: dict[str, int] = {}
    for row in rows:
        id, again = row.id, seen.get(row.id, 0)
        while id in seen:
            again += 1
            id = f"{row.id} ({again + 1})"
        seen[row.id] = again
        seen.setdefault(id, 0)
        yield row if id == row.id else replace(row, id=id)
