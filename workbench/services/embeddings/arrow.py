"""Tables written as Parquet, batch after batch."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from arro3.core import Array, RecordBatch

Columns = Sequence[tuple[str, "Array"]]
"""Names and values. In all batches of a table the same names and types."""
_ROWS_TOGETHER = 65_536


def write_parquet(file: BinaryIO, batches: Iterator[Columns]) -> None:
    """At least one batch. What reading or writing raises comes through as it is."""
    from arro3.core import Field, RecordBatch, RecordBatchReader, Schema
    from arro3.io import write_parquet

    first = next(batches)
    schema = Schema([Field(name, values.type, nullable=False) for name, values in first])
    guard = _Guard(file)

    def made() -> Iterator[RecordBatch]:
        yield RecordBatch.from_arrays([values for _, values in first], schema=schema)
        for columns in guard.watched(batches):
            yield RecordBatch.from_arrays([values for _, values in columns], schema=schema)

    reader = RecordBatchReader.from_batches(schema, made())
    try:
        write_parquet(
            reader,
            guard,  # type: ignore[arg-type]  # it has what is used of a file
            compression="zstd(3)",
            dictionary_enabled=False,
            max_row_group_size=_ROWS_TOGETHER,
        )
    except Exception as error:  # noqa: BLE001  ours, in the clothes of the library's
        raise guard.error or error from None
    if guard.error is not None:
        raise guard.error


class _Guard(io.RawIOBase):
    """The library turns what our code raises into errors of its own, and panics where writing fails: what happened first is kept
    here, and no more batches come after it.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.error: Exception | None = None

    def watched(self, batches: Iterator[Columns]) -> Iterator[Columns]:
        try:
            for columns in batches:
                if self.error is not None:
                    return
                yield columns
        except Exception as error:
            self.error = self.error or error
            raise

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            if self.error is None:
                self._file.write(data)
        except Exception as error:  # noqa: BLE001  raised when the library is done
            self.error = error
        return len(data)
