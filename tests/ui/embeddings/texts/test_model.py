"""The rows of a set, driven without a window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from tests.conftest import Run
from tests.services.embeddings.desk import ABILITIES, BAD, SPENT, Desk, M, window
from tests.waiting import until
from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.own import Own
from workbench.services.embeddings.row_facts import Order, SortBy
from workbench.storage.own_vectors import OwnVectorStore
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.embeddings.texts.model import CellState, Show, TextsModel

ROWS = (
    TextRow("1", "good morning to you all", "greeting", "en"),
    TextRow("2", "", "", "en"),
    TextRow("3", "good morning to you all", "greeting", "en"),
    TextRow("4", "bye", "parting", "en"),
)


class Stage:
    """An open set on a real database; sets: what is wanted as new ones; failures: what could not be shown in place."""

    def __init__(self, one: Desk, folder: Path) -> None:
        self.one = one
        own = Own(OwnVectorStore(one.database, folder / "own"))
        self.desk = EmbeddingsDesk(None, one.models, one.embedding, one.texts, one.runs, own)  # type: ignore[arg-type]  # fakes
        self.shared = EmbeddingsModel(self.desk)
        self.model = TextsModel(self.shared, self.desk)
        self.sets: list[tuple[tuple[TextRow, ...], str]] = []
        self.failures: list[Exception] = []
        self.model.set_wanted.connect(lambda rows, name: self.sets.append((rows, name)))
        self.model.failed.connect(self.failures.append)

    async def __aenter__(self) -> Stage:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()
        await self.shared.aclose()

    async def open(self, rows: tuple[TextRow, ...] = ROWS) -> None:
        await self.one.texts.put(TextSet("s1", "Four", rows, 1.0))
        self.shared.open("s1")
        await until(lambda: self.shared.study is not None)
        await self.settled()

    async def settled(self) -> None:
        """Give all that runs, threads included, the time to end."""
        for _ in range(3):
            await asyncio.sleep(0.005)
            await self.model._tasks.finish()

    async def run(self, *choices: Any) -> None:
        run = await self.one.runs.begin("s1", choices or (M,))
        await self.one.over(run)
        await self.settled()

    @property
    def ids(self) -> list[str]:
        return [self.model.row(number).id for number in self.model.rows]


Plot = Callable[[Stage], Awaitable[None]]
Tell = Callable[[Plot], None]


@pytest.fixture
def tell(tmp_path: Path, run_qt: Run) -> Tell:
    """Runs a coroutine that is given a stage whose page is looked at."""

    async def story(plot: Plot) -> None:
        async with window(tmp_path) as one, Stage(one, tmp_path) as stage:
            stage.model.set_active(True)
            await plot(stage)
            assert stage.failures == []

    return lambda plot: run_qt(story(plot))


def test_rows_are_there_at_once_and_facts_follow(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.open()
        assert stage.ids == ["1", "2", "3", "4"]
        assert stage.model.facts is not None
        assert [stage.model.count(show) for show in Show] == [4, 1, 1, 0, 0]
        assert stage.model.tokens == sum(stage.model.facts.tokens)

    tell(plot)


def test_nothing_is_counted_while_nobody_looks(tmp_path: Path, run_qt: Run) -> None:
    async def story() -> None:
        async with window(tmp_path) as one, Stage(one, tmp_path) as stage:
            await stage.open()
            assert stage.model.facts is None
            stage.model.set_active(True)
            await stage.settled()
            assert stage.model.facts is not None

    run_qt(story())


def test_rows_are_searched_sorted_and_sieved(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.open()
        stage.model.search("MORNING greet")
        await stage.settled()
        assert stage.ids == ["1", "3"]
        assert list(stage.model.places) == [0, -1, 1, -1]
        stage.model.search("")
        stage.model.show_only(Show.DUPLICATES)
        await stage.settled()
        assert stage.ids == ["3"]
        stage.model.show_only(Show.ALL)
        stage.model.sort(SortBy.TOKENS)
        await stage.settled()
        assert stage.ids == ["2", "4", "1", "3"]

    tell(plot)


def test_a_head_sorts_turns_round_and_lets_go(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.open()
        found = []
        for _ in range(3):
            stage.model.sort(SortBy.TEXT)
            found.append(stage.model.order)
        assert found == [Order(SortBy.TEXT), Order(SortBy.TEXT, True), Order()]

    tell(plot)


def test_another_set_begins_afresh(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.open()
        stage.model.search("bye")
        await stage.settled()
        stage.shared.open("")
        await until(lambda: stage.shared.study is None)
        assert stage.model.facts is None
        assert stage.model.words == ""
        assert list(stage.model.rows) == []

    tell(plot)


def test_rows_that_a_model_would_cut_are_marked_before_anything_is_paid_for(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.one.models.abilities_of["@cf/a/short"] = EmbeddingAbilities(most_tokens=3)
        await stage.open()
        assert stage.model.cut_names(0) == []
        stage.model.set_models(["@cf/a/short"])
        await stage.settled()
        assert stage.model.cut_names(0) == ["short"]
        assert stage.model.cut_names(3) == []
        stage.model.show_only(Show.CUT)
        await stage.settled()
        assert stage.ids == ["1", "3"]

    tell(plot)


def test_each_column_says_which_rows_have_a_vector_and_why_others_have_none(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.one.wire.bad = {"bye": BAD}
        await stage.open()
        await stage.run()
        (column,) = stage.shared.columns
        states = [stage.model.state_of(column.key, row) for row in range(4)]
        assert states == [CellState.DONE, CellState.NONE, CellState.DONE, CellState.BAD]
        assert stage.model.why_bad(column.key, 3).startswith("No.")
        assert [(one.key, many) for one, many, _ in stage.model.troubles()] == [(column.key, 1)]
        stage.model.show_only(Show.FAILED)
        await stage.settled()
        assert stage.ids == ["4"]

    tell(plot)


def test_of_a_run_that_did_not_get_to_its_end_the_rows_in_sight_are_looked_up(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.one.models.abilities_of["m"] = EmbeddingAbilities(most_texts=1, dimensions=2)
        await stage.open(tuple(TextRow(str(row), f"text {row}") for row in range(6)))
        stage.one.wire.bad = {f"text {row}": SPENT for row in range(2, 6)}
        await stage.run()
        (column,) = stage.shared.columns
        stage.model.look(0, 5)
        await stage.settled()
        states = [stage.model.state_of(column.key, row) for row in range(6)]
        assert states == [CellState.DONE] * 2 + [CellState.ABSENT] * 4

    tell(plot)


def test_vectors_that_were_brought_along_may_lack_rows(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        import numpy as np

        from workbench.vectors.matrix import vectors_of

        await stage.open()
        values = np.array([[1, 0], [0, 0], [0, 1], [1, 1]], dtype=np.float32)
        await stage.desk.own.add("s1", "mine", vectors_of(values))
        stage.shared.reload()
        await until(lambda: bool(stage.shared.columns))
        await stage.settled()
        key = stage.shared.columns[0].key
        states = [stage.model.state_of(key, row) for row in range(4)]
        assert states == [CellState.DONE, CellState.BAD, CellState.DONE, CellState.DONE]

    tell(plot)


def test_a_set_is_made_without_duplicates_and_empty_rows(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.open()
        stage.model.tidy()
        stage.model.make_set_of([3, 1])
        assert [([row.id for row in rows], name) for rows, name in stage.sets] == [
            (["1", "4"], "Part of Four"),
            (["2", "4"], "Part of Four"),
        ]

    tell(plot)


def test_models_without_a_known_limit_cut_nothing(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert ABILITIES.most_tokens == 50
        stage.one.models.abilities_of["endless"] = EmbeddingAbilities()
        await stage.open()
        stage.model.set_models(["endless"])
        await stage.settled()
        assert stage.model.limits == ()

    tell(plot)
