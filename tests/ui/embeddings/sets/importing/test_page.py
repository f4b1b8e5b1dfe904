"""The page where a table is looked at, as it is seen and worked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from workbench.domain.embeddings.texts import TextSet
from workbench.services.embeddings.tables import TableForm
from workbench.ui.embeddings.sets.importing.model import ImportModel
from workbench.ui.embeddings.sets.importing.page import ImportPage
from workbench.ui.support.theme import Theme

TABLE = "id,en,de,topic\n1,Hello,Hallo,a\n2,Bye,Tschüss,b\n3,Bye\n"


class Stage:
    """accepted: what became of it."""

    def __init__(self, theme: Theme, folder: Path) -> None:
        self.folder = folder
        self.model = ImportModel()
        self.page = ImportPage(theme, self.model)
        self.page.resize(900, 600)
        self.page.show()
        self.accepted: list[TextSet] = []
        self.failures: list[Exception] = []
        self.model.accepted.connect(self.accepted.append)
        self.model.failed.connect(self.failures.append)

    async def read(self, text: str = TABLE, name: str = "greetings.csv") -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        self.model.read(path)
        await self.settled()

    async def settled(self) -> None:
        for _ in range(2):
            await asyncio.sleep(0.005)
            await self.model._tasks.finish()


Plot = Callable[[Stage], Awaitable[None]]
Tell = Callable[[Plot], None]


@pytest.fixture
def tell(theme: Theme, tmp_path: Path, run_qt: Run) -> Tell:
    async def story(plot: Plot) -> None:
        stage = Stage(theme, tmp_path)
        try:
            await plot(stage)
        finally:
            await stage.model.aclose()
            stage.page.hide()
            stage.page.deleteLater()
        assert stage.failures == []

    return lambda plot: run_qt(story(plot))


def test_it_guesses_which_column_is_what_and_says_what_will_come_of_it(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read()
        page = stage.page
        assert page.texts.text() == "en, de"
        assert page.parts["label"].currentText() == "topic"
        assert page.parts["id"].currentText() == "id"
        assert page.read.text() == "CSV · 3 rows · 4 columns"
        assert page.accept.text() == "Bring in 6 texts"
        assert "1 empty" in page.facts.text()
        assert page.bad.text().startswith("1 line is not as it should be.\nLine 4: ")

    tell(plot)


def test_other_columns_can_be_chosen(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read()
        page = stage.page
        next(action for action in page.texts_menu.actions() if action.data() == "de").trigger()
        combo = page.parts["label"]
        combo.setCurrentIndex(0)
        combo.activated.emit(0)
        await stage.settled()
        assert stage.model.columns.texts == ("en",)
        assert stage.model.columns.label == ""
        QTest.keyClick(page.texts, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await stage.settled()
        assert [row.text for row in stage.accepted[0].rows] == ["Hello", "Bye", "Bye"]
        assert stage.accepted[0].name == "greetings.csv"

    tell(plot)


def test_without_a_column_of_texts_nothing_can_be_brought_in(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read("text,n\nhello,1\n")
        stage.page.texts_menu.actions()[0].trigger()
        assert not stage.page.accept.isEnabled()
        assert stage.page.facts.text() == "Choose at least one column of texts."

    tell(plot)


def test_the_first_row_may_be_a_text_like_any_other(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read("hello,a\nthere,b\n")
        assert stage.page.header.isChecked()
        stage.page.header.click()
        await stage.settled()
        assert not stage.page.header.isChecked()
        assert stage.page.rows.rowCount() == 2
        assert stage.page.rows.index(0, 0).data() == "hello"

    tell(plot)


def test_a_table_can_be_read_as_another_form(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read("a, b and c\nd", "notes.csv")
        row = stage.page.form.findData("lines")
        stage.page.form.setCurrentIndex(row)
        stage.page.form.activated.emit(row)
        await stage.settled()
        assert stage.model.form is TableForm.LINES
        assert stage.model.table is not None
        assert stage.model.table.columns == ("text",)
        assert not stage.page.header_field.isVisible()

    tell(plot)


def test_what_cannot_be_read_is_told_and_read_again(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read(" ")
        assert stage.page.trouble.isVisible()
        assert not stage.page.accept.isEnabled()
        (stage.folder / "greetings.csv").write_text(TABLE)
        stage.page.trouble.retry.click()
        await stage.settled()
        assert not stage.page.trouble.isVisible()
        assert stage.page.preview.isVisible()

    tell(plot)


def test_a_name_that_is_typed_names_the_set(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        await stage.read()
        stage.page.name.selectAll()
        QTest.keyClicks(stage.page.name, "Mine")
        stage.page.accept.click()
        await stage.settled()
        assert stage.accepted[0].name == "Mine"

    tell(plot)


def test_a_pasted_table_is_taken_and_prose_is_not(tell: Tell) -> None:
    async def plot(stage: Stage) -> None:
        assert not await stage.model.take("Just a line, and no table")
        assert not stage.model.active
        assert await stage.model.take('{"text": "a"}\n{"text": "b"}')
        await stage.settled()
        assert stage.page.read.text() == "JSONL · 2 rows · 1 column"

    tell(plot)
