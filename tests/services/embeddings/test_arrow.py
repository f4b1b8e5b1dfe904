"""Parquet, and what happens while it is written."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from typing import Any

import pytest
from arro3.core import Array, DataType
from arro3.io import read_parquet

from workbench.services.embeddings.arrow import Columns, write_parquet
from workbench.vectors.watch import Stopped


def batches(many: int) -> Iterator[Columns]:
    for number in range(many):
        yield [("id", Array([str(number), "ü"], type=DataType.utf8()))]


def test_batches_become_one_table() -> None:
    file = io.BytesIO()
    write_parquet(file, batches(3))
    assert read_parquet(file).read_all().column("id").to_pylist() == ["0", "ü", "1", "ü", "2", "ü"]


def test_what_a_batch_raises_comes_through() -> None:
    def stopped() -> Iterator[Columns]:
        yield from batches(1)
        raise Stopped

    with pytest.raises(Stopped):
        write_parquet(io.BytesIO(), stopped())


def test_a_disk_that_is_full_is_told_as_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        write_parquet(Full(), batches(3))
    assert capfd.readouterr().err == ""
