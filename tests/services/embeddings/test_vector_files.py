from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from arro3.io import read_parquet
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.waiting import until
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.services.embeddings.pgvector import VectorType, table_name
from workbench.services.embeddings.vector_files import VectorForm, form_of, write_vectors
from workbench.vectors.matrix import Vectors, read, vectors_of

ROWS = (TextRow("1", "hello, “you”", "a", "en", "g"), TextRow("2", "bad"), TextRow("3", "שלום"))
VECTORS = read([[0.1, -2.0], None, [1e-7, 3.5]])


def written(
    run: Run,
    folder: Path,
    form: VectorForm,
    rows: tuple[TextRow, ...] = ROWS,
    vectors: Vectors = VECTORS,
    type: VectorType = VectorType.VECTOR,
) -> Path:
    path = folder / f"out.{form}"
    run(write_vectors(path, form, rows, vectors, type=type))
    assert list(folder.iterdir()) == [path]
    return path


def test_a_matrix_has_a_row_for_every_text(tmp_path: Path, run_async: Run) -> None:
    found = np.load(written(run_async, tmp_path, VectorForm.NPY))
    assert (found.shape, found.dtype) == ((3, 2), np.float32)
    assert np.array_equal(found[[0, 2]], VECTORS.values[[0, 2]])
    assert np.isnan(found[1]).all()


def test_lines_have_the_text_and_what_is_known_of_it(tmp_path: Path, run_async: Run) -> None:
    path = written(run_async, tmp_path, VectorForm.JSONL)
    first, last = map(json.loads, path.read_text("utf-8").splitlines())
    assert {name: first[name] for name in ("id", "text", "label", "language", "group")} == {
        "id": "1", "text": "hello, “you”", "label": "a", "language": "en", "group": "g",
    }  # fmt: skip
    assert set(last) == {"id", "text", "embedding"}
    assert np.array_equal(np.array(last["embedding"], np.float32), VECTORS.values[2])


def test_a_table_has_a_column_for_each_number(tmp_path: Path, run_async: Run) -> None:
    path = written(run_async, tmp_path, VectorForm.CSV)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["text"] for row in found] == ["hello, “you”", "שלום"]
    numbers = np.array([[row["v0"], row["v1"]] for row in found], np.float32)
    assert np.array_equal(numbers, VECTORS.values[[0, 2]])


def test_vectorize_gets_metadata_as_far_as_there_is_room(tmp_path: Path, run_async: Run) -> None:
    rows = (*ROWS[:2], TextRow("3", "x" * 11_000, "long"))
    path = written(run_async, tmp_path, VectorForm.NDJSON, rows)
    first, last = map(json.loads, path.read_text("utf-8").splitlines())
    assert first["metadata"] == {"text": "hello, “you”", "label": "a", "language": "en", "group": "g"}
    assert last["metadata"] == {"label": "long"}
    assert set(first) == {"id", "values", "metadata"}


@pytest.mark.parametrize(
    ("rows", "vectors"),
    [
        ((TextRow("x" * 65, "a"),), read([[1.0]])),
        ((TextRow("ü" * 33, "a"),), read([[1.0]])),
        ((TextRow("1", "a"),), read([[1.0] * 1537])),
    ],
)
def test_what_vectorize_would_not_take_is_told_before(
    tmp_path: Path, run_async: Run, rows: tuple[TextRow, ...], vectors: Vectors
) -> None:
    with pytest.raises(InvalidInput):
        written(run_async, tmp_path, VectorForm.NDJSON, rows, vectors)
    assert list(tmp_path.iterdir()) == []


def test_the_form_is_known_by_the_ending() -> None:
    assert form_of(Path("a/b.NPY")) is VectorForm.NPY
    with pytest.raises(InvalidInput):
        form_of(Path("vectors.xlsx"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, run_async: Run) -> None:
    with pytest.raises(StorageFailed):
        written(run_async, tmp_path / "missing", VectorForm.NPY)


def test_parquet_has_columns_of_texts_and_one_of_vectors(tmp_path: Path, run_async: Run) -> None:
    path = written(run_async, tmp_path, VectorForm.PARQUET)
    found = read_parquet(path).read_all()
    assert found.column_names == ["id", "text", "label", "language", "group", "embedding"]
    assert found.column("text").to_pylist() == ["hello, “you”", "שלום"]
    assert found.column("group").to_pylist() == ["g", ""]
    vectors = np.array(found.column("embedding").to_pylist(), np.float32)
    assert np.array_equal(vectors, VECTORS.values[[0, 2]])


def test_many_rows_of_parquet_are_written_in_parts(tmp_path: Path, run_async: Run) -> None:
    rows = tuple(TextRow(str(number), f"text {number}") for number in range(3000))
    vectors = vectors_of(np.random.default_rng(1).standard_normal((3000, 3000)).astype(np.float32))
    found = read_parquet(written(run_async, tmp_path, VectorForm.PARQUET, rows, vectors)).read_all()
    assert found.num_rows == 3000
    last = found.column("embedding").slice(2999, 1).to_pylist()
    assert np.array_equal(np.array(last, np.float32), vectors.values[2999:])


def test_parquet_without_any_vector_is_whole_all_the_same(tmp_path: Path, run_async: Run) -> None:
    path = written(run_async, tmp_path, VectorForm.PARQUET, ROWS[:1], read([None]))
    assert read_parquet(path).read_all().num_rows == 0


class Restored:
    """What PostgreSQL would make of the file: COPY's text, read by its rules."""

    def __init__(self, path: Path) -> None:
        text = path.read_text("utf-8")
        head, _, rest = text.partition("FROM stdin;\n")
        body, _, self.tail = rest.partition("\\.\n")
        (self.type,) = re.findall(r"embedding (\w+\(\d+\)) NOT NULL", head)
        (self.table,) = re.findall(r'CREATE TABLE "(\w+)"', head)
        assert f'COPY "{self.table}" (id, text, label, language, "group", embedding) ' in head
        assert head.count("BEGIN;") == self.tail.count("COMMIT;") == 1
        self.rows = [
            [self._cell(cell) for cell in line.split("\t")] for line in io.StringIO(body, newline="\n")
        ]

    @staticmethod
    def _cell(cell: str) -> str | None:
        cell = cell.removesuffix("\n")
        if cell == r"\N":
            return None
        known = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\\": "\\"}
        return re.sub(r"\\(.)", lambda found: known[found[1]], cell)

    @property
    def vectors(self) -> np.ndarray:
        return np.array([json.loads(row[-1] or "") for row in self.rows], np.float32)


def test_sql_makes_a_table_of_the_texts_and_their_vectors(tmp_path: Path, run_async: Run) -> None:
    found = Restored(written(run_async, tmp_path, VectorForm.SQL))
    assert (found.table, found.type) == ("out", "vector(2)")
    assert [row[:5] for row in found.rows] == [
        ["1", "hello, “you”", "a", "en", "g"],
        ["3", "שלום", None, None, None],
    ]
    assert np.array_equal(found.vectors, VECTORS.values[[0, 2]])
    assert "USING hnsw (embedding vector_cosine_ops)" in found.tail


def test_sql_in_half_precision(tmp_path: Path, run_async: Run) -> None:
    vectors = vectors_of(np.random.default_rng(1).standard_normal((1, 300)).astype(np.float32))
    found = Restored(written(run_async, tmp_path, VectorForm.SQL, ROWS[:1], vectors, VectorType.HALFVEC))
    assert found.type == "halfvec(300)"
    assert np.array_equal(found.vectors.astype(np.float16), vectors.values.astype(np.float16))
    assert max(len(number) for number in (found.rows[0][-1] or "").split(",")) < 14


def test_sql_in_bits(tmp_path: Path, run_async: Run) -> None:
    vectors = read([[0.5, -1, 0, 2, 3, -4, 1, 1, -1, 1]])
    found = Restored(written(run_async, tmp_path, VectorForm.SQL, ROWS[:1], vectors, VectorType.BIT))
    assert (found.type, found.rows[0][-1]) == ("bit(10)", "1001101101")
    assert "bit_hamming_ops" in found.tail


@pytest.mark.parametrize(
    "text", ["a\tb\nc\rd\\e", r"\N", r"\.", "\b\f\v", "\u2028\x85", "'; DROP TABLE x; --"]
)
def test_no_text_leaves_its_cell(tmp_path: Path, run_async: Run, text: str) -> None:
    found = Restored(written(run_async, tmp_path, VectorForm.SQL, (TextRow("1", text),), read([[1.0]])))
    assert [row[1] for row in found.rows] == [text]


def test_a_zero_within_a_text_which_postgresql_has_not_is_replaced(tmp_path: Path, run_async: Run) -> None:
    found = Restored(written(run_async, tmp_path, VectorForm.SQL, (TextRow("1", "a\0b"),), read([[1.0]])))
    assert found.rows[0][1] == "a\ufffdb"


def test_what_can_have_no_index_gets_none(tmp_path: Path, run_async: Run) -> None:
    found = Restored(written(run_async, tmp_path, VectorForm.SQL, ROWS[:1], read([[1.0] * 2001])))
    assert "CREATE INDEX" not in found.tail


@pytest.mark.parametrize(
    ("vectors", "type"),
    [(read([[1.0] * 16_001]), VectorType.VECTOR), (read([[-70_000.0]]), VectorType.HALFVEC)],
)
def test_what_pgvector_would_not_take_is_told_before(
    tmp_path: Path, run_async: Run, vectors: Vectors, type: VectorType
) -> None:
    with pytest.raises(InvalidInput):
        written(run_async, tmp_path, VectorForm.SQL, ROWS[:1], vectors, type)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "table"), [("My texts – bge-m3", "my_texts_bge_m3"), ("2024", "t_2024"), ("тексты", "t"), ("x" * 99, "x" * 63)]
)  # fmt: skip
def test_the_table_is_called_as_the_file(tmp_path: Path, run_async: Run, name: str, table: str) -> None:
    path = tmp_path / f"{name}.sql"
    run_async(write_vectors(path, VectorForm.SQL, ROWS, VECTORS))
    assert Restored(path).table == table


@given(
    st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False, min_value=-(2.0**60), max_value=2.0**60),
        min_size=1,
    )
)
def test_numbers_are_read_again_as_they_were(numbers: list[float]) -> None:
    from workbench.services.embeddings.vector_files import _shortened

    values = np.array([numbers], np.float32)
    assert np.array_equal(_shortened(values, half=False).astype(np.float32), values)


def test_progress_is_told_and_who_stops_leaves_what_was_there(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "out.csv"
    path.write_text("as it was")
    vectors = vectors_of(np.ones((9000, 1000), np.float32))
    rows = tuple(TextRow(str(number), "x") for number in range(9000))

    async def told() -> list[float]:
        parts: list[float] = []
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(
                write_vectors(path, VectorForm.CSV, rows, vectors, progress=parts.append)
            )
            await until(lambda: bool(parts))
            writing.cancel()
        await until(lambda: len(list(tmp_path.iterdir())) == 1)
        return parts

    assert run_async(told())
    assert path.read_text() == "as it was"


@pytest.mark.parametrize(
    ("stem", "table"),
    [
        ("Mine 2026", "mine_2026"),
        ("1st", "t_1st"),
        ("vector", "t_vector"),
        ("HalfVec", "t_halfvec"),
        ("وسم", "t"),
    ],
)
def test_a_table_is_called_as_the_file_but_not_as_a_type(stem: str, table: str) -> None:
    assert table_name(stem) == table
