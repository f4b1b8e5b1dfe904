"""Files that somebody brings along, as NumPy, Arrow, Vectorize and this program itself write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arro3.core import Array, DataType, Field, Schema, Table, fixed_size_list_array, list_array
from arro3.io import write_parquet
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from workbench.domain.embeddings.measures import Fault
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.own_files import (
    Brought,
    Match,
    fitted,
    holds_vectors,
    new_set,
    read_vectors,
    ways,
)
from workbench.services.embeddings.vector_files import VectorForm, write_vectors
from workbench.vectors.matrix import read, vectors_of

ROWS = (TextRow("a", "one"), TextRow("b", "two"), TextRow("c", "three"))
VALUES = np.array([[1, 2], [3, 4], [5, 6]], np.float32)


@pytest.fixture
def brought(tmp_path: Path, run_async: Run) -> Callable[..., Brought]:
    def read_it(content: bytes | str | Sequence[Any], name: str = "mine.jsonl") -> Brought:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_text("".join(json.dumps(each) + "\n" for each in content), encoding="utf-8")
        return run_async(read_vectors(path))

    return read_it


def values_of(found: Brought, column: str = "") -> list[list[float]]:
    return [list(map(float, row)) for row in found.columns[column].values]


# --- npy ---


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", "<i4"])
def test_a_matrix_of_numpy_is_read_in_whatever_numbers_it_has(
    tmp_path: Path, run_async: Run, dtype: str
) -> None:
    np.save(tmp_path / "x.npy", np.asfortranarray(VALUES.astype(dtype)))
    found = run_async(read_vectors(tmp_path / "x.npy"))
    assert values_of(found) == VALUES.tolist()
    assert found.title("") == "x"
    assert ways(found, ROWS) == (Match.ORDER,)


@pytest.mark.parametrize(
    "values", [np.ones(3), np.ones((2, 2, 2)), np.array([["a"]]), np.ones((0, 2)), np.ones((2, 0))]
)
def test_what_is_no_matrix_is_refused(tmp_path: Path, run_async: Run, values: np.ndarray) -> None:
    np.save(tmp_path / "x.npy", values)
    with pytest.raises(InvalidInput):
        run_async(read_vectors(tmp_path / "x.npy"))


def test_objects_in_a_numpy_file_are_never_loaded(tmp_path: Path, run_async: Run) -> None:
    np.save(tmp_path / "x.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InvalidInput):
        run_async(read_vectors(tmp_path / "x.npy"))


def test_a_numpy_file_that_ends_too_early_is_refused(brought: Callable[..., Brought], tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", VALUES)
    with pytest.raises(InvalidInput):
        brought((tmp_path / "x.npy").read_bytes()[:-3], "x.npy")


# --- JSON ---


def test_lines_have_ids_texts_and_vectors(brought: Callable[..., Brought]) -> None:
    found = brought([{"id": "a", "text": "one", "label": "x", "embedding": [1, 2.5]}])
    assert values_of(found, "embedding") == [[1, 2.5]]
    assert (found.told.id, found.told.texts, found.told.label) == ("id", ("text",), "label")


def test_bare_lists_are_vectors_without_a_name(brought: Callable[..., Brought]) -> None:
    found = brought([[1, 2], [3, 4], [5, 6]])
    assert values_of(found) == VALUES.tolist()
    assert found.told.texts == ()


@pytest.mark.parametrize("indent", [None, 2])
def test_one_list_of_all_is_read_as_well(brought: Callable[..., Brought], indent: int | None) -> None:
    rows = [{"id": "a", "vector": [1, 2]}, {"id": "b", "vector": [3, 4]}]
    assert values_of(brought(json.dumps(rows, indent=indent), "x.json"), "vector") == [[1, 2], [3, 4]]


def test_metadata_of_vectorize_is_told_as_if_it_were_beside_the_id(brought: Callable[..., Brought]) -> None:
    found = brought([{"id": "a", "values": [1, 2], "metadata": {"text": "one", "label": "x"}}])
    assert (found.told.texts, found.told.label) == (("text",), "label")


def test_two_columns_of_vectors_are_two(brought: Callable[..., Brought]) -> None:
    found = brought([{"small": [1], "large": [1, 2]}, {"large": [3, 4]}])
    assert found.columns["small"].told() == {Fault.MISSING: 1}
    assert values_of(found, "large") == [[1, 2], [3, 4]]
    assert found.title("small") == "mine · small"


def test_what_is_wrong_with_a_vector_is_told(brought: Callable[..., Brought]) -> None:
    lines = '{"v": [1, 2]}\n{"v": [1, NaN]}\n{"v": [0, 0]}\n{"v": [1]}\n{"v": null}\n{"v": [1, "x"]}\n{"v": [1, 1e300]}\n'
    found = brought(lines)
    assert found.columns["v"].told() == {
        Fault.NOT_FINITE: 3,
        Fault.ZERO: 1,
        Fault.OTHER_DIMENSIONS: 1,
        Fault.MISSING: 1,
    }


def test_lines_that_are_no_json_are_told_and_left_out(brought: Callable[..., Brought]) -> None:
    found = brought('{"v": [1]}\n{"v": \n\n7\n{"v": [2]}\n')
    assert [bad.line for bad in found.bad] == [2, 4]
    assert values_of(found, "v") == [[1], [2]]


@pytest.mark.parametrize("text", ["", "hello\n", '{"text": "no vector"}\n', "[]", "[1, 2"])
def test_a_file_without_vectors_is_refused(brought: Callable[..., Brought], text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        brought(text)
    assert caught.value.fix


@given(
    st.lists(
        st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=2, max_size=2),
        min_size=1,
    )
)
def test_numbers_come_as_they_are_written(tmp_path_factory: Any, numbers: list[list[float]]) -> None:
    import asyncio

    path = tmp_path_factory.mktemp("own") / "x.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in numbers), encoding="utf-8")
    found = asyncio.run(read_vectors(path)).columns[""]
    expected = vectors_of(np.array(numbers))
    assert np.array_equal(found.values, expected.values)
    assert np.array_equal(found.faults, expected.faults)


# --- Parquet ---


def parquet(tmp_path: Path, vectors: Array, **texts: Sequence[str]) -> bytes:
    columns = [Array(list(values), type=DataType.utf8()) for values in texts.values()]
    schema = Schema([*(Field(name, DataType.utf8()) for name in texts), Field("embedding", vectors.type)])
    write_parquet(Table.from_arrays([*columns, vectors], schema=schema), tmp_path / "made.parquet")
    return (tmp_path / "made.parquet").read_bytes()


def test_lists_of_a_fixed_size(tmp_path: Path, brought: Callable[..., Brought]) -> None:
    vectors = fixed_size_list_array(Array.from_numpy(VALUES.reshape(-1)), 2)
    found = brought(parquet(tmp_path, vectors, id=["a", "b", "c"]), "x.parquet")
    assert values_of(found, "embedding") == VALUES.tolist()
    assert found.told.id == "id"


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8"])
def test_lists_of_different_sizes(tmp_path: Path, brought: Callable[..., Brought], dtype: str) -> None:
    ends = Array.from_numpy(np.array([0, 2, 3, 5, 5], np.int32))
    vectors = list_array(ends, Array.from_numpy(np.array([1, 2, 3, 4, 5], dtype)))
    found = brought(parquet(tmp_path, vectors, id=list("abcd")), "x.parquet")
    assert found.columns["embedding"].told() == {Fault.OTHER_DIMENSIONS: 1, Fault.MISSING: 1}
    assert values_of(found, "embedding") == [[1, 2], [0, 0], [4, 5], [0, 0]]


def test_lists_that_are_missing(tmp_path: Path, brought: Callable[..., Brought]) -> None:
    mask = Array([False, True, False], type=DataType.bool())
    vectors = fixed_size_list_array(Array.from_numpy(VALUES.reshape(-1)), 2, mask=mask)
    found = brought(parquet(tmp_path, vectors, id=["a", "b", "c"]), "x.parquet")
    assert found.columns["embedding"].told() == {Fault.MISSING: 1}
    assert values_of(found, "embedding")[2] == [5, 6]


def test_lists_of_texts_are_no_vectors(tmp_path: Path, brought: Callable[..., Brought]) -> None:
    words = list_array(Array.from_numpy(np.array([0, 1], np.int32)), Array(["x"], type=DataType.utf8()))
    with pytest.raises(InvalidInput):
        brought(parquet(tmp_path, words, id=["a"]), "x.parquet")


def test_a_broken_parquet_file_is_refused(tmp_path: Path, brought: Callable[..., Brought]) -> None:
    vectors = fixed_size_list_array(Array.from_numpy(VALUES.reshape(-1)), 2)
    with pytest.raises(InvalidInput):
        brought(parquet(tmp_path, vectors, id=["a", "b", "c"])[:-9], "x.parquet")


@pytest.mark.parametrize("form", [VectorForm.NPY, VectorForm.PARQUET, VectorForm.JSONL, VectorForm.NDJSON])
def test_what_was_written_here_comes_back(tmp_path: Path, run_async: Run, form: VectorForm) -> None:
    vectors = read([[0.1, -2.0], None, [1e-7, 3.5]])
    path = tmp_path / f"out.{form}"
    run_async(write_vectors(path, form, ROWS, vectors))
    found = run_async(read_vectors(path))
    match = ways(found, ROWS)[0]
    assert match is (Match.ORDER if form is VectorForm.NPY else Match.ID)
    (again,) = run_async(fitted(found, ROWS, match)).columns.values()
    assert np.array_equal(again.values, vectors.values)
    assert np.array_equal(again.valid, vectors.valid)


# --- which text is whose ---


def test_rows_find_their_texts_by_id(brought: Callable[..., Brought], run_async: Run) -> None:
    found = brought(
        [
            {"id": "c", "v": [5, 6]},
            {"id": "x", "v": [9, 9]},
            {"id": "a", "v": [0, 0]},
            {"id": "c", "v": [7, 7]},
        ]
    )
    assert ways(found, ROWS) == (Match.ID,)
    fit = run_async(fitted(found, ROWS, Match.ID))
    (vectors,) = fit.columns.values()
    assert vectors.values.tolist() == [[0, 0], [0, 0], [5, 6]]
    assert [vectors.fault(row) for row in range(3)] == [Fault.ZERO, Fault.MISSING, Fault.NONE]
    assert (fit.matched, fit.without, fit.over, fit.faults) == (2, 1, 2, {Fault.ZERO: 1})


def test_rows_find_their_texts_by_what_they_say(brought: Callable[..., Brought], run_async: Run) -> None:
    found = brought([{"id": "7", "text": " two ", "v": [1]}, {"id": "8", "text": "one", "v": [2]}])
    assert ways(found, ROWS) == (Match.TEXT, Match.NEW)
    (vectors,) = run_async(fitted(found, ROWS, Match.TEXT)).columns.values()
    assert vectors.values.tolist() == [[2], [1], [0]]


def test_by_order_only_where_there_are_as_many(brought: Callable[..., Brought]) -> None:
    found = brought([[1, 2], [3, 4]])
    assert ways(found, ROWS[:2]) == (Match.ORDER,)
    with pytest.raises(InvalidInput, match="does not belong") as caught:
        ways(found, ROWS)
    assert caught.value.why.startswith("It has 2 vectors, the set has 3 texts")


def test_texts_with_their_vectors_make_a_new_set(brought: Callable[..., Brought], run_async: Run) -> None:
    found = brought([{"key": "k1", "text": "eins", "lang": "de", "v": [1]}, {"text": "two", "v": [2]}])
    assert ways(found, ()) == (Match.NEW,)
    texts = run_async(new_set(found))
    assert [(row.id, row.text, row.language) for row in texts.rows] == [
        ("k1", "eins", "de"),
        ("2", "two", ""),
    ]
    assert texts.name == "mine.jsonl"


@pytest.mark.parametrize("rows", [[[1, 2]], [{"id": "a", "v": [1]}], [{"n": 5, "v": [1]}]])
def test_vectors_alone_make_no_set(brought: Callable[..., Brought], rows: list[Any]) -> None:
    with pytest.raises(InvalidInput, match="no texts"):
        ways(brought(rows), ())


def test_a_file_that_is_gone_is_told(tmp_path: Path, run_async: Run) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        run_async(read_vectors(tmp_path / "gone.npy"))


@pytest.mark.parametrize(
    ("name", "data", "holds"),
    [
        ("a.jsonl", b'{"id": 1, "v": [1, 2]}\n', True),
        ("a.json", b'[{"text": "a"}, {"v": [0.5]}]', True),
        ("a.jsonl", b"\xef\xbb\xbf[1, 2]\n", True),
        ("a.jsonl", b'{"id": 1, "text": "a"}\n' * 3, False),
        ("a.jsonl", b"{\n", False),
        ("a.csv", b"id,text\n1,a\n", False),
        ("a.npy", b"\x93NUMPY", True),
        ("a.parquet", b"PAR1 and no more", False),
        ("a.txt", b"", False),
    ],
)
def test_whether_a_file_holds_vectors_is_seen_from_its_beginning(
    tmp_path: Path, run_async: Run, name: str, data: bytes, holds: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert run_async(holds_vectors(path)) is holds
    assert run_async(holds_vectors(tmp_path / "gone")) is False


def test_parquet_holds_vectors_where_a_column_has_lists_of_numbers(tmp_path: Path, run_async: Run) -> None:
    ends = Array.from_numpy(np.array([0, 1, 2], np.int32))
    numbers = list_array(ends, Array.from_numpy(np.array([1, 2], np.float32)))
    words = list_array(ends, Array(["a", "b"], type=DataType.utf8()))
    for name, column in (("numbers.parquet", numbers), ("words.parquet", words)):
        write_parquet(Table.from_pydict({"v": column}), tmp_path / name)
    assert run_async(holds_vectors(tmp_path / "numbers.parquet")) is True
    assert run_async(holds_vectors(tmp_path / "words.parquet")) is False
