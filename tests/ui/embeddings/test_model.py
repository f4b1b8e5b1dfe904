"""The set that is open, and what is compared of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.ui.embeddings.opened import opened
from tests.waiting import until
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice, ModelRun
from workbench.domain.errors import StorageFailed
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.model import EmbeddingsModel, PageId

Story = Callable[[Callable[[EmbeddingsModel], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def story(tmp_path: Path, run_qt: Run) -> Story:
    async def tell(told: Callable[[EmbeddingsModel], Coroutine[Any, Any, None]]) -> None:
        async with opened(tmp_path) as shared:
            await told(shared)

    return lambda told: run_qt(tell(told))


def test_what_is_left_out_is_not_compared_until_another_set_is_open(story: Story) -> None:
    async def told(shared: EmbeddingsModel) -> None:
        changes: list[int] = []
        shared.columns_changed.connect(lambda: changes.append(len(shared.chosen)))
        left, right = shared.columns
        shared.compare(left.key, False)
        shared.compare(left.key, False)
        assert [column.key for column in shared.chosen] == [right.key]
        shared.compare(left.key, True)
        assert [column.key for column in shared.chosen] == [left.key, right.key]
        assert changes == [1, 2]
        shared.compare(left.key, False)
        shared.open("s1")
        await until(lambda: not shared.opening)
        assert len(shared.chosen) == 2

    story(told)


def test_the_selection_has_each_row_once_and_goes_with_the_set(story: Story) -> None:
    async def told(shared: EmbeddingsModel) -> None:
        told: list[tuple[int, ...]] = []
        shared.selection_changed.connect(lambda: told.append(shared.selected))
        shared.select([3, 1, 3])
        shared.select([3, 1])
        assert told == [(3, 1)]
        shared.open("")
        await until(lambda: shared.study is None)
        assert shared.selected == ()
        assert shared.rows == ()

    story(told)


def test_a_set_that_cannot_be_read_says_why(story: Story) -> None:
    async def told(shared: EmbeddingsModel) -> None:
        async def fail(set_id: str) -> None:
            raise StorageFailed("The disk is gone.")

        shared.desk.sets.get = fail  # type: ignore[attr-defined]
        shared.open("s1")
        await until(lambda: shared.trouble is not None)
        assert shared.trouble is not None
        assert shared.trouble.what == "The disk is gone."
        assert shared.study is None

    story(told)


def test_a_change_is_told_once(story: Story) -> None:
    async def told(shared: EmbeddingsModel) -> None:
        told: list[object] = []
        shared.measure_changed.connect(lambda: told.append(shared.measure))
        shared.page_changed.connect(lambda: told.append(shared.page))
        for _ in range(2):
            shared.set_measure(Measure.DOT)
            shared.show_page(PageId.NEIGHBOURS)
        assert told == [Measure.DOT, PageId.NEIGHBOURS]

    story(told)


def test_models_are_told_apart_by_their_options_where_they_have_to_be(story: Story) -> None:
    async def told(shared: EmbeddingsModel) -> None:
        def column(key: str, choice: ModelChoice) -> Column:
            return Column(key, EmbeddingRun(key, "s1", "t", 1.0, (ModelRun(choice, done=1),)))

        plain = column("1", ModelChoice("@cf/baai/m"))
        cut = column("2", ModelChoice("@cf/baai/m", EmbeddingOptions(pooling="cls", dimensions=64)))
        own = Column("own:1", own=OwnVectors("1", "s1", "mine.npy", 3, 4, 1.0))
        assert shared.study is not None
        shared.study._columns = (plain, own)
        assert [shared.title_of(each) for each in shared.columns] == ["m", "mine.npy"]
        shared.study._columns = (plain, cut, own)
        assert [shared.title_of(each) for each in shared.columns] == ["m", "m · cls · 64 d", "mine.npy"]

    story(told)
