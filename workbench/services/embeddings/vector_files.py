"""Vectors written to files, each with the text it belongs to."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings import pgvector
from workbench.services.embeddings.arrow import Columns, write_parquet
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.reckoning import Progress, reckoned
from workbench.storage.disk import whole_file

if TYPE_CHECKING:
    from workbench.vectors.arrays import Floats
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

VECTORIZE_DIMENSIONS = 1536
VECTORIZE_ID_BYTES = 64
VECTORIZE_METADATA_BYTES = 10 * 1024
"""Limits of Cloudflare Vectorize."""
_TOGETHER = 1 << 17
"""Numbers of a part. Turning them into Python's, or into Parquet's, lets no other thread on."""
_SINGLE, _HALF = 9, 5
"""Digits that tell numbers of single and half precision apart."""
_encode = msgspec.json.Encoder().encode


class VectorForm(StrEnum):
    """NPY: a matrix with a row for every text, NaN where there is no vector. The others leave such rows out. NDJSON: for Vectorize.
    SQL: for PostgreSQL with pgvector.
    """

    NPY = "npy"
    PARQUET = "parquet"
    JSONL = "jsonl"
    CSV = "csv"
    NDJSON = "ndjson"
    SQL = "sql"


def form_of(path: Path) -> VectorForm:
    """What the name's ending says. Raises InvalidInput."""
    try:
        return VectorForm(path.suffix.lower().removeprefix("."))
    except ValueError:
        raise InvalidInput(
            f"In which form “{path.name}” is to be written is not clear.",
            field="output",
            fix=f"Give it one of the endings {', '.join(f'.{form}' for form in VectorForm)}.",
        ) from None


async def write_vectors(
    path: Path,
    form: VectorForm,
    rows: Sequence[TextRow],
    vectors: Vectors,
    *,
    type: VectorType = VectorType.VECTOR,
    progress: Progress | None = None,
) -> None:
    """Write the file whole, over what is there, or not at all. type: of the column, for SQL, whose table is called as the file.

    Raises StorageFailed, and InvalidInput for what Vectorize or pgvector would not take.
    """
    await reckoned(lambda watch: _write(path, form, rows, vectors, type, watch), progress)


def _write(
    path: Path, form: VectorForm, rows: Sequence[TextRow], vectors: Vectors, type: VectorType, watch: Watch
) -> None:
    parts = _Parts(rows, vectors, watch)
    if form is VectorForm.NDJSON:
        _check_for_vectorize(rows, vectors)
    elif form is VectorForm.SQL:
        pgvector.check(type, vectors.dimensions, parts.largest())
    with whole_file(path, f"{path.name} could not be saved.") as file:
        match form:
            case VectorForm.NPY:
                from workbench.vectors.npy import write_npy

                write_npy(file, vectors)
            case VectorForm.PARQUET:
                write_parquet(file, _batches(parts))
            case VectorForm.JSONL:
                file.writelines(_encode(_line(row, values)) + b"\n" for row, values in parts.pairs())
            case VectorForm.NDJSON:
                file.writelines(_encode(_for_vectorize(row, values)) + b"\n" for row, values in parts.pairs())
            case VectorForm.CSV:
                _write_csv(file, parts)
            case VectorForm.SQL:
                file.writelines(line.encode() for line in _sql(parts, path.stem, type))
        watch.at(1.0)


class _Parts:
    """Rows that have a vector, a part at a time."""

    def __init__(self, rows: Sequence[TextRow], vectors: Vectors, watch: Watch) -> None:
        self.dimensions = vectors.dimensions
        self._rows = rows
        self._vectors = vectors
        self._watch = watch

    def largest(self) -> float:
        return max((float(abs(values).max(initial=0.0)) for _, values in self), default=0.0)

    def __iter__(self) -> Iterator[tuple[list[TextRow], Floats]]:
        """At least one part, which may be empty."""
        from workbench.vectors.matrix import pieces

        many = len(self._rows)
        for part in pieces(max(many, 1), self.dimensions, numbers=_TOGETHER):
            self._watch.at(part.start / max(many, 1))
            valid = self._vectors.valid[part]
            kept = [row for row, is_valid in zip(self._rows[part], valid.tolist(), strict=True) if is_valid]
            yield kept, self._vectors.values[part][valid]

    def pairs(self, *, half: bool = False) -> Iterator[tuple[TextRow, list[float]]]:
        """With no more digits than it takes to read the same numbers again. half: in half precision."""
        for rows, values in self:
            yield from zip(rows, _shortened(values, half).tolist(), strict=True)


def _shortened(values: Floats, half: bool) -> Any:
    import numpy as np

    wide = (values.astype(np.float16) if half else values).astype(np.float64)
    digits = _HALF if half else _SINGLE
    with np.errstate(divide="ignore"):
        first = np.floor(np.log10(np.abs(wide)))
    scale = 10.0 ** (digits - 1 - np.where(np.isfinite(first), first, 0.0))
    return np.rint(wide * scale) / scale


def _batches(parts: _Parts) -> Iterator[Columns]:
    from arro3.core import Array, DataType, Field, fixed_size_list_array

    text = DataType.utf8()
    number = Field("item", DataType.float32(), nullable=False)
    for rows, values in parts:
        vector = fixed_size_list_array(
            Array.from_numpy(values.reshape(-1)),
            parts.dimensions,
            type=DataType.list(number, parts.dimensions),
        )
        told: tuple[tuple[str, Callable[[TextRow], str]], ...] = (
            ("id", lambda row: row.id),
            ("text", lambda row: row.text),
            ("label", lambda row: row.label),
            ("language", lambda row: row.language),
            ("group", lambda row: row.group),
        )
        columns = [(name, Array([value(row) for row in rows], type=text)) for name, value in told]
        yield [*columns, ("embedding", vector)]


def _line(row: TextRow, values: list[float]) -> dict[str, Any]:
    return {"id": row.id, "text": row.text, **_told(row), "embedding": values}


def _told(row: TextRow) -> dict[str, str]:
    """What is known beside the text."""
    known = {"label": row.label, "language": row.language, "group": row.group}
    return {name: value for name, value in known.items() if value}


def _for_vectorize(row: TextRow, values: list[float]) -> dict[str, Any]:
    """With the text among the metadata, where there is room for it."""
    metadata = {"text": row.text, **_told(row)}
    if len(_encode(metadata)) > VECTORIZE_METADATA_BYTES:
        metadata = _told(row)
    return {"id": row.id, "values": values, "metadata": metadata}


def _check_for_vectorize(rows: Sequence[TextRow], vectors: Vectors) -> None:
    if vectors.dimensions > VECTORIZE_DIMENSIONS:
        raise InvalidInput(
            "Vectorize does not take such long vectors.",
            field="output",
            why=f"They have {vectors.dimensions:,} numbers; it takes {VECTORIZE_DIMENSIONS:,}.",
            fix="Ask for fewer dimensions, or use another model.",
        )
    long = next((row for row in rows if len(row.id.encode()) > VECTORIZE_ID_BYTES), None)
    if long is not None:
        raise InvalidInput(
            "Vectorize does not take such long ids.",
            field="output",
            why=f"“{long.id[:80]}” has {len(long.id.encode())} bytes; it takes {VECTORIZE_ID_BYTES}.",
            fix="Choose another column of ids, or none.",
        )


def _write_csv(file: BinaryIO, parts: _Parts) -> None:
    names = [f"v{place}" for place in range(parts.dimensions)]
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(["id", "text", "label", "language", "group", *names])
        for row, values in parts.pairs():
            writer.writerow([row.id, row.text, row.label, row.language, row.group, *values])
    finally:
        text.detach()


def _sql(parts: _Parts, stem: str, type: VectorType) -> Iterator[str]:
    table = pgvector.table_name(stem)
    yield pgvector.beginning(table, type, parts.dimensions)
    if type is VectorType.BIT:
        for rows, values in parts:
            bits = (values > 0).astype("u1") + ord("0")
            for row, one in zip(rows, bits, strict=True):
                yield pgvector.line(row, one.tobytes().decode())
    else:
        for row, numbers in parts.pairs(half=type is VectorType.HALFVEC):
            yield pgvector.line(row, _encode(numbers).decode())
    yield pgvector.end(table, type, parts.dimensions)
