from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from tests.conftest import Run
from tests.ui.doctor.test_model import BAD, GOOD, LEFT, WARNING, Desk, FakeDoctor, do
from workbench.domain.errors import InvalidInput
from workbench.services.doctor import Check
from workbench.ui.doctor.page import DoctorPage
from workbench.ui.support.theme import Theme

Show = Callable[..., tuple[Desk, DoctorPage]]


@pytest.fixture
def show(theme: Theme) -> Iterator[Show]:
    pages: list[DoctorPage] = []

    def make(*results: Check | Exception | None) -> tuple[Desk, DoctorPage]:
        desk = Desk(FakeDoctor(*results))
        pages.append(DoctorPage(theme, desk.model))
        return desk, pages[-1]

    yield make
    for page in pages:
        page.close()
        page.deleteLater()


def test_before_the_first_run_it_says_what_it_is_for_and_offers_to_run(show: Show) -> None:
    _, page = show()
    assert "does not answer" in page.summary.what.text()
    assert page.run.isVisibleTo(page)
    assert not page.checks.isVisibleTo(page)
    assert not page.copy.isVisibleTo(page)


def test_while_it_runs_what_was_found_is_shown_and_it_can_be_cancelled(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD, None)

    async def look() -> None:
        page.run.click()
        await desk.doctor.waiting.wait()
        assert "Checking Local gateway" in page.summary.what.text()
        assert len(page.checks.rows) == 1
        assert not page.run.isVisibleTo(page)
        page.cancel.click()
        await desk.settled()

    run_qt(look())
    assert "Stopped" in page.summary.what.text()
    assert page.run.isVisibleTo(page)


def test_the_first_failing_step_stands_on_top_with_cause_and_fix(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD, BAD, LEFT)
    desk.model.choose("cf")
    do(run_qt, desk, page.run.click)
    assert page.summary.what.text() == "First failing step: API token"
    assert page.summary.why.text() == "Refused. It expired."
    assert page.summary.todo.text() == "Make a new one."
    wanted: list[str] = []
    desk.model.connection_wanted.connect(wanted.append)
    page.summary.fix.click()
    assert wanted == ["cf"]


def test_each_row_says_its_state_in_words_too(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD, BAD, LEFT)
    do(run_qt, desk, page.run.click)
    names = [row.accessibleName() for row in page.checks.rows]
    assert names == [
        "Name found, ok, It is there., 3 ms",
        "API token, failed, Refused., 40 ms",
        "Model, skipped",
    ]


def test_all_well_is_said_with_the_time_it_took(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD)
    do(run_qt, desk, page.run.click)
    assert page.summary.what.text() == "Everything works."
    assert "3 ms" in page.summary.why.text()
    assert not page.summary.fix.isVisibleTo(page)
    assert page.run.text() == "Run again"


def test_warnings_are_counted(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD, Check("token", "API token", WARNING, "It expires soon."))
    do(run_qt, desk, page.run.click)
    assert page.summary.what.text() == "It works."
    assert "1" in page.summary.why.text()


def test_a_run_that_cannot_begin_is_told_in_place(show: Show, run_qt: Run) -> None:
    desk, page = show(InvalidInput("There is no such connection.", fix="Choose another."))
    do(run_qt, desk, page.run.click)
    assert page.summary.what.text() == "There is no such connection."
    assert page.summary.todo.text() == "Choose another."


def test_a_second_run_replaces_the_rows(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD, BAD)
    do(run_qt, desk, page.run.click)
    desk.doctor.results = (GOOD,)
    do(run_qt, desk, page.run.click)
    assert [row.check for row in page.checks.rows] == [GOOD]


def test_the_report_is_copied(show: Show, run_qt: Run) -> None:
    desk, page = show(GOOD, BAD)
    do(run_qt, desk, page.run.click)
    page.copy.click()
    assert QGuiApplication.clipboard().text() == desk.model.report()


def test_another_connection_can_be_chosen(show: Show) -> None:
    desk, page = show()
    page.target.activated.emit(1)
    assert desk.model.target.id == "cf"
    assert page.target.currentText() == "Acme production"
