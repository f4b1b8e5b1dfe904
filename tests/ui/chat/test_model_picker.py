"""The popup a model is chosen in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.ui.chat.fakes import FLASH, KIMI, OLD, Desk
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.ui.chat.catalogue import Freshness
from workbench.ui.chat.model_picker import ModelPicker
from workbench.ui.chat.model_rows import price_text
from workbench.ui.support.theme import Theme


@pytest.fixture
def anchor(theme: Theme) -> Iterator[QPushButton]:
    button = QPushButton("model")
    yield button
    button.deleteLater()


def listed(picker: ModelPicker) -> list[str]:
    return [str(picker.rows.index(row).data()) for row in range(picker.rows.rowCount())]


async def opened(desk: Desk, theme: Theme, anchor: QPushButton) -> tuple[ModelPicker, list[str]]:
    picker = ModelPicker(desk.catalogue, theme, anchor)
    chosen: list[str] = []
    picker.chosen.connect(chosen.append)
    picker.open(anchor, FLASH.id)
    await until(lambda: desk.catalogue.freshness is not Freshness.LOADING)
    return picker, chosen


def test_it_opens_with_the_current_model_under_the_cursor(
    run_qt: Run, theme: Theme, anchor: QPushButton
) -> None:
    async def story() -> None:
        async with Desk() as desk:
            picker, _ = await opened(desk, theme, anchor)
            assert listed(picker) == ["glm-4.7-flash", "kimi-k2.6"]
            assert picker.list.currentIndex().data() == "glm-4.7-flash"
            picker.close()

    run_qt(story())


def test_typing_narrows_and_enter_chooses(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            picker, chosen = await opened(desk, theme, anchor)
            QTest.keyClicks(picker.field, "kimi")
            assert listed(picker) == ["kimi-k2.6"]
            QTest.keyClick(picker.field, Qt.Key.Key_Return)
            assert chosen == [KIMI.id]
            assert not picker.isVisible()

    run_qt(story())


def test_arrows_move_and_ctrl_d_marks_a_favourite(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            picker, chosen = await opened(desk, theme, anchor)
            QTest.keyClick(picker.field, Qt.Key.Key_Down)
            QTest.keyClick(picker.field, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
            assert desk.catalogue.favourites == (KIMI.id,)
            assert listed(picker)[0] == "kimi-k2.6"
            assert picker.list.currentIndex().data() == "kimi-k2.6"
            QTest.keyClick(picker.field, Qt.Key.Key_Return)
            assert chosen == [KIMI.id]

    run_qt(story())


def test_any_id_can_be_used_as_it_is(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            picker, chosen = await opened(desk, theme, anchor)
            QTest.keyClicks(picker.field, "x/y")
            assert listed(picker) == ["Use “x/y” as it is"]
            QTest.keyClick(picker.field, Qt.Key.Key_Return)
            assert chosen == ["x/y"]

    run_qt(story())


def test_a_filter_narrows_and_can_be_cleared(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            picker, _ = await opened(desk, theme, anchor)
            picker.filter_buttons()["vision"].click()
            assert listed(picker) == ["kimi-k2.6"]
            picker.filter_buttons()["vision"].click()
            picker.filter_buttons()["retired"].click()
            assert OLD.short_name in listed(picker)
            picker.close()

    run_qt(story())


def test_a_retired_model_offers_its_replacement(run_qt: Run, theme: Theme, anchor: QPushButton) -> None:
    async def story() -> None:
        async with Desk() as desk:
            picker, chosen = await opened(desk, theme, anchor)
            picker.detail.show_model(OLD, favourite=False)
            instead = next(
                each for each in picker.detail.findChildren(QPushButton) if each.text() == "Use glm-4.7-flash"
            )
            instead.click()
            assert chosen == [FLASH.id]

    run_qt(story())


def test_a_list_that_did_not_come_says_so_and_can_be_asked_again(
    run_qt: Run, theme: Theme, anchor: QPushButton
) -> None:
    async def story() -> None:
        async with Desk() as desk:
            desk.backend.trouble = RequestFailed(
                "Nobody answers.", failure=Failure.CONNECT, maker=Maker.NETWORK
            )
            picker, _ = await opened(desk, theme, anchor)
            again = next(each for each in picker.findChildren(QPushButton) if each.text() == "Try again")
            assert again.isVisible()
            assert listed(picker) == ["glm-4.7-flash", "kimi-k2.6"]
            desk.backend.trouble = None
            again.click()
            await until(lambda: desk.catalogue.freshness is Freshness.MERGED)
            assert not again.isVisible()
            picker.close()

    run_qt(story())


def test_prices_stand_side_by_side() -> None:
    assert price_text(FLASH) == "$0.06 → $0.40"
    assert price_text(OLD) == ""
