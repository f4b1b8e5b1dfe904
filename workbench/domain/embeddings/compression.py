"""What is lost when vectors are made smaller."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Storing(StrEnum):
    """INT8: a byte for each dimension and a scale for each row. BINARY: the signs, a bit for each dimension."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class SmallerForm:
    """recall: the part of the k nearest by the whole vectors that these find as well."""

    dimensions: int
    storing: Storing
    bytes_per_row: int
    recall: float


@dataclass(frozen=True, slots=True)
class Compression:
    """Of one column. forms: in the order of bytes. queries, rows: so many rows of the set asked so many others, of `of`."""

    key: str
    k: int
    queries: int
    rows: int
    of: int
    forms: tuple[SmallerForm, ...]
