"""The popup that models are chosen in, and the list in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from tests.conftest import Run
from tests.ui.support.models.fakes import NO_ANSWER, FakeKnown, listed
from workbench.ui.support.models.popup import ModelPopup
from workbench.ui.support.models.view import ModelView
from workbench.ui.support.theme import Theme

SIZE, LEAST = QSize(300, 200), 120
Key = Qt.Key


class Picker(ModelPopup):
    """A list of thirty rows."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Choose", parent)
        self.list = ModelView(QStringListModel([str(number) for number in range(30)], self))
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addLayout(self.foot)

    def key(self, event: QKeyEvent) -> bool:
        return self.list.moves(event)


@pytest.fixture
def anchor(theme: Theme) -> Iterator[QPushButton]:
    button = QPushButton("model")
    button.setGeometry(100, 50, 400, 30)
    button.show()
    yield button
    button.hide()
    button.deleteLater()


@pytest.fixture
def picker(theme: Theme, anchor: QPushButton) -> Iterator[Picker]:
    made = Picker(theme, anchor)
    yield made
    made.close()


def test_it_stands_under_its_anchor_or_above_where_there_is_more_room(
    picker: Picker, anchor: QPushButton
) -> None:
    picker.show_at(anchor, SIZE, LEAST)
    assert picker.geometry().top() > anchor.geometry().bottom()
    assert picker.geometry().left() == anchor.geometry().left()
    assert picker.size() == SIZE
    bottom = anchor.screen().availableGeometry().bottom()
    anchor.move(100, bottom - 40)
    picker.show_at(anchor, SIZE, LEAST)
    assert picker.geometry().bottom() < anchor.geometry().top()


@pytest.mark.parametrize(
    ("direction", "at_end", "left"),
    [
        (Qt.LayoutDirection.LeftToRight, False, True),
        (Qt.LayoutDirection.LeftToRight, True, False),
        (Qt.LayoutDirection.RightToLeft, False, False),
        (Qt.LayoutDirection.RightToLeft, True, True),
    ],
)
def test_it_begins_or_ends_with_its_anchor_in_the_way_that_is_read(
    picker: Picker, anchor: QPushButton, direction: Qt.LayoutDirection, at_end: bool, left: bool
) -> None:
    anchor.setLayoutDirection(direction)
    picker.show_at(anchor, SIZE, LEAST, at_end=at_end)
    place, own = anchor.geometry(), picker.geometry()
    assert own.left() == (place.left() if left else place.right() - own.width())


def test_keys_in_the_field_move_in_the_list_and_letters_stay(picker: Picker, anchor: QPushButton) -> None:
    picker.show_at(anchor, SIZE, LEAST)
    for key, row in ((Key.Key_Down, 0), (Key.Key_PageDown, 10), (Key.Key_Up, 9), (Key.Key_PageUp, 0)):
        QTest.keyClick(picker.field, key)
        assert picker.list.currentIndex().row() == row
    QTest.keyClicks(picker.field, "up")
    assert picker.field.text() == "up"


def test_escape_closes_it_from_the_field_and_from_the_list(picker: Picker, anchor: QPushButton) -> None:
    closed: list[bool] = []
    picker.closed.connect(lambda: closed.append(True))
    for widget in (picker.field, picker.list):
        picker.show_at(anchor, SIZE, LEAST)
        QTest.keyClick(widget, Key.Key_Escape)
        assert not picker.isVisible()
    assert len(closed) == 2


def test_the_foot_tells_how_far_the_list_is_and_offers_to_ask_again(
    run_qt: Run, picker: Picker, anchor: QPushButton
) -> None:
    async def story() -> None:
        picker.show_at(anchor, SIZE, LEAST)
        known = FakeKnown()
        known.trouble = NO_ANSWER
        models = listed(known)
        asked: list[bool] = []
        picker.again_wanted.connect(lambda: asked.append(True))
        again = next(each for each in picker.findChildren(QPushButton) if each.text() == "Try again")
        picker.tell(models, 3, "Enter takes one.")
        assert (picker.status.text(), again.isVisible()) == ("Enter takes one.", False)
        picker.tell(models, 0)
        assert picker.status.text() == "This connection has no such model that is known."
        models.refresh()
        picker.tell(models, 0)
        assert picker.status.text() == "Asking for the list…"
        await models.finish()
        picker.tell(models, 3)
        assert picker.status.text() == "Nothing answers."
        assert again.isVisible()
        again.click()
        assert asked

    run_qt(story())
