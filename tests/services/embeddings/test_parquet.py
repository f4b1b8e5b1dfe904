"""Texts out of Parquet files."""

from __future__ import annotations

import io
from typing import Any

import arro3.core as arrow
import pytest
from arro3.io import write_parquet

from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.parquet import columns_of
from workbench.services.embeddings.tables import TableForm, table_of
from workbench.services.embeddings.texts import guessed, text_set

KIND = arrow.DataType


def parquet(**columns: tuple[list[Any], arrow.DataType]) -> bytes:
    made: dict[str, Any] = {name: arrow.Array(values, kind) for name, (values, kind) in columns.items()}
    file = io.BytesIO()
    write_parquet(arrow.Table.from_pydict(made), file)
    return file.getvalue()


def test_every_value_becomes_a_text() -> None:
    names, rows = columns_of(
        parquet(
            text=(["Grüße", "مرحبا", None], KIND.utf8()),
            stars=([5, None, 1], KIND.int64()),
            good=([True, False, None], KIND.bool()),
            raw=([b"x", b"\xff", None], KIND.binary()),
        )
    )
    assert names == ("text", "stars", "good", "raw")
    assert rows == [("Grüße", "5", "true", "x"), ("مرحبا", "", "false", "\ufffd"), ("", "1", "", "")]


def test_vectors_are_no_texts() -> None:
    file = io.BytesIO()
    vectors = arrow.fixed_size_list_array(arrow.Array([0.5] * 4, KIND.float32()), 2)
    write_parquet(arrow.Table.from_pydict({"text": arrow.Array(["a", "b"], KIND.utf8()), "v": vectors}), file)
    assert columns_of(file.getvalue())[0] == ("text",)
    alone = io.BytesIO()
    write_parquet(arrow.Table.from_pydict({"v": vectors}), alone)
    with pytest.raises(InvalidInput) as raised:
        table_of(alone.getvalue(), "v.parquet")
    assert raised.value.what == "There are no texts in “v.parquet”."


def test_a_table_is_known_by_its_first_bytes_and_becomes_a_set() -> None:
    data = parquet(label=(["a", "b"], KIND.utf8()), text=(["one", "two"], KIND.utf8()))
    table = table_of(data, "without-an-ending")
    assert table.form is TableForm.PARQUET
    assert [(row.text, row.label) for row in text_set(table, guessed(table)).rows] == [
        ("one", "a"),
        ("two", "b"),
    ]


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1 and more", b"PAR1" + b"x" * 30 + b"PAR1"])
def test_a_broken_file_is_said_to_be_broken(data: bytes) -> None:
    with pytest.raises(InvalidInput) as raised:
        table_of(data, "x.parquet")
    assert raised.value.what == "“x.parquet” is not a whole Parquet file."
