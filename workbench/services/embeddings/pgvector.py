"""Vectors as SQL for PostgreSQL with pgvector: `psql -f` makes a table of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput

_LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts longer ones."""
_TYPES = ("vector", "halfvec", "sparsevec")
"""A table is a type, too, so none can be called as these."""
_ESCAPED = str.maketrans(
    {
        "\\": r"\\",
        "\t": r"\t",
        "\n": r"\n",
        "\r": r"\r",
        "\b": r"\b",
        "\f": r"\f",
        "\v": r"\v",
        "\0": "\ufffd",
    }
)
"""In COPY's text. No text of PostgreSQL can hold a zero."""


class VectorType(StrEnum):
    """HALFVEC: half the bytes. BIT: the signs only, a bit for each dimension."""

    VECTOR = "vector"
    HALFVEC = "halfvec"
    BIT = "bit"


@dataclass(frozen=True, slots=True)
class _Limits:
    """stored, indexed: most dimensions. distance: the operator class for cosine, or what comes next to it."""

    stored: int
    indexed: int
    distance: str


_LIMITS = {
    VectorType.VECTOR: _Limits(16_000, 2_000, "vector_cosine_ops"),
    VectorType.HALFVEC: _Limits(16_000, 4_000, "halfvec_cosine_ops"),
    VectorType.BIT: _Limits(64_000, 64_000, "bit_hamming_ops"),
}
LARGEST_HALF = 65_504.0


def check(type: VectorType, dimensions: int, largest: float) -> None:
    """Raise InvalidInput where pgvector would not take them. largest: number among them, without its sign."""
    most = _LIMITS[type].stored
    if dimensions > most:
        raise InvalidInput(
            "pgvector does not take such long vectors.",
            field="output",
            why=f"They have {dimensions:,} numbers; {type} takes {most:,}.",
            fix="Ask for fewer dimensions, or use another model.",
        )
    if type is VectorType.HALFVEC and largest > LARGEST_HALF:
        raise InvalidInput(
            "These numbers are too large for halfvec.",
            field="output",
            why=f"The largest is {largest:,.0f}; half precision ends at {LARGEST_HALF:,.0f}.",
            fix="Write them as vector.",
        )


def table_name(stem: str) -> str:
    """Of a file's name without its ending: what needs no quotation marks."""
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    return (name if name[:1].isalpha() and name not in _TYPES else f"t_{name}".rstrip("_"))[:_LONGEST_NAME]


def beginning(table: str, type: VectorType, dimensions: int) -> str:
    return (
        f"-- psql -v ON_ERROR_STOP=1 -f this file makes the table {table}.\n"
        "CREATE EXTENSION IF NOT EXISTS vector;\n"
        "BEGIN;\n"
        f'CREATE TABLE "{table}" (\n'
        "  id text PRIMARY KEY,\n"
        "  text text NOT NULL,\n"
        "  label text,\n"
        "  language text,\n"
        '  "group" text,\n'
        f"  embedding {type}({dimensions}) NOT NULL\n"
        ");\n"
        f'COPY "{table}" (id, text, label, language, "group", embedding) FROM stdin;\n'
    )


def line(row: TextRow, vector: str) -> str:
    """vector: as pgvector writes it."""
    return "\t".join((*_cells(row), vector)) + "\n"


def end(table: str, type: VectorType, dimensions: int) -> str:
    limits = _LIMITS[type]
    index = f'CREATE INDEX ON "{table}" USING hnsw (embedding {limits.distance});\n'
    if dimensions > limits.indexed:
        index = f"-- No index: {type} can have one of up to {limits.indexed} dimensions.\n"
    return f"\\.\n{index}COMMIT;\n"


def _cells(row: TextRow) -> Iterator[str]:
    yield row.id.translate(_ESCAPED)
    yield row.text.translate(_ESCAPED)
    for value in (row.label, row.language, row.group):
        yield value.translate(_ESCAPED) if value else r"\N"
