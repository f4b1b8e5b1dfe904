from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.services.embeddings.vector_files import VectorForm, form_of, write_vectors
from workbench.vectors.matrix import Vectors, read

ROWS = (TextRow("1", "hello, “you”", "a", "en", "g"), TextRow("2", "bad"), TextRow("3", "שלום"))
VECTORS = read([[0.1, -2.0], None, [1e-7, 3.5]])


def written(
    run: Run, folder: Path, form: VectorForm, rows: tuple[TextRow, ...] = ROWS, vectors: Vectors = VECTORS
) -> Path:
    path = folder / f"out.{form}"
    run(write_vectors(path, form, rows, vectors))
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
        form_of(Path("vectors.parquet"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, run_async: Run) -> None:
    with pytest.raises(StorageFailed):
        written(run_async, tmp_path / "missing", VectorForm.NPY)
