"""Vectors written to files, each with the text it belongs to."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput
from workbench.storage.image_files import whole_file

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors

VECTORIZE_DIMENSIONS = 1536
VECTORIZE_ID_BYTES = 64
VECTORIZE_METADATA_BYTES = 10 * 1024
"""Limits of Cloudflare Vectorize."""


class VectorForm(StrEnum):
    """NPY: a matrix with a row for every text, NaN where there is no vector. The others leave such rows out. NDJSON: for Vectorize."""

    NPY = "npy"
    JSONL = "jsonl"
    CSV = "csv"
    NDJSON = "ndjson"


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


async def write_vectors(path: Path, form: VectorForm, rows: Sequence[TextRow], vectors: Vectors) -> None:
    """Write the file whole, over what is there, or not at all. Raises StorageFailed, and InvalidInput for what Vectorize would not
    take.
    """
    await asyncio.to_thread(_write, path, form, rows, vectors)


def _write(path: Path, form: VectorForm, rows: Sequence[TextRow], vectors: Vectors) -> None:
    if form is VectorForm.NDJSON:
        _check_for_vectorize(rows, vectors)
    with whole_file(path, f"{path.name} could not be saved.") as file:
        match form:
            case VectorForm.NPY:
                from workbench.vectors.npy import write_npy

                write_npy(file, vectors)
            case VectorForm.JSONL:
                _write_lines(file, (_line(row, values) for row, values in _pairs(rows, vectors)))
            case VectorForm.NDJSON:
                _write_lines(file, (_for_vectorize(row, values) for row, values in _pairs(rows, vectors)))
            case VectorForm.CSV:
                _write_csv(file, rows, vectors)


def _pairs(rows: Sequence[TextRow], vectors: Vectors) -> Iterator[tuple[TextRow, list[float]]]:
    valid = vectors.valid.tolist()
    for place, row in enumerate(rows):
        if valid[place]:
            yield row, vectors.values[place].tolist()


def _write_lines(file: BinaryIO, values: Iterator[dict[str, Any]]) -> None:
    encode = msgspec.json.Encoder().encode
    for value in values:
        file.write(encode(value) + b"\n")


def _line(row: TextRow, values: list[float]) -> dict[str, Any]:
    return {"id": row.id, "text": row.text, **_told(row), "embedding": values}


def _told(row: TextRow) -> dict[str, str]:
    """What is known beside the text."""
    known = {"label": row.label, "language": row.language, "group": row.group}
    return {name: value for name, value in known.items() if value}


def _for_vectorize(row: TextRow, values: list[float]) -> dict[str, Any]:
    """With the text among the metadata, where there is room for it."""
    metadata = {"text": row.text, **_told(row)}
    if len(msgspec.json.encode(metadata)) > VECTORIZE_METADATA_BYTES:
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


def _write_csv(file: BinaryIO, rows: Sequence[TextRow], vectors: Vectors) -> None:
    names = [f"v{place}" for place in range(vectors.dimensions)]
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow(["id", "text", "label", "language", "group", *names])
        for row, values in _pairs(rows, vectors):
            writer.writerow([row.id, row.text, row.label, row.language, row.group, *values])
    finally:
        text.detach()
