"""The page Neighbours, worked with keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.embeddings.neighbours.test_model import looking, settled
from workbench.ui.embeddings.neighbours.board import begins_at_the_right
from workbench.ui.embeddings.neighbours.model import Subject
from workbench.ui.embeddings.neighbours.page import NeighboursPage
from workbench.ui.support.theme import Theme


def press(widget: QObject, key: Qt.Key) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


@pytest.mark.parametrize("mirrored", [False, True])
def test_neighbours_are_walked_through_and_followed_with_keys(
    tmp_path: Path, run_qt: Run, theme: Theme, mirrored: bool
) -> None:
    async def told() -> None:
        async with looking(tmp_path) as (shared, model, _):
            page = NeighboursPage(theme, model)
            if mirrored:
                page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            page.resize(900, 700)
            page.show()
            assert page.blank.what.text() == "What is near what?"
            model.follow(0)
            await settled(model)
            board = page.board
            press(board, Qt.Key.Key_Down)
            assert shared.selected == (3, 0)
            press(board, Qt.Key.Key_Left if mirrored else Qt.Key.Key_Right)
            press(board, Qt.Key.Key_Up)
            assert shared.selected == (1, 0)
            assert "left: number 3" in board.accessibleDescription()
            assert (board._moved(1, 0), board._moved(0, 0)) == (2, 0)
            press(board, Qt.Key.Key_Return)
            assert model.subject == Subject(1)
            await settled(model)
            assert page.text.toPlainText() == "one"
            assert page.back.isEnabled()
            page.grab()
            page.hide()
            page.deleteLater()

    run_qt(told())


def test_a_query_is_typed_and_what_cannot_be_asked_is_told_in_place(
    tmp_path: Path, run_qt: Run, theme: Theme
) -> None:
    async def told() -> None:
        async with looking(tmp_path) as (_, model, _reranker):
            page = NeighboursPage(theme, model)
            page.show()
            page.query.setText("what?")
            press(page.query, Qt.Key.Key_Return)
            await settled(model)
            assert "left" in page._heads[0].trouble.what.text()
            assert page._heads[0].trouble.retry.isHidden()
            first = page._heads[0]
            assert page._head.height() == first.calm_height < first.height()
            assert page.board.minimumSizeHint().height() > first.height() - page._head.height()
            page.hide()
            page.deleteLater()

    run_qt(told())


@pytest.mark.parametrize(
    ("text", "at_the_right"), [("مرحبا", True), ("12 שלום", True), ("a שלום", False), ("12", False)]
)
def test_a_text_begins_where_its_first_letter_does(text: str, at_the_right: bool) -> None:
    assert begins_at_the_right(text) is at_the_right
