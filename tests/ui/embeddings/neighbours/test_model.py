"""Who is nearest, by each model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.conftest import Run
from tests.ui.embeddings.opened import opened
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Cost
from workbench.services.embeddings.embedding import Ranked
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.embeddings.neighbours.model import NeighboursModel, Subject

Told = Callable[[EmbeddingsModel, NeighboursModel], Coroutine[Any, Any, None]]
Story = Callable[[Told], None]


class Reranker:
    """Prefers short texts. asked: queries with their texts. failing: refuses."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.failing = False

    async def rerank(
        self, target_id: str, model: str, query: str, texts: Sequence[str], exchange: Any, of: str
    ) -> Ranked:
        self.asked.append((query, tuple(texts)))
        if self.failing:
            raise RequestFailed("No.", failure=Failure.SERVER, maker=Maker.WORKERS_AI)
        return Ranked(tuple(-float(len(text)) for text in texts), Cost(0.5), 1.0)


@asynccontextmanager
async def looking(folder: Path) -> AsyncIterator[tuple[EmbeddingsModel, NeighboursModel, Reranker]]:
    async with opened(folder) as shared:
        reranker = Reranker()
        desk = replace(
            shared.desk,  # type: ignore[attr-defined]
            calls=cast("Any", reranker),
            models=cast(
                "Any", SimpleNamespace(reranking=lambda _target: (SimpleNamespace(id="@cf/re/rank"),))
            ),
            targets=cast("Any", SimpleNamespace(current=SimpleNamespace(id="t"))),
        )
        model = NeighboursModel(shared, desk)
        try:
            yield shared, model, reranker
        finally:
            await model.aclose()


@pytest.fixture
def story(tmp_path: Path, run_qt: Run) -> Story:
    async def tell(told: Told) -> None:
        async with looking(tmp_path) as (shared, model, _):
            await told(shared, model)

    return lambda told: run_qt(tell(told))


async def settled(model: NeighboursModel) -> None:
    await until(lambda: not model._tasks.busy)


def rows(model: NeighboursModel) -> list[list[int]]:
    return [[each.row for each in ranking.found.found] for ranking in model.rankings if ranking.found]


def test_each_model_tells_what_it_finds_nearest_to_a_row(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.set_seen(True)
        model.follow(0)
        await settled(model)
        assert [ranking.title for ranking in model.rankings] == ["left", "right"]
        assert rows(model) == [[2, 3, 1], [1, 3, 2]]
        assert model.text == "red"

    story(told)


def test_nothing_is_reckoned_before_somebody_looks(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.follow(0)
        await settled(model)
        assert model.rankings == ()

    story(told)


def test_the_row_another_page_points_at_is_looked_around_from(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        shared.select([3, 2])
        model.set_seen(True)
        assert model.subject == Subject(2)

    story(told)


def test_one_can_go_back_and_forth(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.set_seen(True)
        for row in (0, 1, 2):
            model.follow(row)
        model.go_back()
        assert (model.subject, model.can_go_on, shared.selected) == (Subject(1), True, (1,))
        model.go_on()
        assert (model.subject, model.can_go_on) == (Subject(2), False)
        model.go_back()
        model.follow(3)
        assert not model.can_go_on
        await settled(model)

    story(told)


def test_pointing_at_a_neighbour_selects_it_but_stays(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.set_seen(True)
        model.follow(0)
        await settled(model)
        model.select(2)
        assert shared.selected == (2, 0)
        assert model.subject == Subject(0)

    story(told)


def test_a_query_cannot_be_asked_of_vectors_from_a_file(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.set_seen(True)
        model.ask("  what?  ")
        await settled(model)
        assert model.subject == Subject(query="what?")
        assert all(ranking.trouble and not ranking.working for ranking in model.rankings)

    story(told)


def test_a_reranker_orders_what_any_model_found(tmp_path: Path, run_qt: Run) -> None:
    async def told() -> None:
        async with looking(tmp_path) as (_, model, reranker):
            model.set_seen(True)
            assert model.rerankers == ("@cf/re/rank",)
            model.set_reranker("@cf/re/rank")
            model.follow(0)
            await settled(model)
            assert reranker.asked[-1] == ("red", ("blue", "one", "two"))
            last = model.rankings[-1]
            assert last.found is not None
            assert (last.column, last.cost) == (None, Cost(0.5))
            assert [each.row for each in last.found.found] == [1, 3, 2]
            reranker.failing = True
            model.set_k(5)
            await settled(model)
            assert model.rankings[-1].trouble is not None
            assert model.rankings[-1].exchange_id
            reranker.failing = False
            model.try_again(2)
            await settled(model)
            assert model.rankings[-1].trouble is None

    run_qt(told())


def test_a_model_that_is_left_out_has_no_ranking(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.set_seen(True)
        model.follow(0)
        shared.compare(shared.columns[0].key, False)
        await settled(model)
        assert [ranking.title for ranking in model.rankings] == ["right"]

    story(told)


def test_another_set_forgets_where_one_was(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: NeighboursModel) -> None:
        model.set_seen(True)
        model.follow(0)
        shared.open("")
        await until(lambda: shared.study is None)
        await settled(model)
        assert (model.subject, model.rankings, model.can_go_back) == (Subject(), (), False)

    story(told)
