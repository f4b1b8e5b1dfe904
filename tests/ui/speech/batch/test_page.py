"""The batch without and with its page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from tests.conftest import Run
from tests.ui.dragging import drop, files
from tests.ui.speech.batch.fakes import FakeBatches, FakeTakes
from tests.ui.speech.library.fakes import parts, take
from tests.ui.speech.options import fakes as options
from tests.waiting import until
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.models import Cost
from workbench.domain.speech.forms import TextForm
from workbench.domain.speech.takes import TakeState
from workbench.domain.trouble import Trouble
from workbench.services.speech.library import files_of
from workbench.services.speech.takes import PartChanged, TakeChanged
from workbench.ui.speech.batch import words
from workbench.ui.speech.batch.model import BatchModel
from workbench.ui.speech.batch.page import BatchPage
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.support.theme import Theme

DONE, RUNNING, FAILED, WAITING, STOPPED = (
    TakeState.DONE,
    TakeState.RUNNING,
    TakeState.FAILED,
    TakeState.WAITING,
    TakeState.STOPPED,
)
ONE, TWO = Path("/music/one.mp3"), Path("/music/two.wav")


class Stage:
    def __init__(self, kept: str = "", listed: tuple[Path, ...] = ()) -> None:
        self.batches = FakeBatches()
        self.takes = FakeTakes()
        self.kept: list[str] = []
        self.options = OptionsModel(options.FakeModels(), options.FakeTargets(), options.FakeTakes())
        self.model = BatchModel(
            self.batches,
            self.takes,
            files_of,
            self.options,
            target_id=lambda: "local",
            listed=lambda: listed,
            kept=kept,
            keep=self.kept.append,
        )
        mode = QAbstractItemModelTester.FailureReportingMode.Warning
        self.tester = QAbstractItemModelTester(self.model.rows, mode)

    async def __aenter__(self) -> Stage:
        self.model.load()
        await self.settled()
        return self

    async def __aexit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()

    async def settled(self) -> None:
        await asyncio.sleep(0)
        await until(lambda: not self.model._tasks.busy and not self.options.models.loading)

    async def begun(self, *paths: Path) -> None:
        self.model.add(paths or (ONE, TWO))
        await self.settled()
        self.model.start()
        await self.settled()

    @property
    def states(self) -> list[str]:
        return [file.word for file in self.model.rows.files]


def test_files_and_folders_are_added_once(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        for name in ("a.wav", "b.mp3", "notes.txt"):
            (tmp_path / name).touch()
        async with Stage() as stage:
            assert stage.model.hindrance == "Add files first."
            stage.model.add([tmp_path])
            await stage.settled()
            stage.model.add([tmp_path / "a.wav"])
            await stage.settled()
            assert [file.name for file in stage.model.rows.files] == ["a.wav", "b.mp3"]
            assert stage.states == ["Ready", "Ready"]
            assert stage.model.hindrance == ""

    run_qt(story())


def test_a_folder_without_recordings_is_told(run_qt: Run, tmp_path: Path) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.add([tmp_path])
            await stage.settled()
            assert stage.model.trouble is not None
            assert stage.model.empty

    run_qt(story())


def test_the_start_asks_for_what_is_chosen(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.options.set_value("language", "de")
            stage.options.set_value("diarize", True)
            stage.model.toggle_form(TextForm.TXT)
            stage.model.toggle_form(TextForm.VTT)
            stage.model.set_folder("/texts")
            await stage.begun()
            (batch,) = stage.batches.there.values()
            assert batch.options == {"language": "de"}
            assert batch.forms == (TextForm.SRT, TextForm.VTT)
            assert (batch.folder, batch.target) == ("/texts", "local")
            assert stage.states == ["Waiting", "Waiting"]
            assert stage.model.hindrance == "Add files first."

    run_qt(story())


def test_without_a_form_nothing_can_be_begun(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.add([ONE])
            await stage.settled()
            for form in stage.model.forms:
                stage.model.toggle_form(form)
            assert stage.model.hindrance == "Choose at least one form of text."

    run_qt(story())


def test_what_is_refused_stays_ready(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.batches.refuses = StorageFailed("The folder texts cannot be made.")
            await stage.begun(ONE)
            assert stage.states == ["Ready"]
            assert stage.model.trouble is not None

    run_qt(story())


def test_each_file_is_followed_with_its_cost(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.begun()
            stage.batches.become("b0", 0, RUNNING, take_id="t1", recording_id="r1")
            two = parts(RUNNING, WAITING)
            stage.takes.tell(TakeChanged(take("t1", state=RUNNING, parts=two)))
            stage.takes.tell(PartChanged("t1", replace(two[0], state=DONE, cost=Cost(0.02, charged=True))))
            stage.takes.tell(TakeChanged(take("other", state=DONE)))
            assert stage.states == ["Hearing \u206650 %\u2069", "Waiting"]
            stage.batches.become("b0", 0, DONE, files=("/music/one.txt", "/music/one.srt"))
            assert stage.model.rows.files[0].texts == "\u2066txt, srt\u2069"
            assert words.totals(stage.model.totals) == "1 of 2 files done · 1 waiting · \u2066$0.020\u2069"

    run_qt(story())


def test_pause_and_go_on(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.begun()
            stage.model.pause()
            await stage.settled()
            assert stage.states == ["Stopped", "Stopped"]
            stage.model.go_on()
            await stage.settled()
            assert stage.batches.retried == [("b0", None)]

    run_qt(story())


def test_only_what_failed_is_tried_again(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.begun()
            stage.batches.become("b0", 1, FAILED, trouble=Trouble("It is no recording."))
            stage.model.retry(stage.model.rows.files)
            await stage.settled()
            assert stage.batches.retried == [("b0", (1,))]

    run_qt(story())


def test_what_is_over_is_cleared_and_the_rest_stays(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            await stage.begun(ONE)
            await stage.begun(TWO)
            stage.batches.become("b0", 0, DONE)
            stage.model.clear()
            await stage.settled()
            assert [file.name for file in stage.model.rows.files] == ["two.wav"]
            stage.model.cancel()
            await stage.settled()
            assert stage.model.empty

    run_qt(story())


def test_batches_of_an_earlier_run_are_there_with_what_they_cost(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage()
        await stage.batches.begin([ONE], options.TURBO.id, {})
        stage.batches.become("b0", 0, DONE, take_id="t1")
        done = tuple(replace(part, cost=Cost(0.5)) for part in parts(DONE))
        stage.takes.there["t1"] = take("t1", parts=done)
        async with stage:
            assert stage.states == ["Done"]
            assert stage.model.totals.cost == Cost(0.5)

    run_qt(story())


def test_a_list_that_cannot_be_read_is_read_again(run_qt: Run) -> None:
    async def story() -> None:
        stage = Stage()
        stage.batches.refuses = StorageFailed("The database is locked.")
        async with stage:
            assert stage.model.trouble is not None
            assert not stage.model.loaded
            stage.model.load()
            await stage.settled()
            assert stage.model.loaded
            assert stage.model.trouble is None

    run_qt(story())


def test_forms_and_folder_are_kept(run_qt: Run) -> None:
    async def story() -> None:
        async with Stage() as stage:
            stage.model.toggle_form(TextForm.JSON)
            stage.model.set_folder("/texts")
            kept = stage.kept[-1]
        async with Stage(kept) as stage:
            assert TextForm.JSON in stage.model.forms
            assert stage.model.folder == "/texts"
        async with Stage('{"forms": 3}') as stage:
            assert stage.model.forms

    run_qt(story())


Plot = Callable[[Stage, BatchPage], Awaitable[None]]
Tell = Callable[[Plot], None]


@pytest.fixture
def tell(theme: Theme, run_qt: Run) -> Tell:
    async def story(plot: Plot) -> None:
        async with Stage(listed=(ONE, TWO)) as stage:
            page = BatchPage(theme, stage.model)
            page.resize(1000, 700)
            page.show()
            try:
                await plot(stage, page)
            finally:
                page.hide()
                await page.aclose()
                page.deleteLater()

    return lambda plot: run_qt(story(plot))


def test_an_empty_page_takes_the_recordings_of_the_list_at_a_click(tell: Tell) -> None:
    async def plot(stage: Stage, page: BatchPage) -> None:
        assert page.blank.isVisible()
        assert not page.start.isEnabled()
        assert page.hindrance.text() == "Add files first."
        page.blank_listed.click()
        await stage.settled()
        assert page.table.isVisible()
        assert page.start.text() == "Start 2 files"
        page.start.click()
        assert page.focusWidget() is page.table
        await stage.settled()
        assert page.pause.isVisible()
        assert page.facts.text() == "0 of 2 files done · 2 waiting"

    tell(plot)


def test_files_are_dropped_and_removed(tell: Tell) -> None:
    async def plot(stage: Stage, page: BatchPage) -> None:
        drop(page, files(ONE, TWO))
        await stage.settled()
        page.table.selectRow(0)
        assert page.table.copied() == f"{ONE}\tReady\t\t"
        menu = page.menu_of(page.table.selected())
        assert [action.text() for action in menu.actions()] == ["Remove"]
        menu.actions()[0].trigger()
        menu.deleteLater()
        assert [file.name for file in stage.model.rows.files] == ["two.wav"]

    tell(plot)


def test_a_file_that_failed_is_retried_from_its_row_and_opened(tell: Tell) -> None:
    async def plot(stage: Stage, page: BatchPage) -> None:
        await stage.begun(ONE)
        stage.batches.become("b0", 0, FAILED, recording_id="r1", take_id="t1", trouble=Trouble("Broken."))
        assert page.go_on.isVisible()
        assert page.go_on.text() == "Try again"
        assert not page.pause.isVisible()
        assert page.table.copied().endswith("\tBroken.")
        opened: list[tuple[str, str]] = []
        page.opened.connect(lambda *ids: opened.append(ids))
        page.table.selectRow(0)
        menu = page.menu_of(page.table.selected())
        for action in menu.actions():
            action.trigger()
        menu.deleteLater()
        await stage.settled()
        assert opened == [("r1", "t1")]
        assert stage.batches.retried == [("b0", (0,))]

    tell(plot)


def test_the_folder_of_the_texts_is_opened_from_a_row(tell: Tell) -> None:
    async def plot(stage: Stage, page: BatchPage) -> None:
        opened: list[str] = []
        page._open_url = lambda url: opened.append(Path(url.toLocalFile()).name)
        await stage.begun(ONE)
        stage.batches.become("b0", 0, DONE, files=("/texts/one.txt", "/texts/one.srt"))
        page.table.selectRow(0)
        menu = page.menu_of(page.table.selected())
        menu.actions()[0].trigger()
        menu.deleteLater()
        assert opened == ["texts"]

    tell(plot)


def test_looking_for_files_is_told_only_while_it_lasts(tell: Tell) -> None:
    async def plot(stage: Stage, page: BatchPage) -> None:
        stage.model.add([ONE])
        assert page.facts.text() == "Looking for recordings…"
        await stage.settled()
        assert page.facts.text() == "1 ready to start"
        page.clear.click()
        assert stage.model.empty

    tell(plot)


def test_what_went_wrong_is_told(tell: Tell) -> None:
    async def plot(stage: Stage, page: BatchPage) -> None:
        stage.batches.refuses = InvalidInput("Another window is at this batch.", fix="Stop it there.")
        await stage.begun(ONE)
        assert page.trouble.what.text() == "Another window is at this batch."
        assert page.trouble.isVisible()

    tell(plot)
