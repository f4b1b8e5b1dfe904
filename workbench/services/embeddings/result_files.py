"""What came of it as tables: texts, neighbours of every text, places on a map."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.arrow import Columns, write_parquet
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.storage.disk import whole_file

if TYPE_CHECKING:
    from workbench.services.embeddings.maps import PointMap
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

Cells = tuple[Any, ...]
"""Texts and numbers, always of the same kind in the same column."""
_BATCH = 4096
_TEXTS = (("id", str), ("text", str), ("label", str), ("language", str), ("group", str))


class ResultForm(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


async def write_texts(
    path: Path, form: ResultForm, rows: Sequence[TextRow], progress: Progress | None = None
) -> None:
    """As all of these, the file whole, over what is there, or not at all. Raises StorageFailed."""
    await reckoned(lambda watch: _write(path, form, _TEXTS, map(_told, rows), len(rows), watch), progress)


async def write_neighbours(
    path: Path,
    form: ResultForm,
    rows: Sequence[TextRow],
    columns: Sequence[tuple[str, Vectors]],
    k: int,
    measure: Measure,
    progress: Progress | None = None,
) -> None:
    """The k nearest of each row by each of the columns, which come with their titles."""
    names = (
        ("model", str),
        ("id", str),
        ("rank", int),
        ("neighbour", str),
        ("score", float),
        ("text", str),
        ("neighbour_text", str),
    )

    def work(watch: Watch) -> None:
        found = _neighbours(rows, columns, k, measure, watch.share(0.0, 0.7))
        many = len(rows) * len(columns) * k
        _write(path, form, names, found, many, watch.share(0.7, 1.0))

    await reckoned(work, progress)


async def write_coordinates(
    path: Path,
    form: ResultForm,
    rows: Sequence[TextRow],
    maps: Sequence[tuple[str, PointMap]],
    progress: Progress | None = None,
) -> None:
    """The texts, and x and y of each of the maps, which come with their titles; nothing or NaN where there is no point."""
    several = len(maps) > 1
    axes = [f"{axis} {title}" if several else axis for title, _ in maps for axis in ("x", "y")]

    def cells() -> Iterator[Cells]:
        for number, row in enumerate(rows):
            places = (made.place(number) or (math.nan, math.nan) for _, made in maps)
            yield (*_told(row), *chain.from_iterable(places))

    names = (*_TEXTS, *((axis, float) for axis in axes))
    await reckoned(lambda watch: _write(path, form, names, cells(), len(rows), watch), progress)


def _told(row: TextRow) -> Cells:
    return row.id, row.text, row.label, row.language, row.group


def _neighbours(
    rows: Sequence[TextRow],
    columns: Sequence[tuple[str, Vectors]],
    k: int,
    measure: Measure,
    watch: Watch,
) -> Iterator[Cells]:
    from workbench.vectors.nearest import neighbours

    for number, (title, vectors) in enumerate(columns):
        part = watch.share(number / len(columns), (number + 1) / len(columns))
        found = neighbours(vectors, k, measure, watch=part)
        for row, others, scores in zip(rows, found.rows, found.scores, strict=True):
            pairs = zip(others.tolist(), scores.tolist(), strict=True)
            for rank, (other, score) in enumerate(pairs, start=1):
                if other >= 0:
                    yield title, row.id, rank, rows[other].id, score, row.text, rows[other].text


def _write(
    path: Path,
    form: ResultForm,
    names: Sequence[tuple[str, type]],
    rows: Iterable[Cells],
    many: int,
    watch: Watch,
) -> None:
    """many: rows there are about, for the progress."""

    def watched() -> Iterator[tuple[Cells, ...]]:
        for number, batch in enumerate(_batched(rows)):
            watch.at(min(number * _BATCH / max(many, 1), 0.99))
            yield batch

    with whole_file(path, f"{path.name} could not be saved.") as file:
        match form:
            case ResultForm.CSV:
                _write_csv(file, [name for name, _ in names], watched())
            case ResultForm.JSONL:
                encode = msgspec.json.Encoder().encode
                for batch in watched():
                    file.writelines(encode(_object(names, row)) + b"\n" for row in batch)
            case ResultForm.PARQUET:
                write_parquet(file, (_columns(names, batch) for batch in watched()))
        watch.at(1.0)


def _batched(rows: Iterable[Cells]) -> Iterator[tuple[Cells, ...]]:
    """At least one batch, which may be empty."""
    found = iter(rows)
    yield tuple(islice(found, _BATCH))
    while batch := tuple(islice(found, _BATCH)):
        yield batch


def _write_csv(file: BinaryIO, names: Sequence[str], batches: Iterator[tuple[Cells, ...]]) -> None:
    """With a mark that tells spreadsheets it is UTF-8."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(names)
        for batch in batches:
            writer.writerows([_in_cell(each) for each in row] for row in batch)
    finally:
        text.detach()


def _in_cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.7g}"
    return value


def _object(names: Sequence[tuple[str, type]], row: Cells) -> dict[str, Any]:
    """Without what is empty."""
    return {
        name: value
        for (name, _), value in zip(names, row, strict=True)
        if value != "" and value == value  # noqa: PLR0124  NaN is not
    }


def _columns(names: Sequence[tuple[str, type]], batch: tuple[Cells, ...]) -> Columns:
    from arro3.core import Array, DataType

    types = {str: DataType.utf8(), int: DataType.int32(), float: DataType.float32()}
    values: Iterable[Cells] = zip(*batch, strict=True) if batch else (() for _ in names)
    return [
        (name, Array(list(each), type=types[kind])) for (name, kind), each in zip(names, values, strict=True)
    ]
