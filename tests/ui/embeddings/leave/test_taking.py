"""What is taken out, through the model alone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from arro3.io import read_parquet

from tests.conftest import Run
from tests.services.embeddings.report.study import PALETTES
from tests.ui.embeddings.opened import opened
from tests.waiting import until
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.result_files import ResultForm
from workbench.services.embeddings.vector_files import VectorForm
from workbench.ui.embeddings.leave.taking import Subject, TakingModel
from workbench.ui.embeddings.model import EmbeddingsModel


def model_of(shared: EmbeddingsModel) -> TakingModel:
    return TakingModel(shared, shared.desk, PALETTES)  # type: ignore[attr-defined]  # see opened


async def saved(model: TakingModel, place: Path) -> list[Path]:
    model.save(str(place))
    await until(lambda: model.progress is None and bool(model.written or model.trouble))
    await model.aclose()
    return list(model.written)


def test_each_of_several_models_makes_a_file_in_a_folder(tmp_path: Path, run_async: Run) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "left.npy").write_text("somebody else's")

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.set_form(VectorForm.NPY)
            assert model.into_folder
            assert [path.name for path in await saved(model, folder)] == ["left 2.npy", "right.npy"]

    run_async(story())
    assert (folder / "left.npy").read_text() == "somebody else's"
    found = np.load(folder / "right.npy")
    assert found.shape == (5, 2)
    assert np.isnan(found[4]).all()


def test_one_model_makes_one_file(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.take(shared.columns[0].key, False)
            assert (model.into_folder, model.name, model.without) == (False, "A set – right.parquet", 1)
            await saved(model, tmp_path / "x.parquet")

    run_async(story())
    assert read_parquet(tmp_path / "x.parquet").read_all().column("text").to_pylist() == [
        "red", "one", "blue", "two",
    ]  # fmt: skip


def test_what_is_compared_is_taken_until_the_user_says_otherwise(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            left, right = shared.columns
            shared.compare(left.key, False)
            assert list(model.columns) == [right]
            model.take(left.key, True)
            shared.compare(left.key, False)
            assert list(model.columns) == [left, right]

    run_async(story())


@pytest.mark.parametrize("subject", [Subject.NEIGHBOURS, Subject.COORDINATES, Subject.TEXTS])
def test_results_of_all_models_are_one_table(tmp_path: Path, run_async: Run, subject: Subject) -> None:
    path = tmp_path / "x.csv"

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.set_subject(subject)
            assert (model.form, model.into_folder) == (ResultForm.CSV, False)
            model.set_k(2)
            parts: list[float | None] = []
            model.progressed.connect(lambda: parts.append(model.progress))
            assert await saved(model, path) == [path]
            assert parts[-1] == 1.0

    run_async(story())
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == {Subject.NEIGHBOURS: 16, Subject.COORDINATES: 5, Subject.TEXTS: 5}[subject]
    assert ("x left" in found[0]) == (subject is Subject.COORDINATES)


def test_sql_has_the_type_that_is_chosen(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.take(shared.columns[0].key, False)
            model.set_form(VectorForm.SQL)
            whole = model.bytes
            model.set_vector_type(VectorType.BIT)
            assert model.bytes < whole
            await saved(model, tmp_path / "x.sql")

    run_async(story())
    assert "embedding bit(2)" in (tmp_path / "x.sql").read_text("utf-8")


def test_a_report_is_a_page_of_the_models_that_are_taken(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "report.html"

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.set_subject(Subject.REPORT)
            assert (model.form, model.into_folder, model.name) == ("html", False, "A set – report.html")
            model.take(shared.columns[0].key, False)
            assert await saved(model, path) == [path]

    run_async(story())
    text = path.read_text("utf-8")
    assert '<span dir="auto">right</span>' in text
    assert '<span dir="auto">left</span>' not in text


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            await saved(model, tmp_path / "gone")
            assert model.trouble is not None
            assert model.trouble.fix

    run_async(story())


def test_why_nothing_can_be_taken_is_told(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            for column in shared.columns:
                model.take(column.key, False)
            assert "Tick" in model.hindrance
            model.set_subject(Subject.TEXTS)
            assert model.hindrance == ""
            shared.open("")
            await until(lambda: shared.study is None)
            assert "Open" in model.hindrance
            model.save(str(tmp_path / "x"))
            assert model.progress is None

    run_async(story())
    assert not (tmp_path / "x").exists()


def test_what_is_cancelled_leaves_nothing(tmp_path: Path, run_async: Run) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.set_subject(Subject.TEXTS)
            model.save(str(tmp_path / "x.csv"))
            model.cancel()
            await model.aclose()
            assert (model.progress, model.written, model.trouble) == (None, (), None)

    run_async(story())
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    ("name", "proposed"),
    [("a/b: c?.csv", "a-b- c.csv"), ("…", "….csv"), ("..", "embeddings.csv"), ("x" * 200, "x" * 80 + ".csv")],
)
def test_the_name_that_is_proposed_is_one_that_every_system_takes(
    tmp_path: Path, run_async: Run, name: str, proposed: str
) -> None:
    async def story() -> None:
        async with opened(tmp_path) as shared:
            from dataclasses import replace

            assert shared.study is not None
            shared.study.texts = replace(shared.study.texts, name=name)
            model = model_of(shared)
            model.set_subject(Subject.TEXTS)
            assert model.name == proposed

    run_async(story())
