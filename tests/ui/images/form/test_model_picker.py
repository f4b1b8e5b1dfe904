"""The popup models are chosen in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.ui.images.form.fakes import PHOENIX, SCHNELL, Desk
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.ui.images.form.model_picker import ModelPicker
from workbench.ui.images.form.words import price_text
from workbench.ui.support.models.rows import ENTRY
from workbench.ui.support.theme import Theme

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def anchor(theme: Theme) -> Iterator[QPushButton]:
    button = QPushButton("model")
    yield button
    button.deleteLater()


class Opened:
    """A picker that has been opened, and what it said."""

    def __init__(self, desk: Desk, theme: Theme, anchor: QPushButton) -> None:
        self.picker = ModelPicker(desk.model.models, theme, anchor)
        self.chosen: list[str] = []
        self.toggled: list[str] = []
        self.picker.chosen.connect(self.chosen.append)
        self.picker.toggled.connect(self.toggled.append)
        self.picker.open(anchor, (PHOENIX.id,))

    def listed(self) -> list[str]:
        rows = self.picker.rows
        return [str(rows.index(row).data()) for row in range(rows.rowCount())]


def test_it_lists_what_draws_with_the_chosen_one_under_the_cursor(
    run_qt: Run, theme: Theme, anchor: QPushButton
) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            assert "glm-4.7-flash" not in opened.listed()
            assert opened.picker.list.currentIndex().data() == "phoenix-1.0"
            opened.picker.close()

    run_qt(story())


def test_enter_takes_one_alone_and_ctrl_enter_adds_it(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            QTest.keyClicks(opened.picker.field, "schnell")
            assert opened.listed() == ["flux-1-schnell"]
            QTest.keyClick(opened.picker.field, Qt.Key.Key_Return, CONTROL)
            assert (opened.toggled, opened.chosen) == ([SCHNELL.id], [])
            assert opened.picker.isVisible()
            QTest.keyClick(opened.picker.field, Qt.Key.Key_Return)
            assert opened.chosen == [SCHNELL.id]
            assert not opened.picker.isVisible()

    run_qt(story())


def test_a_favourite_comes_first(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            QTest.keyClick(opened.picker.field, Qt.Key.Key_D, CONTROL)
            assert desk.desk.catalogue.favourites == (PHOENIX.id,)
            assert opened.listed()[0] == "phoenix-1.0"
            opened.picker.favourites.setChecked(True)
            assert opened.listed() == ["phoenix-1.0"]
            opened.picker.close()

    run_qt(story())


def test_an_id_that_no_list_has_is_used_as_it_is(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            QTest.keyClicks(opened.picker.field, "openai/gpt-image-9")
            assert opened.listed() == ["Use “openai/gpt-image-9” as it is"]
            QTest.keyClick(opened.picker.field, Qt.Key.Key_Return)
            assert opened.chosen == ["openai/gpt-image-9"]

    run_qt(story())


def test_a_list_that_does_not_come_leaves_the_one_there_is_and_says_so(
    run_qt: Run, theme: Theme, anchor: QPushButton
) -> None:
    async def story() -> None:
        async with Desk() as desk:
            desk.desk.catalogue.error = RequestFailed(
                "Nothing answers.", failure=Failure.CONNECT, maker=Maker.NETWORK
            )
            opened = Opened(desk, theme, anchor)
            models = desk.model.models
            await models.finish()
            assert models.trouble is not None
            assert "flux-1-schnell" in opened.listed()
            models.refresh()
            assert not models.loading
            models.refresh(again=True)
            assert models.loading
            opened.picker.close()

    run_qt(story())


def test_the_price_of_a_usual_picture_is_told(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            entry = opened.picker.rows.index(opened.picker.rows.row_of((SCHNELL.id,))).data(ENTRY)
            assert entry.price == price_text(4 * 0.00005 + 4 * 0.0001)
            opened.picker.close()

    run_qt(story())


def test_a_click_on_a_box_adds_and_leaves_the_list_open(
    run_qt: Run, theme: Theme, anchor: QPushButton
) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            picker = opened.picker
            at = picker.list.visualRect(picker.rows.index(opened.listed().index("flux-1-schnell")))
            QTest.mouseClick(picker.list.viewport(), LEFT, pos=at.topLeft() + QPoint(12, at.height() // 2))
            assert (opened.toggled, opened.chosen) == ([SCHNELL.id], [])
            assert picker.isVisible()
            QTest.mouseClick(picker.list.viewport(), LEFT, pos=at.topLeft() + QPoint(60, at.height() // 2))
            assert (opened.toggled, opened.chosen) == ([SCHNELL.id], [SCHNELL.id])
            assert not picker.isVisible()

    run_qt(story())


def test_a_click_adds_where_several_are_wanted(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            opened = Opened(desk, theme, anchor)
            picker = opened.picker
            picker.open(anchor, (PHOENIX.id,), many=True)
            at = picker.list.visualRect(picker.rows.index(opened.listed().index("flux-1-schnell")))
            QTest.mouseClick(picker.list.viewport(), LEFT, pos=at.topLeft() + QPoint(60, at.height() // 2))
            assert (opened.toggled, opened.chosen) == ([SCHNELL.id], [])
            picker.close()

    run_qt(story())
