"""Which rows are compared with one another, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.ui.embeddings.opened import ROWS, opened
from tests.waiting import until
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.texts import TextRow
from workbench.services.embeddings.likeness import MOST_ROWS
from workbench.ui.embeddings.matrix.model import SAMPLE, MatrixModel, Order, Which
from workbench.ui.embeddings.model import EmbeddingsModel

Told = Callable[[EmbeddingsModel, MatrixModel], Coroutine[Any, Any, None]]
Story = Callable[[Told], None]


@pytest.fixture
def story(tmp_path: Path, run_qt: Run) -> Story:
    async def tell(told: Told) -> None:
        async with opened(tmp_path) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            try:
                await told(shared, model)
            finally:
                await model.aclose()

    return lambda told: run_qt(tell(told))


async def seen(model: MatrixModel) -> None:
    model.set_seen(True)
    await settled(model)


async def settled(model: MatrixModel) -> None:
    await until(lambda: model.working is None and not model._tasks.busy)


def test_nothing_is_reckoned_before_somebody_looks(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        shared.set_measure(Measure.DOT)
        assert not model._tasks.busy
        await seen(model)
        (picture,) = model.pictures
        assert picture.matrix.measure is Measure.DOT
        assert set(picture.rows) == set(range(len(ROWS)))

    story(told)


def test_like_texts_stand_together_unless_another_order_is_wanted(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        rows = [row for row in model.pictures[0].rows if row != 4]
        assert {frozenset(rows[:2]), frozenset(rows[2:])} == {frozenset({0, 2}), frozenset({1, 3})}
        model.set_order(Order.GIVEN)
        await settled(model)
        assert model.pictures[0].rows == (0, 1, 2, 3, 4)
        model.set_order(Order.LABEL)
        await settled(model)
        assert model.pictures[0].rows == (4, 0, 2, 1, 3)

    story(told)


def test_texts_are_ordered_by_the_one_that_is_pointed_at(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        model.set_order(Order.BY_ROW)
        model.point(3, 0)
        await settled(model)
        assert model.pictures[0].rows[:2] == (3, 1)
        assert shared.selected == (0, 3)

    story(told)


def test_two_models_are_shown_in_the_order_of_the_first(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        model.show_columns(column.key for column in reversed(shared.columns))
        await settled(model)
        one, other = model.pictures
        assert (one.column, other.column) == (shared.columns[1], shared.columns[0])
        assert one.rows == other.rows

    story(told)


def test_a_pair_has_a_score_from_each_model_that_is_compared(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        model.point(0, 1)
        await until(lambda: len(model.scores) == 2)
        (left, near), (right, far) = model.scores
        assert (left, right) == shared.columns
        assert near == pytest.approx(0.198, abs=1e-3)
        assert far == pytest.approx(0.995, abs=1e-3)
        shared.compare(left.key, False)
        await until(lambda: len(model.scores) == 1)
        model.point(0, 4)
        await until(lambda: model.scores == ((right, None),))

    story(told)


def test_only_the_rows_of_a_label_or_those_selected_are_compared(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        assert model.labels == ("colour", "number")
        model.choose_rows(Which.LABEL, "number")
        await settled(model)
        assert set(model.pictures[0].rows) == {1, 3}
        shared.select([0, 3, 2])
        model.choose_rows(Which.SELECTED)
        shared.select([1])
        await settled(model)
        assert set(model.pictures[0].rows) == {0, 2, 3}

    story(told)


def test_a_model_that_is_left_out_is_not_shown(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        shared.compare(shared.columns[0].key, False)
        await until(lambda: model.pictures[0].column == shared.columns[1])
        shared.compare(shared.columns[1].key, False)
        await until(lambda: model.pictures == ())

    story(told)


@pytest.mark.parametrize(("count", "which"), [(SAMPLE, Which.ALL), (MOST_ROWS + 1, Which.SAMPLE)])
def test_of_many_texts_a_sample_is_compared_first(
    tmp_path: Path, run_qt: Run, count: int, which: Which
) -> None:
    async def told() -> None:
        rows = tuple(TextRow(str(number), f"text {number}") for number in range(count))
        values = [[1.0, number / count] for number in range(count)]
        async with opened(tmp_path, rows, only=values) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            shared.open("s1")
            await until(lambda: not shared.opening)
            await seen(model)
            assert model.which is which
            assert len(model.pictures[0].rows) == SAMPLE
            assert (Which.ALL in model.whiches) is (count <= MOST_ROWS)
            await model.aclose()

    run_qt(told())


def test_another_set_begins_afresh(story: Story) -> None:
    async def told(shared: EmbeddingsModel, model: MatrixModel) -> None:
        await seen(model)
        model.point(0, 1)
        shared.open("")
        await until(lambda: shared.study is None)
        await settled(model)
        assert (model.pictures, model.pair, model.scores) == ((), None, ())

    story(told)
