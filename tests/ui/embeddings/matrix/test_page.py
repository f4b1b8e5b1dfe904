"""The page Similarity, worked with keys and the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.embeddings.opened import ROWS, opened
from tests.waiting import until
from workbench.ui.embeddings.matrix.model import MatrixModel
from workbench.ui.embeddings.matrix.page import MatrixPage
from workbench.ui.embeddings.model import PageId
from workbench.ui.support.theme import Theme


def press(widget: QObject, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


def test_cells_are_reached_with_keys_and_open_the_neighbours(
    tmp_path: Path, run_qt: Run, theme: Theme
) -> None:
    async def told() -> None:
        async with opened(tmp_path) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            page = MatrixPage(theme, model)
            page.resize(900, 700)
            page.show()
            await until(lambda: bool(model.pictures) and not model._tasks.busy)
            cells = page.panels[0].map
            assert page.focusProxy() is cells
            press(cells, Qt.Key.Key_Right)
            rows = model.pictures[0].rows
            assert model.pair == (rows[0], rows[1])
            press(cells, Qt.Key.Key_End)
            press(cells, Qt.Key.Key_Down)
            assert model.pair == (rows[1], rows[-1])
            assert ROWS[rows[1]].text in cells.accessibleDescription()
            await until(lambda: page.pair.first.text.toPlainText() == ROWS[rows[1]].text)
            press(cells, Qt.Key.Key_Return)
            assert shared.page is PageId.NEIGHBOURS
            assert shared.selected == (rows[1],)
            page.hide()
            await page.aclose()
            await model.aclose()
            page.deleteLater()

    run_qt(told())


def test_a_click_points_at_the_cell_under_it(tmp_path: Path, run_qt: Run, theme: Theme) -> None:
    async def told() -> None:
        async with opened(tmp_path) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            page = MatrixPage(theme, model)
            page.resize(900, 700)
            page.show()
            await until(lambda: bool(model.pictures) and not model._tasks.busy)
            cells = page.panels[0].map
            field = cells._field(cells.rect())
            place = QPointF(field.right() - 3, field.top() + 3)
            QApplication.sendEvent(
                cells,
                QMouseEvent(
                    QEvent.Type.MouseButtonPress,
                    place,
                    cells.mapToGlobal(place),
                    Qt.MouseButton.LeftButton,
                    Qt.MouseButton.LeftButton,
                    Qt.KeyboardModifier.NoModifier,
                ),
            )
            rows = model.pictures[0].rows
            assert model.pair == (rows[0], rows[-1])
            assert cells.drawn(300).pixelColor(10, 10).isValid()
            page.hide()
            await page.aclose()
            await model.aclose()
            page.deleteLater()

    run_qt(told())


def test_the_scale_has_its_ends_where_its_colours_are_in_each_direction(
    tmp_path: Path, run_qt: Run, theme: Theme
) -> None:
    async def told() -> None:
        async with opened(tmp_path) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            page = MatrixPage(theme, model)
            page.resize(900, 700)
            page.show()
            await until(lambda: bool(model.pictures) and not model._tasks.busy)
            cells = page.panels[0].map
            there = cells.grab().toImage()
            QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            try:
                assert cells.grab().toImage() == there
            finally:
                QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            page.hide()
            await page.aclose()
            await model.aclose()
            page.deleteLater()

    run_qt(told())


def test_the_pair_takes_no_room_from_the_map(tmp_path: Path, run_qt: Run, theme: Theme) -> None:
    async def told() -> None:
        async with opened(tmp_path) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            page = MatrixPage(theme, model)
            page.resize(900, 700)
            page.show()
            await until(lambda: bool(model.pictures) and not model._tasks.busy)
            cells = page.panels[0].map
            before = cells.size()
            press(cells, Qt.Key.Key_Right)
            await until(page.pair.first.isVisible)
            QApplication.processEvents()
            assert cells.size() == before
            page.hide()
            await page.aclose()
            await model.aclose()
            page.deleteLater()

    run_qt(told())


def test_a_picture_that_cannot_be_saved_is_told_in_place(
    tmp_path: Path, run_qt: Run, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    places = iter([tmp_path / "file" / "similarity.png", tmp_path / "similarity.png"])

    async def asked(*_: object, **__: object) -> str:
        return str(next(places))

    monkeypatch.setattr("workbench.ui.embeddings.matrix.page.save_file", asked)

    async def told() -> None:
        async with opened(tmp_path) as shared:
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            page = MatrixPage(theme, model)
            page.show()
            await until(lambda: bool(model.pictures) and not model._tasks.busy)
            page.save.click()
            await until(lambda: not page.trouble.isHidden())
            assert "similarity.png" in page.trouble.what.text()
            page.save.click()
            await until((tmp_path / "similarity.png").exists)
            page.hide()
            await page.aclose()
            await model.aclose()
            page.deleteLater()

    run_qt(told())


def test_without_vectors_the_page_says_what_to_do(tmp_path: Path, run_qt: Run, theme: Theme) -> None:
    async def told() -> None:
        async with opened(tmp_path) as shared:
            for column in shared.columns:
                shared.compare(column.key, False)
            model = MatrixModel(shared, shared.desk)  # type: ignore[attr-defined]
            page = MatrixPage(theme, model)
            page.show()
            await until(lambda: not model._tasks.busy)
            assert page.blank.what.text() == "No model is compared"
            assert not page.save.isEnabled()
            page.hide()
            await page.aclose()
            await model.aclose()
            page.deleteLater()

    run_qt(told())
