"""The request log: pages on demand, live rows on top, filters, details."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QStyleOptionViewItem

from tests.conftest import Run
from tests.gateway.journal.rows import row, trace
from tests.ui.gateway.fakes import DOWN, REFUSED, FakeRequests
from tests.ui.support.test_dialogs import shown
from tests.waiting import until
from workbench.domain.journal import AttemptRow, CostSource, LogPage, LogRow
from workbench.domain.log_query import ANY_ROUTE, Ended
from workbench.services.gateway_requests import Missed, Warned
from workbench.services.snippets import Language
from workbench.ui.gateway.requests.model import Phase, RequestsModel
from workbench.ui.gateway.requests.page import RequestsPage
from workbench.ui.gateway.requests.rows import KEPT_PAGES, ROW, Column, RequestRows
from workbench.ui.gateway.requests.timeline import Timeline
from workbench.ui.gateway.requests.words import Words
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import INSIDE, Theme
from workbench.ui.support.way import Way

Check = Callable[[], object]


def rows(count: int) -> list[LogRow]:
    """Newest first."""
    return [row(id=f"r{at}", created_at=float(at + 1)) for at in reversed(range(count))]


class Log:
    def __init__(self, theme: Theme, stored: list[LogRow]) -> None:
        self.backend = FakeRequests(stored)
        self.notices: list[Notice] = []
        self.notifier = Notifier()
        self.notifier.posted.connect(self.notices.append)
        self.model = RequestsModel(self.backend, self.notifier)
        self.page = RequestsPage(theme, self.model, self.notifier)
        self.page.resize(1000, 600)

    @property
    def ids(self) -> list[str]:
        found = (self.model.rows.at(at) for at in range(self.model.rows.rowCount()))
        return [one.id if one else "" for one in found]

    async def ready(self) -> None:
        await until(lambda: self.model.phase is Phase.READY)


@asynccontextmanager
async def log(theme: Theme, stored: list[LogRow] | None = None) -> AsyncGenerator[Log]:
    made = Log(theme, stored or [])
    made.page.show()
    made.model.open()
    await made.ready()
    try:
        yield made
    finally:
        await made.page.aclose()
        await made.model.aclose()
        made.page.close()
        made.page.deleteLater()


def go(run_qt: Run, theme: Theme, stored: list[LogRow], act: Callable[[Log], Awaitable[None]]) -> None:
    async def scenario() -> None:
        async with log(theme, stored) as made:
            await act(made)

    run_qt(scenario())


def test_only_pages_that_are_looked_at_are_fetched(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        assert made.model.rows.rowCount() == 100_000
        assert set(made.backend.pages) == {1}
        made.page.table.scrollToBottom()
        await until(lambda: made.model.rows.at(99_999) is not None)
        assert set(made.backend.pages) <= {1, 1999, 2000}
        assert made.model.rows.at(50_000) is None

    go(run_qt, theme, rows(100_000), act)


def test_every_title_has_room_in_its_column_also_after_the_theme_changes(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        header = made.page.table.horizontalHeader()
        for _ in range(2):
            for column in (column for column in Column if not header.isSectionHidden(column)):
                wanted = header.fontMetrics().horizontalAdvance(made.model.rows.titles()[column]) + 2 * INSIDE
                assert wanted <= header.sectionSize(column)
            theme.changed.emit()

    go(run_qt, theme, rows(2), act)


def test_figures_read_from_left_to_right_in_every_language(theme: Theme, run_qt: Run) -> None:
    class Painter(QPainter):
        def drawText(self, *args: object) -> None:  # type: ignore[override]  # of its many forms, the one that is used
            written.append((args[-1], self.layoutDirection()))

    written: list[tuple[object, Qt.LayoutDirection]] = []

    async def act(made: Log) -> None:
        table, image = made.page.table, QImage(200, 28, QImage.Format.Format_RGB32)
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, 200, 28)
        painter = Painter(image)
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        table.itemDelegate().paint(painter, option, table.model().index(0, Column.TOKENS))
        painter.end()
        assert written == [("1732 → 230", Qt.LayoutDirection.LeftToRight)]

    go(run_qt, theme, [row(tokens_in=1732, tokens_out=230)], act)


def test_what_comes_live_stands_on_top_once(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        new = row(id="new", created_at=2e9)
        for event in (new, new, row(id="team", created_at=2e9, gateway="team")):
            made.backend.live.put_nowait(event)
        await until(lambda: made.model.rows.rowCount() == 3)
        assert made.ids[0] == "new"
        assert len(made.ids) == 3

    go(run_qt, theme, rows(2), act)


def test_a_row_that_ended_late_is_left_out_of_the_pages(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.backend.live.put_nowait(row(id="late", created_at=5.0))
        await until(lambda: made.model.rows.rowCount() == 3)
        assert made.ids[0] == "late"
        assert made.model.query.without == ("late",)

    go(run_qt, theme, rows(2), act)


def test_a_paused_log_counts_what_comes(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.page.filters.pause.click()
        made.backend.live.put_nowait(row(id="new", created_at=2e9))
        await until(lambda: made.model.held == 1)
        await until(lambda: "1" in made.page.filters.held.text())
        assert made.model.rows.rowCount() == 1
        made.page.filters.pause.click()
        assert made.ids == ["new", "r0"]

    go(run_qt, theme, rows(1), act)


def test_rows_that_came_too_fast_are_owned_up_to_and_read_again(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.backend.rows = rows(9)
        made.backend.live.put_nowait(Missed(8))
        await until(lambda: made.model.rows.rowCount() == 9)
        assert made.model.missed == 8

    go(run_qt, theme, rows(1), act)


def test_a_warning_of_the_journal_is_passed_on(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        told: list[str] = []
        made.model.warned.connect(told.append)
        made.backend.live.put_nowait(Warned("The disk is full."))
        await until(lambda: told)
        assert told == ["The disk is full."]

    go(run_qt, theme, [], act)


def test_filters_ask_the_gateway_and_can_be_cleared(theme: Theme, run_qt: Run) -> None:
    stored = [row(id="bad", success=False, status_code=500), row(id="ok", route="x"), row(id="plain")]

    async def act(made: Log) -> None:
        filters = made.page.filters
        filters.ended.setCurrentIndex(filters.ended.findData(Ended.FAILED))
        filters.ended.activated.emit(filters.ended.currentIndex())
        await until(lambda: made.ids == ["bad"])
        assert not filters.clear.isHidden()
        filters.clear.click()
        await until(lambda: len(made.ids) == 3)
        filters.route.activated.emit(filters.route.findData(ANY_ROUTE))
        await until(lambda: made.ids == ["ok"])
        filters.clear.click()
        filters.search.setText("nowhere")
        await until(lambda: made.model.query.text == "nowhere" and not made.ids)
        assert made.page._stack.currentWidget() is made.page._nothing

    go(run_qt, theme, stored, act)


def test_the_choices_stand_under_the_search_where_there_is_no_room_beside_it(
    theme: Theme, run_qt: Run
) -> None:
    async def act(made: Log) -> None:
        filters = made.page.filters
        for width, beside in ((1200, True), (640, False), (1200, True)):
            made.page.resize(width, 600)
            await asyncio.sleep(0.01)
            assert (abs(filters.ended.y() - filters.search.y()) < 8) is beside

    go(run_qt, theme, rows(1), act)


def test_the_empty_log_offers_a_first_request(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.page.set_address("http://127.0.0.1:8787")
        assert "curl http://127.0.0.1:8787/" in made.page.first.text
        assert made.page.filters.isHidden()
        made.page.activateWindow()
        made.page.try_it.setFocus()
        made.page.try_it.click()
        assert made.page.try_it.text() == "Sending…"
        await until(lambda: made.ids == ["asked"])
        assert made.page._stack.currentWidget() is made.page._log
        assert made.page.focusWidget() is made.page.table, "it does not wander off"

    go(run_qt, theme, [], act)


def test_a_log_that_cannot_be_read_says_why_and_can_be_tried_again(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.backend.error = DOWN
        made.model.reload()
        await until(lambda: made.model.phase is Phase.FAILED)
        assert made.page._trouble.what.text() == DOWN.what
        made.backend.error = None
        made.page._trouble.findChildren(QPushButton)[0].click()
        await made.ready()

    go(run_qt, theme, rows(1), act)


def test_details_show_attempts_the_way_and_what_went_over_the_wire(theme: Theme, run_qt: Run) -> None:
    attempts = (
        AttemptRow("openai", "a", 500, 1.0, 9.0, element="by-plan/m1", error="It broke."),
        AttemptRow("openai", "b", 200, 30.0, 60.0, waited_ms=20.0),
    )
    stored = row(id="one", route="by-plan", attempts=attempts, first_byte_ms=45.0, cost=0.1, error="Odd.")

    async def act(made: Log) -> None:
        made.backend.trace = trace("t")
        made.page.table.selectRow(0)
        await until(lambda: made.page.detail.findChildren(Way))
        (timeline,) = made.page.detail.findChildren(Timeline)
        assert "after a pause of 20 ms" in timeline.accessibleDescription()
        timeline.grab()
        assert made.page.detail.body is not None
        assert '"model": "openai/gpt-4o-mini"' in made.page.detail.body.toPlainText()
        made.page.detail.copy_code(Language.CURL)
        assert "compat/chat/completions" in QGuiApplication.clipboard().text()
        made.page.detail.copy_row()
        assert json.loads(QGuiApplication.clipboard().text())[0]["id"] == "one"
        made.page._escape()
        assert made.page.detail.isHidden()

    go(run_qt, theme, [stored], act)


def test_details_that_do_not_come_say_why(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.backend.error = REFUSED
        made.page.table.selectRow(0)
        await until(lambda: made.model.details_problem is not None)
        assert made.page.detail.body is not None
        assert "It may not." in made.page.detail.body.toPlainText()

    go(run_qt, theme, rows(1), act)


def test_an_answer_is_rated_and_the_rating_taken_back(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.page.table.selectRow(0)
        await until(lambda: made.model.details is not None)
        made.page.detail.up.click()
        await until(lambda: made.backend.rated == [("r0", 1, None)])
        await until(lambda: (found := made.model.rows.at(0)) is not None and found.feedback == 1)
        made.page.detail.up.click()
        await until(lambda: made.backend.rated[-1] == ("r0", None, None))
        await until(lambda: (found := made.model.rows.at(0)) is not None and found.feedback is None)
        made.page.detail.score.setText("75,5")
        made.page.detail.score.editingFinished.emit()
        await until(lambda: made.backend.rated[-1] == ("r0", None, 75.5))

    go(run_qt, theme, rows(1), act)


@pytest.mark.parametrize(("answer", "left"), [("Delete", 1), ("Cancel", 3)])
def test_deleting_asks_first_and_deletes_what_is_found(
    theme: Theme, run_qt: Run, answer: str, left: int
) -> None:
    stored = [row(id="a", success=False), row(id="b", success=False), row(id="c")]

    async def act(made: Log) -> None:
        made.model.narrow(ended=Ended.FAILED)
        await until(lambda: len(made.ids) == 2)
        made.page.filters.delete_wanted.emit()
        box = await shown(QMessageBox)
        next(one for one in box.findChildren(QPushButton) if one.text() == answer).click()
        await until(lambda: not box.isVisible())
        await until(lambda: len(made.backend.rows) == left)
        assert len(made.backend.rows) == left

    go(run_qt, theme, stored, act)


@pytest.mark.parametrize("as_table", [True, False])
def test_what_is_found_is_written_to_a_file(
    theme: Theme, run_qt: Run, tmp_path: Path, as_table: bool
) -> None:
    async def act(made: Log) -> None:
        file = tmp_path / "out"
        made.model.export(file, as_table=as_table)
        await until(lambda: made.notices)
        text = file.read_text(encoding="utf-8")
        assert text.startswith("id," if as_table else "[")
        assert "r0" in text
        made.notices.clear()
        made.model.export(tmp_path / "no" / "folder", as_table=as_table)
        await until(lambda: made.notices)
        assert "could not be written" in made.notices[0].text

    go(run_qt, theme, rows(1), act)


def test_rows_are_copied_as_a_table_and_as_json(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.page.table.selectRow(0)
        made.page.table.copy()
        head, line = QGuiApplication.clipboard().text().splitlines()
        assert head.split("\t")[:2] == ["Time", "Model"]
        assert "gpt-4o-mini" in line
        made.page.table.copy(as_json_text=True)
        assert json.loads(QGuiApplication.clipboard().text())[0]["id"] == "r0"

    go(run_qt, theme, rows(1), act)


def test_home_and_end_lead_to_the_newest_and_the_oldest(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        QTest.keyClick(made.page.table, Qt.Key.Key_End)
        assert made.page.table.currentIndex().row() == 199
        await until(lambda: made.model.selected is not None and made.model.selected.id == "r0")
        QTest.keyClick(made.page.table, Qt.Key.Key_Home)
        assert made.page.table.currentIndex().row() == 0

    go(run_qt, theme, rows(200), act)


def test_a_reader_further_down_is_not_pushed_about(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        table = made.page.table
        table.verticalScrollBar().setValue(40 * 28)
        seen = made.model.rows.at(table.rowAt(5))
        assert seen is not None
        made.model.rows.add([row(id="n1"), row(id="n2")])
        now = made.model.rows.at(table.rowAt(5))
        assert now is not None
        assert now.id == seen.id

    go(run_qt, theme, rows(200), act)


def test_the_table_is_drawn_and_spoken_row_by_row(theme: Theme, run_qt: Run) -> None:
    async def act(made: Log) -> None:
        made.page.grab()
        first = made.model.rows.index(0, Column.TIME)
        spoken = str(first.data(Qt.ItemDataRole.AccessibleTextRole))
        assert all(part in spoken for part in ("openai", "gpt-4o-mini", "200 OK", "answered by"))
        assert isinstance(first.data(ROW), LogRow)

    go(run_qt, theme, rows(60), act)


def test_a_failure_is_told_in_its_row_in_the_words_of_whoever_failed(theme: Theme, run_qt: Run) -> None:
    failed = row(id="bad", status_code=503, success=False, error="The engine is overloaded")

    async def act(made: Log) -> None:
        first = made.model.rows.index(0, Column.TIME)
        assert "The engine is overloaded" in str(first.data(Qt.ItemDataRole.AccessibleTextRole))
        model = made.model.rows.index(0, Column.MODEL)
        with_words = made.page.table.viewport().grab(made.page.table.visualRect(model)).toImage()
        made.model.rows.replace(replace(failed, error=""))
        assert made.page.table.viewport().grab(made.page.table.visualRect(model)).toImage() != with_words

    go(run_qt, theme, [failed], act)


def test_pages_long_left_behind_are_forgotten() -> None:
    model = RequestRows(10)
    model.begin(LogPage((), 100_000))
    for number in range(1, KEPT_PAGES + 20):
        model.put(number, rows(10))
    assert model.at(0) is None
    assert model.at((KEPT_PAGES + 10) * 10) is not None


def test_a_page_is_wanted_once_until_it_was_lost() -> None:
    model, wanted = RequestRows(10), list[list[int]]()
    model.pages_wanted.connect(wanted.append)
    model.begin(LogPage(tuple(rows(10)), 100))
    model.look(0, 25)
    model.look(0, 25)
    assert wanted == [[2, 3]]
    model.look_again([3])
    assert wanted == [[2, 3], [3]]


def test_a_list_that_has_become_shorter_ends_where_it_ends() -> None:
    model = RequestRows(10)
    model.begin(LogPage(tuple(rows(10)), 100))
    model.put(5, ())
    assert model.rowCount() == 40


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"cost": None}, "–"),
        ({"cost": 0.0, "cost_source": CostSource.CACHED}, "cached"),
        ({"cost": 0.02, "cost_source": CostSource.CHARGED}, "$0.020"),
        ({"cost": 0.02, "cost_source": CostSource.PRICES}, "≈ $0.020"),
        ({"cost": 0.02, "cost_source": CostSource.CUSTOM}, "$0.020*"),
        ({"cost": 0.02, "cost_source": CostSource.CHARGED, "upstream": "sandbox"}, "≈ $0.020"),
    ],
)
def test_a_cost_says_how_it_came_about(facts: dict[str, object], words: str) -> None:
    assert Words().cost(row(**facts)) == words
    assert Words().cost_source(row(**facts))


@pytest.mark.parametrize(
    ("facts", "words", "icon"),
    [
        ({}, "200 OK", ("circle-check", "good")),
        ({"status_code": 429, "success": False}, "429 limited", ("triangle-alert", "warn")),
        ({"status_code": 500, "success": False}, "500 failed", ("circle-x", "bad")),
        ({"status_code": 200, "success": False}, "200 broke off", ("circle-x", "bad")),
        ({"status_code": 0, "success": False}, "no reply", ("circle-x", "bad")),
        ({"client_gone": True, "success": False}, "caller left", ("log-out", "muted")),
    ],
)
def test_a_status_is_told_in_words_and_not_by_colour_alone(
    facts: dict[str, object], words: str, icon: tuple[str, str]
) -> None:
    assert Words().status(row(**facts)) == words
    assert Words().status_icon(row(**facts)) == icon


def test_large_text_has_room_in_the_line_over_the_log(qapp: QApplication, run_qt: Run) -> None:
    large = Theme("light", 1.5)
    large.apply(qapp)

    async def act(made: Log) -> None:
        made.page.resize(1060, 600)
        await asyncio.sleep(0.01)
        search = made.page.filters.search
        assert search.height() >= search.sizeHint().height()

    try:
        go(run_qt, large, rows(1), act)
    finally:
        Theme("light").apply(qapp)
