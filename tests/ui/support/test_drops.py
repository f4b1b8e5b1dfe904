"""What is dragged onto a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QScrollArea, QWidget

from tests.ui.dragging import drop, enter, files, leave
from workbench.ui.support.drops import DropArea, local_file
from workbench.ui.support.theme import Theme

A, B = Path("/tmp/a.csv"), Path("/tmp/b.csv")


class Desk:
    """A page that takes one file."""

    def __init__(self, theme: Theme, page: QWidget) -> None:
        self.page, self.taken = page, list[str]()
        self.hint = DropArea(theme, "Take it", page, local_file, self.taken.append).hint
        page.resize(300, 200)
        page.show()


@pytest.fixture(params=[QWidget, QScrollArea])
def desk(theme: Theme, request: pytest.FixtureRequest) -> Iterator[Desk]:
    make: Callable[[], QWidget] = request.param
    desk = Desk(theme, make())
    yield desk
    desk.page.hide()
    desk.page.deleteLater()


def test_what_is_for_the_page_is_taken_under_a_hint(desk: Desk) -> None:
    assert enter(desk.page, files(A))
    assert desk.hint.isVisible()
    assert desk.taken == []
    drop(desk.page, files(A))
    assert desk.hint.isHidden()
    assert desk.taken == [str(A)]


@pytest.mark.parametrize("data", [QMimeData(), files(A, B)], ids=["nothing", "two files"])
def test_what_is_not_for_the_page_is_left(desk: Desk, data: QMimeData) -> None:
    assert not enter(desk.page, data)
    assert desk.hint.isHidden()
    drop(desk.page, data)
    assert desk.taken == []


def test_the_hint_goes_when_the_drag_leaves(desk: Desk) -> None:
    enter(desk.page, files(A))
    leave(desk.page)
    assert desk.hint.isHidden()
    assert desk.taken == []


def test_the_hint_lies_over_all_of_the_page_whatever_its_size(desk: Desk) -> None:
    enter(desk.page, files(A))
    desk.page.resize(400, 150)
    assert desk.hint.size() == desk.page.size()


def test_the_hint_may_lie_over_a_part_of_the_page_alone(theme: Theme) -> None:
    page = QWidget()
    part = QWidget(page)
    part.setGeometry(20, 10, 100, 80)
    taken = list[str]()
    hint = DropArea(theme, "Take it", page, local_file, taken.append, over=part).hint
    page.show()
    drop(page, files(A))
    assert taken == [str(A)]
    enter(page, files(A))
    assert (hint.parentWidget(), hint.size()) == (part, part.size())
    page.hide()
    page.deleteLater()
