"""The page of texts as it is seen and worked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.services.embeddings.desk import BAD, window
from tests.services.fakes import FULL
from tests.ui.embeddings.texts.test_model import Stage
from tests.waiting import until
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.trouble import Trouble
from workbench.ui.embeddings.texts.model import Show
from workbench.ui.embeddings.texts.page import TextsPage
from workbench.ui.embeddings.texts.rows import Field
from workbench.ui.support.theme import Theme

Plot = Callable[[Stage, TextsPage], Awaitable[None]]
Tell = Callable[[Plot], None]


@pytest.fixture
def tell(theme: Theme, tmp_path: Path, run_qt: Run) -> Tell:
    """Runs a coroutine that is given the page, shown."""

    async def story(plot: Plot) -> None:
        async with window(tmp_path) as one, Stage(one, tmp_path) as stage:
            page = TextsPage(theme, stage.model)
            page.resize(1000, 600)
            page.show()
            try:
                await plot(stage, page)
            finally:
                page.hide()
                page.deleteLater()

    return lambda plot: run_qt(story(plot))


def cells(page: TextsPage, field: Field) -> list[str]:
    rows = page.rows
    return [str(rows.index(place, field).data()) for place in range(rows.rowCount())]


def test_without_a_set_it_says_what_to_do(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        assert page.blank.isVisible()
        assert page.blank.why.text().startswith("Choose a set")

    tell(plot)


def test_the_table_shows_texts_and_what_is_odd_about_them(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        assert page.table.isVisible()
        assert cells(page, Field.TEXT)[0] == "good morning to you all"
        assert cells(page, Field.MARKS) == ["", "Empty", "As 1", ""]
        assert page.table.isColumnHidden(Field.GROUP)
        assert not page.table.isColumnHidden(Field.LABEL)
        parts = page.summary.text().split(" · ")
        assert parts[:5] == ["4 texts", "2 labels", "1 language", "1 duplicate", "1 empty"]

    tell(plot)


def test_what_is_selected_here_is_selected_everywhere_the_current_one_last(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        page.focus()
        page.table.selectRow(2)
        QTest.keyClick(page.table, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
        await asyncio.sleep(0.1)
        assert stage.shared.selected == (2, 1)
        assert "2 selected" in page.summary.text()

    tell(plot)


def test_what_is_selected_elsewhere_is_selected_here_wherever_it_is_shown(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        stage.model.search("o")
        await stage.settled()
        stage.shared.select([0, 3, 2])
        rows = page.table.selectionModel().selectedRows()
        assert sorted(page.rows.number(index.row()) for index in rows) == [0, 2]
        assert page.whole.toPlainText() == "good morning to you all"
        await asyncio.sleep(0.1)
        assert stage.shared.selected == (0, 3, 2)

    tell(plot)


def test_everything_at_once_is_selected_and_let_go(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        page.table.selectAll()
        await asyncio.sleep(0.1)
        assert set(stage.shared.selected) == {0, 1, 2, 3}
        QTest.keyClick(page.table, Qt.Key.Key_Escape)
        assert stage.shared.selected == ()
        assert not page.table.selectionModel().selectedRows()

    tell(plot)


def test_a_click_on_a_head_sorts(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        header = page.table.horizontalHeader()
        at = header.sectionViewportPosition(Field.TOKENS) + 10
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, 8))
        await stage.settled()
        assert cells(page, Field.ID) == ["2", "4", "1", "3"]
        assert header.isSortIndicatorShown()

    tell(plot)


def test_a_search_without_a_hit_can_be_taken_back(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        page.field.setText("xyzzy")
        await stage.settled()
        assert page.nothing.isVisible()
        page.all.click()
        await stage.settled()
        assert page.table.isVisible()
        assert page.rows.rowCount() == 4

    tell(plot)


def test_failed_rows_are_told_and_shown_at_a_click(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        stage.one.wire.bad = {"bye": BAD}
        await stage.open()
        await stage.run()
        assert page.failures.isVisible()
        assert page.failures.words.text() == "1 text without a vector of m: No."
        assert [page.rows.index(row, len(Field)).data() for row in range(4)] == [
            "Has a vector",
            "Nothing to embed",
            "Has a vector",
            "Failed",
        ]
        page.failures.act.click()
        await stage.settled()
        assert stage.model.show is Show.FAILED
        assert cells(page, Field.ID) == ["4"]

    tell(plot)


def test_texts_are_copied_whole_or_as_a_table(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open((TextRow("1", "one\nline"), TextRow("2", "two")))
        page.table.selectAll()
        page.table.copy()
        assert QGuiApplication.clipboard().text() == "one\nline\ntwo"
        page.table.copy(with_columns=True)
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[0].startswith("Id\tText")
        assert lines[1].startswith("1\tone line")

    tell(plot)


def test_a_set_can_be_made_of_what_is_selected(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        page.table.selectionModel().select(
            page.rows.index(3, 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
        menu = page.table.menu_of(page.table.selected_numbers())
        next(action for action in menu.actions() if "without" in action.text()).trigger()
        assert [row.id for row in stage.sets[0][0]] == ["1", "2", "3"]
        menu.deleteLater()

    tell(plot)


def test_a_set_that_does_not_open_can_be_tried_again(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        wanted: list[bool] = []
        stage.model.reopen_wanted.connect(lambda: wanted.append(True))
        stage.shared.trouble = Trouble.of(FULL)
        stage.shared.opened.emit()
        assert page.trouble.isVisible()
        page.trouble.retry.click()
        assert wanted == [True]

    tell(plot)


def test_many_rows_selected_elsewhere_are_drawn_though_qt_does_not_select_them(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open(tuple(TextRow(str(row), f"text {row}") for row in range(2000)))
        stage.shared.select(range(0, 2000, 2))
        assert not page.table.selectionModel().selectedRows()
        assert page.table.selected_numbers()[:3] == [0, 2, 4]
        assert stage.shared.selected[-1] == 1998

    tell(plot)


def test_columns_of_vectors_are_narrow_before_anything_of_the_texts_gives_way(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        await stage.open()
        table, first = page.table, len(Field)
        await stage.run()
        stage.shared.reload()
        await until(lambda: page.rows.columnCount() > first)
        page.resize(1000, 600)
        wide = table.columnWidth(first)
        page.resize(840, 600)
        assert table.columnWidth(first) < wide
        assert not any(table.isColumnHidden(field) for field in Field if field is not Field.GROUP)

    tell(plot)


def test_another_set_is_shown_from_its_top(tell: Tell) -> None:
    async def plot(stage: Stage, page: TextsPage) -> None:
        rows = tuple(TextRow(str(row), f"text {row}") for row in range(500))
        await stage.open(rows)
        scroll = page.table.verticalScrollBar()
        scroll.setValue(scroll.maximum())
        assert scroll.value() > 0
        await stage.one.texts.put(TextSet("s2", "More", rows, 2.0))
        stage.shared.open("s2")
        await until(lambda: stage.shared.texts is not None and stage.shared.texts.id == "s2")
        await stage.settled()
        assert scroll.value() == 0

    tell(plot)
