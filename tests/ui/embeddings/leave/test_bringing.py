"""Vectors that come in, through the model alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.conftest import Run
from tests.ui.embeddings.opened import opened
from tests.waiting import until
from workbench.domain.embeddings.texts import TextSet
from workbench.services.embeddings.own_files import Match
from workbench.ui.embeddings.leave import words
from workbench.ui.embeddings.leave.bringing import BringingModel
from workbench.ui.embeddings.model import EmbeddingsModel


def lines(path: Path, *rows: Any) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def model_of(shared: EmbeddingsModel) -> BringingModel:
    return BringingModel(shared, shared.desk)  # type: ignore[attr-defined]  # see opened


async def loaded(model: BringingModel, path: str) -> None:
    model.load(path)
    assert model.busy
    await until(lambda: not model.busy)


def test_a_matrix_becomes_a_column_of_the_set(tmp_path: Path, run_async: Run) -> None:
    np.save(tmp_path / "mine.npy", np.arange(15).reshape(5, 3))

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            await loaded(model, str(tmp_path / "mine.npy"))
            assert (model.ways, model.can_add, len(shared.columns)) == ((Match.ORDER,), True, 2)
            model.add()
            await until(lambda: len(shared.columns) == 3)
            assert (shared.title_of(shared.columns[2]), shared.columns[2].dimensions) == ("mine", 3)
            await until(lambda: not model.busy)
            assert (model.brought, model.added) == (None, ("mine",))
            await model.aclose()

    run_async(story())


def test_what_comes_of_it_is_told_before(tmp_path: Path, run_async: Run) -> None:
    path = lines(
        tmp_path / "x.jsonl",
        {"id": "2", "text": "red", "v": [1, 2]},
        {"id": "1", "text": "one", "v": [1]},
        {"id": "7", "text": "blue", "v": [1, 3]},
    )

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            await loaded(model, path)
            assert model.ways == (Match.ID, Match.TEXT, Match.NEW)
            assert model.fitted is not None
            assert (model.fitted.matched, model.fitted.without, model.fitted.over) == (2, 3, 1)
            assert sum(model.fitted.faults.values()) == 1
            model.set_way(Match.TEXT)
            await until(lambda: not model.busy)
            assert model.fitted is not None
            assert (model.fitted.matched, model.fitted.over) == (3, 0)
            model.discard()
            assert (model.brought, model.can_add) == (None, False)
            await model.aclose()
            assert len(shared.columns) == 2

    run_async(story())


def test_texts_and_vectors_make_a_set_while_none_is_open(tmp_path: Path, run_async: Run) -> None:
    path = lines(tmp_path / "both.jsonl", {"text": "a", "v": [1, 0]}, {"text": "b", "v": [0, 1], "w": [1]})

    async def story() -> None:
        async with opened(tmp_path) as shared:
            shared.open("")
            await until(lambda: shared.study is None)
            model = model_of(shared)
            made: list[TextSet] = []
            model.set_made.connect(made.append)
            model.set_made.connect(lambda texts: shared.open(texts.id))
            await loaded(model, path)
            assert (model.ways, model.can_add) == ((Match.NEW,), True)
            model.add()
            await until(lambda: shared.texts is not None and bool(made))
            assert shared.texts is not None
            assert made == [shared.texts]
            assert [row.text for row in shared.rows] == ["a", "b"]
            assert [shared.title_of(column) for column in shared.columns] == ["both · v", "both · w"]
            await model.aclose()

    run_async(story())


def test_a_file_that_does_not_fit_is_told_and_can_be_read_again(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "mine.npy"
    np.save(path, np.ones((4, 3)))

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            await loaded(model, str(path))
            assert model.trouble is not None
            assert model.trouble.why.startswith("It has 4 vectors, the set has 5 texts")
            assert model.brought is None
            np.save(path, np.ones((5, 3)))
            model.read_again()
            await until(lambda: not model.busy)
            assert model.can_add
            await model.aclose()

    run_async(story())


def test_vectors_of_which_none_can_be_compared_stay_where_they_are_and_are_told(
    tmp_path: Path, run_async: Run
) -> None:
    np.save(tmp_path / "mine.npy", np.zeros((5, 3)))

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            await loaded(model, str(tmp_path / "mine.npy"))
            model.add()
            await until(lambda: not model.busy)
            assert model.trouble is not None
            assert model.brought is not None
            await model.aclose()

    run_async(story())


def test_another_set_is_another_question(tmp_path: Path, run_async: Run) -> None:
    np.save(tmp_path / "mine.npy", np.ones((5, 3)))

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            await loaded(model, str(tmp_path / "mine.npy"))
            shared.open("")
            await until(lambda: shared.study is None)
            await until(lambda: not model.busy)
            assert model.brought is None
            assert model.trouble is not None
            assert "no texts" in model.trouble.what
            await model.aclose()

    run_async(story())


def test_who_changes_their_mind_at_once_has_nothing(tmp_path: Path, run_async: Run) -> None:
    np.save(tmp_path / "mine.npy", np.ones((5, 3)))

    async def story() -> None:
        async with opened(tmp_path) as shared:
            model = model_of(shared)
            model.load(str(tmp_path / "mine.npy"))
            model.discard()
            await model.aclose()
            assert (model.brought, model.busy, model.progress, model.trouble) == (None, False, None, None)

    run_async(story())


def test_a_million_vectors_say_what_they_will_need() -> None:
    many: Any = SimpleNamespace(rows=1_000_000, columns={"": SimpleNamespace(dimensions=64)})
    assert re.search(r"about .*[0-9]+\.[0-9] (MB|GB).* of memory", words.needs(many))
    many.rows = 10_000
    assert words.needs(many) == ""
