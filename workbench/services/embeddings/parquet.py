"""Columns of texts out of Parquet files."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.domain.errors import InvalidInput

if TYPE_CHECKING:
    from arro3.core import DataType

MAGIC = b"PAR1"
_BATCH = 8192


def columns_of(data: bytes, name: str = "") -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The names of the columns and the rows, each value as text. Columns of vectors are left out: they are no texts.

    Takes a while for a large file: use a thread. Raises InvalidInput.
    """
    if not (data.startswith(MAGIC) and data.endswith(MAGIC)):
        raise _unreadable(name, "Its end is missing.")
    from arro3.io import read_parquet

    try:
        table = read_parquet(io.BytesIO(data), batch_size=_BATCH).read_all()
        names = [each for each in table.column_names if not is_list(table.column(each).type)]
        columns = [texts(table.column(each).to_pylist()) for each in names]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  over broken files the library panics, which is no Exception
        raise _unreadable(name, "What is in it does not fit together.") from error
    return tuple(names), list(zip(*columns, strict=True))


def has_vectors(path: Path) -> bool:
    """Whether a column has lists of numbers. False for what is no whole file. Raises OSError."""
    from arro3.core import DataType
    from arro3.io import read_parquet

    try:
        schema = read_parquet(path).schema
        types = [schema.field(place).type for place in range(len(schema))]
    except (KeyboardInterrupt, SystemExit, OSError):
        raise
    except BaseException:  # noqa: BLE001  over broken files the library panics, which is no Exception
        return False
    inner = [each.value_type for each in types if is_list(each)]
    return any(
        each is not None and (DataType.is_floating(each) or DataType.is_integer(each)) for each in inner
    )


def is_list(type: DataType) -> bool:
    from arro3.core import DataType

    kinds = (DataType.is_list, DataType.is_large_list, DataType.is_fixed_size_list)
    return any(kind(type) for kind in kinds)


def texts(values: Iterable[object]) -> list[str]:
    return [value if isinstance(value, str) else _told(value) for value in values]


def _told(value: object) -> str:
    match value:
        case None:
            return ""
        case bytes():
            return value.decode("utf-8", "replace")
        case dict() | list() | bool():
            return msgspec.json.encode(value).decode()
    return str(value)


def _unreadable(name: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"“{name}” is not a whole Parquet file." if name else "This is not a whole Parquet file.",
        field="texts",
        why=why,
        fix="Copy or write it again, or choose another file.",
    )
