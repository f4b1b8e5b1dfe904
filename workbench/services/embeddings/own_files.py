"""Files of vectors that somebody brings along, and which text each of their rows belongs to."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.domain.embeddings.measures import Fault
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings import parquet
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.services.embeddings.tables import TEXT_NAMES, BadLine, Table, TableForm, in_words
from workbench.services.embeddings.texts import Columns, cannot_be_read, guessed, text_set

if TYPE_CHECKING:
    from arro3.core import Array

    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

_NPY = b"\x93NUMPY"
_BATCH = 4096
_LOOKED_AT = 200
_LOOK = 64
"""Bytes that tell what a file is."""
_FIRST = 20
"""Of its rows; one of them has a vector where any has."""
_LETTER = re.compile(r"[^\W\d_]")
_LINES = 500
"""Read between two looks at whether to go on."""


class Match(StrEnum):
    """How a row of the file finds its text. NEW: it brings it along."""

    ID = "id"
    TEXT = "text"
    ORDER = "order"
    NEW = "new"


@dataclass(frozen=True, slots=True, eq=False)
class Brought:
    """A file's vectors. columns: of vectors, by name ("" in a file that has no names), each with a row for each of the file's.

    table: what it tells beside them, as many rows. bad: lines that could not be read.
    """

    name: str
    columns: Mapping[str, Vectors] = field(repr=False)
    table: Table = field(repr=False)
    bad: tuple[BadLine, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.table.rows)

    @property
    def told(self) -> Columns:
        """Which columns of its table are what; no texts where it has none."""
        if not self.table.columns:
            return Columns(())
        likely = guessed(self.table)
        text = likely.texts[0]
        place = self.table.columns.index(text)
        others = (likely.id, likely.label, likely.language, likely.group)
        words = any(_LETTER.search(row[place]) for row in self.table.rows[:_LOOKED_AT])
        known = text.lower() in TEXT_NAMES or (words and text not in others)
        return replace(likely, texts=(text,) if known else ())

    def title(self, column: str) -> str:
        """What the vectors of a column are called."""
        stem = Path(self.name).stem or self.name
        return stem if len(self.columns) == 1 else f"{stem} · {column}"


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """columns: by their titles, a row for each of the set's. without: rows of the set that the file has nothing for. over: rows of
    the file that belong to no text, or to one that has a vector already.

    faults: of the rows that belong to a text, how many cannot be compared and why, in any of the columns.
    """

    columns: Mapping[str, Vectors] = field(repr=False)
    matched: int
    without: int
    over: int
    faults: Mapping[Fault, int]


async def holds_vectors(path: Path) -> bool:
    """Whether `read_vectors` would find any, by its beginning; False also for what cannot be read."""
    return await reckoned(lambda watch: _holds(path, watch))


async def read_vectors(path: Path, progress: Progress | None = None) -> Brought:
    """npy, Parquet, JSONL or JSON, by what is in it. Raises InvalidInput."""
    return await reckoned(lambda watch: _read(path, watch), progress)


def ways(brought: Brought, rows: Sequence[TextRow]) -> tuple[Match, ...]:
    """How it can be used beside these rows, the likeliest first. Raises InvalidInput where it cannot be at all. Takes a while for
    many: use a thread.
    """
    found = []
    for match in (Match.ID, Match.TEXT):
        keys = _keys(brought, match)
        if keys is not None and not _own_keys(rows, match).isdisjoint(keys):
            found.append(match)
    if rows and brought.rows == len(rows):
        found.append(Match.ORDER)
    if brought.told.texts:
        found.append(Match.NEW)
    if not found:
        raise _strange(brought, rows)
    return tuple(found)


def _strange(brought: Brought, rows: Sequence[TextRow]) -> InvalidInput:
    if not rows:
        return InvalidInput(
            f"There are no texts in “{brought.name}”.",
            field="file",
            why="It has vectors only, and no texts are open that they could belong to.",
            fix="Open the texts first, then load these vectors.",
        )
    why = f"It has {brought.rows:,} vectors, the set has {len(rows):,} texts"
    ids = _keys(brought, Match.ID) is not None
    return InvalidInput(
        f"“{brought.name}” does not belong to these texts.",
        field="file",
        why=f"{why}, and none of its ids is among theirs." if ids else f"{why}, and it tells no ids.",
        fix="Choose a file with a vector for each text in their order, or one that has their ids.",
    )


async def fitted(brought: Brought, rows: Sequence[TextRow], match: Match) -> Fitted:
    """match: one of `ways`, not NEW."""
    return await reckoned(lambda watch: _fitted(brought, rows, match))


async def new_set(brought: Brought) -> TextSet:
    """Of the texts that the file has, in its order; where NEW is one of its ways."""
    return await reckoned(lambda watch: text_set(brought.table, brought.told))


def _keys(brought: Brought, match: Match) -> list[str] | None:
    """Of each row of the file; None where it has nothing of the kind."""
    told = brought.told
    name = told.id if match is Match.ID else next(iter(told.texts), "")
    if not name:
        return None
    place = brought.table.columns.index(name)
    return [row[place].strip() for row in brought.table.rows]


def _own_keys(rows: Iterable[TextRow], match: Match) -> set[str]:
    return {row.id if match is Match.ID else row.text for row in rows}


def _fitted(brought: Brought, rows: Sequence[TextRow], match: Match) -> Fitted:
    import numpy as np

    places = _places(brought, rows, match)
    known = [place for place in places if place >= 0]
    found = {brought.title(name): _arranged(each, places) for name, each in brought.columns.items()}
    belong = np.array(places) >= 0
    faults: dict[Fault, int] = {}
    for each in found.values():
        for fault, count in each.take(belong).told().items():
            faults[fault] = faults.get(fault, 0) + count
    return Fitted(found, len(known), len(rows) - len(known), brought.rows - len(set(known)), faults)


def _places(brought: Brought, rows: Sequence[TextRow], match: Match) -> list[int]:
    """Of each of the set's rows, the row of the file; -1 for none."""
    if match is Match.ORDER:
        return list(range(len(rows)))
    first: dict[str, int] = {}
    for place, key in enumerate(_keys(brought, match) or ()):
        first.setdefault(key, place)
    return [first.get(row.id if match is Match.ID else row.text, -1) for row in rows]


def _arranged(vectors: Vectors, places: Sequence[int]) -> Vectors:
    import numpy as np

    from workbench.vectors.matrix import FAULTS, Vectors

    if places == list(range(len(vectors))):
        return vectors
    at = np.array(places, dtype=np.int64)
    missing = at < 0
    found = vectors.take(np.maximum(at, 0))
    found.values[missing] = 0
    faults, lengths = found.faults.copy(), found.lengths.copy()
    faults[missing], lengths[missing] = FAULTS.index(Fault.MISSING), 0
    return Vectors(found.values, faults, lengths)


# --- reading ---


def _read(path: Path, watch: Watch) -> Brought:
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(_NPY):
            return _of_npy(path)
        if start.startswith(parquet.MAGIC):
            return _of_parquet(path, watch)
        return _of_json(path, watch)
    except OSError as error:
        raise cannot_be_read(path, error) from None


def _holds(path: Path, watch: Watch) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(_LOOK)
        if start.startswith(_NPY):
            return True
        if start.startswith(parquet.MAGIC):
            return parquet.has_vectors(path)
        if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
            return False
        values = (value for _, value in _values(path, watch))
        return any(_parts(value)[1] for value in islice(values, _FIRST))
    except OSError:
        return False


def _of_npy(path: Path) -> Brought:
    import numpy as np

    from workbench.vectors.matrix import vectors_of

    try:
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        raise _unreadable(path.name, f"NumPy says: {error}.") from None
    try:
        vectors = vectors_of(values)
    except InvalidInput as error:
        raise InvalidInput(
            f"“{path.name}” holds no vectors.", field="file", why=error.why, fix="Choose another file."
        ) from None
    if not len(vectors):
        raise _empty(path.name)
    return Brought(path.name, {"": vectors}, _table(path.name, (), [()] * len(vectors)))


def _of_parquet(path: Path, watch: Watch) -> Brought:
    from arro3.io import read_parquet

    vectors: dict[str, list[bytes | None]] = {}
    told: dict[str, list[str]] = {}
    try:
        for batch in read_parquet(path, batch_size=_BATCH):
            watch.at(0.0)
            for name in batch.column_names:
                column = batch.column(name)
                if not parquet.is_list(column.type):
                    told.setdefault(name, []).extend(parquet.texts(column.to_pylist()))
                elif (found := _lists(column)) is not None:
                    vectors.setdefault(name, []).extend(found)
    except (KeyboardInterrupt, SystemExit, OSError):
        raise
    except BaseException as error:
        from workbench.vectors.watch import Stopped

        if isinstance(error, Stopped):
            raise
        raise _unreadable(path.name, "What is in it does not fit together.") from error
    return _brought(path.name, vectors, tuple(told), list(zip(*told.values(), strict=True)))


def _lists(column: Array) -> list[bytes | None] | None:
    """Each list as float32; None where they are no lists of numbers."""
    import numpy as np
    from arro3.core import DataType, list_flatten, list_offsets

    flat = list_flatten(column)
    if not (DataType.is_floating(flat.type) or DataType.is_integer(flat.type)):
        return None
    if column.null_count or flat.null_count:
        return [_numbers(each) if each is not None else None for each in column.to_pylist()]
    with np.errstate(over="ignore"):
        numbers = np.asarray(flat).astype("<f4")
    if DataType.is_fixed_size_list(column.type):
        size = len(numbers) // max(len(column), 1)
        return [row.tobytes() for row in numbers.reshape(-1, size)] if size else [None] * len(column)
    ends = np.asarray(list_offsets(column)).tolist()
    return [numbers[start:end].tobytes() or None for start, end in zip(ends, ends[1:], strict=False)]


def _of_json(path: Path, watch: Watch) -> Brought:
    rows: list[dict[str, str]] = []
    vectors: dict[str, list[bytes | None]] = {}
    bad: list[BadLine] = []
    for line, value in _values(path, watch):
        if isinstance(value, BadLine):
            bad.append(value)
            continue
        told, found = _parts(value)
        if not told and not found:
            bad.append(BadLine(line, "It is neither an object nor a vector."))
            continue
        for name, vector in found.items():
            vectors.setdefault(name, [None] * len(rows)).append(vector)
        rows.append(told)
        for each in vectors.values():
            if len(each) < len(rows):
                each.append(None)
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    if not vectors and bad and not rows:
        raise _unreadable(path.name, f"Line {bad[0].line}: {bad[0].why}")
    cells = [tuple(row.get(name, "") for name in names) for row in rows]
    return replace(_brought(path.name, vectors, names, cells), bad=tuple(bad))


def _values(path: Path, watch: Watch) -> Iterator[tuple[int, Any]]:
    """What stands on each line; of a file that is one list, each of its elements."""
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        first = file.readline().removeprefix(b"\xef\xbb\xbf").strip()
        if first.startswith(b"[") and (first == b"[" or first.startswith((b"[{", b"[["))):
            file.seek(0)
            value = _decoded(file.read().removeprefix(b"\xef\xbb\xbf"), 1)
            yield from enumerate(value if isinstance(value, list) else [value], start=1)
            return
        if first:
            yield 1, _decoded(first, 1)
        for number, line in enumerate(file, start=2):
            if not number % _LINES:
                watch.at(file.tell() / size)
            if line.strip():
                yield number, _decoded(line, number)


def _decoded(line: bytes, number: int) -> Any:
    """Some write NaN and Infinity, which JSON does not have."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        if b"NaN" in line or b"Infinity" in line:
            try:
                return json.loads(line)
            except (ValueError, RecursionError):
                pass
        return BadLine(number, f"It is not JSON ({error}).")


def _parts(value: Any) -> tuple[dict[str, str], dict[str, bytes | None]]:
    """What is told of a row, and its vectors. What stands in an object of its own, such as metadata, is told as well."""
    if isinstance(value, list):
        return {}, {"": _numbers(value)} if _is_vector(value) else {}
    if not isinstance(value, dict):
        return {}, {}
    told: dict[str, str] = {}
    vectors: dict[str, bytes | None] = {}
    for name, each in value.items():
        if _is_vector(each):
            vectors[name] = _numbers(each)
        elif isinstance(each, dict):
            for inner, one in each.items():
                told.setdefault(inner, in_words(one))
        else:
            told[name] = in_words(each)
    return told, vectors


def _is_vector(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], float | int | None)


def _numbers(values: Sequence[Any]) -> bytes | None:
    """float32; what is no number is NaN. None without any."""
    try:
        numbers = array("f", values)
    except (TypeError, OverflowError):
        numbers = array("f", map(_number, values))
    return _little(numbers).tobytes() or None


def _number(value: Any) -> float:
    fits = isinstance(value, float | int) and abs(value) < 3e38
    return float(value) if fits else math.nan


def _little(numbers: array[float]) -> array[float]:
    import sys

    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _brought(
    name: str,
    vectors: Mapping[str, Sequence[bytes | None]],
    columns: tuple[str, ...],
    rows: list[tuple[str, ...]],
) -> Brought:
    from workbench.vectors.matrix import read

    if not vectors:
        raise InvalidInput(
            f"“{name}” holds no vectors.",
            field="file",
            why="None of its columns has lists of numbers.",
            fix="Choose another file, or open it as texts.",
        )
    many = max(map(len, vectors.values()))
    if not many:
        raise _empty(name)
    found = {column: read(each) for column, each in vectors.items()}
    return Brought(name, found, _table(name, columns, rows or [()] * many))


def _table(name: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    return Table(
        name, TableForm.PARQUET if name.endswith(".parquet") else TableForm.JSONL, columns, tuple(rows)
    )


def _empty(name: str) -> InvalidInput:
    return InvalidInput(f"There is nothing in “{name}”.", field="file", fix="Choose another file.")


def _unreadable(name: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"“{name}” is no file of vectors that can be read.",
        field="file",
        why=why,
        fix="Vectors can be read from npy, Parquet and JSONL.",
    )
