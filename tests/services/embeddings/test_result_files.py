"""Tables are read again by others than wrote them."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arro3.io import read_parquet

from tests.conftest import Run
from workbench.domain.embeddings.maps import MapKind
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import StorageFailed
from workbench.services.embeddings.maps import PointMap
from workbench.services.embeddings.result_files import (
    ResultForm,
    write_coordinates,
    write_neighbours,
    write_texts,
)
from workbench.vectors.matrix import read

ROWS = (TextRow("a", "one, “1”", "n"), TextRow("b", "שתיים\n2", language="he"), TextRow("c", "three"))
LEFT = read([[1, 0], [1, 0.1], [0, 1]])
RIGHT = read([[1, 0], None, [0, 1]])


def read_again(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    table = read_parquet(path).read_all()
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize("form", list(ResultForm))
def test_texts_are_written_with_what_is_known_of_them(
    tmp_path: Path, run_async: Run, form: ResultForm
) -> None:
    path = tmp_path / f"out.{form}"
    run_async(write_texts(path, form, ROWS))
    found = read_again(path)
    assert [(row["id"], row["text"]) for row in found] == [(row.id, row.text) for row in ROWS]
    assert found[1]["language"] == "he"
    assert found[0].get("language", "") == ""


@pytest.mark.parametrize("form", list(ResultForm))
def test_neighbours_are_written_with_their_ranks(tmp_path: Path, run_async: Run, form: ResultForm) -> None:
    path = tmp_path / f"out.{form}"
    columns = [("left", LEFT), ("right", RIGHT)]
    run_async(write_neighbours(path, form, ROWS, columns, 2, Measure.COSINE))
    found = read_again(path)
    assert [(row["model"], row["id"], int(row["rank"]), row["neighbour"]) for row in found] == [
        ("left", "a", 1, "b"),
        ("left", "a", 2, "c"),
        ("left", "b", 1, "a"),
        ("left", "b", 2, "c"),
        ("left", "c", 1, "b"),
        ("left", "c", 2, "a"),
        ("right", "a", 1, "c"),
        ("right", "c", 1, "a"),
    ]
    assert float(found[0]["score"]) == pytest.approx(1 / math.hypot(1, 0.1), abs=1e-6)
    assert found[0]["neighbour_text"] == "שתיים\n2"


@pytest.mark.parametrize("form", list(ResultForm))
def test_coordinates_are_written_for_each_map(tmp_path: Path, run_async: Run, form: ResultForm) -> None:
    path = tmp_path / f"out.{form}"
    nan = math.nan
    one = PointMap(MapKind.COMPONENTS, 0, np.array([[1, 2], [nan, nan], [3, 4.5]], np.float32))
    other = PointMap(MapKind.COMPONENTS, 0, np.array([[0, 0], [1, 1], [2, 2]], np.float32))
    run_async(write_coordinates(path, form, ROWS, [("m", one), ("n", other)]))
    found = read_again(path)
    assert (float(found[2]["x m"]), float(found[2]["y m"]), float(found[1]["x n"])) == (3, 4.5, 1)
    missing = found[1].get("x m", "")
    assert missing == "" or math.isnan(missing)


def test_one_map_has_plain_names(tmp_path: Path, run_async: Run) -> None:
    made = PointMap(MapKind.COMPONENTS, 0, np.zeros((3, 2), np.float32))
    run_async(write_coordinates(tmp_path / "x.csv", ResultForm.CSV, ROWS, [("m", made)]))
    assert list(read_again(tmp_path / "x.csv")[0])[-2:] == ["x", "y"]


@pytest.mark.parametrize("form", list(ResultForm))
@pytest.mark.parametrize("many", [0, 4096, 9000])
def test_as_many_rows_come_back_as_there_were(
    tmp_path: Path, run_async: Run, form: ResultForm, many: int
) -> None:
    path = tmp_path / f"out.{form}"
    rows = [TextRow(str(number), "x") for number in range(many)]
    run_async(write_texts(path, form, rows))
    assert [row["id"] for row in read_again(path)] == [row.id for row in rows]


def test_a_folder_that_is_gone_is_told(tmp_path: Path, run_async: Run) -> None:
    with pytest.raises(StorageFailed):
        run_async(write_texts(tmp_path / "gone" / "x.csv", ResultForm.CSV, ROWS))
