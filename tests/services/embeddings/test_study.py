"""A set that is open: its columns, and their vectors."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import Desk, M, N, numbered, window
from tests.waiting import until
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.services.embeddings.own import Own
from workbench.services.embeddings.reckoning import reckoned
from workbench.services.embeddings.study import Study
from workbench.storage.own_vectors import OwnVectorStore
from workbench.vectors.matrix import vectors_of
from workbench.vectors.watch import Stopped, Watch

Story = Callable[[Callable[[Desk, Own], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    async def tell(told: Callable[[Desk, Own], Coroutine[Any, Any, None]]) -> None:
        async with window(tmp_path) as one:
            await told(one, Own(OwnVectorStore(one.database, tmp_path / "own"), clock=lambda: 5.0))

    return lambda told: run_async(tell(told))


async def open_study(one: Desk, own: Own) -> Study:
    texts = await one.texts.get("s1")
    assert texts is not None
    study = Study(texts, one.runs, own)
    await study.load()
    return study


def test_each_model_that_has_vectors_is_a_column(story: Story) -> None:
    async def told(one: Desk, own: Own) -> None:
        await one.over(await one.begin(numbered(5), M, N))
        study = await open_study(one, own)
        assert [column.choice for column in study.columns] == [M, N]
        assert [(column.done, column.dimensions, column.over) for column in study.columns] == [
            (5, 2, True)
        ] * 2
        assert (await study.vectors(study.columns[0].key)).values.shape == (5, 2)

    story(told)


def test_runs_with_equal_vectors_are_one_column(story: Story) -> None:
    async def told(one: Desk, own: Own) -> None:
        await one.over(await one.begin(numbered(5), M))
        again = await one.over(await one.runs.begin("s1", [M], target_id="t"))
        study = await open_study(one, own)
        assert [column.run and column.run.id for column in study.columns] == [again.id]

    story(told)


def test_a_column_comes_while_its_run_goes_on_and_goes_with_it(story: Story) -> None:
    async def told(one: Desk, own: Own) -> None:
        rows = tuple(TextRow(str(number), text) for number, text in enumerate(numbered(3)))
        await one.texts.put(TextSet("s1", "s", rows, 1.0))
        study = await open_study(one, own)
        changes: list[int] = []
        study.on_change(lambda _: changes.append(len(study.columns)))
        run = await one.over(await one.runs.begin("s1", [M], target_id="t"))
        await until(lambda: bool(study.columns) and study.columns[0].done == 3)
        await study.vectors(study.columns[0].key)
        key = study.columns[0].key
        await one.runs.delete(run.id)
        assert study.columns == ()
        assert changes[-1] == 0
        with pytest.raises(InvalidInput):
            await study.vectors(key)

    story(told)


def test_vectors_that_were_brought_along_are_a_column_after_a_restart(story: Story) -> None:
    async def told(one: Desk, own: Own) -> None:
        await one.over(await one.begin(numbered(3), M))
        brought = await own.add("s1", "mine", vectors_of(np.array([[1, 2], [np.nan, 0], [3, 4]])))
        study = await open_study(one, own)
        column = study.columns[1]
        assert (column.choice.model, column.dimensions, column.done, column.own) == ("mine", 2, 2, brought)
        vectors = await study.vectors(column.key)
        assert vectors.values.tolist() == [[1, 2], [0, 0], [3, 4]]
        assert not vectors.valid[1]
        await own.delete(brought.id)
        await study.load()
        assert len(study.columns) == 1

    story(told)


def test_vectors_of_which_none_can_be_compared_are_refused(story: Story) -> None:
    async def told(one: Desk, own: Own) -> None:
        await one.over(await one.begin(numbered(1), M))
        with pytest.raises(InvalidInput):
            await own.add("s1", "zeros", vectors_of(np.zeros((1, 2))))
        assert await own.of("s1") == []

    story(told)


def test_a_file_of_vectors_that_is_gone_is_told(story: Story, tmp_path: Path) -> None:
    async def told(one: Desk, own: Own) -> None:
        await one.over(await one.begin(numbered(1), M))
        brought = await own.add("s1", "mine", vectors_of(np.ones((1, 2))))
        (tmp_path / "own" / f"{brought.id}.f32").unlink()
        with pytest.raises(StorageFailed):
            await own.read(brought)

    story(told)


def test_files_that_nothing_tells_of_are_removed_once_they_are_old(story: Story, tmp_path: Path) -> None:
    async def told(one: Desk, own: Own) -> None:
        await one.over(await one.begin(numbered(1), M))
        kept = await own.add("s1", "mine", vectors_of(np.ones((1, 2))))
        old, young = (tmp_path / "own" / name for name in ("old.f32", "young.f32"))
        for path in (old, young):
            path.write_bytes(b"")
        for path in (old, tmp_path / "own" / f"{kept.id}.f32"):
            os.utime(path, (1, 1))
        await own.tidy()
        assert not old.exists()
        assert young.exists()
        assert len(await own.read(kept)) == 1

    story(told)


def test_work_in_a_thread_stops_when_nobody_waits_for_it(run_async: Run) -> None:
    async def told() -> None:
        begun, ended = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def work(watch: Watch) -> None:
            loop.call_soon_threadsafe(begun.set)
            try:
                while True:
                    watch.at(0.5)
            except Stopped:
                loop.call_soon_threadsafe(ended.set)
                raise

        parts: list[float] = []
        task = asyncio.get_running_loop().create_task(reckoned(work, parts.append))
        await begun.wait()
        await until(lambda: bool(parts))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(ended.wait(), 10)
        assert set(parts) == {0.5}

    run_async(told())
