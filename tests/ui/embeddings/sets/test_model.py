"""The list of sets, driven without a window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType

import pytest

from tests.conftest import Run
from tests.ui.embeddings.sets.fakes import FakeOpening, FakeRuns, FakeSets, entry
from workbench.ui.embeddings.sets.model import KeptSet, Place, SetsModel

ONE, TWO = entry("a", "First"), entry("b", "Second set")


class Stage:
    """A model on sets in memory; failures: what it could not show in place."""

    def __init__(self, *there: KeptSet, running: tuple[str, ...] = (), last: str = "") -> None:
        self.sets, self.runs, self.shared = FakeSets(*there), FakeRuns(*running), FakeOpening()
        self.model = SetsModel(self.shared, self.sets, self.runs, last=last)
        self.failures: list[Exception] = []
        self.model.failed.connect(self.failures.append)

    async def __aenter__(self) -> Stage:
        self.model.load()
        await self.settled()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()

    async def settled(self) -> None:
        """Give all that runs, threads included, the time to end."""
        for _ in range(2):
            await asyncio.sleep(0.005)
            await self.model._tasks.finish()
            await self.model.draft._tasks.finish()

    def is_at(self, place: Place) -> bool:
        return self.model.place is place

    @property
    def names(self) -> list[str]:
        return [self.model.index(row, 0).data() for row in range(self.model.rowCount())]


Plot = Callable[[Stage], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def tell(run_qt: Run) -> Tell:
    async def story(plot: Plot, there: tuple[KeptSet, ...], running: tuple[str, ...]) -> None:
        async with Stage(*there, running=running) as stage:
            await plot(stage)

    def run(plot: Plot, *there: KeptSet, running: tuple[str, ...] = ()) -> None:
        run_qt(story(plot, there, running))

    return run


def test_the_newest_set_is_open_first(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert stage.names == ["Second set", "First"]
        assert stage.shared.opened == ["b"]
        assert stage.is_at(Place.SET)

    tell(plot, ONE, TWO)


@pytest.mark.parametrize(("last", "opened"), [("a", "a"), ("gone", "b")])
def test_the_set_that_was_open_last_is_open_again(run_qt: Run, last: str, opened: str) -> None:
    async def story() -> None:
        async with Stage(ONE, TWO, last=last) as stage:
            assert stage.shared.opened == [opened]

    run_qt(story())


def test_without_sets_the_start_page_is_there(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert stage.model.empty
        assert stage.is_at(Place.START)
        assert stage.shared.opened == []

    tell(plot)


def test_a_list_that_cannot_be_read_can_be_read_again(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage(ONE)
        stage.sets.be_full()
        async with stage:
            assert stage.model.trouble is not None
            assert not stage.model.loaded
            stage.model.load()
            await stage.settled()
            assert stage.model.trouble is None
            assert stage.names == ["First"]

    run_qt(story())


def test_lines_that_are_handed_over_become_a_set_that_is_open(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.add_text("one\ntwo\n", "A talk")
        await stage.settled()
        assert set(stage.names) == {"A talk", "First"}
        assert stage.shared.opened[-1] == stage.model.open_id != "a"
        assert [row.text for row in stage.sets.rows[stage.model.open_id]] == ["one", "two"]

    tell(plot, ONE)


def test_pasted_lines_go_straight_in_and_a_pasted_table_is_looked_at_first(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.paste("one\ntwo, and more")
        await stage.settled()
        assert stage.names == ["Pasted texts"]
        stage.model.begin()
        stage.model.paste("id\ttext\n1\thello\n2\tthere")
        await stage.settled()
        assert stage.is_at(Place.IMPORT)
        assert stage.model.draft.columns.texts == ("text",)
        stage.model.draft.set_name("From a sheet")
        stage.model.draft.accept()
        await stage.settled()
        assert stage.is_at(Place.SET)
        assert not stage.model.draft.active
        assert stage.names == ["From a sheet", "Pasted texts"]

    tell(plot)


def test_nothing_at_all_is_told_in_place(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.paste(" \n ")
        await stage.settled()
        assert stage.model.add_trouble is not None
        assert stage.is_at(Place.START)
        assert stage.failures == []

    tell(plot)


def test_a_full_disk_keeps_what_was_looked_at(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.paste("id\ttext\n1\thello\n2\tthere")
        await stage.settled()
        stage.sets.be_full()
        stage.model.draft.accept()
        await stage.settled()
        assert stage.is_at(Place.IMPORT)
        assert stage.model.draft.trouble is not None
        stage.model.draft.accept()
        await stage.settled()
        assert stage.is_at(Place.SET)

    tell(plot)


def test_a_file_that_is_not_there_is_told_and_can_be_left(tell: Tell, tmp_path: Path) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.open_file(tmp_path / "gone.csv")
        await stage.settled()
        assert stage.is_at(Place.IMPORT)
        assert stage.model.draft.trouble is not None
        stage.model.draft.forget()
        assert stage.is_at(Place.SET)

    tell(plot, ONE)


def test_an_example_is_a_set_as_any_other(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.try_example("meanings")
        await stage.settled()
        assert stage.names == ["Words with two meanings"]
        assert len(stage.sets.rows[stage.model.open_id]) == 24

    tell(plot)


def test_a_name_is_changed_and_comes_back_when_it_is_not_kept(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert stage.model.setData(stage.model.index_of("a"), " Other  name ")
        await stage.settled()
        assert stage.sets.kept["a"].name == "Other name"
        assert not stage.model.rename("a", "  ")
        stage.sets.be_full()
        stage.model.rename("a", "Third")
        await stage.settled()
        assert stage.names == ["Other name"]
        assert len(stage.failures) == 1

    tell(plot, ONE)


def test_a_deleted_set_can_be_taken_back_and_its_runs_stop(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        gone: list[list[KeptSet]] = []
        stage.model.deleted.connect(gone.append)
        stage.model.delete([TWO])
        await stage.settled()
        assert stage.names == ["First"]
        assert stage.model.open_id == "a"
        assert stage.runs.stopped == ["run of b"]
        stage.model.restore(gone[0])
        assert stage.names == ["Second set", "First"]
        assert stage.model.open_id == "b"

    tell(plot, ONE, TWO, running=("a", "b"))


def test_what_stays_deleted_is_gone_for_good_with_the_window(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage(ONE, TWO) as stage:
            stage.model.delete([ONE, TWO])
            assert stage.is_at(Place.START)
            assert stage.shared.opened[-1] == ""
            assert set(stage.sets.kept) == {"a", "b"}
        assert stage.sets.kept == {}

    run_qt(story())


def test_only_names_with_all_the_words_are_shown(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.search("SET sec")
        assert stage.names == ["Second set"]
        assert not stage.model.empty

    tell(plot, ONE, TWO)


def test_the_start_page_can_be_left_for_the_set_that_is_open(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        stage.model.begin()
        assert stage.is_at(Place.START)
        stage.model.choose("a")
        assert stage.is_at(Place.SET)
        assert stage.shared.opened == ["a"]

    tell(plot, ONE)
